"""The models that are offered, and which of them suit a machine's memory."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import msgspec

from agent.resources import resource_text

Fit = Literal["well", "tight", "no"]

WELL, TIGHT = 0.6, 0.8
"""Shares of a machine's memory: up to the first there is room for other work beside, up to the second it just runs."""
SLOWEST = 2.0
"""Tokens a second with which one can still live."""
WINDOW = 8_192
"""Tokens: what a model of this size gets unless the settings say otherwise."""
_PROCESS_BYTES = 200 << 20
"""The engine's process and what it computes in."""
_COPIED = 0.5
"""Share of a file in Q4 of which llama.cpp makes a copy to compute faster: Qwen2.5-Coder-1.5B, a file of 1.1 GB, was
measured at 2.1 GB."""


class Offer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model that can be downloaded."""

    name: str
    """What it is called here: `local/<name>`."""
    title: str
    publisher: str
    quantisation: str
    url: str
    size_bytes: int
    sha256: str
    """Lower-case hexadecimal, of the whole file."""
    license: str
    """SPDX identifier."""
    cache_bytes_per_token: int
    active_share: float = 1.0
    """Of the weights that are computed with for one word."""
    tried: bool = False
    """Whether Homard's own trials were run with it."""
    about: dict[str, str] = {}
    """What it is good for, by language."""

    @property
    def memory_bytes(self) -> int:
        """What it takes when it runs with the usual window: an estimate, a little too high."""
        copied = int(self.size_bytes * _COPIED) if self.quantisation.startswith("Q4") else 0
        return self.size_bytes + copied + WINDOW * self.cache_bytes_per_token + _PROCESS_BYTES

    def words(self, language: str = "en") -> str:
        """What it is good for."""
        return self.about.get(language) or self.about.get("en", "")


@cache
def offers() -> tuple[Offer, ...]:
    """All of them, from the smallest to the most able."""
    document: Any = tomllib.loads(resource_text("local_models.toml"))
    return tuple(msgspec.convert(document["models"], list[Offer]))


def offer_named(what: str) -> Offer | None:
    """The offer of that name, whatever its case, or at that address."""
    return next((offer for offer in offers() if offer.name == what.strip().lower() or offer.url == what.strip()), None)


def fit(memory_bytes: int, total_bytes: int) -> Fit:
    """How a need for memory suits a machine that has so much of it."""
    if memory_bytes <= WELL * total_bytes:
        return "well"
    return "tight" if memory_bytes <= TIGHT * total_bytes else "no"


def expected_speed(offer: Offer, measured_bytes: int, writes_per_s: float) -> float:
    """Guess how many tokens a second it writes here, from how quick a model with so many bytes of weights was.

    Writing is bound by reading the weights from memory once for each token.
    """
    return writes_per_s * measured_bytes / (offer.size_bytes * offer.active_share)


def recommended(total_bytes: int, speeds: Mapping[str, float] | None = None) -> Offer | None:
    """The most able model that leaves room for other work; None: none does.

    `speeds`: tokens a second that are expected, by name; one that is too slow for a conversation is not recommended.
    """
    fitting = [
        offer
        for offer in offers()
        if fit(offer.memory_bytes, total_bytes) == "well" and (speeds or {}).get(offer.name, SLOWEST) >= SLOWEST
    ]
    return fitting[-1] if fitting else None


def machine_memory() -> int:
    """Bytes of memory that this machine has."""
    import psutil

    return int(psutil.virtual_memory().total)
