"""The forms that a key takes when a command prints it another way: encoded, reversed, in pieces.

Only what takes a word of shell is recognised: base64, hexadecimal, percent-encoding, reversal, and white space in the
middle. Who enciphers or compresses a key, or prints its halves with other text between them, is not: there the sandbox,
which gives a command no way to the key, is what counts.
"""

from __future__ import annotations

import base64
import json
import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote

_SPACE = re.compile(r"\\[nrt]|[ \t\r\n\v\f]")
"""Between the pieces of a key; also as JSON writes it, for results are searched in that form."""
_BETWEEN_DIGITS = re.compile(r"0x|[%:,;_|\\x'\"\[\](){}\-]")
_DELETED = str.maketrans("", "", " \t\r\n\v\f")
_DELETED_DIGITS = str.maketrans("", "", "%:,;_|\\x'\"[](){}-")
_LOWER = str.maketrans("ABCDEFX", "abcdefx")


class KeyForms:
    """One key in all its recognised forms. Has no repr of them."""

    def __init__(self, value: str) -> None:
        plain = [value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], quote(value, safe="")]
        plain += [form[::-1] for form in plain[:1]]
        for data in (value.encode("utf-8", "surrogatepass"), value.encode("utf-16-le", "surrogatepass")):
            plain += _base64_forms(data)
        # The longest first: a shorter one inside it must not leave the rest standing.
        self.__plain = tuple(sorted({form for form in plain if len(form) >= len(value)}, key=len, reverse=True))
        raw = value.encode("utf-8", "surrogatepass")
        self.__hex = tuple(dict.fromkeys((raw.hex(), raw[::-1].hex())))

    @property
    def longest(self) -> int:
        """Characters of the longest form, without what may stand between them."""
        return max(map(len, (*self.__plain, *self.__hex)))

    def occur_in(self, views: Views) -> bool:
        """Whether one of the forms is in a text."""
        whole = any(form in views.text for form in self.__plain)
        return whole or any(form in views.squeezed for form in self.__plain) or self._has_digits(views)

    def hidden(self, views: Views, mask: str) -> str:
        """The text with every form replaced."""
        text = views.text
        for form in self.__plain:
            text = text.replace(form, mask)
        text = _masked(_squeezed(text), self.__plain, mask)
        return _masked(_digits(text), self.__hex, mask) if self._has_digits(views) else text

    def _has_digits(self, views: Views) -> bool:
        return any(form in views.digits for form in self.__hex)


class Views:
    """A text in the ways in which keys are looked for in it, each made when it is first wanted."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def squeezed(self) -> str:
        """Without white space. The same as `_squeezed`, faster, without the way back."""
        text = re.sub(r"\\[nrt]", "", self.text) if "\\" in self.text else self.text
        return text.translate(_DELETED)

    @cached_property
    def digits(self) -> str:
        """In lower case, without what may stand between hexadecimal digits. The same as `_digits`, faster."""
        return self.squeezed.translate(_LOWER).replace("0x", "").translate(_DELETED_DIGITS)


class _Stripped(NamedTuple):
    """A text without something, and where each of its characters stood before."""

    text: str
    source: str
    starts: list[int]
    """In `text`, of each piece that was kept."""
    origins: list[int]
    """In `source`, of the same pieces."""

    def origin(self, at: int) -> int:
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + at - self.starts[piece]


def _squeezed(text: str) -> _Stripped:
    return _without(text, text, _SPACE)


def _digits(text: str) -> _Stripped:
    squeezed = _squeezed(text)
    stripped = _without(text, squeezed.text.translate(_LOWER), _BETWEEN_DIGITS)
    starts: list[int] = []
    origins: list[int] = []
    for start, origin, end in zip(
        stripped.starts, stripped.origins, [*stripped.starts[1:], len(stripped.text)], strict=True
    ):
        # A piece without separators may still have white space in it: there it is parted again.
        at = origin
        while at < origin + end - start:
            piece = bisect_right(squeezed.starts, at) - 1
            stop = squeezed.starts[piece + 1] if piece + 1 < len(squeezed.starts) else len(squeezed.text)
            starts.append(start + at - origin)
            origins.append(squeezed.origin(at))
            at = min(stop, origin + end - start)
    return _Stripped(stripped.text, text, starts, origins)


def _without(source: str, text: str, separators: re.Pattern[str]) -> _Stripped:
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    length = at = 0
    for found in separators.finditer(text):
        if found.start() > at:
            pieces.append(text[at : found.start()])
            starts.append(length)
            origins.append(at)
            length += found.start() - at
        at = found.end()
    if at < len(text):
        pieces.append(text[at:])
        starts.append(length)
        origins.append(at)
    return _Stripped("".join(pieces), source, starts, origins)


def _masked(stripped: _Stripped, forms: tuple[str, ...], mask: str) -> str:
    """Replace each stretch of the source in which a form stands; in time that grows with the text and no faster."""
    spans: list[tuple[int, int]] = []
    for form in forms:
        at = stripped.text.find(form)
        while at >= 0:
            spans.append((stripped.origin(at), stripped.origin(at + len(form) - 1) + 1))
            at = stripped.text.find(form, at + len(form))
    kept: list[str] = []
    done = 0
    for start, end in sorted(spans):
        if start >= done:
            kept += [stripped.source[done:start], mask]
        done = max(done, end)
    return "".join([*kept, stripped.source[done:]])


def _base64_forms(data: bytes) -> list[str]:
    """What of a key's base64 is always the same, wherever in a longer text it begins (RFC 4648, both alphabets)."""
    forms: list[str] = []
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + data).decode("ascii").rstrip("=")
        if (before + len(data)) % 3:
            encoded = encoded[:-1]  # its last bits belong to what follows
        kept = encoded[(0, 2, 3)[before] :]
        forms += [kept, kept.replace("+", "-").replace("/", "_")]
    return forms
