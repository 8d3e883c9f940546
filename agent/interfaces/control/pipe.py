"""The private socket where there are no UNIX sockets: a named pipe of Windows, blocking, served by threads.

Its name is random and the key that a caller must know stands, like the name, in owner.json in the user's own folder.
On POSIX the same code runs over a UNIX socket, which is how its tests run.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import queue
import secrets
import threading
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener
from typing import TYPE_CHECKING, Any

from agent.interfaces.control.link import Frame, Link, parse

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    Pipe = Connection[Any, Any]


CLOSE_LIMIT_S = 5.0
"""Longest wait for the accepting thread; it holds nothing that would be lost."""


def new_pipe_address() -> str:
    """A fresh name with its key: `NAME#KEY`."""
    return rf"\\.\pipe\homard-{secrets.token_hex(16)}#{secrets.token_hex(16)}"


def connect(address: str) -> Pipe:
    """Call the owner. Raises OSError, AuthenticationError."""
    name, _, key = address.rpartition("#")
    return Client(name, authkey=bytes.fromhex(key))


class PipeListener:
    """Accepts callers in a thread and hands them to the loop."""

    def __init__(self, address: str, accept: Callable[[Link], None]) -> None:
        """Begin to accept; `accept` is called in the running loop. Raises OSError."""
        self._address = address
        self._accept = accept
        self._loop = asyncio.get_running_loop()
        self._closed = False
        name, _, key = address.rpartition("#")
        self._listener = Listener(name, authkey=bytes.fromhex(key))
        self._thread = threading.Thread(target=self._run, name="control listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Accept no more."""
        self._closed = True
        # A call of our own ends the accept that waits. Nobody answers it if the thread was just turning somebody away
        # and is gone by then, so it must not be waited for: closing the listener ends it.
        threading.Thread(target=self._knock, name="control closer", daemon=True).start()
        self._thread.join(CLOSE_LIMIT_S)
        self._listener.close()

    def _knock(self) -> None:
        with contextlib.suppress(OSError, EOFError, AuthenticationError):
            connect(self._address).close()

    def _run(self) -> None:
        while not self._closed:
            try:
                pipe = self._listener.accept()
            except (OSError, EOFError, AuthenticationError):
                continue
            if self._closed:
                pipe.close()
            else:
                self._loop.call_soon_threadsafe(self._take, pipe)

    def _take(self, pipe: Pipe) -> None:
        self._accept(PipeLink(pipe))


class PipeLink:
    """A `Link` over a blocking pipe: one thread reads, one writes."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._loop = asyncio.get_running_loop()
        self._frames: asyncio.Queue[Frame | None] = asyncio.Queue()
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="control writer", daemon=True)
        self._writer.start()
        threading.Thread(target=self._read, name="control reader", daemon=True).start()

    async def receive(self) -> Frame | None:
        """Wait for the next frame; None: the client hung up."""
        frame = await self._frames.get()
        if frame is None:
            self._frames.put_nowait(None)
        return frame

    def send(self, frame: Frame) -> None:
        """Queue a frame."""
        self._outgoing.put(json.dumps(frame).encode())

    async def drain(self) -> None:
        """Let others work; the writer's thread does the waiting."""
        await asyncio.sleep(0)

    async def close(self) -> None:
        """Send what is queued and hang up."""
        self._outgoing.put(None)
        await asyncio.to_thread(self._writer.join)
        self._pipe.close()

    def _read(self) -> None:
        frame: Frame | None = {}
        while frame is not None:
            try:
                frame = parse(self._pipe.recv_bytes())
            except (OSError, EOFError):
                frame = None
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._frames.put_nowait, frame)

    def _write(self) -> None:
        while (data := self._outgoing.get()) is not None:
            try:
                self._pipe.send_bytes(data)
            except OSError:
                return
