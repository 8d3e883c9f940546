"""A gateway that lets another model answer where one fails, and leaves a failing one alone for a while.

Only a call of which nothing has come yet is given to the next model at once. A reply that broke off is the loop's to
ask for again: nothing of it was acted on, because only whole replies are; and then the next model answers.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import msgspec

from agent.errors import HomardError, ModelError, SecretUnavailable
from agent.ports import Clock, ModelEvent, ModelGateway, ModelRequest
from agent.settings import ModelProfile

COOLDOWN_S: Final[dict[str, float]] = {
    "rate_limited": 30.0, "overloaded": 30.0, "unreachable": 30.0, "reply_cut": 15.0, "protocol_error": 60.0,
    "bad_key": 600.0, "no_key": 600.0, "no_such_model": 3_600.0, "quota_exceeded": 3_600.0,
}  # fmt: skip
"""After a failure of this kind the model is not asked for so long, if another one can be. Other kinds are the request's
own fault: the next model would fail as well, or must not be asked."""
MAX_COOLDOWN_S: Final = 3_600.0

OnFallback = Callable[[ModelRequest, ModelProfile, HomardError], None]
"""Told of the request, the model that answers instead, and why."""


@dataclass
class _Cooling:
    until: float
    failures: int


class Router:
    """`ModelGateway` over the one that knows the transports."""

    def __init__(self, base: ModelGateway, clock: Clock, on_fallback: OnFallback) -> None:
        self._base, self._clock, self._on_fallback = base, clock, on_fallback
        self._cooling: dict[str, _Cooling] = {}

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply of the first model that gives one; see `ModelGateway.stream`."""
        models = self._in_order(request)
        for model, following in zip(models, (*models[1:], None), strict=True):
            begun = False
            try:
                async with aclosing(self._base.stream(_to(model, request))) as events:
                    async for event in events:
                        begun = True
                        yield event
                self._cooling.pop(model.label, None)
                return
            except (ModelError, SecretUnavailable) as error:
                if not self._failed(model, error) or begun or following is None:
                    raise
                self._on_fallback(request, following, error)

    def _in_order(self, request: ModelRequest) -> list[ModelProfile]:
        """Those that are not cooling down first, as they stand, then those that were asked longest ago."""
        now = self._clock.monotonic()
        models = [request.model, *request.model.stand_ins]
        return sorted(models, key=lambda one: max(0.0, self._until(one) - now))

    def _until(self, model: ModelProfile) -> float:
        cooling = self._cooling.get(model.label)
        return 0.0 if cooling is None else cooling.until

    def _failed(self, model: ModelProfile, error: HomardError) -> bool:
        """Note a failure; whether another model may do better."""
        code = error.code if isinstance(error, ModelError) else "no_key"
        if code not in COOLDOWN_S:
            return False
        before = self._cooling.get(model.label)
        failures = 1 if before is None else before.failures + 1
        asked = error.retry_after_s if isinstance(error, ModelError) else None
        wait_s = min(max(COOLDOWN_S[code] * 2 ** min(failures - 1, 10), asked or 0.0), MAX_COOLDOWN_S)
        self._cooling[model.label] = _Cooling(self._clock.monotonic() + wait_s, failures)
        return True


def _to(model: ModelProfile, request: ModelRequest) -> ModelRequest:
    most = request.max_output_tokens
    return msgspec.structs.replace(
        request,
        model=msgspec.structs.replace(model, stand_ins=()),
        max_output_tokens=None if most is None else min(most, model.max_output_tokens),
    )
