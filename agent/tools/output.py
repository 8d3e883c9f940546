"""The output of a command: bounded in memory and on disk, and as plain text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

KEEP_BYTES = 100_000
"""Of each end in memory; an output of up to twice this is kept whole."""
SPOOL_BYTES = 100_000_000
"""Most that goes to disk; what comes after it is counted and dropped."""

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours and cursor movements (ECMA-48 CSI)
    r"|\x1b[\]PX^_][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)"  # titles, links and other strings
    r"|\x1b[ -/]*[0-~]"
)
_OVERSTRUCK = re.compile(r"[^\n\x08]\x08")
_INVISIBLE = re.compile(r"[\x01-\x08\x0b-\x1f\x7f-\x9f]")


class OutputSpool:
    """Takes bytes as they come.

    Beyond what memory keeps they go to `path`, `limit` of them at most; a full disk only shortens the file.
    """

    def __init__(self, path: Path, limit: int = SPOOL_BYTES) -> None:
        self.total = 0
        """Bytes seen."""
        self.stored = 0
        """Bytes in the file; 0: there is none, for all of it is in memory."""
        self._path, self._limit = path, limit
        self._whole = bytearray()
        self._tail = bytearray()
        self._file: BinaryIO | None = None
        self._closed = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Blocks for the disk; after `close` they are only counted."""
        self.total += len(data)
        if self._closed:
            return
        if self.total <= 2 * KEEP_BYTES:
            self._whole += data
            return
        if self.stored == 0 and self._file is None:
            self._open()
            self._write(bytes(self._whole))
            self._tail = self._whole[-KEEP_BYTES:]
            self._whole += data[:KEEP_BYTES]
        self._write(data)
        self._tail += data
        if len(self._tail) > 10 * KEEP_BYTES:
            del self._tail[:-KEEP_BYTES]

    def close(self) -> None:
        """Write the last bytes and close the file. May be called twice."""
        self._closed = True
        self._end_file()

    @property
    def file(self) -> Path | None:
        """Where the raw bytes are when memory does not hold them all."""
        return self._path if self.stored else None

    def text(self) -> str:
        """All of it, or head and tail with the count of what is left out between, as `plain_text`."""
        if self.total <= 2 * KEEP_BYTES:
            return plain_text(bytes(self._whole))
        head, tail = bytes(self._whole[:KEEP_BYTES]), bytes(self._tail[-KEEP_BYTES:])
        dropped = self.total - len(head) - len(tail)
        return f"{plain_text(head)}\n[… {dropped:,} bytes left out …]\n{plain_text(tail)}"

    def _open(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("xb")
        except OSError:
            self._file = None

    def _write(self, data: bytes) -> None:
        if self._file is None:
            return
        data = data[: self._limit - self.stored]
        try:
            self._file.write(data)
            self.stored += len(data)
        except OSError:
            self._end_file()
        if self.stored >= self._limit:
            self._end_file()

    def _end_file(self) -> None:
        file, self._file = self._file, None
        try:
            if file is not None:
                file.close()
        except OSError:
            self.stored = min(self.stored, self._size())

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:
            return 0


def plain_text(output: bytes | str) -> str:
    """What a reader would see: UTF-8 with U+FFFD for wrong bytes; no colours, progress bars as they ended, no controls.

    NUL, which separates names in `find -print0`, becomes U+2400.
    """
    text = output if isinstance(output, str) else output.decode("utf-8", "replace")
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    if "\r" in text:
        text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    if "\x08" in text:
        text = _OVERSTRUCK.sub("", text)
    return _INVISIBLE.sub("", text).replace("\0", "\u2400")
