"""The constrained profile: with it a model of 100 million parameters makes a useful agent and only valid calls.

Such a model cannot choose among tools by their descriptions. So the request is compared with worked examples, the
model picks among the few intents that come into question (`tiny.decide`), the arguments are cut out of the request and
of what was read (`tiny.steps`), and its sentence about the result is shown with the evidence, and only if every name
and number in it is true (`tiny.answers`).
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from agent.messages import AssistantMessage, FinishReason, TextPart, ThinkingPart, ToolCall
from agent.models.tiny.answers import answer, chat, compose, say_fact
from agent.models.tiny.decide import decide
from agent.models.tiny.evidence import file_text
from agent.models.tiny.examples import ExampleIndex, example_index
from agent.models.tiny.mentions import Mentions, find_mentions
from agent.models.tiny.place import Place, look_around
from agent.models.tiny.small_talk import SmallTalk
from agent.models.tiny.steps import Plan, Step, choices, first_steps, make_plan, next_steps, writing
from agent.models.tiny.turn import keep_plan, read_turn
from agent.ports import ModelEvent, ModelGateway, ModelRequest, ReplyFinished, TextDelta

MAX_ROUNDS = 3
"""Replies with calls in one run; then it must answer."""
MAX_ASK_CHARS = 6_000
_PRONOUN = re.compile(r"\b(?:it|this file|that file|the file|this|that)\b", re.IGNORECASE)
_PICK = "Pick the line as the user wants it."


class ConstrainedGateway:
    """`ModelGateway` over another one: requests in the style `constrained` become small ones, others go through."""

    def __init__(self, base: ModelGateway) -> None:
        self._base = base

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply; see `ModelGateway.stream`."""
        plain = request.model.tool_style != "constrained" or not request.tools or request.response_schema is not None
        source = self._base.stream(_unconstrained(request)) if plain else _Reply(self._base, request).stream()
        async with aclosing(source) as events:
            async for event in events:
                yield event


class _Reply:
    """One reply of the profile."""

    def __init__(self, base: ModelGateway, request: ModelRequest) -> None:
        self._request = request
        self._talk = SmallTalk(base, request)
        self._turn = read_turn(request.messages)

    async def stream(self) -> AsyncGenerator[ModelEvent, None]:
        turn = self._turn
        if len(turn.ask) > MAX_ASK_CHARS:
            async for event in self._tell(_once(_too_long(len(turn.ask)))):
                yield event
            return
        place, index = await asyncio.to_thread(lambda: (look_around(turn.context), example_index()))
        plan = turn.plan or await self._decide(place, index)
        steps = [] if turn.must_answer or turn.rounds >= MAX_ROUNDS else await self._steps(plan, place)
        if steps:
            yield ReplyFinished(self._calls(plan, steps))
            return
        async for event in self._tell(self._answer(plan)):
            yield event

    async def _decide(self, place: Place, index: ExampleIndex) -> Plan:
        mentions = _with_recent(find_mentions(self._turn.ask, place), self._turn.recent_file)
        tools = {spec.name for spec in self._request.tools}
        return make_plan(await decide(self._turn.ask, mentions, tools, self._talk, index), mentions)

    async def _steps(self, plan: Plan, place: Place) -> list[Step]:
        turn, talk = self._turn, self._talk
        if not turn.done:
            steps = first_steps(plan, turn.ask, place)
            if steps or plan.intent != "write" or not plan.new_file:
                return steps
            return writing(plan, await compose(turn.ask, "", talk), place)
        if plan.intent == "write" and turn.done[-1].tool == "read" and (source := file_text(turn.done[-1].text)):
            return writing(plan, await compose(turn.ask, source, talk), place)
        options = choices(plan, turn.ask, turn.done)
        if len(options) > 1:
            new = await talk.choose(_PICK, [], turn.ask, [option.arguments["new"] for option in options])
            return [option for option in options if option.arguments["new"] == new][:1]
        return options or next_steps(plan, turn.ask, turn.done)

    def _answer(self, plan: Plan) -> AsyncGenerator[str, None]:
        turn = self._turn
        if plan.intent == "clock":
            return self._clock()
        if plan.intent == "chat":
            return chat(turn.ask, self._talk, turn.history)
        return answer(plan, turn.ask, turn.done, self._talk)

    async def _clock(self) -> AsyncGenerator[str, None]:
        yield await say_fact(self._turn.ask, self._turn.context.replace("\n", "; "), self._talk)

    async def _tell(self, source: AsyncGenerator[str, None]) -> AsyncGenerator[ModelEvent, None]:
        """Stream an answer as events, without white space at its start."""
        said: list[str] = []
        async with aclosing(source) as pieces:
            async for piece in pieces:
                if shown := piece if said else piece.lstrip():
                    said.append(shown)
                    yield TextDelta(shown)
        if not said:
            said.append("I have no answer to that.")
            yield TextDelta(said[0])
        yield ReplyFinished(self._message((TextPart("".join(said)),), "stop"))

    def _calls(self, plan: Plan, steps: list[Step]) -> AssistantMessage:
        calls = [
            ToolCall(f"call_{uuid.uuid4().hex[:16]}", step.tool, msgspec.json.encode(step.arguments).decode())
            for step in steps
        ]
        return self._message((keep_plan(plan), *calls), "tool_calls")

    def _message(self, parts: tuple[TextPart | ThinkingPart | ToolCall, ...], finish: FinishReason) -> AssistantMessage:
        return AssistantMessage(parts, self._request.model.label, finish, self._talk.usage)


def _with_recent(mentions: Mentions, recent: str) -> Mentions:
    """Let `it` mean the file that was talked about before, if the request names none."""
    if not recent or mentions.files or mentions.new_files or not _PRONOUN.search(mentions.masked):
        return mentions
    masked = _PRONOUN.sub("FILE", mentions.masked, count=1)
    return dataclasses.replace(mentions, masked=masked, files=(recent,))


def _unconstrained(request: ModelRequest) -> ModelRequest:
    if request.model.tool_style != "constrained":
        return request
    return msgspec.structs.replace(request, model=msgspec.structs.replace(request.model, tool_style="auto"))


async def _once(text: str) -> AsyncGenerator[str, None]:
    yield text


def _too_long(chars: int) -> str:
    return (
        f"This request has {chars:,} characters, more than this small model can read at once ({MAX_ASK_CHARS:,}). "
        "Save it as a file and ask about the file, or choose a larger model."
    )
