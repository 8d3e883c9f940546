"""Measures how quick a model is on this computer: how it reads, how it writes, what memory it takes."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from agent.errors import ProtocolError
from agent.messages import TextPart, UserMessage
from agent.models.local_store.state import Measured
from agent.ports import Account, ModelGateway, ModelRequest, ReplyFinished, TextDelta
from agent.settings import ModelProfile

_WRITES = 96
"""Tokens: enough to tell, seconds on a slow machine."""
_MOST_CHARS_PER_TOKEN, _SLACK_CHARS = 40, 2_000
"""Who writes more than that keeps to no limit, and might never end."""
_SENTENCE = "A lobster grows all its life, sheds its shell to do so, and hides among stones until the new one is hard. "


class _Timed(NamedTuple):
    first_s: float
    after_s: float
    read: int
    wrote: int


async def measure(
    gateway: ModelGateway, model: ModelProfile, memory: Callable[[], int | None] = lambda: None
) -> Measured:
    """Let a model read some hundred tokens and write a hundred, after a first word that loads it.

    `memory`: bytes that its process holds, asked for at the end. Raises ModelError. Takes seconds to a minute.
    """
    loading = await _timed(gateway, _request(model, "Say yes.", 4))
    text = f"Note {secrets.token_hex(4)}. " + _SENTENCE * (12 if model.window >= 2048 else 4)
    asked = _request(
        model, f"{text}\n\nTell a long story of this lobster's day.", min(_WRITES, model.max_output_tokens)
    )
    seen = await _timed(gateway, asked)
    quick = seen.wrote >= 8 and seen.after_s > 0.05
    return Measured(
        at=datetime.now(UTC),
        writes_per_s=round(seen.wrote / seen.after_s, 2) if quick else None,
        reads_per_s=round(seen.read / seen.first_s, 2) if seen.read and seen.first_s > 0.005 else None,
        first_word_s=round(seen.first_s, 3),
        load_s=round(loading.first_s, 3),
        memory_bytes=memory(),
        window=model.window,
    )


def _request(model: ModelProfile, words: str, limit: int) -> ModelRequest:
    return ModelRequest(
        model,
        f"You are being timed ({secrets.token_hex(4)}).",  # nothing read before can be used again
        (UserMessage((TextPart(words),)),),
        max_output_tokens=limit,
        account=Account(purpose="trial"),
    )


async def _timed(gateway: ModelGateway, request: ModelRequest) -> _Timed:
    began, first, heard = time.monotonic(), None, 0
    most = _MOST_CHARS_PER_TOKEN * (request.max_output_tokens or _WRITES) + _SLACK_CHARS
    async with aclosing(cast(Any, gateway.stream(request))) as events:
        async for event in events:
            first = first or time.monotonic()
            if isinstance(event, TextDelta):
                heard += len(event.text)
            if heard > most:
                raise ProtocolError(
                    f"{request.model.label} writes on and on, beyond the {request.max_output_tokens} tokens that were "
                    "asked for, so that it cannot be timed; look at the server behind it."
                )
            if isinstance(event, ReplyFinished):
                usage = event.message.usage
                read = max(0, usage.input_tokens - usage.cached_tokens)
                return _Timed(first - began, time.monotonic() - first, read, usage.output_tokens)
    raise ProtocolError(f"{request.model.label} ended without a reply; try again, or choose another model.")
