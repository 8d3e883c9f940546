"""Running the tool calls of one reply: the intent is stored before, the result after, an event stands on both sides."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from itertools import groupby
from typing import Any

import msgspec
from msgspec.structs import replace

from agent.events import AnyEvent, ToolCallFinished, ToolCallProgress, ToolCallStarted
from agent.messages import AssistantMessage, Entry, Message, TextPart, ToolCall, ToolMessage, ToolResult
from agent.safety.approvals import RunParked
from agent.storage.sessions import Store
from agent.tasks import spawn, uninterrupted
from agent.tools.act import Gate
from agent.tools.executor import Executor, Prepared
from agent.tools.tool import ToolContext

MAX_CALLS = 64
"""Calls of one reply that are run; the rest get a result that says so."""
PARALLEL = 8
"""Reading calls at the same time."""

CallOutcome = tuple[ToolCall, ToolResult, bool]
"""A call, its result, and whether its tool only reads."""


class Calls(msgspec.Struct):
    """The tool calls of one run."""

    session_id: str
    run_id: str
    store: Store
    executor: Executor
    gate: Gate
    append: Callable[[Sequence[Message]], Coroutine[Any, Any, None]]
    """Stores messages at the end of the session. Must not be interrupted."""
    emit: Callable[[AnyEvent], None]
    results: list[ToolResult] = msgspec.field(default_factory=list[ToolResult])
    """Of this run, for its summary."""
    _intended: set[str] = msgspec.field(default_factory=set[str])
    """Calls whose intent was stored together with their reply."""
    _begun: set[str] = msgspec.field(default_factory=set[str])
    """Calls whose tool was started."""
    _ahead: list[tuple[ToolCall, asyncio.Task[Prepared | Exception]]] = msgspec.field(
        default_factory=list[tuple[ToolCall, "asyncio.Task[Prepared | Exception]"]]
    )
    """Calls that are looked at already."""
    _parked: RunParked | None = None
    """A call waits for a person: no further one is begun."""

    def first_batch(self, calls: Sequence[ToolCall]) -> list[ToolCall]:
        """The reading calls that start at once: their intent is to be stored with the reply, which saves a commit."""
        batch: list[ToolCall] = []
        for call in calls[:PARALLEL]:
            if not self.executor.is_reading(call):
                break
            batch.append(call)
        self._intended = {call.call_id for call in batch}
        return batch

    def look_ahead(self, batch: Sequence[ToolCall], context: ToolContext) -> None:
        """Begin to find out what reading calls would do: the disk that their reply goes to leaves time for it."""
        self._ahead = [(call, spawn(self.executor.look_at(call, context), "look at a call")) for call in batch]

    async def _seen(self, call: ToolCall) -> Prepared | Exception | None:
        begun = next((task for looked_at, task in self._ahead if looked_at is call), None)
        return None if begun is None else await asyncio.shield(begun)

    async def run(self, calls: Sequence[ToolCall], context: ToolContext) -> list[CallOutcome]:
        """Run the calls of one reply: neighbours that only read side by side, all others one after another.

        Raises RunParked when one waits for a person; it and those after it have no result then.
        """
        done: list[CallOutcome] = []
        for reading, group in groupby(calls[:MAX_CALLS], self.executor.is_reading):
            batch = list(group)
            results = await self._run_batch(batch, reading, context)
            done += [(call, result, reading) for call, result in zip(batch, results, strict=True) if result]
            if self._parked is not None:
                raise self._parked
        too_many = [_not_run(call, f"a reply may hold at most {MAX_CALLS} calls") for call in calls[MAX_CALLS:]]
        if too_many:
            await uninterrupted(self.append([ToolMessage(result) for result in too_many]), "store results")
            self.results += too_many
        return done

    async def _run_batch(
        self, batch: Sequence[ToolCall], reading: bool, context: ToolContext
    ) -> list[ToolResult | None]:
        if len(batch) == 1:
            return [await self._unless_parked(batch[0], reading, context)]
        limit = asyncio.Semaphore(PARALLEL if reading else 1)

        async def limited(call: ToolCall) -> ToolResult | None:
            async with limit:
                return await self._unless_parked(call, reading, context)

        async with asyncio.TaskGroup() as tasks:
            work = [tasks.create_task(limited(call)) for call in batch]
        return [task.result() for task in work]

    def last_reply(self, entries: Sequence[Entry]) -> AssistantMessage | None:
        """The last reply of this run: while it was parked, somebody may have talked to the model in its session."""
        own = (entry.message for entry in reversed(entries) if entry.run_id == self.run_id)
        return next((message for message in own if isinstance(message, AssistantMessage)), None)

    def left(self, entries: Sequence[Entry]) -> list[ToolCall]:
        """The calls of the last reply of this run that have no result."""
        answered: set[str] = set()
        for message in (entry.message for entry in reversed(entries) if entry.run_id == self.run_id):
            if isinstance(message, ToolMessage):
                answered.add(message.result.call_id)
            if isinstance(message, AssistantMessage):
                return [call for call in message.tool_calls if call.call_id not in answered]
        return []

    async def waiting(self, entries: Sequence[Entry]) -> set[str]:
        """The ids of the calls with which parked runs of this session wait for a person, this run's own not."""
        made_by: dict[str, str] = {}
        for entry in entries:
            if isinstance(entry.message, ToolMessage):
                made_by.pop(entry.message.result.call_id, None)
            if isinstance(entry.message, AssistantMessage):
                made_by |= {call.call_id: entry.run_id or "" for call in entry.message.tool_calls}
        others = set(made_by.values()) - {self.run_id}
        runs = await self.store.runs_of(sorted(others)) if others else []
        parked = {run.run_id for run in runs if run.stop_reason == "parked"}
        return {call_id for call_id, run_id in made_by.items() if run_id in parked}

    def missing(self, entries: Sequence[Entry]) -> list[ToolMessage]:
        """Results for the calls of the last reply of this run that have none yet, because it ended before."""
        return [ToolMessage(self._stopped(call)) for call in self.left(entries)]

    async def _unless_parked(self, call: ToolCall, reading: bool, context: ToolContext) -> ToolResult | None:
        if self._parked is not None:
            return None
        try:
            return await self._run_one(call, reading, context)
        except RunParked as parked:
            self._parked = parked
            return None

    async def _run_one(self, call: ToolCall, reading: bool, context: ToolContext) -> ToolResult:
        at = time.monotonic()
        self.emit(ToolCallStarted(self.session_id, self.run_id, call, self.executor.title(call), reading))

        def progress(text: str) -> None:
            self.emit(ToolCallProgress(self.session_id, self.run_id, call.call_id, text))

        try:
            context, seen = replace(context, progress=progress), await self._seen(call)
            result = await self.executor.execute(call, context, self.gate, self._intend, seen)
        except RunParked as parked:
            waits = _not_run(call, str(parked).rstrip("."))
            self.emit(ToolCallFinished(self.session_id, self.run_id, waits, time.monotonic() - at))
            raise
        except BaseException:
            await uninterrupted(self._finish(self._stopped(call), at), "store a result")
            raise
        await uninterrupted(self._finish(result, at), "store a result")
        return result

    async def _intend(self, call: ToolCall) -> None:
        if call.call_id not in self._intended:
            await self.store.start_call(self.run_id, self.session_id, call)
        self._begun.add(call.call_id)

    async def _finish(self, result: ToolResult, began_at: float) -> None:
        try:
            await self.append([ToolMessage(result)])
        finally:
            self.results.append(result)
            self.emit(ToolCallFinished(self.session_id, self.run_id, result, time.monotonic() - began_at))

    def _stopped(self, call: ToolCall) -> ToolResult:
        if call.call_id not in self._begun:
            return _not_run(call, "the run was stopped before this call")
        text = "The run was stopped while this call was under way; outcome unknown: check before doing it again."
        return ToolResult(call.call_id, call.name, (TextPart(text),), is_error=True, outcome="unknown")


def _not_run(call: ToolCall, why: str) -> ToolResult:
    return ToolResult(call.call_id, call.name, (TextPart(f"Not run: {why}."),), is_error=True, outcome="not_run")
