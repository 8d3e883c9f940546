"""The caps that hold for a model call, from the settings and from its run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from agent.ports import ModelRequest
from agent.settings import BudgetSettings, Settings
from agent.storage.records import to_micros
from agent.storage.usage import local_midnight, local_month

Span = Literal["call", "run", "session", "job", "day", "month"]
Unit = Literal["usd", "tokens"]
SPANS: tuple[Span, ...] = ("call", "run", "session", "job", "day", "month")
UNITS: tuple[Unit, ...] = ("usd", "tokens")


class Scope(NamedTuple):
    """Which calls count together."""

    column: Literal["", "run_id", "session_id", "job_id"] = ""
    value: str = ""
    since: int | None = None
    """Microseconds since 1970."""
    provider: str = ""
    """Empty: all."""


class Cap(NamedTuple):
    """One bound."""

    span: Span
    unit: Unit
    limit: float
    provider: str = ""
    """Empty: over all providers."""
    setting: str = ""
    """Its name in the settings; empty: the run's own limit."""


class Use(NamedTuple):
    """A cap, and what is used of it."""

    cap: Cap
    scope: Scope | None
    """None: it is for one call."""
    used: float
    """Spent, and reserved for calls under way."""


class Times(NamedTuple):
    """When day and month of a moment began, where this machine is."""

    now: datetime
    day: datetime
    month: datetime

    @classmethod
    def of(cls, now: datetime) -> Times:
        """Those of a moment."""
        return cls(now, local_midnight(now), local_month(now))


def caps_of(settings: Settings, provider: str) -> Iterator[Cap]:
    """All caps that hold for calls to a provider, its own last."""
    yield from _of(settings.budget, "budget", "")
    if (own := settings.providers.get(provider)) is not None:
        name = provider if re.fullmatch(r"[A-Za-z0-9_-]+", provider) else f'"{provider}"'
        yield from _of(own.budget, f"providers.{name}.budget", provider)


def caps_for(request: ModelRequest, settings: Settings) -> tuple[Cap, ...]:
    """The caps that hold for one call: those whose run, session or job it has, and the limit of its run."""
    there = {"run": request.account.run_id, "session": request.session_id, "job": request.account.job_id}
    caps = [cap for cap in caps_of(settings, request.model.provider) if there.get(cap.span, "-")]
    if request.account.max_usd is not None and request.account.run_id:
        caps.append(Cap("run", "usd", request.account.max_usd))
    return tuple(caps)


def scope_of(cap: Cap, request: ModelRequest, times: Times) -> Scope | None:
    """What counts against a cap; None: each call for itself."""
    match cap.span:
        case "call":
            return None
        case "run":
            return Scope("run_id", request.account.run_id, None, cap.provider)
        case "session":
            return Scope("session_id", request.session_id, None, cap.provider)
        case "job":
            return Scope("job_id", request.account.job_id, to_micros(times.day), cap.provider)
        case "day":
            return Scope("", "", to_micros(times.day), cap.provider)
        case "month":
            return Scope("", "", to_micros(times.month), cap.provider)


def renewed_at(cap: Cap, times: Times) -> datetime | None:
    """When a cap counts from nothing again; None: never by itself."""
    match cap.span:
        case "day" | "job":
            return local_midnight(times.day + timedelta(hours=36))
        case "month":
            return local_month(times.month + timedelta(days=32))
        case _:
            return None


def _of(budget: BudgetSettings, prefix: str, provider: str) -> Iterator[Cap]:
    for unit in UNITS:
        for span in SPANS:
            limit: float | None = getattr(budget, f"{unit}_per_{span}")
            if limit is not None:
                yield Cap(span, unit, limit, provider, f"{prefix}.{unit}_per_{span}")
