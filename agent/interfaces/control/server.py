"""The owner's private socket: same user only, no TCP port. Serves commands (`cli`) and programs (`api`)."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from agent import __version__
from agent.interfaces.cli.wire import MAX_FRAME_BYTES, PROTOCOL, peer_uid
from agent.interfaces.control.folder import make_private
from agent.interfaces.control.link import Frame, Link, StreamLink
from agent.tasks import spawn

REQUEST_TIMEOUT_S = 5.0

Serve = Callable[[Link, Frame], Awaitable[None]]
"""Serves one client to its end; gets the client's first frame."""


class ControlServer:
    """Accepts clients and greets them; what they want is done by `modes`, by the name in their first frame."""

    def __init__(self, modes: dict[str, Serve]) -> None:
        self._modes = modes
        self._clients: set[asyncio.Task[None]] = set()
        self._listener: Any = None
        self._path: Path | None = None

    @property
    def clients(self) -> int:
        """How many are being served."""
        return len(self._clients)

    async def listen(self, address: str) -> None:
        """Begin to accept at the address that `new_address` gave. Raises OSError."""
        if sys.platform == "win32":
            from agent.interfaces.control.pipe import PipeListener

            self._listener = PipeListener(address, self._accept)
            return
        self._path = Path(address)
        if not make_private(self._path.parent, os.getuid()):
            raise OSError(f"{self._path.parent} is not a private folder")
        self._path.unlink(missing_ok=True)  # of an owner that died: we hold the lock, so nobody listens there
        self._listener = await asyncio.start_unix_server(self._connected, path=address, limit=MAX_FRAME_BYTES)

    async def stop_accepting(self) -> None:
        """Take no new clients; those that come find no owner and try again."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
            if self._path is not None:
                self._path.unlink(missing_ok=True)
                with suppress(OSError):
                    self._path.parent.rmdir()

    async def wait_idle(self, timeout_s: float | None = None) -> bool:
        """Wait until no client is left; False: some still were after the time."""
        if self._clients:
            await asyncio.wait(self._clients, timeout=timeout_s)
        return not self._clients

    async def close(self) -> None:
        """Stop accepting, cancel what clients still want, and wait for its end."""
        await self.stop_accepting()
        for task in tuple(self._clients):
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        user = peer_uid(writer.get_extra_info("socket"))
        if self._listener is None or (user is not None and user != os.getuid()):
            writer.close()
            return
        self._accept(StreamLink(reader, writer))

    def _accept(self, link: Link) -> None:
        task = spawn(self._client(link), "control client")
        self._clients.add(task)
        task.add_done_callback(self._clients.discard)

    async def _client(self, link: Link) -> None:
        try:
            try:
                async with asyncio.timeout(REQUEST_TIMEOUT_S):
                    request = await link.receive()
            except TimeoutError:
                return
            serve = self._modes.get(str(request.get("mode"))) if request else None
            if request is None or serve is None:
                return
            if greet(link, request):
                await serve(link, request)
        finally:
            await link.close()


def new_address(data: Path) -> str:
    """Where an owner of this data folder should listen. Raises StorageError."""
    if sys.platform == "win32":
        from agent.interfaces.control.pipe import new_pipe_address

        return new_pipe_address()
    from agent.interfaces.control.folder import socket_path

    return str(socket_path(data))


def hello() -> Frame:
    """The first frame to every client."""
    return {"hello": {"version": __version__, "protocol": PROTOCOL, "pid": os.getpid()}}


def greet(link: Link, request: Frame) -> bool:
    """Say who we are; False: the client is of another version and was told so."""
    link.send(hello())
    if request.get("protocol") == PROTOCOL and request.get("version") == __version__:
        return True
    link.send({"mismatch": {"version": __version__, "pid": os.getpid()}})
    return False
