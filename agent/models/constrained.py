"""The constrained profile: what makes a model of 100 million parameters a useful agent that only makes valid calls.

Such a model can not choose among tools from their descriptions. Here it gets no chance to err: the request is compared
with worked examples (`examples`), the model picks among the few intents that come into question (`decide`), the
arguments are cut out of the request and of what was read (`asked`, `steps`), and its sentence about the result is shown
with the evidence and only if all names and numbers in it are true (`answers`).
"""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

import msgspec

from agent.messages import (
    AssistantMessage,
    Message,
    NoteMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from agent.models.answers import answer, compose
from agent.models.decide import decide
from agent.models.examples import example_index
from agent.models.mentions import Mentions, Place, find_mentions, look_around
from agent.models.small_talk import SmallTalk
from agent.models.steps import Choice, Done, Plan, Step, first_steps, make_plan, next_steps, writing
from agent.ports import ModelEvent, ModelGateway, ModelRequest, ReplyFinished, TextDelta

MAX_ROUNDS = 3
"""Replies with calls in one run; then it must answer."""
_PLAN = "plan "
_PRONOUN = re.compile(r"\b(?:it|this file|that file|the file|this|that)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Turn:
    """What a request is about: the last words of the user and what was done about them."""

    ask: str
    context: str
    plan: Plan | None
    done: list[Done]
    rounds: int
    last: bool
    """The harness said that no more calls may follow."""
    recent_file: str
    """The file that was last worked with before, for `it` and `that file`."""


class ConstrainedGateway:
    """`ModelGateway` over another one; requests of the tool style `constrained` become small ones, all else goes through."""

    def __init__(self, base: ModelGateway) -> None:
        self._base = base

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply; see `ModelGateway.stream`."""
        if request.model.tool_style != "constrained" or not request.tools or request.response_schema is not None:
            async with aclosing(self._base.stream(_plain(request))) as events:
                async for event in events:
                    yield event
            return
        async with aclosing(_Reply(self._base, request).stream()) as events:
            async for event in events:
                yield event


class _Reply:
    """One reply of the profile."""

    def __init__(self, base: ModelGateway, request: ModelRequest) -> None:
        self._request = request
        self._talk = SmallTalk(base, request)
        self._turn = _read(request.messages)

    async def stream(self) -> AsyncGenerator[ModelEvent, None]:
        turn = self._turn
        place = await asyncio.to_thread(look_around, turn.context)
        plan = turn.plan or await self._decide(place)
        steps = [] if turn.last or turn.rounds >= MAX_ROUNDS else await self._steps(plan, place)
        if steps:
            yield ReplyFinished(self._calls(plan, steps))
            return
        parts: list[str] = []
        async with aclosing(answer(plan, turn.ask, turn.done, self._talk)) as pieces:
            async for piece in pieces:
                piece = piece if parts else piece.lstrip()
                if piece:
                    parts.append(piece)
                    yield TextDelta(piece)
        text = "".join(parts) or "I have no answer to that."
        finish = "length" if self._talk.finish == "length" and plan.intent == "chat" else "stop"
        yield ReplyFinished(self._message((TextPart(text),), finish))

    async def _decide(self, place: Place) -> Plan:
        mentions = _with_recent(find_mentions(self._turn.ask, place), self._turn.recent_file)
        tools = {spec.name for spec in self._request.tools}
        return make_plan(await decide(self._turn.ask, mentions, tools, self._talk, example_index()), mentions)

    async def _steps(self, plan: Plan, place: Place) -> list[Step]:
        turn = self._turn
        if not turn.done:
            steps = first_steps(plan, turn.ask, place)
            if plan.intent == "write" and not steps:
                return writing(plan, await compose(turn.ask, self._talk), place)
            return steps
        steps = next_steps(plan, turn.ask, turn.done)
        if isinstance(steps, Choice):
            if not steps.options:
                return []
            new = steps.options[0][1]
            if len(steps.options) > 1:
                new = await self._talk.choose(
                    "Pick the line as the user wants it.", [], turn.ask, [new for _, new in steps.options]
                )
            old = next(old for old, option in steps.options if option == new)
            return [Step("edit", {"path": steps.path, "old": old, "new": new})]
        return steps

    def _calls(self, plan: Plan, steps: list[Step]) -> AssistantMessage:
        calls = [
            ToolCall(f"call_{uuid.uuid4().hex[:16]}", step.tool, msgspec.json.encode(step.arguments).decode())
            for step in steps
        ]
        return self._message((ThinkingPart(_PLAN + msgspec.json.encode(plan).decode()), *calls), "tool_calls")

    def _message(self, parts: tuple[TextPart | ThinkingPart | ToolCall, ...], finish: str) -> AssistantMessage:
        return AssistantMessage(parts, self._request.model.label, finish, self._talk.usage)  # type: ignore[arg-type]


def _read(messages: tuple[Message, ...]) -> _Turn:
    start = max((index for index, message in enumerate(messages) if isinstance(message, UserMessage)), default=-1)
    user = messages[start] if start >= 0 else UserMessage(())
    assert isinstance(user, UserMessage)
    plan: Plan | None = None
    rounds = 0
    for message in messages[start + 1 :]:
        if isinstance(message, AssistantMessage) and message.tool_calls:
            rounds += 1
            plan = _plan_of(message) or plan
    return _Turn(
        ask=user.text,
        context=user.context,
        plan=plan,
        done=_done(messages[start + 1 :]),
        rounds=rounds,
        last=any(isinstance(message, NoteMessage) for message in messages[start + 1 :]),
        recent_file=_recent_file(messages[:start]),
    )


def _plan_of(message: AssistantMessage) -> Plan | None:
    for part in message.parts:
        if isinstance(part, ThinkingPart) and part.text.startswith(_PLAN):
            try:
                return msgspec.json.decode(part.text.removeprefix(_PLAN), type=Plan)
            except msgspec.DecodeError:
                return None
    return None


def _done(messages: tuple[Message, ...]) -> list[Done]:
    calls = {
        call.call_id: call
        for message in messages
        if isinstance(message, AssistantMessage)
        for call in message.tool_calls
    }
    found: list[Done] = []
    for message in messages:
        if isinstance(message, ToolMessage) and (call := calls.get(message.result.call_id)):
            found.append(Done(call.name, _arguments(call), message.result))
    return found


def _arguments(call: ToolCall) -> dict[str, object]:
    try:
        return msgspec.json.decode(call.arguments, type=dict[str, object])
    except msgspec.DecodeError:
        return {}


def _recent_file(messages: tuple[Message, ...]) -> str:
    for message in reversed(messages):
        if isinstance(message, AssistantMessage):
            for call in reversed(message.tool_calls):
                path = _arguments(call).get("path")
                if isinstance(path, str) and call.name != "find":
                    return path
    return ""


def _with_recent(mentions: Mentions, recent: str) -> Mentions:
    """Let `it` mean the file that was talked about before, if the request names none."""
    if not recent or mentions.files or mentions.new_files or not _PRONOUN.search(mentions.masked):
        return mentions
    import dataclasses

    return dataclasses.replace(
        mentions, masked=_PRONOUN.sub("FILE", mentions.masked, count=1), files=(recent,), explicit=True
    )


def _plain(request: ModelRequest) -> ModelRequest:
    if request.model.tool_style != "constrained":
        return request
    return msgspec.structs.replace(request, model=msgspec.structs.replace(request.model, tool_style="auto"))
