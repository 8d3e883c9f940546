"""How the caps stand: for the usage screen, the tray and `homard usage`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec

from agent.budget.caps import Cap, Scope, Span, Times, Unit, caps_of, renewed_at
from agent.budget.sums import Sums, under_way
from agent.budget.worst import is_free
from agent.settings import ModelProfile, Settings
from agent.storage.connection import Connection
from agent.storage.records import to_micros

_NEVER = datetime.max.replace(tzinfo=UTC)


class Standing(msgspec.Struct, frozen=True):
    """A cap, and what is used of it."""

    setting: str
    span: Span
    unit: Unit
    provider: str
    """Empty: over all providers."""
    limit: float
    spent: float | None
    """Settled, estimated and lost calls; None: of one call, run, chat or job there are many."""
    under_way: float
    """Reserved for calls that are being made now."""
    renewed_at: datetime | None
    """When it counts from nothing again."""

    @property
    def left(self) -> float | None:
        """What may still be reserved."""
        return None if self.spent is None else max(round(self.limit - self.spent - self.under_way, 9), 0.0)


def reached_for(caps: Iterable[Standing], model: ModelProfile) -> Standing | None:
    """The cap of a day or month with nothing left for a model, that which stays so longest; None: it may be called.

    A model of unknown price is bounded by tokens alone, a free one by those too.
    """
    paid = model.price is not None and not is_free(model.price)
    full = [
        cap for cap in caps if cap.left == 0 and cap.provider in ("", model.provider) and (cap.unit == "tokens" or paid)
    ]
    return max(full, key=lambda cap: cap.renewed_at or _NEVER, default=None)


def standing(connection: Connection, sums: Sums, settings: Settings, times: Times) -> list[Standing]:
    """Say how all caps of the settings stand."""
    return [_stands(connection, sums, cap, times) for cap in _all(settings)]


def _all(settings: Settings) -> Iterator[Cap]:
    yield from caps_of(settings, "")
    for provider in settings.providers:
        yield from (cap for cap in caps_of(settings, provider) if cap.provider)


def _stands(connection: Connection, sums: Sums, cap: Cap, times: Times) -> Standing:
    spent, reserved = None, 0.0
    if cap.span in ("day", "month"):
        scope = Scope("", "", to_micros(times.day if cap.span == "day" else times.month), cap.provider)
        reserved = under_way(connection, scope).of(cap.unit)
        spent = sums.of(connection, scope).of(cap.unit) - reserved
    return Standing(cap.setting, cap.span, cap.unit, cap.provider, cap.limit, spent, reserved, renewed_at(cap, times))
