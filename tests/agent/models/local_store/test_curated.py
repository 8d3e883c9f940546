from __future__ import annotations

import re

import pytest

from agent.models.local_store.curated import (
    expected_speed,
    fit,
    machine_memory,
    offer_named,
    offers,
    recommended,
)
from agent.safety.web_address import parse_address

GIB = 1 << 30


def test_each_offer_can_be_checked() -> None:
    assert [offer.size_bytes for offer in offers()] == sorted(offer.size_bytes for offer in offers())
    assert len({offer.name for offer in offers()}) == len({offer.sha256 for offer in offers()}) == len(offers())
    for offer in offers():
        address = parse_address(offer.url)
        assert str(address) == offer.url and address.scheme == "https"
        assert re.search(r"/[0-9a-f]{40}/[^/]+\.gguf$", address.target), "a fixed revision"
        assert re.fullmatch(r"[0-9a-f]{64}", offer.sha256) and re.fullmatch(r"[a-z0-9][a-z0-9.-]*", offer.name)
        assert offer.words("en") and offer.words("de") != offer.words("en") == offer.words("fr")
        assert offer.license in ("Apache-2.0", "MIT")
        assert offer.memory_bytes > offer.size_bytes


@pytest.mark.parametrize(
    ("gib", "name"),
    [(2, ""), (4, "qwen2.5-coder-1.5b"), (12, "qwen3-4b"), (16, "ministral-3-8b"), (24, "gpt-oss-20b")],
)
def test_what_suits_a_machine(gib: int, name: str) -> None:
    found = recommended(gib * GIB)
    assert (found.name if found else "") == name


def test_how_a_need_suits_a_memory() -> None:
    assert [fit(need, 100) for need in (60, 61, 80, 81)] == ["well", "tight", "tight", "no"]
    assert machine_memory() > GIB


def test_names_in_any_case() -> None:
    assert offer_named(" Qwen3-4B ") is offers()[2] and offer_named("other") is None


def test_what_would_be_too_slow_is_not_suggested() -> None:
    small, *_, large = offers()
    assert expected_speed(small, small.size_bytes, 8.0) == pytest.approx(8.0)
    assert expected_speed(large, small.size_bytes, 8.0) == pytest.approx(8 * 1_117_320_768 / 18_632_183_808 / 0.11)
    speeds = {offer.name: expected_speed(offer, small.size_bytes, 8.0) for offer in offers()}
    assert recommended(16 * GIB, speeds) is offers()[2]
    assert recommended(16 * GIB, dict.fromkeys(speeds, 0.1)) is None
