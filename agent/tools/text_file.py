"""Files as text: in which encoding, and how to take it piece by piece."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from io import FileIO
from typing import Literal

import msgspec

from agent.errors import ToolFailed

SNIFF_BYTES = 1 << 16
BLOCK_BYTES = 1 << 18

Encoding = Literal["utf-8", "utf-16-le", "utf-16-be", "windows-1252"]

_BOMS: tuple[tuple[bytes, Encoding], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
BOMS = tuple(bom for bom, _ in _BOMS)
"""Byte order marks."""
_TEXT_BYTES = bytes(sorted({7, 8, 9, 10, 12, 13, 27} | set(range(0x20, 0x7F)) | set(range(0x80, 0x100))))
_MOST_CONTROLS = 0.05
# Every byte means a character, as in browsers (WHATWG Encoding): windows-1252, its five holes filled from latin-1.
_FROM_LATIN = {n: bytes([n]).decode("cp1252", "ignore") or chr(n) for n in range(0x80, 0xA0)}
_TO_LATIN = {ord(char): n for n, char in _FROM_LATIN.items()}


class TextFormat(msgspec.Struct, frozen=True):
    """How the bytes of a file mean text."""

    encoding: Encoding
    bom: bytes = b""

    def decode(self, data: bytes) -> str:
        """Turn a whole file, its byte order mark included, into text. Raises UnicodeDecodeError."""
        data = data[len(self.bom) :]
        if self.encoding == "windows-1252":
            return _from_windows(data)
        return data.decode(self.encoding, "surrogateescape" if self.encoding == "utf-8" else "strict")

    def encode(self, text: str) -> bytes:
        """Turn text back into a whole file; the inverse of `decode`. Raises UnicodeEncodeError."""
        if self.encoding == "windows-1252":
            return self.bom + text.translate(_TO_LATIN).encode("latin-1")
        errors = "surrogateescape" if self.encoding == "utf-8" else "strict"
        return self.bom + text.encode(self.encoding, errors)

    def blocks(self, file: FileIO, check: Callable[[], None]) -> Iterator[bytes]:
        r"""Take the file from its start, without the mark, in bytes where `\n` is one byte: UTF-16 becomes UTF-8."""
        file.seek(len(self.bom))
        raw = raw_blocks(file, check)
        return raw if not self.encoding.startswith("utf-16") else _as_utf8(raw, self.encoding)

    def decoder(self) -> Callable[[bytes, bool], str]:
        """Make a function that decodes `blocks` one by one, with a flag for the last; wrong bytes become U+FFFD."""
        if self.encoding == "windows-1252":
            return lambda block, _last: _from_windows(block)
        return codecs.getincrementaldecoder("utf-8")("replace").decode


def sniff(head: bytes, *, whole: bool) -> TextFormat | None:
    """Tell the format from the first bytes (SNIFF_BYTES of them, or the `whole` file); None: this is no text."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return TextFormat(encoding, bom)
    controls = len(head.translate(None, _TEXT_BYTES))
    if b"\0" in head or controls > len(head) * _MOST_CONTROLS:
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, whole)
    except UnicodeDecodeError:
        return TextFormat("windows-1252")
    return TextFormat("utf-8")


def raw_blocks(file: FileIO, check: Callable[[], None] = lambda: None) -> Iterator[bytes]:
    """Take the rest of the file in blocks; `check` is called before each. Raises ToolFailed for a file that waits."""
    while True:
        check()
        block = read_some(file, BLOCK_BYTES)
        if not block:
            return
        yield block


def read_some(file: FileIO, size: int) -> bytes:
    """Read up to `size` bytes, fewer only at the end of the file. Raises ToolFailed."""
    found = b""
    while len(found) < size:
        try:
            more = file.read(size - len(found))
        except OSError as error:
            raise ToolFailed(f"The file could not be read: {error.strerror}.") from None
        if more is None:
            raise ToolFailed("The file gives nothing to read now: it belongs to a device or to the system.")
        if not more:
            break
        found = found + more if found else more
    return found


def _from_windows(data: bytes) -> str:
    return data.decode("latin-1").translate(_FROM_LATIN)


def _as_utf8(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "replace")
    yield decoder.decode(b"", True).encode("utf-8", "replace")
