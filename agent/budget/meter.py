"""The choke point: a gateway that makes no call before its worst case is reserved."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from agent.budget.ledger import Ledger
from agent.budget.refusal import BudgetReached
from agent.budget.reservation import Reservation
from agent.budget.worst import given_up, settled
from agent.errors import (
    BadKey,
    BadRequest,
    ContextOverflow,
    HomardError,
    LocalOnly,
    ModelError,
    NoSuchModel,
    Overloaded,
    QuotaExceeded,
    RateLimited,
    ReplyCut,
    SecretUnavailable,
    Unreachable,
)
from agent.failpoints import hit
from agent.ports import ModelEvent, ModelGateway, ModelRequest, TextDelta

_COST_NOTHING = (
    BadKey, BadRequest, ContextOverflow, LocalOnly, NoSuchModel, Overloaded, QuotaExceeded, RateLimited,
    SecretUnavailable,
)  # fmt: skip
"""Refusals before any work; not where words of a reply had come."""
LATE_S = 20.0
"""Who is busy says so sooner: after so long a model may have worked for nothing."""


class Meter:
    """`ModelGateway` over another one, with every call of it in the books."""

    def __init__(self, base: ModelGateway, ledger: Ledger) -> None:
        self._base = base
        self._ledger = ledger

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply; see `ModelGateway.stream`. Raises BudgetReached when it may not be made."""
        reservation = await self._ledger.reserve(request)
        heard = 0
        settled_already = False
        failed: BaseException | None = None
        try:
            async with aclosing(self._base.stream(reservation.request)) as events:
                async for event in events:
                    if isinstance(event, TextDelta):
                        heard += len(event.text)
                    else:
                        hit("budget.received")
                        message = event.message
                        usage, told = settled(
                            message.usage, event.count, request.model, lambda: reservation.worst, heard
                        )
                        self._ledger.settle(reservation, usage, told=told)
                        settled_already = True
                        if not told:
                            counted = msgspec.structs.replace(message, usage=usage)
                            event = msgspec.structs.replace(event, message=counted)
                    yield event
        except ReplyCut as error:
            failed = error
            if reservation.narrowed_by is not None and not error.retryable:
                raise BudgetReached(reservation.narrowed_by, request.model) from error
            raise
        except BaseException as error:
            failed = error
            raise
        finally:
            if not settled_already:
                self._close(reservation, failed, heard)

    def _close(self, reservation: Reservation, failed: BaseException | None, heard: int) -> None:
        """Account for a call that gave no whole reply."""
        waited_s = self._ledger.waited_s(reservation)
        if not heard and _took_nothing(failed, waited_s, reservation.request):
            self._ledger.give_back(reservation)
        else:
            self._ledger.settle(reservation, given_up(reservation.worst, heard, waited_s), told=False)


def _took_nothing(failed: BaseException | None, waited_s: float, request: ModelRequest) -> bool:
    if isinstance(failed, ModelError) and failed.begun is not None:
        return not failed.begun
    if isinstance(failed, Overloaded) and waited_s >= LATE_S:
        return False
    if isinstance(failed, Unreachable):
        return waited_s < request.model.settings.first_byte_timeout_s  # there was no connection, else it would be late
    return isinstance(failed, _COST_NOTHING) or (isinstance(failed, HomardError) and not isinstance(failed, ModelError))
