"""Events as lines of text."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from .occurrences import Occurrence, instant

MOST_NOTES_CHARS = 300


def line_of(event: Occurrence, zone: tzinfo, notes: bool) -> str:
    """Give an event as one line: its name, when, what, where, and in which calendar."""
    kind = f"({event.calendar}{', repeats' if event.repeats else ''}{'' if event.busy else ', free'})"
    said = event.notes[:MOST_NOTES_CHARS] if notes else ""
    parts = (f"{event.event} {span_of(event.start, event.end, zone)} {event.title}", event.place, said, kind)
    return " · ".join(part for part in parts if part)


def span_of(start: date, end: date, zone: tzinfo) -> str:
    """Give a time: `Tue 2026-12-01 09:00-10:00`, whole days as `Tue 2026-12-01 to 2026-12-03`."""
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        last = end - timedelta(days=1)
        return f"{start:%a %Y-%m-%d}" + (f" to {last:%Y-%m-%d}" if last > start else "")
    begins, ends = instant(start, zone).astimezone(zone), instant(end, zone).astimezone(zone)
    day = "" if ends.date() == begins.date() else f"{ends:%Y-%m-%d }"
    return f"{begins:%a %Y-%m-%d %H:%M}-{day}{ends:%H:%M}"


def all_text(event: Occurrence) -> str:
    """Give what is searched."""
    return f"{event.title} {event.place} {event.notes} {event.calendar}".casefold()
