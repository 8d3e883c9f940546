"""A program: one plugin in a process of its own. It imports the plugin, and does what Homard says over its pipe.

What the plugin prints goes to the log; the pipe is out of reach of its standard output.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

import msgspec

from agent import api
from agent.errors import ToolDenied, ToolError, ToolFailed, ToolRetry
from agent.plugin_api.calling import call_tool, called, told, with_context
from agent.plugin_api.context import Context
from agent.plugin_api.decorators import Marked
from agent.plugin_api.loading import Broken, Loaded, load
from agent.plugin_api.model import ModelCall
from agent.plugin_api.result import PlainResult
from agent.plugin_api.wire import (
    MAX_PROGRESS_CHARS,
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
    ProviderSaid,
    Ready,
    Start,
    ToolSaid,
    TriggerSaid,
    Watch,
    encode,
    to_plugin,
)
from agent.tasks import spawn

_KINDS = {"retry": ToolRetry, "failed": ToolFailed, "denied": ToolDenied}
_RETRY_S = 30.0
"""A trigger that failed is asked again after this, and twice as long each time, up to an hour."""


class Shut(MetaPathFinder):
    """Keeps a plugin to `agent.api`. Not what holds it (that is the sandbox): what tells its author in time."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        """Refuse all further modules of Homard."""
        if fullname.partition(".")[0] in ("agent", "app"):
            words = f"A plugin imports agent.api (version {api.API_VERSION}) and nothing else of Homard"
            raise ImportError(f"{words}, not {fullname}.", name=fullname)


class Pipe:
    """The way to Homard; any thread may send."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing = reading, writing
        self._lock = threading.Lock()

    def send(self, message: FromPlugin) -> None:
        """Send a message; waits while Homard takes none."""
        data = memoryview(encode(message))
        with self._lock:
            while data:
                data = data[os.write(self._writing, data) :]

    def lines(self) -> Any:
        """What Homard says, a line each, until it closes."""
        with os.fdopen(self._reading, "rb") as file:
            yield from file


class Worker:
    """The plugin at work."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._loaded = Loaded((), {})
        self._settings: Mapping[str, Any] = {}
        self._data = Path()
        self._number = 0
        self._works: dict[int, tuple[asyncio.Task[None], Context]] = {}
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._log = logging.getLogger("plugin")

    def take(self, line: bytes) -> None:
        """Do what Homard says."""
        message = to_plugin(line)
        match message:
            case Start():
                self._start(message)
            case Call():
                self._begin(message.number, lambda context: self._call(message, context))
            case Deliver():
                self._begin(message.number, lambda context: self._deliver(message, context))
            case Watch():
                self._begin(message.number, lambda context: self._watch(message, context), of=0)
            case Complete():
                self._begin(message.number, lambda context: self._complete(message, context))
            case Happened():
                spawn(self._happened(message.event), "event")
            case Cancel():
                self._cancel(message.number)
            case Answer():
                self._answered(message)

    async def ask(self, what: str, of: int, arguments: Mapping[str, Any]) -> Any:
        """Ask Homard, and wait. Raises what it answers."""
        self._number += 1
        number = self._number
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked[number] = future
        try:
            self._pipe.send(Ask(number, of, what, dict(arguments)))  # pyright: ignore[reportArgumentType]
            return await future
        finally:
            self._asked.pop(number, None)

    def _start(self, start: Start) -> None:
        self._settings, self._data = start.settings, Path(start.data)
        try:
            self._loaded = load(start.id, Path(start.folder), start.module)
            self._pipe.send(ready(self._loaded))
        except Broken as error:
            self._log.error("%s", error, exc_info=error.__cause__)
            self._pipe.send(NotReady(str(error)[:4_000]))
        except (msgspec.ValidationError, TypeError, ValueError) as error:
            self._pipe.send(NotReady(f"What it marks cannot be used: {error}"[:4_000]))

    def _context(self, of: int, number: int) -> Context:
        def progress(text: str) -> None:
            self._pipe.send(Progress(number, str(text)[:MAX_PROGRESS_CHARS]))

        return Context(self, settings=self._settings, data=self._data, of=of, progress=progress, log=self._log)

    def _begin(
        self, number: int, work: Callable[[Context], Coroutine[Any, Any, PlainResult | None]], of: int | None = None
    ) -> None:
        context = self._context(number if of is None else of, number)
        self._works[number] = (spawn(self._work(number, work(context)), "call"), context)

    async def _work(self, number: int, work: Coroutine[Any, Any, PlainResult | None]) -> None:
        result: PlainResult | None = None
        error: Problem | None = None
        try:
            result = await work
        except asyncio.CancelledError:
            error = Problem("cancelled", "It was given up.")
        except ToolError as problem:
            kind = next((kind for kind, of in _KINDS.items() if isinstance(problem, of)), "failed")
            error = msgspec.convert({"kind": kind, "text": str(problem)[:4_000]}, Problem)
        except Exception as problem:  # noqa: BLE001 - whatever a plugin raises is told
            self._log.exception("failed")
            error = Problem("failed", f"The plugin failed: {told(problem)}"[:4_000])
        self._works.pop(number, None)
        try:
            self._pipe.send(Done(number, result, error))
        except (TypeError, ValueError, RecursionError) as problem:
            self._pipe.send(Done(number, None, Problem("failed", f"The result is no plain data: {problem}"[:4_000])))

    async def _call(self, call: Call, context: Context) -> PlainResult:
        marked, signature = self._loaded.find("tool", call.tool), self._loaded.signatures.get(call.tool)
        if marked is None or signature is None:
            raise ToolFailed(f"The plugin has no tool {call.tool}.")
        return await call_tool(marked.function, signature, call.arguments, context)

    async def _deliver(self, order: Deliver, context: Context) -> None:
        marked = self._find("output", order.output)
        given = with_context(marked.function, context, title=order.title, text=order.text)
        await called(marked.function, given)

    async def _complete(self, order: Complete, context: Context) -> None:
        marked = self._find("provider", order.provider)
        async for piece in marked.function(**with_context(marked.function, context, order.request)):
            call = piece if isinstance(piece, ModelCall) else None
            self._pipe.send(Piece(order.number, "" if call else str(piece), call))

    async def _watch(self, order: Watch, context: Context) -> None:
        marked = self._find("trigger", order.trigger)
        wait = _RETRY_S
        while True:
            try:
                await called(marked.function, with_context(marked.function, context))
                wait = _RETRY_S
                if not marked.every_s:
                    return
                await asyncio.sleep(max(1.0, marked.every_s))
            except (asyncio.CancelledError, GeneratorExit):
                raise
            except Exception:  # noqa: BLE001 - whatever a plugin raises is logged
                self._log.exception("the trigger %s failed; it is tried again in %.0f s", marked.name, wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 3_600.0)

    async def _happened(self, event: dict[str, Any]) -> None:
        for marked in self._loaded.marked:
            if marked.kind == "on" and event.get("event") in marked.events:
                try:
                    given = with_context(marked.function, self._context(0, 0), event)
                    await called(marked.function, given)
                except Exception:  # noqa: BLE001 - whatever a plugin raises is logged
                    self._log.exception("%s failed", marked.name)

    def _find(self, kind: Any, name: str) -> Marked:
        marked = self._loaded.find(kind, name)
        if marked is None:
            raise ToolFailed(f"The plugin has no {kind} {name}.")
        return marked

    def _cancel(self, number: int) -> None:
        if number in self._works:
            task, context = self._works[number]
            context.cancelled = True
            task.cancel()

    def _answered(self, answer: Answer) -> None:
        future = self._asked.get(answer.number)
        if future is None or future.done():
            return
        if answer.error is None:
            future.set_result(answer.value)
        else:
            future.set_exception(_KINDS.get(answer.error.kind, ToolFailed)(answer.error.text))


def ready(loaded: Loaded) -> Ready:
    """Say what a plugin has. Raises msgspec.ValidationError for what is too long or named oddly."""
    tools: list[ToolSaid] = []
    for one in loaded.marked:
        if one.kind == "tool":
            signature = loaded.signatures[one.name]
            tools.append(
                ToolSaid(
                    one.name,
                    signature.description,
                    signature.schema,
                    signature.files,
                    one.title,
                    one.timeout_s,
                    one.reading,
                    one.declaration,
                )
            )
    events = tuple(sorted({event for one in loaded.marked for event in one.events}))
    said = Ready(
        tuple(tools),
        _said(loaded, "trigger"),
        _said(loaded, "output"),
        tuple(ProviderSaid(one.name, one.models, one.title) for one in loaded.marked if one.kind == "provider"),
        events,
    )
    return msgspec.convert(msgspec.to_builtins(said), Ready)


def _said(loaded: Loaded, kind: str) -> tuple[TriggerSaid, ...]:
    return tuple(
        TriggerSaid(one.name, one.title, " ".join((one.function.__doc__ or "").split())[:500])
        for one in loaded.marked
        if one.kind == kind
    )


async def serve(pipe: Pipe) -> None:
    """Do what Homard says until it closes the pipe."""
    loop = asyncio.get_running_loop()
    worker = Worker(pipe)
    over = asyncio.Event()

    def listen() -> None:
        for line in pipe.lines():
            loop.call_soon_threadsafe(worker.take, line)
        loop.call_soon_threadsafe(over.set)

    threading.Thread(target=listen, name="pipe", daemon=True).start()
    await over.wait()


def main() -> None:
    """Be a plugin."""
    reading, writing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    sys.argv = ["plugin"]
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    sys.meta_path.insert(0, Shut())  # all that `api` needs is imported by now
    try:
        asyncio.run(serve(Pipe(reading, writing)))
    finally:
        os._exit(0)  # threads of the plugin may still run
