"""What a program says on its standard error, kept in a file of bounded size."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from agent.tools.output import plain_text

MOST_BYTES = 1 << 20
"""Then the file becomes the old one, and the one before that is gone."""
RATE = 1 << 20
"""Bytes a second; what says more waits, as at any full pipe."""
_TAIL_BYTES = 65_536
_LONGEST_LINE = 65_536


class LogFile:
    """Written by one thread, whole lines at a time.

    What cannot be written (a full disk) is dropped: a program is not kept from its work.
    """

    def __init__(self, path: Path, hide: Callable[[str], str] | None = None) -> None:
        """`hide`: takes out what must not reach the disk."""
        self._path, self._hide = path, hide
        self._line = bytearray()
        self._descriptor = -1
        self._size = 0
        self._began, self._taken = time.monotonic(), 0

    def write(self, data: bytes) -> float:
        """Append; returns how many seconds to wait before the next piece."""
        self._line += data
        whole = len(self._line) if len(self._line) > _LONGEST_LINE else self._line.rfind(b"\n") + 1
        self._put(whole)
        now = time.monotonic()
        if now - self._began > 1.0:
            self._began, self._taken = now, 0
        self._taken += len(data)
        return max(0.0, self._taken / RATE - (now - self._began))

    def close(self) -> None:
        """Write what is left of a line, and let go of the file."""
        self._put(len(self._line))
        self._let_go()

    def _put(self, length: int) -> None:
        data = bytes(self._line[:length])
        del self._line[:length]
        if not data:
            return
        if self._hide is not None:
            data = self._hide(data.decode("utf-8", "replace")).encode("utf-8", "replace")
        try:
            self._append(data)
        except OSError:
            self._let_go()

    def _let_go(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _append(self, data: bytes) -> None:
        if self._descriptor < 0:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
            self._descriptor = os.open(self._path, flags, 0o600)
            self._size = os.fstat(self._descriptor).st_size
        if self._size + len(data) > MOST_BYTES:
            self._let_go()
            os.replace(self._path, old(self._path))
            self._append(data[-MOST_BYTES:])
            return
        os.write(self._descriptor, data)
        self._size += len(data)


def old(path: Path) -> Path:
    """Where the part before is kept."""
    return path.with_name(f"{path.name}.old")


def tail(path: Path, lines: int = 100) -> list[str]:
    """The last lines of a log, as a person may see them. Blocks for the disk."""
    text = ""
    for part in (old(path), path):
        try:
            with part.open("rb") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
                text += plain_text(file.read(_TAIL_BYTES))
        except OSError:
            continue
    return [line[:2_000] for line in text.splitlines()[-lines:]]
