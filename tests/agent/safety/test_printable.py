from __future__ import annotations

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.safety.printable import from_printable, printable


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"plain name.txt", "plain name.txt"),
        ("größe €.txt".encode(), "größe €.txt"),
        (b"caf\xe9", "caf\\xe9"),
        (b"a\nb\x1b[31m\x7f", "a\\x0ab\\x1b[31m\\x7f"),
        ("x\u202etxt.exe".encode(), "x\\u202etxt.exe"),
        ("\u0085\u2028\u200b\U000e0041".encode(), "\\u0085\\u2028\\u200b\\U000e0041"),
    ],
)
def test_what_could_deceive_is_escaped(name: bytes, shown: str) -> None:
    assert printable(os.fsdecode(name)) == shown
    assert os.fsencode(from_printable(shown)) == name


@pytest.mark.skipif(sys.platform == "win32", reason="the separator is not doubled")
@given(st.binary())
def test_every_name_can_be_shown_and_read_back(name: bytes) -> None:
    shown = printable(os.fsdecode(name))
    assert shown.isprintable()
    assert os.fsencode(from_printable(shown)) == name
