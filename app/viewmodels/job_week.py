"""What is to come in the seven days from one: of each day, what is due when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from agent.errors import HomardError
from agent.jobs import Cron, Every, JobRow, Once
from app.translation import translate
from app.viewmodels.moment import clock

DAYS = 7
MOST_SINGLE = 3
"""Of a job in one day; more are one entry."""


class Moment(Protocol):
    """A moment of a schedule."""

    @property
    def at(self) -> datetime:
        """UTC."""
        ...


class Span(Protocol):
    """What is due in a span of time: the latest moments, and how many there are."""

    @property
    def moments(self) -> Sequence[Moment]:
        """The latest ones, in order."""
        ...

    @property
    def count(self) -> int:
        """How many in all."""
        ...

    @property
    def first(self) -> datetime | None:
        """The first of all."""
        ...


Between = Callable[[datetime, datetime, int], Span]
"""After (exclusive), until (inclusive), how many of the latest are named."""


@dataclass(frozen=True)
class Entry:
    """A line of a day: one moment, or many of one job."""

    job_id: str
    name: str
    at: datetime
    until: datetime | None = None
    """Of many: the last."""
    count: int = 1

    @property
    def short(self) -> str:
        """When, or how often, in few characters."""
        return clock(self.at) if self.until is None else translate("Jobs", "%n times", self.count)

    @property
    def time(self) -> str:
        """When; of many, how often and from when to when."""
        if self.until is None:
            return clock(self.at)
        span = f"{clock(self.at)} – {clock(self.until)}"
        return translate("Jobs", "%n times, {span}", self.count).format(span=span)


@dataclass(frozen=True)
class Day:
    """What is due on one day, in order."""

    date: date
    entries: tuple[Entry, ...]


def week_of(
    rows: Iterable[JobRow],
    begin: date,
    now: datetime,
    zone: ZoneInfo,
    schedule_of: Callable[[JobRow, ZoneInfo], Between],
) -> tuple[Day, ...]:
    """Work out seven days from `begin`, from `now` on. Takes a while for many jobs: call it beside the loop.

    Jobs that are paused or have no moments of the clock are left out, as those whose schedule cannot be read.
    """
    edges = [datetime.combine(begin + timedelta(days=each), time(), zone) for each in range(DAYS + 1)]
    days: list[list[Entry]] = [[] for _ in range(DAYS)]
    for row in rows:
        if row.paused or not any(isinstance(trigger, Cron | Every | Once) for trigger in row.job.triggers):
            continue
        try:
            between = schedule_of(row, zone)
        except HomardError:
            continue
        for at, entries in enumerate(days):
            # A day holds its midnight and not that of the next one.
            since, until = max(edges[at] - _TICK, now), edges[at + 1] - _TICK
            if since < until:
                entries += _entries(row, between(since, until, MOST_SINGLE))
    return tuple(Day(begin + timedelta(days=at), tuple(sorted(entries, key=_place))) for at, entries in enumerate(days))


def _place(entry: Entry) -> tuple[bool, datetime, str]:
    """What is due now and then comes before what is due all day."""
    return entry.until is not None, entry.at, entry.name.casefold()


_TICK = timedelta(microseconds=1)


def _entries(row: JobRow, span: Span) -> list[Entry]:
    name = " ".join(row.job.name.split())
    if span.count > MOST_SINGLE and span.first is not None and span.moments:
        return [Entry(row.job_id, name, span.first, span.moments[-1].at, span.count)]
    return [Entry(row.job_id, name, moment.at) for moment in span.moments]
