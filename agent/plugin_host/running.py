"""One plugin's process at work: what is asked of it, what it asks, and what becomes of both when it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from agent.errors import ToolDenied, ToolError, ToolFailed, ToolRetry
from agent.plugin_api.model import ModelCall
from agent.plugin_api.result import PlainResult
from agent.plugin_api.wire import (
    Answer,
    Ask,
    Call,
    Cancel,
    Complete,
    Deliver,
    Done,
    FromPlugin,
    Happened,
    NotReady,
    Piece,
    Problem,
    Progress,
    Ready,
    Start,
    ToPlugin,
    Watch,
    encode,
    from_plugin,
)
from agent.plugin_host.channel import Channel, Crashed, NotImported
from agent.plugin_host.passes import Passes
from agent.tasks import spawn, uninterrupted
from agent.tools.foreign import ForeignCall

START_LIMIT_S: Final = 30.0
GIVE_UP_S: Final = 0.7
"""A call that is to be given up is awaited so long; then its process is ended."""
BIG: Final = 64 << 10
"""Messages longer than this are read and written in a thread."""
MAX_PIECES: Final = 2_000
"""Of a model's reply that nobody has taken yet."""
SHOW_EVERY_S: Final = 0.05
MAX_ASKS: Final = 64
"""That one process may have open; twice as many, and it is ended."""


_log = logging.getLogger(__name__)

Answerer = Callable[[Ask, ForeignCall | None], Awaitable[Any]]
"""Gives what the plugin asked for; raises ToolError."""


@dataclass
class _Open:
    """Something that was asked of the plugin and has no answer yet."""

    done: asyncio.Future[PlainResult | None]
    call: ForeignCall | None = None
    progress: Callable[[str], None] | None = None
    pieces: asyncio.Queue[str | ModelCall | None] | None = None
    too_fast: bool = False
    """It replied faster than its pieces were taken; the rest of them is dropped."""
    line: str | None = None
    """Of its progress, to be shown soon."""
    shown_at: float = float("-inf")
    lasting: bool = False
    """It is no call that somebody waits for."""
    asks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])


class Running:
    """The process; made by `start`."""

    def __init__(
        self, name: str, channel: Channel, answer: Answerer, on_end: Callable[[Running], None] = lambda _running: None
    ) -> None:
        self.name = name
        self.channel = channel
        self.failure = ""
        """Why it is no good any more, for a person; empty: it works, or was ended as it should."""
        self._answer, self._on_end = answer, on_end
        self._number = 0
        self._open: dict[int, _Open] = {}
        self._asks: set[asyncio.Task[None]] = set()
        self.passes = Passes(channel)
        """Who judges what it reaches for."""
        self._closing = False
        self._ready: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
        self._reader = spawn(self._listen(), f"plugin-{name}")

    @classmethod
    async def start(
        cls, name: str, channel: Channel, order: Start, answer: Answerer, on_end: Callable[[Running], None]
    ) -> tuple[Running, Ready]:
        """Have the plugin imported; gives what it offers. Raises NotImported, Crashed; then its process has ended.

        `on_end`: told when the process has ended, on the event loop.
        """
        running = cls(name, channel, answer, on_end)
        try:
            async with asyncio.timeout(START_LIMIT_S):
                await running._send(order)
                return running, await asyncio.shield(running._ready)
        except TimeoutError:
            await running.end(f"it was not imported within {START_LIMIT_S:.0f} s")
            raise Crashed(f"it was not imported within {START_LIMIT_S:.0f} s") from None
        except BaseException:
            await uninterrupted(running.end(), "end-plugin")
            raise

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self.channel.alive and not self._closing

    @property
    def busy(self) -> bool:
        """Whether something asked of it has no answer yet."""
        return bool(self._open)

    @property
    def calling(self) -> bool:
        """Whether somebody waits for an answer."""
        return any(not one.lasting for one in self._open.values())

    async def call(self, call: ForeignCall) -> PlainResult:
        """Have a tool called. Raises ToolRetry, ToolFailed, ToolDenied, Crashed."""
        offer = call.tool
        with self.passes.counting(call.egress):
            async with self._asking(call, call.progress) as (number, opened):
                await self._send(Call(number, offer.own_name, dict(call.arguments)))
                try:
                    async with asyncio.timeout(offer.timeout_s):
                        result = await asyncio.shield(opened.done)
                except TimeoutError:
                    await uninterrupted(self._give_up(number, opened), "give-up")
                    raise ToolFailed(f"It took longer than {offer.timeout_s:g} s and was stopped.") from None
        if result is None:
            raise Crashed(await self._nonsense("a call without a result"))
        return result

    async def deliver(self, output: str, title: str, text: str, timeout_s: float = 60.0) -> None:
        """Give a report to one of its outputs. Raises as `call` does."""
        async with self._asking() as (number, opened):
            await self._send(Deliver(number, output, title, text))
            try:
                async with asyncio.timeout(timeout_s):
                    await asyncio.shield(opened.done)
            except TimeoutError:
                await uninterrupted(self._give_up(number, opened), "give-up")
                raise ToolFailed(f"It took longer than {timeout_s:g} s and was stopped.") from None

    async def watch(self, trigger: str) -> None:
        """Run a trigger for as long as this is awaited. Raises ToolFailed, Crashed."""
        async with self._asking() as (number, opened):
            opened.lasting = True
            await self._send(Watch(number, trigger))
            await asyncio.shield(opened.done)

    async def complete(self, order: Complete) -> AsyncGenerator[str | ModelCall, None]:
        """Ask a model provider; gives the reply in pieces. Raises ToolFailed, Crashed."""
        async with self._asking() as (number, opened):
            pieces: asyncio.Queue[str | ModelCall | None] = asyncio.Queue()
            opened.pieces = pieces
            await self._send(msgspec.structs.replace(order, number=number))
            while (piece := await pieces.get()) is not None:
                yield piece
            if opened.too_fast:
                await uninterrupted(self._give_up(number, opened), "give-up")
                raise ToolFailed("It sent its reply faster than it could be taken.")
            await asyncio.shield(opened.done)

    async def tell(self, event: Mapping[str, Any]) -> None:
        """Hand on an event. Raises Crashed."""
        await self._send(Happened(dict(event)))

    async def end(self, failure: str = "") -> None:
        """End it with all it started; what is open fails."""
        self._closing = True
        self.failure = self.failure or failure
        await self.channel.end(0.0 if failure else 0.5)
        await asyncio.wait([self._reader])

    @asynccontextmanager
    async def _asking(
        self, call: ForeignCall | None = None, progress: Callable[[str], None] | None = None
    ) -> AsyncGenerator[tuple[int, _Open]]:
        self._number += 1
        number = self._number
        opened = _Open(asyncio.get_running_loop().create_future(), call, progress)
        self._open[number] = opened
        try:
            yield number, opened
        except (asyncio.CancelledError, GeneratorExit):
            await uninterrupted(self._give_up(number, opened), "give-up")
            raise
        finally:
            self._open.pop(number, None)
            if opened.line is not None and opened.progress is not None:
                opened.progress(opened.line)
                opened.progress = None
            for task in opened.asks:
                task.cancel()
            if opened.done.done() and not opened.done.cancelled():
                opened.done.exception()  # so that nobody is told of what nobody awaited

    async def _give_up(self, number: int, opened: _Open) -> None:
        """Have the plugin stop; one that does not is ended."""
        if opened.done.done() or not self.alive:
            return
        try:
            async with asyncio.timeout(GIVE_UP_S):
                await self._send(Cancel(number))
                await asyncio.wait([opened.done])
        except (TimeoutError, ToolFailed):
            self._closing = True
            self.failure = "it did not stop when it was asked to"
            spawn(self.end(self.failure), "end-plugin")

    async def _send(self, message: ToPlugin) -> None:
        line = encode(message) if not isinstance(message, Call) else await _encoded(message)
        try:
            await self.channel.send(line)
        except ToolFailed as error:
            raise Crashed(self._words() or str(error)) from None

    async def _listen(self) -> None:
        try:
            while (line := await self.channel.receive()) is not None:
                self._take(from_plugin(line) if len(line) < BIG else await asyncio.to_thread(from_plugin, line))
        except asyncio.CancelledError:
            self._closing = True
            raise
        except ToolFailed:
            pass  # it sent too much at once, and has been ended: `_over` says so
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            await self._nonsense(str(error))
        finally:
            self._over()

    async def _nonsense(self, what: str) -> str:
        self.failure = f"it sent what is no message of the plugin API ({what[:200]})"
        self._closing = True
        await self.channel.end(0.0)
        return self.failure

    def _over(self) -> None:
        words = self._words() or "it was ended"
        for opened in self._open.values():
            if opened.pieces is not None:
                opened.pieces.put_nowait(None)
            if not opened.done.done():
                opened.done.set_exception(Crashed(words))
        if not self._ready.done():
            self._ready.set_exception(Crashed(words))
            self._ready.exception()
        for task in self._asks:
            task.cancel()
        if not self._closing:
            self.failure = self.failure or words
        self._on_end(self)

    def _words(self) -> str:
        ended = self.channel.ended
        return self.failure or (ended.words if ended is not None else "")

    def _take(self, message: FromPlugin) -> None:
        match message:
            case Ready():
                if not self._ready.done():
                    self._ready.set_result(message)
            case NotReady():
                if not self._ready.done():
                    self._ready.set_exception(NotImported(message.text))
                    self._ready.exception()
            case Progress():
                opened = self._open.get(message.number)
                if opened is not None and opened.progress is not None:
                    self._show(opened, opened.progress, message.text)
            case Piece():
                self._piece(message)
            case Done():
                self._done(message)
            case Ask():
                self._asked(message)

    def _show(self, opened: _Open, progress: Callable[[str], None], text: str) -> None:
        """Show a line now, or the newest one soon: nobody reads more than some a second."""
        loop = asyncio.get_running_loop()
        waits, opened.line = opened.line is not None, text
        if waits:
            return

        def show() -> None:
            line, opened.line = opened.line, None
            opened.shown_at = loop.time()
            if line is not None and opened.progress is not None:
                progress(line)

        if (wait := opened.shown_at + SHOW_EVERY_S - loop.time()) > 0:
            loop.call_later(wait, show)
        else:
            show()

    def _piece(self, piece: Piece) -> None:
        opened = self._open.get(piece.number)
        if opened is None or opened.pieces is None or opened.too_fast:
            return
        if opened.pieces.qsize() >= MAX_PIECES:
            opened.pieces.put_nowait(None)
            opened.too_fast = True
        else:
            opened.pieces.put_nowait(piece.call or piece.text)

    def _done(self, done: Done) -> None:
        opened = self._open.get(done.number)
        if opened is None:
            return
        if done.error is None:
            if not opened.done.done():
                opened.done.set_result(done.result)
        else:
            kinds = {"retry": ToolRetry, "denied": ToolDenied}
            self._fail(opened, kinds.get(done.error.kind, ToolFailed)(done.error.text))
        if opened.pieces is not None:
            opened.pieces.put_nowait(None)

    def _fail(self, opened: _Open, error: ToolError) -> None:
        if not opened.done.done():
            opened.done.set_exception(error)
            opened.done.exception()

    def _asked(self, ask: Ask) -> None:
        opened = self._open.get(ask.of) if ask.of else None
        too_many = len(self._asks) >= MAX_ASKS
        if len(self._asks) >= 2 * MAX_ASKS:
            self._closing, self.failure = True, "it asked for more than it took answers"
            spawn(self.channel.end(0.0), "end-plugin")
            return
        task = spawn(self._answered(ask, opened.call if opened else None, too_many), "ask")
        self._asks.add(task)
        task.add_done_callback(self._asks.discard)
        if opened is not None:
            opened.asks.add(task)
            task.add_done_callback(opened.asks.discard)

    async def _answered(self, ask: Ask, call: ForeignCall | None, too_many: bool) -> None:
        answer: Answer
        try:
            if too_many:
                raise ToolFailed(f"The plugin asks for more than {MAX_ASKS} things at once.")
            answer = Answer(ask.number, await self._answer(ask, call))
        except ToolError as error:
            kind = "retry" if isinstance(error, ToolRetry) else "denied" if isinstance(error, ToolDenied) else "failed"
            answer = Answer(ask.number, None, Problem(kind, str(error)[:4_000]))
        except Exception:  # noqa: BLE001 - whatever it is, the plugin must not wait for ever
            _log.exception("what the plugin %s asked for could not be had", self.name)
            answer = Answer(ask.number, None, Problem("failed", "Homard could not do that; its log says why."))
        with suppress(ToolFailed):
            await self._send(answer)


async def _encoded(call: Call) -> bytes:
    """A call with megabytes of arguments is written in a thread."""
    return await asyncio.to_thread(encode, call) if _is_big(call.arguments) else encode(call)


def _is_big(value: Any, depth: int = 0) -> bool:
    if isinstance(value, str):
        return len(value) > BIG
    if depth > 2 or not isinstance(value, dict | list):
        return depth > 2
    items: list[Any] = list(value.values()) if isinstance(value, dict) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return len(items) > 1_000 or any(_is_big(one, depth + 1) for one in items)
