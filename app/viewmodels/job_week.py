"""What is to come in the seven days from one: of each day, what is due when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from agent.errors import HomardError
from agent.jobs import Cron, Every, JobRow, Once, PluginEvent, Trigger, Watch
from app.viewmodels.job_words import triggers_words
from app.viewmodels.moment import clock

DAYS = 7
MOST_SINGLE = 3
"""Of a job in one day; of more, the rhythm is told."""


class Moment(Protocol):
    """A moment of a schedule."""

    @property
    def at(self) -> datetime:
        """UTC."""
        ...


Coming = Callable[[datetime, datetime, int], Sequence[Moment]]
"""The first moments after (exclusive) and until (inclusive), as many as wanted."""


@dataclass(frozen=True)
class Entry:
    """A line of a day: one moment, or the rhythm of a job that is due often."""

    job_id: str
    name: str
    at: datetime
    """Of a rhythm: its first moment that day."""
    rhythm: tuple[Trigger, ...] = ()
    """Empty: it is one moment."""

    @property
    def time(self) -> str:
        """When, or how often."""
        return triggers_words(self.rhythm) if self.rhythm else clock(self.at)


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
    schedule_of: Callable[[JobRow, ZoneInfo], Coming],
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
            coming = schedule_of(row, zone)
        except HomardError:
            continue
        for at, entries in enumerate(days):
            # A day holds its midnight and not that of the next one.
            since, until = max(edges[at] - _TICK, now), edges[at + 1] - _TICK
            if since < until:
                entries += _entries(row, coming(since, until, MOST_SINGLE + 1))
    return tuple(Day(begin + timedelta(days=at), tuple(sorted(entries, key=_place))) for at, entries in enumerate(days))


def _place(entry: Entry) -> tuple[bool, datetime, str]:
    """What is due now and then comes before what is due all day."""
    return bool(entry.rhythm), entry.at, entry.name.casefold()


_TICK = timedelta(microseconds=1)


def _entries(row: JobRow, moments: Sequence[Moment]) -> list[Entry]:
    name = " ".join(row.job.name.split())
    if len(moments) > MOST_SINGLE:
        rhythm = tuple(trigger for trigger in row.job.triggers if not isinstance(trigger, Watch | PluginEvent))
        return [Entry(row.job_id, name, moments[0].at, rhythm)]
    return [Entry(row.job_id, name, moment.at) for moment in moments]
