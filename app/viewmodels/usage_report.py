"""All that the screen of usage shows of a time, read at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from agent.budget.dearest import DearRun, Step, dearest_runs, names_of, usage_by_skill, usage_over_time
from agent.budget.report import By, Outlook, UsageRow, outlook, total_of
from agent.budget.standing import Standing
from agent.figures.saved import CacheRate, Reused, cache_rates, reused
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.usage import day_begins

Period = Literal["week", "month", "days30", "days90", "year"]
PERIODS: tuple[Period, ...] = ("week", "month", "days30", "days90", "year")
Group = Literal["model", "provider", "job", "session", "skill", "purpose"]
GROUPS: tuple[Group, ...] = ("model", "provider", "job", "session", "skill", "purpose")
_DAYS: Mapping[Period, int] = {"week": 7, "days30": 30, "days90": 90}
DEAREST = 10
NO_CACHE = CacheRate("", 0, 0, 0, 0)
NOT_REUSED = Reused(0, 0, 0.0)


@dataclass(frozen=True)
class Figures:
    """What was spent in a time, and how things stand now."""

    period: Period
    group: Group
    now: datetime
    since: datetime
    until: datetime
    """What a clock that was ahead has written counts until then."""
    steps: tuple[UsageRow, ...]
    """Each day of the time (each month of a year), those without a call too, the oldest first."""
    groups: tuple[UsageRow, ...]
    """Models, jobs, …: the dearest first."""
    parts: Mapping[tuple[str, str], UsageRow]
    """What a group took on a day, by the keys of both; none of skills."""
    dearest: tuple[DearRun, ...]
    today: UsageRow
    month: tuple[UsageRow, ...]
    """Each day of this month until today."""
    outlook: Outlook
    caps: tuple[Standing, ...]
    cache: CacheRate = NO_CACHE
    """Of all calls where it is known what providers' caches should have given."""
    reused: Reused = NOT_REUSED
    """Replies that Homard gave again, without a call."""
    ever: bool = True
    """Whether a model was called at all, whenever."""

    @property
    def total(self) -> UsageRow:
        """All of the time."""
        return total_of(list(self.steps))

    @property
    def monthly(self) -> bool:
        """Whether the steps are months."""
        return self.period == "year"


def span_of(period: Period, now: datetime) -> tuple[datetime, datetime]:
    """Since when, and until when at most."""
    today = now.astimezone().date()
    until = day_begins(today + timedelta(days=3))
    match period:
        case "month":
            first = today.replace(day=1)
        case "year":
            first = date(today.year - (today.month < 12), today.month % 12 + 1, 1)
        case _:
            first = today - timedelta(days=_DAYS[period] - 1)
    return day_begins(first), until


async def read_figures(
    database: Database, period: Period, group: Group, now: datetime, caps: tuple[Standing, ...]
) -> Figures:
    """Read everything, in several pieces: runs wait for none of them long. Raises StorageError."""
    since, until = span_of(period, now)
    steps = list(_steps(since, until, now, months=period == "year"))
    by: By = "provider" if group == "skill" else group
    parts = await database.read(lambda connection: usage_over_time(connection, by, steps))
    rows = await database.read(lambda connection: usage_by_skill(connection, since, until)) if group == "skill" else []
    days = list(_steps(span_of("month", now)[0], until, now, months=False))
    of_days = await database.read(lambda connection: usage_over_time(connection, "provider", days))
    dearest = await database.read(lambda connection: dearest_runs(connection, since, until, DEAREST))
    rates = await database.read(lambda connection: cache_rates(connection, since, until))
    again = await database.read(lambda connection: reused(connection, since, until))
    ahead, ever = await database.read(lambda connection: (outlook(connection, now), _ever(connection)))
    # Put together in a thread: a year of many chats is long.
    told, month = await asyncio.to_thread(lambda: (_summed(parts, _by_step), _summed(of_days, _by_step)))
    if group != "skill":
        sums = await asyncio.to_thread(_summed, parts, lambda _step, row: row.key)
        names = await database.read(lambda connection: names_of(connection, by, sums))
        rows = [msgspec.structs.replace(row, name=names.get(key, "")) for key, row in sums.items()]
    return Figures(
        period=period,
        group=group,
        now=now,
        since=since,
        until=until,
        steps=tuple(told.get(step.key, empty(step.key)) for step in steps),
        groups=tuple(sorted(rows, key=lambda row: (-row.cost_usd, -row.input_tokens - row.output_tokens, row.key))),
        parts={} if group == "skill" else {(step, row.key): row for step, row in parts},
        dearest=tuple(dearest),
        today=month.get(days[-1].key, empty(days[-1].key)),
        month=tuple(month.get(day.key, empty(day.key)) for day in days),
        outlook=ahead,
        caps=caps,
        cache=_of_all(rates),
        reused=again,
        ever=ever,
    )


def empty(key: str) -> UsageRow:
    """A day without a call."""
    return UsageRow(key, "", 0, 0, 0, 0, 0.0, 0, 0)


def _summed(parts: Iterable[tuple[str, UsageRow]], key: Callable[[str, UsageRow], str]) -> dict[str, UsageRow]:
    """Put together what has the same key."""
    found: dict[str, list[UsageRow]] = {}
    for step, row in parts:
        found.setdefault(key(step, row), []).append(row)
    return {key: msgspec.structs.replace(total_of(rows), key=key) for key, rows in found.items()}


def _by_step(step: str, _row: UsageRow) -> str:
    return step


def _steps(since: datetime, until: datetime, now: datetime, *, months: bool) -> Iterator[Step]:
    """Days or months until now; the last one has also what a clock that was ahead has written."""
    day, last = since.astimezone().date(), now.astimezone().date()
    while day <= last:
        after = (day.replace(day=1) + timedelta(days=32)).replace(day=1) if months else day + timedelta(days=1)
        yield Step(
            f"{day:%Y-%m}" if months else f"{day}", day_begins(day), day_begins(after) if after <= last else until
        )
        day = after


def _of_all(rates: Iterable[CacheRate]) -> CacheRate:
    sums = [msgspec.structs.astuple(rate)[1:] for rate in rates]
    return CacheRate("", *map(sum, zip(*sums, strict=True))) if sums else NO_CACHE


def _ever(connection: Connection) -> bool:
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM usage WHERE state <> 'reserved')").get)
