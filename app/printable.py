"""Any text made safe to show: what Qt cannot hold or would act upon is replaced by a visible sign."""

from __future__ import annotations

import re

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Replace control characters and lone surrogates by U+FFFD; line ends become newlines, colour codes vanish."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    return _UNSHOWN.sub("\ufffd", text)


def printable_code(text: str) -> str:
    """The same for code; signs that turn the direction of text could hide what runs: they are spelled out."""
    return _TURNING.sub(lambda found: f"[U+{ord(found[0]):04X}]", printable(text))
