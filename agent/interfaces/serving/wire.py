"""The standard streams as a wire for a protocol: one JSON text a line, and nothing else ever stands on stdout.

While the wire is taken, descriptor 0 is the null device and descriptor 1 is stderr, for this process and whatever it
starts: a stray print, a warning or a child cannot tear a frame. Reading and writing happen in threads of their own, so
that a client that floods, or never reads, costs neither memory nor the loop.
"""

from __future__ import annotations

import asyncio
import os
import queue
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Final, Self

from agent.errors import UsageError

MAX_LINE_BYTES: Final = 32 << 20
"""A longer line is dropped and told as `TooLong`."""
MAX_WAITING_BYTES: Final = 4 << 20
"""So much is queued for a client that does not read; then senders wait."""
_BLOCK: Final = 1 << 16
_LINES_AHEAD: Final = 16


class TooLong(Exception):
    """The client sent a line that nobody wants to hold."""


class StandardWire:
    """Lines from stdin, lines to stdout. Use `taken`."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._incoming = incoming
        self._outgoing = outgoing
        self._lines: asyncio.Queue[bytes | TooLong | None] = asyncio.Queue(_LINES_AHEAD)
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._ended = False
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()
        self.closed = asyncio.Event()
        """The client is gone: it closed its end of either stream."""
        self._writer = threading.Thread(target=self._write, name="wire writer", daemon=True)
        self._writer.start()
        threading.Thread(target=self._read, name="wire reader", daemon=True).start()

    @classmethod
    @contextmanager
    def taken(cls) -> Generator[Self]:
        """Take the standard streams of this process, for good. Raises UsageError where there are none."""
        wire = cls(*_take())
        try:
            yield wire
        finally:
            wire.finish()

    async def receive(self) -> bytes | None:
        """Wait for a line, without its end; None: there are no more. Raises TooLong; the next call goes on after it."""
        if self._ended:
            return None
        line = await self._lines.get()
        if isinstance(line, TooLong):
            raise line
        self._ended = self._ended or line is None
        return None if self._ended else line

    async def send(self, line: bytes) -> None:
        """Queue a line, waiting while the client is far behind. What is sent to a client that is gone is dropped."""
        await self._room.wait()
        if self.closed.is_set():
            return
        self._waiting += len(line)
        if self._waiting > MAX_WAITING_BYTES:
            self._room.clear()
        self._queue.put(line + b"\n")

    def finish(self, timeout_s: float = 2.0) -> None:
        """Write what is queued. Blocks no longer than this."""
        self._queue.put(None)
        self._writer.join(0 if self.closed.is_set() else timeout_s)

    def _read(self) -> None:
        """Runs in a thread; waits where the loop is behind."""
        try:
            for line in _lines_of(self._incoming):
                asyncio.run_coroutine_threadsafe(self._lines.put(line), self._loop).result()
            asyncio.run_coroutine_threadsafe(self._lines.put(None), self._loop).result()
            self._loop.call_soon_threadsafe(self.closed.set)
        except RuntimeError:
            return  # the loop has ended

    def _write(self) -> None:
        while (line := self._queue.get()) is not None:
            view = memoryview(line)
            try:
                while view:
                    view = view[os.write(self._outgoing, view) :]
            except OSError:
                self._tell(self._gone)
                return
            self._tell(self._written, len(line) - 1)

    def _tell(self, what: object, *args: object) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(what, *args)  # pyright: ignore[reportArgumentType]

    def _written(self, size: int) -> None:
        self._waiting -= size
        if self._waiting <= MAX_WAITING_BYTES:
            self._room.set()

    def _gone(self) -> None:
        """Nobody reads what is said here: then there is no use in listening either."""
        self._ended = True
        if self._lines.empty():
            self._lines.put_nowait(None)  # for who waits
        self.closed.set()
        self._room.set()


def _lines_of(descriptor: int) -> Generator[bytes | TooLong]:
    """Split what comes into lines; a line too long is never held."""
    held: list[bytes] = []
    size, dropping = 0, False
    while True:
        try:
            block = os.read(descriptor, _BLOCK)
        except OSError:
            block = b""
        if not block:
            return  # half a line of a client that died is nothing
        *whole, rest = block.split(b"\n")
        for part in whole:
            if dropping or size + len(part) > MAX_LINE_BYTES:
                yield TooLong()
            elif line := b"".join([*held, part]).strip():
                yield line
            held, size, dropping = [], 0, False
        held.append(rest)
        size += len(rest)
        if size > MAX_LINE_BYTES:
            held, size, dropping = [], 0, True


def _take() -> tuple[int, int]:
    if sys.stdin is None or sys.stdout is None:  # descriptors 0 and 1 may be anything then
        raise UsageError("This command talks to a program over its standard streams, and here are none.")
    incoming, outgoing = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    sys.stdout.flush()
    try:
        os.dup2(2, 1)
    except OSError:  # no stderr: what would stand there goes nowhere
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
    return incoming, outgoing
