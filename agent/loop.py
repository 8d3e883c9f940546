"""The agent loop: model → tools → model, until the model is done or a limit says stop.

A pure async function over ports. It holds no state between runs, stores through the conversation, and says what
happens through `emit`. Whatever ends it is an `Outcome`, or a CancelledError that its owner turns into one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Protocol

import msgspec

from agent.breaker import ADVICE, Breaker, Pattern
from agent.budget.refusal import BudgetReached
from agent.commands import Limits
from agent.errors import ContextOverflow, HomardError, ModelError, SecretUnavailable
from agent.events import (
    AnyEvent,
    LoopDetected,
    MessageDelta,
    MessageFinished,
    MessageStarted,
    ModelRetryScheduled,
    StopReason,
    TurnFinished,
    TurnStarted,
)
from agent.messages import NO_USAGE, AssistantMessage, NoteMessage, TextPart, ToolCall, ToolResult, Usage
from agent.ports import Clock, ModelGateway, ModelRequest, TextDelta
from agent.retry import retry_delay
from agent.tasks import uninterrupted

MAX_OVERFLOWS = 4
"""Each halves what is shown, so a window much smaller than we were told is met too."""
MIN_OUTPUT_TOKENS = 16
"""Endpoints refuse to be asked for less."""

LAST_TURN = "This is the last turn of this run: do not call tools, say what is done and what is left."


class Conversation(Protocol):
    """The session's side of a run: durable history and inbox."""

    session_id: str
    run_id: str
    side_usage: Usage
    """Of model calls that are not turns (summaries)."""

    async def request(self, max_output_tokens: int) -> ModelRequest:
        """Build the next request, for at most so much output; makes room in the window first if it must."""
        ...

    async def make_room(self) -> bool:
        """Evict old turns because a provider said that the prompt does not fit; False: nothing left to evict."""
        ...

    async def add_reply(self, reply: AssistantMessage) -> AssistantMessage:
        """Store a reply, or what came of it; give it as it was stored, with the label of what the model had seen.

        The caller sees to it that nothing interrupts this.
        """
        ...

    async def add_note(self, note: NoteMessage) -> None:
        """Store a word of the harness to the model."""
        ...

    def is_steered(self) -> bool:
        """Whether something was said meanwhile."""
        ...

    async def take_steering(self) -> bool:
        """Store what was said meanwhile; False: nothing was."""
        ...

    async def run_calls(self, calls: Sequence[ToolCall]) -> list[tuple[ToolCall, ToolResult, bool]]:
        """Run the calls of a reply and store each result; the flag says whether the tool only reads."""
        ...


class Outcome(msgspec.Struct, frozen=True):
    """How a run ended."""

    stop_reason: StopReason
    text: str = ""
    usage: Usage = NO_USAGE
    turns: int = 0
    error: str | None = None
    error_code: str | None = None


async def _at_once() -> bool:
    return False


class Loop(msgspec.Struct):
    """The ports of one run and what it has spent so far."""

    conversation: Conversation
    gateway: ModelGateway
    clock: Clock
    limits: Limits
    breaker: Breaker
    emit: Callable[[AnyEvent], None]
    admit: Callable[[], Awaitable[bool]] = _at_once
    """Waits until a model call may start; says whether it had to wait."""
    spent: Usage = NO_USAGE
    turns: int = 0
    """Those that a parked run had before are among them."""
    calls: int = 0
    """Tool calls that the model made."""
    text: str = ""

    @property
    def usage(self) -> Usage:
        """All that the run has spent."""
        return self.spent.plus(self.conversation.side_usage)

    @property
    def tokens_left(self) -> int:
        """What the run's limit still allows; 0 or less: nothing."""
        return self.limits.max_tokens - self.usage.input_tokens - self.usage.output_tokens

    def ended(self, reason: StopReason, error: str | None = None, code: str | None = None) -> Outcome:
        """The outcome with what is known now."""
        return Outcome(reason, self.text, self.usage, self.turns, error, code)


async def run(loop: Loop) -> Outcome:
    """Run until the model answers without a call, or a limit, a loop or an error ends it. RunParked passes through."""
    for turn in range(loop.turns + 1, loop.limits.max_turns + 1):
        if loop.tokens_left <= 0:
            return _out_of_tokens(loop)
        if turn == loop.limits.max_turns > 1:
            await loop.conversation.add_note(NoteMessage(LAST_TURN))
        loop.turns = turn
        ids = (loop.conversation.session_id, loop.conversation.run_id)
        loop.emit(TurnStarted(*ids, turn))
        try:
            outcome = await _turn(loop)
        finally:
            loop.emit(TurnFinished(*ids, turn))
        if outcome is not None:
            return outcome
    return loop.ended(
        "max_turns", f"The run took its {loop.limits.max_turns} turns. Say “go on” to continue, or raise the limit."
    )


async def resume(loop: Loop, calls: Sequence[ToolCall]) -> Outcome:
    """Go on with a parked run: first with the calls it waits with."""
    outcome = await _watch(loop, await loop.conversation.run_calls(calls)) if calls else None
    return outcome or await run(loop)


async def _turn(loop: Loop) -> Outcome | None:
    try:
        reply = await _reply(loop)
    except BudgetReached as error:
        return loop.ended(error.stop_reason, str(error))
    except ModelError as error:
        return loop.ended("model_error", str(error), error.code)
    except SecretUnavailable as error:
        return loop.ended("model_error", str(error), "no_key")
    if reply.tool_calls:
        loop.calls += len(reply.tool_calls)
        if loop.limits.max_calls is not None and loop.calls > loop.limits.max_calls:
            return loop.ended(
                "max_calls",
                f"The run wanted more than its {loop.limits.max_calls} tool calls. Its work is kept. Raise the limit.",
            )
        return await _watch(loop, await loop.conversation.run_calls(reply.tool_calls))
    if loop.conversation.is_steered() and loop.turns < loop.limits.max_turns and loop.tokens_left > 0:
        return None
    if reply.finish == "length":
        if loop.tokens_left <= 0:
            return _out_of_tokens(loop)
        return loop.ended(
            "output_limit", "The reply reached the model's output limit and is not complete. Say “go on” to continue."
        )
    return loop.ended("end_turn")


def _out_of_tokens(loop: Loop) -> Outcome:
    most = loop.limits.max_tokens
    used = most - loop.tokens_left
    return loop.ended("max_tokens", f"The run used {used:,} of {most:,} tokens. Raise the limit to go on.")


async def _watch(loop: Loop, done: Sequence[tuple[ToolCall, ToolResult, bool]]) -> Outcome | None:
    """Feed the breaker; tell the model once, then stop."""
    pattern: Pattern | None = None
    for call, result, reading in done:
        pattern = loop.breaker.observe(call, result, reading=reading) or pattern
    if pattern is None:
        return None
    stop = loop.breaker.warned
    loop.breaker.warned = True
    loop.emit(LoopDetected(loop.conversation.session_id, loop.conversation.run_id, pattern, stop))
    if stop:
        words = pattern.replace("_", " ")
        return loop.ended(
            "loop", f"The run went in circles ({words}) after being told so once, and was stopped. Its work is kept."
        )
    await loop.conversation.add_note(NoteMessage(ADVICE[pattern]))
    return None


async def _reply(loop: Loop) -> AssistantMessage:
    """Get one complete reply and store it; retries what waiting may mend."""
    overflows = 0
    attempt = 1
    while True:
        request = await _next_request(loop)
        try:
            return await _stream(loop, request)
        except ContextOverflow:
            overflows += 1
            if overflows > MAX_OVERFLOWS or not await loop.conversation.make_room():
                raise
        except ModelError as error:
            delay = retry_delay(error, attempt)
            if delay is None:
                raise
            ids = (loop.conversation.session_id, loop.conversation.run_id)
            loop.emit(ModelRetryScheduled(*ids, attempt, delay, str(error)))
            await loop.clock.sleep(delay)
            attempt += 1


async def _next_request(loop: Loop) -> ModelRequest:
    """Build a request that may go out now, with all that was said until now."""
    while True:
        await loop.admit()
        if await loop.conversation.take_steering():
            loop.breaker.reset()
        request = await loop.conversation.request(max(loop.tokens_left, MIN_OUTPUT_TOKENS))
        if not await loop.admit():
            return request


async def _stream(loop: Loop, request: ModelRequest) -> AssistantMessage:
    ids = (loop.conversation.session_id, loop.conversation.run_id)
    loop.emit(MessageStarted(*ids, request.model.label))
    said: list[str] = []
    try:
        reply = await _received(loop, request, said)
    except BaseException as error:
        problem = str(error) if isinstance(error, HomardError) else "The reply was given up."
        try:
            if isinstance(error, asyncio.CancelledError):
                await _keep_cut(loop, "".join(said).strip(), request.model.label)
        finally:
            loop.emit(MessageFinished(*ids, None, problem))
        raise
    await uninterrupted(_keep(loop, reply), "store a reply")
    return reply


async def _received(loop: Loop, request: ModelRequest, said: list[str]) -> AssistantMessage:
    """Wait for a complete reply; `said` takes its text as it comes, for what may be left of it."""
    ids = (loop.conversation.session_id, loop.conversation.run_id)
    reply: AssistantMessage | None = None
    async with aclosing(loop.gateway.stream(request)) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                loop.emit(MessageDelta(*ids, event.text, event.thinking))
                if not event.thinking:
                    said.append(event.text)
            else:
                reply = event.message
    if reply is None:
        raise ModelError("The gateway ended without a reply. This is a fault of Homard.")
    return reply


async def _keep_cut(loop: Loop, text: str, model: str) -> None:
    """Store what a person had read of a reply when the run was stopped."""
    if text:
        cut = AssistantMessage((TextPart(text),), model, "cut")
        await uninterrupted(loop.conversation.add_reply(cut), "store what came of a reply")


async def _keep(loop: Loop, reply: AssistantMessage) -> None:
    """Account for a complete reply, which is paid for whatever follows, and store it."""
    loop.spent = loop.spent.plus(reply.usage)
    loop.text = reply.text or loop.text
    problem: str | None = "The reply could not be stored."
    try:
        reply = await loop.conversation.add_reply(reply)
        problem = None
    except HomardError as error:
        problem = str(error)
        raise
    finally:
        ids = (loop.conversation.session_id, loop.conversation.run_id)
        loop.emit(MessageFinished(*ids, None if problem else reply, problem))
