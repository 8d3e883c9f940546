"""The tools. Calendars are read where they stand and changed through Homard, so that each change can be undone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tzlocal import get_localzone

from agent.api import Context, Declaration, Output, ToolFailed, ToolRetry, tool, trigger

from .change import Wanted, moment_of
from .change import add as added
from .change import change as changed
from .change import remove as removed
from .folder import Calendars, check_same, text_of
from .free import free_times
from .occurrences import Found, Occurrence, instant, occurrences
from .shown import all_text, line_of, span_of

MOST_LINES = 100
MOST_DAYS = 3700


INVITED = Declaration("read", output=Output("others"))
"""Whoever invites writes the title, the place and the notes of an event: what is read here may be a stranger's wish."""


@tool(reading=True, declaration=INVITED)
def find(context: Context, start: str = "", end: str = "", words: str = "") -> str:
    """List events of the calendar. Each line begins with the event's name.

    start: 2026-12-01 or 2026-12-01T09:00; else today
    end: else a week later
    words: only with these in title, place or notes
    """
    zone = _zone(context)
    found = _found(context, _span(start, end, zone), zone)
    wanted = words.casefold().split()
    events = [each for each in found.occurrences if all(word in all_text(each) for word in wanted)]
    lines = [line_of(each, zone, bool(words)) for each in events[:MOST_LINES]] or ["No events."]
    more = [f"{len(events) - MOST_LINES} more: look at a shorter time."] if len(events) > MOST_LINES else []
    return "\n".join([*lines, *more, *found.problems])


@tool(reading=True)
def free(
    context: Context,
    minutes: int = 30,
    start: str = "",
    end: str = "",
    hours: str = "09:00-17:00",
    weekends: bool = False,
) -> str:
    """List times without events.

    start: else today
    end: else a week later
    """
    zone = _zone(context)
    span = _span(start, end, zone)
    try:
        opens, closes = (time.fromisoformat(hour.strip()) for hour in hours.split("-"))
    except ValueError:
        raise ToolRetry(f"{hours} are no hours. Write 09:00-17:00.") from None
    found = _found(context, span, zone)
    shortest = timedelta(minutes=max(minutes, 1))
    gaps = free_times(found.occurrences, *span, (opens, closes), shortest, zone, weekends)
    lines = [span_of(*gap, zone) for gap in gaps][:MOST_LINES] or ["Nothing is free."]
    whole = {each.title for each in found.occurrences if each.busy and not isinstance(each.start, datetime)}
    note = [f"Whole days that count as busy: {', '.join(sorted(whole))}."] if whole else []
    return "\n".join([*lines, *note, *found.problems])


@tool
async def add(
    context: Context,
    title: str,
    start: str,
    end: str = "",
    place: str = "",
    notes: str = "",
    repeat: str = "",
    calendar: str = "",
) -> str:
    """Add an event; one that starts at a date lasts whole days.

    end: of whole days the last
    repeat: RRULE, like FREQ=WEEKLY;BYDAY=MO
    """
    zone = _zone(context)
    path = _calendars(context).target(calendar or str(context.settings.get("default") or ""))
    wanted = _wanted(zone, start, end, title=title, place=place, notes=notes, repeat=repeat)
    before = text_of(path)
    text, name = await asyncio.to_thread(added, before, wanted, datetime.now(UTC))
    await _write(context, path, before, text)
    return f"Added to {path.stem}: {_told(text, name, wanted, zone)}"


@tool(declaration=INVITED)
async def change(
    context: Context,
    event: str,
    title: str | None = None,
    start: str = "",
    end: str = "",
    place: str | None = None,
    notes: str | None = None,
    repeat: str | None = None,
) -> str:
    """Change what is given of an event.

    event: its name; without /… all of a series
    """
    zone = _zone(context)
    path, before = _calendars(context).holding(event)
    wanted = _wanted(zone, start, end, title=title, place=place, notes=notes, repeat=repeat)
    text = await asyncio.to_thread(changed, before, event, wanted, datetime.now(UTC), zone)
    await _write(context, path, before, text)
    return f"Changed in {path.stem}: {event}"


@tool(declaration=INVITED)
async def remove(context: Context, event: str) -> str:
    """Remove an event.

    event: its name; without /… all of a series
    """
    path, before = _calendars(context).holding(event)
    text = await asyncio.to_thread(removed, before, event, _zone(context))
    await _write(context, path, before, text)
    return f"Removed from {path.stem}: {event}"


@trigger(every_s=60)
async def upcoming(context: Context) -> None:
    """An event begins soon."""
    zone = _zone(context)
    now = datetime.now(zone)
    span = now, now + timedelta(minutes=float(context.settings["minutes_before"]))
    found = await asyncio.to_thread(_found, context, span, zone)
    for event in found.occurrences:
        if isinstance(event.start, datetime) and event.start >= now:
            key = f"{event.event} {event.start.isoformat()}"  # once, and again if it is moved
            await context.fire("upcoming", key, line_of(event, zone, notes=True))


async def _write(context: Context, path: Path, before: str, text: str) -> None:
    """Replace what was read, and nothing that another program has written since."""
    check_same(path, before)
    await context.write(path, text)


def _calendars(context: Context) -> Calendars:
    return Calendars(str(context.settings.get("folder") or ""))


def _zone(context: Context) -> ZoneInfo:
    name = str(context.settings.get("zone") or "")
    try:
        return ZoneInfo(name) if name else get_localzone()
    except (ValueError, OSError, LookupError):
        raise ToolFailed(f"{name} is no time zone. Set one like Europe/Berlin; empty is this computer's.") from None


def _span(start: str, end: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    begins = instant(moment_of(start, zone) if start else datetime.now(zone).date(), zone)
    ends = instant(_end(end, zone) or begins + timedelta(days=7), zone)
    if not timedelta(0) < ends - begins <= timedelta(days=MOST_DAYS):
        raise ToolRetry(f"The end comes after the start, by at most {MOST_DAYS} days.")
    return begins, ends


def _end(text: str, zone: ZoneInfo) -> Any:
    """Of whole days people name the last, and iCalendar the first after it."""
    end = moment_of(text, zone) if text else None
    return end + timedelta(days=1) if end and not isinstance(end, datetime) else end


def _wanted(zone: ZoneInfo, start: str, end: str, **texts: str | None) -> Wanted:
    return Wanted(start=moment_of(start, zone) if start else None, end=_end(end, zone), **texts)


def _found(context: Context, span: tuple[datetime, datetime], zone: ZoneInfo) -> Found:
    texts, problems = _calendars(context).texts()
    found = occurrences(texts, *span, zone)
    return Found(found.occurrences, problems + found.problems)


def _told(text: str, name: str, wanted: Wanted, zone: ZoneInfo) -> str:
    """The new event as it will be listed: the model and the person see what was understood."""
    start = instant(wanted.start or datetime.now(zone), zone)
    found = occurrences([("", text)], start, start + timedelta(days=1), zone).occurrences
    event: Occurrence | None = next((each for each in found if each.event.partition("/")[0] == name), None)
    return f"{name} {span_of(event.start, event.end, zone)} {event.title}" if event else f"{name} {wanted.title}"
