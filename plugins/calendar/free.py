"""Times when nothing is planned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta, tzinfo

from .occurrences import Occurrence, instant

SATURDAY = 5


def free_times(
    busy: Iterable[Occurrence],
    start: datetime,
    end: datetime,
    hours: tuple[time, time],
    shortest: timedelta,
    zone: tzinfo,
    weekends: bool = False,
) -> Iterator[tuple[datetime, datetime]]:
    """Give the gaps of at least `shortest` between the events that make busy, within some hours of each day."""
    spans = sorted((instant(each.start, zone), instant(each.end, zone)) for each in busy if each.busy)
    day = start.astimezone(zone).date()
    while (opens := datetime.combine(day, hours[0], zone)) < end:
        closes = min(datetime.combine(day, hours[1], zone), end)
        if weekends or day.weekday() < SATURDAY:
            yield from _gaps(spans, max(opens, start), closes, shortest)
        day += timedelta(days=1)


def _gaps(
    spans: list[tuple[datetime, datetime]], opens: datetime, closes: datetime, shortest: timedelta
) -> Iterator[tuple[datetime, datetime]]:
    for begins, ends in [*spans, (closes, closes)]:
        if ends <= opens and begins < closes:
            continue
        if min(begins, closes) - opens >= shortest:
            yield opens, min(begins, closes)
        opens = max(opens, ends)
        if opens >= closes:
            return
