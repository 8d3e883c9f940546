"""What in a text could lead, pay or write to somebody."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.safety.identities import identities, is_time


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Look at https://evil.example/a?b=c.", ("https://evil.example/a?b=c",)),
        ("ftp://x.y/z and www.evil.com!", ("ftp://x.y/z", "www.evil.com")),
        ("_https://evil.com_ -http://x-y.z", ("https://evil.com_", "http://x-y.z")),
        ("a.https://evil.com x:www.evil.org,evil.net", ("a.https://evil.com", "www.evil.org", "evil.net")),
        ("bit.ly/sUf7tOJ", ("bit.ly/sUf7tOJ",)),
        ("(mallory+x@evil.example)", ("mallory+x@evil.example",)),
        ("a@b.example@evil.example", ("a@b.example@evil.example",)),
        ("tell @mallory", ("@mallory",)),
        ("ｅｖｉｌ．ｃｏｍ, ev\u200bil。org", ("evil.com", "evil.org")),
        ("pay DE89 3704 0044 0532 0130 00 now", ("DE89 3704 0044 0532 0130 00",)),
        ("US133000000121212121212", ("US133000000121212121212",)),
        ("IBAN 0123456789", ("0123456789",)),
        ("card 4237-4252-7456-2574", ("4237-4252-7456-2574",)),
        ("call +49 (170) 123 45 67", ("+49 (170) 123 45 67",)),
        ("10.0.0.1:8080/x", ("10.0.0.1:8080/x",)),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",)),
        ("javascript:alert(1)", ("javascript:alert(1",)),
        ("mailto:a", ("mailto:a",)),
        ("On 2024-05-16 10:00, 12:30 and 1.2.2024 it costs 1,200.50, e.g. for 12 people; 160-0023 Tokyo.", ()),
        ("Hi Emma,\n\nsee you at 8. Best, Lily", ()),
    ],
)
def test_finds_identities(text: str, found: tuple[str, ...]) -> None:
    assert identities(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "1 " * 50_000 + "x",
        "a." * 50_000,
        "a@" * 50_000,
        "+1-" * 30_000,
        "-" * 100_000,
        "x" * 16 + "1" * 90_000,
    ],
    ids=lambda text: text[:4],
)
def test_takes_no_more_than_linear_time(text: str) -> None:
    began = time.process_time()
    identities(text)
    assert time.process_time() - began < 20


@given(st.text(), st.sampled_from(["evil.example", "https://evil.example/x", "mallory@evil.example"]), st.text())
def test_no_text_around_hides_an_address(before: str, address: str, after: str) -> None:
    assert any("evil.example" in one for one in identities(f"{before} {address} {after}"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-16", True),
        ("2024-05-16T10:00:00Z", True),
        (" 10:30 ", True),
        ("tomorrow", False),
        ("2024-05-16 at x.y", False),
    ],
)
def test_knows_a_time(text: str, expected: bool) -> None:
    assert is_time(text) is expected
