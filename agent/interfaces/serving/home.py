"""A way to whoever owns the home: the running app or `homard serve`, else this process, for as long as it is needed.

A program that serves an editor lives for days. So it owns the home only while something is asked of it, and a little
longer: the desktop program, when it is started, need not wait for it.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING

from agent.errors import OwnerBusy, StorageError
from agent.interfaces.control.link import Link, StreamLink
from agent.interfaces.serving.desk import Desk, OwnerLeft
from agent.paths import Paths
from agent.storage.owner import Owner, read_address
from agent.tasks import spawn

if TYPE_CHECKING:
    from agent.interfaces.control.server import ControlServer

TAKEOVER_S = 5.0
"""How long to wait for an owner that is just starting or ending."""
IDLE_S = 2.0
"""How long this process owns the home, or stays connected to its owner, after the last need."""
DRAIN_S = 20.0
"""How long others that it serves may go on when it has to end."""
_RETRY_S = 0.05
_LEAVING_S = 0.2

_log = logging.getLogger(__name__)


class HomeDoor:
    """Lends a `Desk` to those who need one. To be made on the loop; `close` at the end."""

    def __init__(self, paths: Paths, *, idle_s: float = IDLE_S) -> None:
        self._paths = paths
        self._idle_s = idle_s
        self._lock = asyncio.Lock()
        self._desk: Desk | None = None
        self._own: _OwnHome | None = None
        self._lent = 0
        self._leaving: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def desk(self) -> AsyncGenerator[Desk]:
        """Lend the desk, which is there until the end of the block, unless its owner ends. Raises StorageError."""
        self._lent += 1
        self._stay()
        try:
            # Who gives up does so at once; the way is finished all the same, for a lock or a socket that nobody knows
            # of would never be given up.
            yield await asyncio.shield(spawn(self._reached(), "reach the home"))
        finally:
            self._lent -= 1
            self._leave_later()

    async def close(self) -> None:
        """Hang up, and where this process is the owner, let others come to their end and put everything away."""
        self._stay()
        async with self._lock:
            await self._hang_up()
            if self._own is not None:
                own, self._own = self._own, None
                await own.close(DRAIN_S)

    async def _reached(self) -> Desk:
        async with self._lock:
            return await self._ready()

    async def _ready(self) -> Desk:
        if self._desk is not None and not self._desk.lost.is_set():
            return self._desk
        await self._hang_up()
        deadline = asyncio.get_running_loop().time() + TAKEOVER_S
        while (desk := await self._reach()) is None:
            if asyncio.get_running_loop().time() > deadline:
                raise OwnerBusy("Another Homard uses this home and does not answer. End it, then try again.")
            await asyncio.sleep(_RETRY_S)
        self._desk = desk
        return desk

    async def _reach(self) -> Desk | None:
        """Call the owner, or become it; None: it is just changing."""
        if (link := await _call(await asyncio.to_thread(read_address, self._paths))) is None:
            if self._own is None:
                self._own = await _OwnHome.open(self._paths)
            if self._own is None or (link := await _call(self._own.address)) is None:
                return None
        try:
            return await Desk.over(link)
        except OwnerLeft:
            await link.close()
            return None
        except BaseException:
            await link.close()
            raise

    async def _hang_up(self) -> None:
        desk, self._desk = self._desk, None
        if desk is not None:
            await desk.close()

    def _stay(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    def _leave_later(self) -> None:
        if not self._lent:
            self._stay()
            loop = asyncio.get_running_loop()
            self._leaving = loop.call_later(self._idle_s, lambda: spawn(self._leave(), "leave the home"))

    async def _leave(self) -> None:
        """Hang up, so that an owner that wants to end need not wait for us; and be no owner for longer than needed."""
        async with self._lock:
            if self._lent:
                return
            await self._hang_up()
            if self._own is None:
                return
            if not await self._own.is_idle():  # others came meanwhile, and nobody else could serve them
                self._leave_later()
                return
            own, self._own = self._own, None
            await own.close(0)


class _OwnHome:
    """The home, owned by this process and served to everybody, as by any other owner."""

    def __init__(self, stack: AsyncExitStack, server: ControlServer, address: str) -> None:
        self._stack = stack
        self._server = server
        self.address = address

    async def is_idle(self) -> bool:
        """Whether nobody is served; one that is just leaving counts for nobody."""
        return await self._server.wait_idle(_LEAVING_S)

    @classmethod
    async def open(cls, paths: Paths) -> _OwnHome | None:
        """Become the owner; None: another process is. Raises StorageError."""
        from agent.interfaces.control.server import new_address

        address = new_address(paths.data)
        owner = await asyncio.to_thread(Owner.acquire, paths, address)
        if owner is None:
            return None
        async with AsyncExitStack() as stack:
            stack.callback(owner.release)
            server = await cls._served(paths, stack, address)
            return cls(stack.pop_all(), server, address)
        raise AssertionError("an exit stack swallows nothing")

    @staticmethod
    async def _served(paths: Paths, stack: AsyncExitStack, address: str) -> ControlServer:
        from agent.interfaces.cli.service import CommandService
        from agent.interfaces.cli.work import House
        from agent.interfaces.control.api import ApiService
        from agent.interfaces.control.server import ControlServer
        from agent.runtime import Runtime

        runtime = await stack.enter_async_context(Runtime.open(paths))
        commands = CommandService(House(paths, runtime))
        server = ControlServer({"cli": commands.serve, "api": ApiService(runtime).serve})
        stack.push_async_callback(server.close)
        stack.callback(commands.end_all)
        try:
            await server.listen(address)
        except OSError as error:
            raise StorageError(f"No socket can be opened at {address} ({error.strerror}); nothing was done.") from error
        return server

    async def close(self, drain_s: float) -> None:
        """Take nobody new, let the others come to their end for so long, and put everything away."""
        try:
            await self._server.stop_accepting()
            await self._server.wait_idle(drain_s)
        finally:
            await self._stack.aclose()


async def _call(address: str | None) -> Link | None:
    """Connect to an owner of this user; None: nobody is there."""
    if not address:
        return None
    if sys.platform == "win32":
        from agent.interfaces.control.pipe import PipeLink, connect

        with suppress(OSError, EOFError):
            return PipeLink(await asyncio.to_thread(connect, address))
        return None
    import os
    import socket

    from agent.interfaces.cli.wire import peer_uid

    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(sock, address)
        if peer_uid(sock) in (None, os.getuid()):
            return await StreamLink.over(sock)
    except (OSError, ValueError):
        pass
    sock.close()
    return None
