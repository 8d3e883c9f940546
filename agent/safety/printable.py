"""File names as text that any screen, log and wire can carry, and back.

A name is bytes. What is not UTF-8 in it, and what would move a cursor, hide or turn round text (controls, line breaks,
bidirectional marks), is written as an escape: `\\xNN` for a byte, `\\uNNNN` for a character. A backslash is doubled
where it may stand in a name, so that no two names print alike.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ESCAPE = re.compile(r"\\(\\|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
_SEPARATOR_IS_BACKSLASH = sys.platform == "win32"


def printable(name: str) -> str:
    """Write a name or path, as Python's `os` functions give it, in safe characters. Never raises."""
    if name.isascii() and name.isprintable() and "\\" not in name:
        return name
    return "".join(_print(char) for char in name)


def from_printable(text: str) -> str:
    """Turn the escapes of `printable` back into a name, as Python's `os` functions take it."""
    if _SEPARATOR_IS_BACKSLASH or "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: _char(match[1]), text)


def _print(char: str) -> str:
    code = ord(char)
    if char == "\\":
        return char if _SEPARATOR_IS_BACKSLASH else "\\\\"
    if 0xDC80 <= code <= 0xDCFF:  # how Python carries a byte that is not UTF-8 (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    if unicodedata.category(char) not in _UNSAFE:
        return char
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _char(escape: str) -> str:
    if escape == "\\":
        return escape
    code = int(escape[1:], 16)
    if escape[0] == "x" and code >= 0x80:
        return os.fsdecode(bytes([code]))
    return chr(code) if code < 0x110000 else escape
