"""The forms that a key takes when a command prints it another way: encoded, reversed, in pieces.

Only what takes a word of shell is recognised: base64, hexadecimal, percent-encoding, reversal, and white space in the
middle. Who enciphers or compresses a key, or prints its halves with other text between them, is not: there the sandbox,
which gives a command no way to the key, is what counts.
"""

from __future__ import annotations

import base64
import json
import re
from functools import cached_property
from urllib.parse import quote

_SPACE = " \t\r\n\v\f"
_ESCAPED = ("\\n", "\\r", "\\t")
"""White space as JSON writes it: results are searched in that form."""
_BETWEEN_DIGITS = " \t\r\n\v\f%:,;-_|\\xX'\"[](){}"
_NO_SPACE = str.maketrans("", "", _SPACE)
_NO_SEPARATORS = str.maketrans("", "", _BETWEEN_DIGITS)


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
        if any(form in views.squeezed for form in self.__plain):
            text = self._replace(text, self.__plain, r"(?:\s|\\[nrt])*", mask)
        if self._has_digits(views):
            text = self._replace(text, self.__hex, r"(?:0[xX]|\\[nrtx]|[\s%:,;\-_|\\xX'\"\[\](){}])*", mask)
        return text

    def _has_digits(self, views: Views) -> bool:
        return any(form in views.digits for form in self.__hex)

    def _replace(self, text: str, forms: tuple[str, ...], between: str, mask: str) -> str:
        for form in forms:
            text = re.sub(between.join(map(re.escape, form)), mask, text, flags=re.IGNORECASE)
        return text


class Views:
    """A text in the ways in which keys are looked for in it, each made when it is first wanted."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def squeezed(self) -> str:
        """Without white space."""
        text = self.text
        for escape in _ESCAPED:
            text = text.replace(escape, "")
        return text.translate(_NO_SPACE)

    @cached_property
    def digits(self) -> str:
        """In lower case, without what may stand between hexadecimal digits."""
        return self.squeezed.lower().replace("0x", "").translate(_NO_SEPARATORS)


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
