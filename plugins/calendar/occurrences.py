"""What happens when: events of .ics files in a stretch of time, repeating ones written out (RFC 5545)."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, cast

import icalendar
from dateutil.rrule import rrulestr

MAX_STEPS = 50_000
"""So many times of one event are counted through: daily for 130 years."""
MAX_SECONDS = 15.0
"""Of the processor, for all events that repeat. Such a rule is a small program of whoever sent the invitation."""
_CALENDAR_CYCLE_YEARS = 400

Moment = date | datetime
Event = Any
"""An `icalendar.Event`. Its types name each kind of value that any entry could have, which says nothing here."""


@dataclass(frozen=True)
class Occurrence:
    """One event at one time."""

    event: str
    """A short name of the event; of one that repeats `event/start`, the start as it was before it was moved."""
    title: str
    start: Moment
    """A date for whole days, else an aware time."""
    end: Moment
    """Of whole days the first day after it."""
    place: str
    calendar: str
    busy: bool
    notes: str
    repeats: bool


@dataclass(frozen=True)
class Found:
    """Events, and what could not be read, a sentence each."""

    occurrences: list[Occurrence]
    problems: list[str]


@dataclass
class _Series:
    """An event with its exceptions."""

    master: Event = None
    moved: dict[Moment, Event] = field(default_factory=dict[Moment, Event])


def short_name(uid: str) -> str:
    """Give the name by which an event is called: UIDs are long."""
    return hashlib.sha256(uid.encode()).hexdigest()[:8]


def instant(moment: Moment, zone: tzinfo) -> datetime:
    """Give a moment as an aware time: days begin at midnight, and a time without a zone is that of `zone`."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def occurrences(calendars: Iterable[tuple[str, str]], start: datetime, end: datetime, zone: tzinfo) -> Found:
    """Give all that overlaps the time from `start` until before `end`, in order.

    `calendars`: names and texts. `zone`: of events that have none, and of whole days.
    """
    found, problems = list[Occurrence](), list[str]()
    deadline = time.thread_time() + MAX_SECONDS
    for name, text in calendars:
        for series in _read(name, text, problems).values():
            try:
                found += _expanded(series, name, (start, end), zone, deadline)
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
                title = _text((series.master or next(iter(series.moved.values()))).get("SUMMARY"))
                problems.append(f"“{title}” in {name} is left out: {error}")
    return Found(sorted(found, key=lambda each: (instant(each.start, zone), each.title)), problems)


def _read(name: str, text: str, problems: list[str]) -> dict[str, _Series]:
    try:
        calendars: list[Any] = icalendar.Calendar.from_ical(text, multiple=True)
    except ValueError as error:
        problems.append(f"{name} cannot be read: {error}")
        return {}
    if not calendars:
        problems.append(f"{name} holds no calendar, or its end is missing.")
    series: dict[str, _Series] = {}
    for event in (event for calendar in calendars for event in calendar.walk("VEVENT")):
        one = series.setdefault(str(event.get("UID", "")), _Series())
        original = value_of(event, "RECURRENCE-ID")
        if value_of(event, "DTSTART") is None:
            problems.append(f"“{_text(event.get('SUMMARY'))}” in {name} has no start.")
        elif original is None:
            one.master = event
        else:
            one.moved[_key(original)] = event
    return series


def _expanded(
    series: _Series, calendar: str, span: tuple[datetime, datetime], zone: tzinfo, deadline: float
) -> Iterator[Occurrence]:
    start, end = span
    candidates: list[tuple[Event, Moment, Moment | None]] = [
        (event, event["DTSTART"].dt, event["RECURRENCE-ID"].dt) for event in series.moved.values()
    ]
    if series.master is not None:
        repeats = any(name in series.master for name in ("RRULE", "RDATE"))
        last = end.astimezone(zone).replace(tzinfo=None) + timedelta(days=2)
        for first in _starts(series.master, last, deadline):
            if _key(first) not in series.moved:
                candidates.append((series.master, first, first if repeats else None))
    for event, first, original in candidates:
        length = length_of(event)
        begins, ends = instant(first, zone), instant(first + length, zone)
        if begins < end and (ends > start or begins >= start) and _text(event.get("STATUS")).upper() != "CANCELLED":
            yield _occurrence(event, calendar, first, first + length, original)


def _starts(event: Event, last: datetime, deadline: float) -> list[Moment]:
    """Give the starts of an event up to a wall time. Raises ValueError for a rule that leads too far."""
    first: Moment = event["DTSTART"].dt
    left_out = {_key(moment) for moment in _moments(event.get("EXDATE"))}
    starts = {_key(moment): moment for moment in (first, *_moments(event.get("RDATE")))}
    for rule in _listed(event.get("RRULE")):
        if time.thread_time() > deadline:
            raise ValueError("there was no time left to look when it repeats")
        for moment in _by_rule(rule, first, last):
            starts.setdefault(_key(moment), moment)
    return [moment for key, moment in starts.items() if key not in left_out]


def _by_rule(rule: icalendar.vRecur, first: Moment, last: datetime) -> Iterator[Moment]:
    # A rule that never comes true (30 February) is looked for until the year 9999, which takes minutes. The calendar
    # repeats every 400 years, weekdays too, so the search is made in the last of these cycles.
    aware = first.tzinfo if isinstance(first, datetime) else None
    wall = first.replace(tzinfo=None) if isinstance(first, datetime) else datetime(first.year, first.month, first.day)
    shift = (9990 - max(last.year, wall.year)) // _CALENDAR_CYCLE_YEARS * _CALENDAR_CYCLE_YEARS
    parts = rule.copy()
    for until in parts.pop("UNTIL", []):
        last = min(last, _wall_of(until, aware))
    text = parts.to_ical().decode()
    for steps, moment in enumerate(rrulestr(text, dtstart=wall.replace(year=wall.year + shift))):
        moment = moment.replace(year=moment.year - shift)
        if moment > last:
            return
        if steps >= MAX_STEPS:
            raise ValueError(f"it repeats too often ({text})")
        yield moment.replace(tzinfo=aware) if isinstance(first, datetime) else moment.date()


def _wall_of(until: Moment, zone: tzinfo | None) -> datetime:
    if not isinstance(until, datetime):
        return datetime(until.year, until.month, until.day, 23, 59, 59)
    return (until.astimezone(zone) if until.tzinfo and zone else until).replace(tzinfo=None)


def length_of(event: Event) -> timedelta:
    """Give how long an event lasts, in wall time."""
    start: Moment = event["DTSTART"].dt
    end, duration = value_of(event, "DTEND"), value_of(event, "DURATION")
    if isinstance(end, date) and isinstance(end, datetime) == isinstance(start, datetime):
        # In wall time, so that each occurrence ends at the same hour on a day when the clocks change.
        return max(_naive(end, start) - _naive(start, start), timedelta(0))
    if isinstance(duration, timedelta):
        return max(duration, timedelta(0))
    return timedelta(0) if isinstance(start, datetime) else timedelta(days=1)


def _naive(moment: Moment, like: Moment) -> Any:
    if not isinstance(moment, datetime):
        return moment
    zone = like.tzinfo if isinstance(like, datetime) else None
    return (moment.astimezone(zone) if zone and moment.tzinfo else moment).replace(tzinfo=None)


def _occurrence(event: Event, calendar: str, start: Moment, end: Moment, original: Moment | None) -> Occurrence:
    name = short_name(str(event.get("UID", "")))
    return Occurrence(
        event=name if original is None else f"{name}/{stamp(original)}",
        title=_text(event.get("SUMMARY")) or "(no title)",
        start=start,
        end=end,
        place=_text(event.get("LOCATION")),
        calendar=calendar,
        busy=_text(event.get("TRANSP")).upper() != "TRANSPARENT",
        notes=_text(event.get("DESCRIPTION")),
        repeats=original is not None,
    )


def stamp(moment: Moment) -> str:
    """Give the start of an occurrence as it stands in its name: `2026-12-01` or `2026-12-01T09:00`, in its zone."""
    return moment.strftime("%Y-%m-%dT%H:%M") if isinstance(moment, datetime) else moment.isoformat()


def value_of(event: Event, name: str) -> Any:
    """Give a property's value; None: there is none, several, or one that cannot be read."""
    found = event.get(name)
    return None if found is None or isinstance(found, icalendar.vBroken | list) else found.dt


def _key(moment: Moment) -> Moment:
    if isinstance(moment, datetime) and moment.tzinfo:
        return moment.astimezone(UTC)
    return moment


def _moments(values: Any) -> Iterator[Moment]:
    for value in _listed(values):
        for each in getattr(value, "dts", ()):
            moment: Any = each.dt
            yield moment[0] if isinstance(moment, tuple) else moment


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return " ".join(str(_listed(value)[0]).split()) if value is not None else ""
