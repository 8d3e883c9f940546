"""A gateway that notes how each call of another one went."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from agent.context.economy import Economy
from agent.errors import ModelError, SecretUnavailable
from agent.figures.seen import Seen, SeenCall
from agent.messages import NO_USAGE
from agent.ports import Clock, ModelEvent, ModelGateway, ModelRequest, ReplyFinished


class Observer:
    """`ModelGateway` over a transport."""

    def __init__(self, base: ModelGateway, seen: Seen, clock: Clock, economy: Economy | None = None) -> None:
        self._base, self._seen, self._clock, self._economy = base, seen, clock, economy

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply; see `ModelGateway.stream`."""
        at, began = self._clock.now(), self._clock.monotonic()
        first: float | None = None
        usage, error, expected, answered_by = NO_USAGE, "cancelled", None, ""
        watch = None if self._economy is None else self._economy.begin(request)
        try:
            async with aclosing(self._base.stream(request)) as events:
                async for event in events:
                    first = self._clock.monotonic() if first is None else first
                    if isinstance(event, ReplyFinished):
                        usage, error, answered_by = event.message.usage, "", event.answered_by
                        expected = None if watch is None else await watch.finished(usage)
                    yield event
        except ModelError as failure:
            error = failure.code
            raise
        except SecretUnavailable:
            error = "no_key"
            raise
        finally:
            ended = self._clock.monotonic()
            call = SeenCall(
                session_id=request.session_id,
                run_id=request.account.run_id,
                model=request.model.label,
                purpose=request.account.purpose,
                at=at,
                first_ms=None if first is None else _ms(first - began),
                took_ms=_ms(ended - began),
                error=error,
                input_tokens=usage.input_tokens,
                cached_tokens=usage.cached_tokens,
                output_tokens=usage.output_tokens,
                cost_usd=usage.cost_usd,
                expected_tokens=expected,
                answered_by="" if answered_by in (request.model.name, request.model.file) else answered_by,
            )
            self._seen.note(call)


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))
