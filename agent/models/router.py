"""A gateway that lets another model answer where one fails, and leaves a failing one alone for a while.

Only a call of which nothing has come yet is given to the next model at once, also where the budget of its provider does
not hold it: what was set for one says nothing of the others. A reply that broke off is the loop's to ask for again:
nothing of it was acted on, because only whole replies are; and then the next model answers.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import timedelta
from typing import Final

import msgspec

from agent.errors import HomardError, ModelError, ReplyCut, SecretUnavailable
from agent.ports import Clock, ModelEvent, ModelGateway, ModelRequest
from agent.settings import ModelProfile

COOLDOWN_S: Final[dict[str, float]] = {
    "rate_limited": 30.0, "overloaded": 30.0, "unreachable": 30.0, "reply_cut": 15.0, "protocol_error": 60.0,
    "bad_key": 600.0, "no_key": 600.0, "no_such_model": 3_600.0, "quota_exceeded": 3_600.0,
}  # fmt: skip
"""After a failure of this kind the model is not asked for so long, if another one can be. Other kinds are the request's
own fault: the next model would fail as well, or must not be asked."""
WHOLE_PROVIDER: Final = frozenset({"unreachable", "bad_key", "no_key", "quota_exceeded"})
"""Failures of these kinds say the same of all models of the provider."""
MAX_COOLDOWN_S: Final = 3_600.0
MAX_ASKED_S: Final = 86_400.0
"""What a provider asks for is heeded up to so long."""

OnFallback = Callable[[ModelRequest, ModelProfile, HomardError], None]
"""Told of the request, the model that answers instead, and why."""


class _Cooling(msgspec.Struct):
    until: float
    failures: int


class Router:
    """`ModelGateway` over the one that knows the transports."""

    def __init__(self, base: ModelGateway, clock: Clock, on_fallback: OnFallback) -> None:
        self._base, self._clock, self._on_fallback = base, clock, on_fallback
        self._cooling: dict[tuple[str, str], _Cooling] = {}
        """By model or provider, and kind of failure."""

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply of the first model that gives one; see `ModelGateway.stream`."""
        left = [request.model, *request.model.stand_ins]
        failed: list[tuple[ModelProfile, HomardError]] = []
        while True:
            model = self._next(left)
            left.remove(model)
            if failed:
                self._on_fallback(request, model, failed[-1][1])
            begun = False
            try:
                async with aclosing(self._base.stream(_to(model, request))) as events:
                    async for event in events:
                        begun = True
                        yield event
                self._forget(model)
                return
            except (ModelError, SecretUnavailable) as error:
                failed.append((model, error))
                if not self._failed(model, error) or begun:
                    raise
                if not left:
                    raise self._of_all(failed) from None

    def _next(self, models: list[ModelProfile]) -> ModelProfile:
        """The first that is not cooling down; else the one that may be asked soonest."""
        now = self._clock.monotonic()
        return min(models, key=lambda one: max(0.0, self._until(one) - now))

    def _until(self, model: ModelProfile) -> float:
        whose = (model.label, model.provider)
        return max((cooling.until for (name, _code), cooling in self._cooling.items() if name in whose), default=0.0)

    def _forget(self, model: ModelProfile) -> None:
        whose = (model.label, model.provider)
        for key in [key for key in self._cooling if key[0] in whose]:
            del self._cooling[key]

    def _failed(self, model: ModelProfile, error: HomardError) -> bool:
        """Note a failure; whether another model may do better."""
        if isinstance(error, ModelError) and error.only_here:
            return True
        code = _code(error)
        if code not in COOLDOWN_S or (isinstance(error, ReplyCut) and not error.retryable):
            return False
        key = (model.provider if code in WHOLE_PROVIDER else model.label, code)
        before = self._cooling.get(key)
        failures = 1 if before is None else before.failures + 1
        own_s = min(COOLDOWN_S[code] * 2 ** min(failures - 1, 10), MAX_COOLDOWN_S)
        self._cooling[key] = _Cooling(self._clock.monotonic() + max(own_s, min(_asked_s(error), MAX_ASKED_S)), failures)
        return True

    def _of_all(self, failed: list[tuple[ModelProfile, HomardError]]) -> HomardError:
        """The error when none of several has answered: one that waiting may mend if there is one, and all in words."""
        errors = [error for _model, error in failed]
        waits = [error for error in errors if isinstance(error, ModelError) and error.retryable]
        chosen = min(waits, key=_asked_s) if waits else errors[-1]
        if len(failed) == 1 or (isinstance(chosen, ModelError) and chosen.only_here):
            return chosen
        others = ", ".join(self._told(model, error) for model, error in failed if error is not chosen)
        words = f"{chosen} No other model of the chain has answered either: {others}."
        if not isinstance(chosen, ModelError):
            return type(chosen)(words)
        return type(chosen)(words, retry_after_s=chosen.retry_after_s)

    def _told(self, model: ModelProfile, error: HomardError) -> str:
        asked = _asked_s(error)
        until = self._clock.now() + timedelta(seconds=min(asked, MAX_ASKED_S))
        when = f", not before {until.astimezone():%H:%M}" if asked else ""
        return f"{model.label} ({_code(error).replace('_', ' ')}{when})"


def _code(error: HomardError) -> str:
    return error.code if isinstance(error, ModelError) else "no_key"


def _asked_s(error: HomardError) -> float:
    """What the provider asked to wait."""
    return max(0.0, (error.retry_after_s if isinstance(error, ModelError) else None) or 0.0)


def _to(model: ModelProfile, request: ModelRequest) -> ModelRequest:
    most = request.max_output_tokens
    return msgspec.structs.replace(
        request,
        model=msgspec.structs.replace(model, stand_ins=()),
        max_output_tokens=None if most is None else min(most, model.max_output_tokens),
    )
