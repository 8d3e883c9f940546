"""How the caps stand: for the usage screen, the tray and `homard usage`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from agent.budget.caps import Cap, Scope, Span, Times, Unit, caps_of, renewed_at
from agent.budget.sums import Sums, under_way
from agent.settings import Settings
from agent.storage.connection import Connection
from agent.storage.records import to_micros


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
