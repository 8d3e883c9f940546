from __future__ import annotations

import asyncio

import pytest

from agent.errors import UsageError
from agent.models.local_store.address import named_address, next_address
from agent.models.local_store.failure import DownloadFailed

SUM = "a" * 64
PUBLIC = "https://1.1.1.1/m.gguf"


@pytest.mark.parametrize(
    ("url", "sha256"),
    [
        (PUBLIC, ""),
        ("http://1.1.1.1/m.gguf", SUM),
        ("http://127.0.0.1:8000/m.gguf", ""),
        ("http://nas/m.gguf", ""),
        ("http://box.local/m.gguf", ""),
        ("http://192.168.1.5/m.gguf", ""),
    ],
)
def test_what_a_person_may_name(url: str, sha256: str) -> None:
    assert str(named_address(url, sha256)) == url


@pytest.mark.parametrize("url", ["http://1.1.1.1/m", "http://example.org/m", "https://a@b/m", "file:///m", ""])
def test_what_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="Nothing was downloaded"):
        named_address(url)


def leads(start: str, to: str) -> str:
    named = named_address(start, SUM)
    return str(asyncio.run(next_address(named, named, to)))


def test_redirects_that_are_followed() -> None:
    assert leads(PUBLIC, "https://8.8.8.8/x?sig=%2F") == "https://8.8.8.8/x?sig=%2F"
    assert leads(PUBLIC, "../y") == "https://1.1.1.1/y"
    assert leads("http://127.0.0.1:8000/m", "/n") == "http://127.0.0.1:8000/n"
    assert leads("http://192.168.1.5/m", "https://1.1.1.1/n") == "https://1.1.1.1/n"


@pytest.mark.parametrize(
    ("start", "to", "words"),
    [
        (PUBLIC, "http://1.1.1.1/m", "from https to plain http"),
        (PUBLIC, "https://127.0.0.1/m", "own network"),
        (PUBLIC, "https://localhost/m", "own network"),
        (PUBLIC, "https://[::1]/m", "own network"),
        (PUBLIC, "https://[::ffff:10.0.0.1]/m", "own network"),
        (PUBLIC, "https://169.254.169.254/latest", "own network"),
        (PUBLIC, "https://router/m", "own network"),
        (PUBLIC, "https://0x7f.1/m", "not used"),
        (PUBLIC, "gopher://x/", "not used"),
        ("http://127.0.0.1:8000/m", "http://127.0.0.1:8001/m", "own network"),
    ],
)
def test_redirects_that_are_not(start: str, to: str, words: str) -> None:
    with pytest.raises(DownloadFailed, match=words):
        leads(start, to)
