"""A program's side of the owner's private socket: commands in, events out, as the values that the runtime knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import msgspec

from agent import __version__
from agent.commands import AnyCommand
from agent.errors import HomardError, OwnerBusy, StorageError, UsageError
from agent.events import AnyEvent
from agent.interfaces.cli.wire import PROTOCOL
from agent.interfaces.control.link import Frame, Link
from agent.interfaces.control.queries import AnyQuery
from agent.tasks import spawn

T = TypeVar("T")

HELLO_TIMEOUT_S = 5.0
"""An owner that is alive answers within milliseconds."""


class OwnerLeft(StorageError):
    """The process that owned the home ended while it was asked."""


class Receipt(msgspec.Struct, frozen=True):
    """What became of a command: `agent.runtime.Receipt`, without the runtime."""

    session_id: str
    run_id: str
    job_id: str = ""
    slot_id: int = 0


class Desk:
    """One connection to the owner. Use `Desk.over`."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._asked: dict[int, asyncio.Future[Frame]] = {}
        self._listening: dict[str, list[asyncio.Queue[AnyEvent | None]]] = {}
        self._last = 0
        self.lost = asyncio.Event()
        """The owner has hung up."""
        self._reader = spawn(self._read(), "desk")

    @classmethod
    async def over(cls, link: Link) -> Desk:
        """Greet the owner. Raises OwnerBusy: it hangs, or is of another version; OwnerLeft: it hung up."""
        link.send({"mode": "api", "protocol": PROTOCOL, "version": __version__})
        try:
            async with asyncio.timeout(HELLO_TIMEOUT_S):
                hello = await link.receive()
        except TimeoutError:
            raise OwnerBusy("The Homard that runs here does not answer. End that process, then try again.") from None
        if hello is None:
            raise OwnerLeft("The Homard that runs here is just ending. Try again.")
        other = hello.get("hello", {})
        if other.get("version") != __version__:
            raise OwnerBusy(
                f"Homard {other.get('version')} runs here (pid {other.get('pid')}), this is {__version__}. Nothing was "
                "done; end that process, so that this version takes its place, and try again."
            )
        return cls(link)

    async def submit(self, command: AnyCommand, *, tied: bool = False) -> Receipt:
        """Carry out a command; `tied`: the run ends with this connection. Raises UsageError, StorageError."""
        answer = await self._call({"submit": msgspec.to_builtins(command), "tied": tied})
        return msgspec.convert(answer["receipt"], Receipt)

    async def ask(self, query: AnyQuery, kind: type[T]) -> T:
        """Ask something that is answered by a `kind`. Raises UsageError, StorageError."""
        answer = await self._call({"ask": msgspec.to_builtins(query)})
        return msgspec.convert(answer["answer"], kind)

    @asynccontextmanager
    async def listening(self, session_id: str) -> AsyncGenerator[AsyncIterator[AnyEvent]]:
        """Hear the events of a session from now on. The iterator raises OwnerLeft when the owner hangs up."""
        queue: asyncio.Queue[AnyEvent | None] = asyncio.Queue()
        listeners = self._listening.setdefault(session_id, [])
        listeners.append(queue)
        try:
            await self._call({"subscribe": session_id})
            yield _events(queue)
        finally:
            listeners.remove(queue)
            if not listeners and self._listening.get(session_id) is listeners:
                del self._listening[session_id]
                with suppress(HomardError):
                    await self._call({"unsubscribe": session_id})

    async def close(self) -> None:
        """Hang up; runs that are tied to this connection are cancelled."""
        self._reader.cancel()
        self._fail()
        await self._link.close()

    async def _call(self, frame: Frame) -> Frame:
        if self.lost.is_set():
            raise _left()
        self._last += 1
        number = self._last
        future = self._asked[number] = asyncio.get_running_loop().create_future()
        self._link.send({**frame, "id": number})
        try:
            await self._link.drain()
            answer = await future
        finally:
            self._asked.pop(number, None)
        if "error" in answer:
            raise (UsageError if answer.get("usage") else StorageError)(str(answer["error"]))
        return answer

    async def _read(self) -> None:
        try:
            while (frame := await self._link.receive()) is not None:
                self._take(frame)
        finally:
            self._fail()

    def _take(self, frame: Frame) -> None:
        if "event" in frame:
            event = msgspec.convert(frame["event"], AnyEvent)
            for queue in self._listening.get(event.session_id, ()):
                queue.put_nowait(event)
        elif (future := self._asked.get(frame.get("id", 0))) is not None and not future.done():
            future.set_result(frame)

    def _fail(self) -> None:
        self.lost.set()
        for future in self._asked.values():
            if not future.done():
                future.set_exception(_left())
        for queues in self._listening.values():
            for queue in queues:
                queue.put_nowait(None)


async def _events(queue: asyncio.Queue[AnyEvent | None]) -> AsyncIterator[AnyEvent]:
    while (event := await queue.get()) is not None:
        yield event
    raise _left()


def _left() -> OwnerLeft:
    return OwnerLeft("The Homard that worked on this ended. What was finished is kept; ask again to go on.")
