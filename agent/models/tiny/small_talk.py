"""Small calls to a small model: a short prompt with worked examples, a bounded reply, a schema where one helps."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from agent.messages import NO_USAGE, AssistantMessage, FinishReason, Message, TextPart, Usage, UserMessage
from agent.ports import ModelGateway, ModelRequest, TextDelta

TINY_BYTES = 400_000_000
"""A model in a smaller file copies patterns rather than following instructions."""


class Shot(NamedTuple):
    """A worked example."""

    ask: str
    reply: str


class SmallTalk:
    """The small calls that make up one reply; adds up what they used."""

    def __init__(self, base: ModelGateway, request: ModelRequest) -> None:
        self._base = base
        self._request = request
        self.usage: Usage = NO_USAGE
        self.finish: FinishReason = "stop"
        """Why the last call ended."""
        self.is_tiny = _size(request.model.file) < TINY_BYTES
        self.text_chars = request.model.window // 6
        """How much text a prompt may quote."""

    async def stream(
        self,
        system: str,
        shots: Sequence[Shot],
        ask: str,
        *,
        max_tokens: int,
        schema: dict[str, Any] | None = None,
        history: Sequence[Message] = (),
    ) -> AsyncGenerator[str, None]:
        """Stream the text of one reply."""
        messages: list[Message] = []
        for shot in shots:
            messages += [UserMessage((TextPart(shot.ask),)), AssistantMessage((TextPart(shot.reply),))]
        request = ModelRequest(
            model=msgspec.structs.replace(self._request.model, tool_style="auto"),
            system=system,
            messages=(*messages, *history, UserMessage((TextPart(ask),))),
            response_schema=schema,
            max_output_tokens=max_tokens,
            temperature=0.0,
            session_id=self._request.session_id,
            account=self._request.account,
        )
        async with aclosing(self._base.stream(request)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    if not event.thinking:
                        yield event.text
                else:
                    self.usage = self.usage.plus(event.message.usage)
                    if (finish := event.message.finish) != "cut":  # which no gateway gives
                        self.finish = finish

    async def say(
        self, system: str, shots: Sequence[Shot], ask: str, *, max_tokens: int, schema: dict[str, Any] | None = None
    ) -> str:
        """One reply, whole."""
        async with aclosing(self.stream(system, shots, ask, max_tokens=max_tokens, schema=schema)) as pieces:
            return "".join([piece async for piece in pieces]).strip()

    async def choose(self, system: str, shots: Sequence[Shot], ask: str, options: Sequence[str]) -> str:
        """One of the options; the first if the reply is none of them."""
        longest = max(len(option) for option in options)
        reply = await self.say(
            system, shots, ask, max_tokens=longest + 8, schema={"type": "string", "enum": list(options)}
        )
        try:
            chosen = msgspec.json.decode(reply, type=str)
        except msgspec.DecodeError:
            chosen = reply.strip('"')
        return chosen if chosen in options else options[0]


def _size(file: str) -> int:
    try:
        return Path(file).stat().st_size if file else TINY_BYTES
    except OSError:
        return TINY_BYTES
