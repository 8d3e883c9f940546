"""A session's history as a run sees it: requests built from stored entries, every step committed before the next."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from itertools import groupby

from agent.context.prompt import system_prompt
from agent.context.tokens import message_tokens, prompt_tokens
from agent.context.window import FILL, KEEP, Cut, choose_cut, digest, summary_text, visible
from agent.errors import ModelError
from agent.events import (
    AnyEvent,
    ContextCompacted,
    SteeringDelivered,
    ToolCallFinished,
    ToolCallProgress,
    ToolCallStarted,
)
from agent.messages import (
    NO_USAGE,
    AssistantMessage,
    Entry,
    Message,
    NoteMessage,
    SummaryMessage,
    TextPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    ToolSpec,
    Usage,
    UserMessage,
)
from agent.ports import ModelGateway, ModelRequest, ReplyFinished
from agent.resources import resource_text
from agent.settings import ModelProfile
from agent.storage.recovery import well_formed
from agent.storage.sessions import Store
from agent.tools.executor import Approver, Executor
from agent.tools.tool import ToolContext

MAX_CALLS = 64
"""Calls of one reply that are run; the rest get a result that says so."""
RESULTS_SHARE = 0.5
"""Of the room in the window: what the results of one reply's calls may take together."""
MIN_RESULT_CHARS = 400
CHARS_PER_TOKEN = 4
PARALLEL = 8
"""Reading calls at the same time."""


@dataclass
class Inbox:
    """What was said while a run works."""

    steering: list[UserMessage] = field(default_factory=list[UserMessage])


@dataclass
class StoredConversation:
    """`Conversation` on the store, for one run."""

    session_id: str
    run_id: str
    store: Store
    gateway: ModelGateway
    executor: Executor
    model: ModelProfile
    tools: tuple[ToolSpec, ...]
    context: ToolContext
    approver: Approver
    inbox: Inbox
    emit: Callable[[AnyEvent], None]
    entries: list[Entry] = field(default_factory=list[Entry])
    calls: list[ToolResult] = field(default_factory=list[ToolResult])
    """Results of this run's calls, for its summary."""
    side_usage: Usage = NO_USAGE
    """Of model calls that are not turns: summaries."""
    _system: str = ""

    async def load(self) -> None:
        """Read the history; the folder's instructions are read once a run, so that the prefix is stable within it."""
        self.entries = await self.store.path(self.session_id)
        self._system = await asyncio.to_thread(system_prompt, self.context.cwd)

    # -- the request

    async def request(self) -> ModelRequest:
        """Build the next request, evicting old turns first when the window is nearly full."""
        if self._size() > self._room() * FILL:
            await self._compact(KEEP)
        return self._build(self._messages())

    async def make_room(self) -> bool:
        """Evict more than the estimate says is needed: the provider counts differently."""
        return await self._compact(KEEP / 2)

    def _build(self, messages: Sequence[Message]) -> ModelRequest:
        return ModelRequest(
            self.model,
            self._system,
            tuple(messages),
            self.tools,
            max_output_tokens=self.model.max_output_tokens,
            session_id=self.session_id,
        )

    def _messages(self) -> list[Message]:
        return well_formed([entry.message for entry in visible(self.entries)])

    def _room(self) -> int:
        return max(self.model.window - self.model.max_output_tokens, self.model.window // 4)

    def _size(self) -> int:
        """Tokens of the next request: what the provider counted last, plus an estimate of what came since."""
        since = 0
        shown = visible(self.entries)
        for entry in reversed(shown):
            message = entry.message
            if isinstance(message, AssistantMessage) and message.usage.input_tokens:
                return message.usage.input_tokens + message.usage.output_tokens + since
            since += message_tokens(message)
        return prompt_tokens(self._system, self.tools, [entry.message for entry in shown])

    async def _compact(self, keep: float) -> bool:
        fixed = prompt_tokens(self._system, self.tools, [])
        cut = choose_cut(visible(self.entries), max(self._room() - fixed, 1), keep=keep)
        if cut is None:
            return False
        before = self._size()
        text = summary_text(await self._summarise(cut), cut)
        await self._append([SummaryMessage(text, covers_to=cut.evicted[-1].entry_id)])
        after = sum(message_tokens(entry.message) for entry in visible(self.entries)) + fixed
        self.emit(ContextCompacted(self.session_id, self.run_id, cut.evicted[-1].entry_id, before, after))
        return True

    async def _summarise(self, cut: Cut) -> str:
        """Let the model summarise what is evicted; a digest without a model if it cannot."""
        evicted: list[Message] = well_formed([entry.message for entry in cut.evicted])
        size = sum(message_tokens(message) for message in evicted)
        if self.model.tool_style == "constrained" or size > self._room():
            return digest(cut.evicted)
        ask = UserMessage((TextPart(resource_text("prompts/summary.md")),))
        request = ModelRequest(
            self.model, self._system, (*evicted, ask), max_output_tokens=1_500, session_id=self.session_id
        )
        try:
            async with aclosing(self.gateway.stream(request)) as events:
                async for event in events:
                    if isinstance(event, ReplyFinished):
                        await self._side_call(event.message)
                        return event.message.text or digest(cut.evicted)
        except ModelError:
            pass  # the digest serves; a failing model shows itself at the next call
        return digest(cut.evicted)

    async def _side_call(self, reply: AssistantMessage) -> None:
        self.side_usage = self.side_usage.plus(reply.usage)
        await self.store.record_usage(self.session_id, self.run_id, self.model.label, reply.usage)

    # -- what is stored

    async def _append(self, messages: Sequence[Message], *, started: Sequence[ToolCall] = ()) -> None:
        self.entries += await self.store.append(self.session_id, self.run_id, messages, started_calls=started)

    async def say(self, message: UserMessage) -> None:
        """Store what the person said: the run's first entry."""
        await self._append([message])

    async def add_reply(self, reply: AssistantMessage) -> None:
        """Store a complete reply, and with it the intent of the reading calls that start at once."""
        await self._append([reply], started=self._first_batch(reply.tool_calls))

    async def add_note(self, note: NoteMessage) -> None:
        """Store a word of the harness to the model."""
        await self._append([note])

    async def take_steering(self) -> bool:
        """Store what was said meanwhile."""
        if not self.inbox.steering:
            return False
        said, self.inbox.steering = self.inbox.steering, []
        await self._append(said)
        for message in said:
            self.emit(SteeringDelivered(self.session_id, self.run_id, message.text))
        return True

    # -- tool calls

    def _first_batch(self, calls: Sequence[ToolCall]) -> list[ToolCall]:
        batch: list[ToolCall] = []
        for call in calls[:PARALLEL]:
            if not self.executor.is_reading(call):
                break
            batch.append(call)
        return batch

    async def run_calls(self, calls: Sequence[ToolCall]) -> list[tuple[ToolCall, ToolResult, bool]]:
        """Run the calls of one reply: neighbours that only read side by side, all others one after another."""
        done: list[tuple[ToolCall, ToolResult, bool]] = []
        started = {call.call_id for call in self._first_batch(calls)}
        share = int(self._room() * CHARS_PER_TOKEN * RESULTS_SHARE / min(len(calls), MAX_CALLS))
        most = max(MIN_RESULT_CHARS, min(self.context.max_result_chars, share))
        for reading, group in groupby(calls[:MAX_CALLS], self.executor.is_reading):
            batch = list(group)
            limit = asyncio.Semaphore(PARALLEL if reading else 1)
            async with asyncio.TaskGroup() as tasks:
                work = [
                    tasks.create_task(self._limited(limit, call, reading, call.call_id in started, most))
                    for call in batch
                ]
            done += [(call, task.result(), reading) for call, task in zip(batch, work, strict=True)]
        too_many = [_not_run(call, f"a reply may hold at most {MAX_CALLS} calls") for call in calls[MAX_CALLS:]]
        await self._append([ToolMessage(result) for result in too_many])
        self.calls += too_many
        return done

    async def _limited(
        self, limit: asyncio.Semaphore, call: ToolCall, reading: bool, started: bool, most: int
    ) -> ToolResult:
        async with limit:
            return await self._run_call(call, reading, started, most)

    async def _run_call(self, call: ToolCall, reading: bool, started: bool, most: int) -> ToolResult:
        at = time.monotonic()
        self.emit(ToolCallStarted(self.session_id, self.run_id, call, self.executor.title(call), reading))

        begun = started

        async def intend(call: ToolCall) -> None:
            nonlocal begun
            if not begun:
                await self.store.start_call(self.run_id, self.session_id, call)
            begun = True

        def progress(text: str) -> None:
            self.emit(ToolCallProgress(self.session_id, self.run_id, call.call_id, text))

        try:
            context = replace(self.context, progress=progress, max_result_chars=most)
            result = await self.executor.execute(call, context, self.approver, intend)
        except asyncio.CancelledError:
            await self._finish(_stopped(call, begun), time.monotonic() - at)
            raise
        await self._finish(result, time.monotonic() - at)
        return result

    async def _finish(self, result: ToolResult, duration_s: float) -> None:
        await self._append([ToolMessage(result)])
        self.calls.append(result)
        self.emit(ToolCallFinished(self.session_id, self.run_id, result, duration_s))

    async def close_open_calls(self) -> None:
        """Give each call that a cancellation left without a result one that says it did not run."""
        shown = [entry.message for entry in self.entries]
        stored = {message.result.call_id for message in shown if isinstance(message, ToolMessage)}
        last = next((message for message in reversed(shown) if isinstance(message, AssistantMessage)), None)
        for call in last.tool_calls if last else ():
            if call.call_id not in stored:
                await self._append([ToolMessage(_stopped(call, begun=False))])


def _stopped(call: ToolCall, begun: bool) -> ToolResult:
    if not begun:
        return _not_run(call, "the run was stopped before this call")
    text = "The run was stopped while this call was under way; outcome unknown: check before doing it again."
    return ToolResult(call.call_id, call.name, (TextPart(text),), is_error=True, outcome="unknown")


def _not_run(call: ToolCall, why: str) -> ToolResult:
    return ToolResult(call.call_id, call.name, (TextPart(f"Not run: {why}."),), is_error=True, outcome="not_run")
