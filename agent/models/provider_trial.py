"""Finds out by a small real conversation whether a model works: that it answers, how fast, whether it acts and sees."""

from __future__ import annotations

import struct
import time
import zlib
from contextlib import aclosing
from typing import Any, cast

import msgspec

from agent.errors import ModelError, ProtocolError
from agent.messages import AssistantMessage, ImagePart, TextPart, ToolSpec, Usage, UserMessage
from agent.ports import Account, ModelGateway, ModelRequest, ReplyFinished
from agent.settings import ModelProfile

CANNOT_ACT = "It did not call the tool it was asked to call: it can answer, but it cannot act."
CANNOT_SEE = "It did not see the image that it was shown: set `vision = false` for it."


class ProviderReport(msgspec.Struct, frozen=True):
    """What a small real conversation with a model showed."""

    first_token_s: float
    """From sending to the first piece of text or thinking."""
    tokens_per_s: float | None
    """After the first piece; None when the reply was too short to tell."""
    reply: str
    tools: bool
    """Whether it called a tool when it was asked to."""
    vision: bool | None
    """Whether it saw an image; None when it does not claim to."""
    usage: Usage
    """Of all calls made."""
    problems: tuple[str, ...] = ()
    """Why tools or vision did not work: sentences."""


async def try_provider(gateway: ModelGateway, model: ModelProfile) -> ProviderReport:
    """Talk to a model: a sentence, a tool call, an image if it claims to see. Costs a few hundred tokens.

    Raises ModelError when it does not even answer.
    """
    first_token_s, tokens_per_s, spoken = await _timed(gateway, _ask(model, "Count from one to twenty in words."))
    usage, problems = spoken.usage, list[str]()

    async def attempt(request: ModelRequest) -> AssistantMessage | None:
        nonlocal usage
        try:
            _, _, message = await _timed(gateway, request)
        except ModelError as error:
            problems.append(str(error))
            return None
        usage = usage.plus(message.usage)
        return message

    called = await attempt(_ask(model, "Ring the bell once, with the tool.", tools=(_BELL,)))
    tools = called is not None and any(call.name == _BELL.name for call in called.tool_calls)
    if called is not None and not tools:
        problems.append(CANNOT_ACT)
    vision = None
    if model.vision:
        seen = await attempt(_ask(model, "Which colour is this image? One word.", image=_red_square()))
        vision = seen is not None and "red" in seen.text.lower()
        if seen is not None and not vision:
            problems.append(CANNOT_SEE)
    return ProviderReport(first_token_s, tokens_per_s, spoken.text, tools, vision, usage, tuple(problems))


_BELL = ToolSpec(
    "ring_bell",
    "Ring the bell.",
    {"type": "object", "properties": {"times": {"type": "integer"}}, "required": ["times"]},
)


def _ask(model: ModelProfile, words: str, *, tools: tuple[ToolSpec, ...] = (), image: bytes = b"") -> ModelRequest:
    parts = (TextPart(words), ImagePart("image/png", image)) if image else (TextPart(words),)
    limit = min(1000, model.max_output_tokens)
    return ModelRequest(
        model,
        "You are being tested. Do what is asked.",
        (UserMessage(parts),),
        tools,
        max_output_tokens=limit,
        account=Account(purpose="trial"),
    )


async def _timed(gateway: ModelGateway, request: ModelRequest) -> tuple[float, float | None, AssistantMessage]:
    begun = time.monotonic()
    first = None
    async with aclosing(cast(Any, gateway.stream(request))) as events:
        async for event in events:
            first = first or time.monotonic()
            if isinstance(event, ReplyFinished):
                spent = time.monotonic() - first
                rate = event.message.usage.output_tokens / spent if spent > 0.05 else None
                return first - begun, rate, event.message
    raise ProtocolError(f"{request.model.label} ended without a reply; try again, or choose another model.")


def _red_square() -> bytes:
    """A PNG of 32 by 32 red pixels."""

    def piece(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\x00" + b"\xff\x00\x00" * 32) * 32)
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", header) + piece(b"IDAT", pixels) + piece(b"IEND", b"")
