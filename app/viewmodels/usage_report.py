"""All that the screen of usage shows of a time, read at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, cast

from agent.budget.dearest import DearRun, dearest_runs, usage_by_skill, usage_over_time
from agent.budget.report import By, Outlook, UsageRow, outlook, total_of, usage_by
from agent.budget.standing import Standing
from agent.storage.connection import Connection
from agent.storage.usage import local_midnight, local_month

Period = Literal["week", "month", "days30", "days90", "year"]
PERIODS: tuple[Period, ...] = ("week", "month", "days30", "days90", "year")
Group = Literal["model", "provider", "job", "session", "skill", "purpose"]
GROUPS: tuple[Group, ...] = ("model", "provider", "job", "session", "skill", "purpose")
_DAYS: Mapping[Period, int] = {"week": 7, "days30": 30, "days90": 90}
DEAREST = 10


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
    today = local_midnight(now)
    until = local_midnight(today + timedelta(days=3, hours=12))
    match period:
        case "month":
            return local_month(now), until
        case "year":
            month = now.astimezone()
            return datetime(month.year - (month.month < 12), month.month % 12 + 1, 1).astimezone(), until
        case _:
            first = today.date() - timedelta(days=_DAYS[period] - 1)
            return _midnight(first), until


def read_figures(
    connection: Connection, period: Period, group: Group, now: datetime, caps: tuple[Standing, ...]
) -> Figures:
    """Read everything. In the thread of the database."""
    since, until = span_of(period, now)
    step: By = "month" if period == "year" else "day"
    steps = _filled(usage_by(connection, step, since, until), list(_steps(since, now, months=period == "year")))
    month_days = list(_steps(local_month(now), now, months=False))
    month = _filled(usage_by(connection, "day", local_month(now), until), month_days)
    by = cast("By", group)
    return Figures(
        period=period,
        group=group,
        now=now,
        since=since,
        until=until,
        steps=steps,
        groups=tuple(
            usage_by_skill(connection, since, until) if group == "skill" else usage_by(connection, by, since, until)
        ),
        parts={}
        if group == "skill"
        else {
            (step, row.key): row for step, row in usage_over_time(connection, by, since, until, months=period == "year")
        },
        dearest=tuple(dearest_runs(connection, since, until, DEAREST)),
        today=next((row for row in month if row.key == month_days[-1]), empty(month_days[-1])),
        month=month,
        outlook=outlook(connection, now),
        caps=caps,
        ever=bool(connection.execute("SELECT EXISTS (SELECT 1 FROM usage WHERE state <> 'reserved')").get),
    )


def empty(key: str) -> UsageRow:
    """A day without a call."""
    return UsageRow(key, "", 0, 0, 0, 0, 0.0, 0, 0)


def _filled(rows: list[UsageRow], keys: list[str]) -> tuple[UsageRow, ...]:
    """Rows by day or month, those between them without a call added."""
    found = {row.key: row for row in rows}
    return tuple(found.get(key, empty(key)) for key in sorted({*keys, *found}))


def _steps(since: datetime, now: datetime, *, months: bool) -> Iterator[str]:
    day, last = since.astimezone().date(), now.astimezone().date()
    while day <= last:
        yield f"{day:%Y-%m}" if months else day.isoformat()
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1) if months else day + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day).astimezone()
