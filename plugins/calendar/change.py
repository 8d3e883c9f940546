"""Adding, changing and removing events in the text of an .ics file. Each function gives the whole new text."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

import icalendar
from dateutil.rrule import rrulestr

from agent.api import ToolRetry

from .lines import Block, Lines, name_of, unfolded
from .occurrences import Event, Moment, instant, length_of, occurrences, short_name, value_of

_EMPTY = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Homard//Calendar 1.0//EN\r\nEND:VCALENDAR\r\n"
_OF_SERIES = ("RRULE", "RDATE", "EXDATE", "EXRULE", "DTEND", "DURATION")
_TEXTS = {"title": "SUMMARY", "place": "LOCATION", "notes": "DESCRIPTION"}


@dataclass(frozen=True)
class Wanted:
    """How an event shall be; None: as it is."""

    title: str | None = None
    start: Moment | None = None
    end: Moment | None = None
    place: str | None = None
    notes: str | None = None
    repeat: str | None = None
    """An RRULE (`FREQ=WEEKLY;COUNT=10`); empty: it happens once."""


def holds(text: str, name: str) -> bool:
    """Tell whether an event of this name, with or without the start of one occurrence, is in a calendar."""
    event = name.partition("/")[0]
    return any(short_name(block.uid) == event for block in Lines(text).blocks())


def add(text: str, wanted: Wanted, now: datetime) -> tuple[str, str]:
    """Add an event that has a title and a start. Returns the text and the name of the event."""
    lines = Lines(text if text.strip() else _EMPTY)
    uid = str(uuid.uuid4())
    block = ["BEGIN:VEVENT", f"UID:{uid}", "END:VEVENT"]
    lines.add([line + lines.ending for line in block])
    _write(lines, _block(lines, uid), wanted, timedelta(hours=1), now)
    return lines.text, short_name(uid)


def change(text: str, name: str, wanted: Wanted, now: datetime, zone: tzinfo) -> str:
    """Change an event, all of a series, or with `event/start` one occurrence of it. Raises ToolRetry."""
    lines = Lines(text)
    event, _, start = name.partition("/")
    master, moved = _find(lines, event, start)
    if start and moved is None:
        _must_exist(text, name, zone)
        moved = _split(lines, master, start)
    block = moved or master
    parsed = _existing(lines, block)
    if not start and wanted.start is not None:
        _check_series(lines, block, parsed, wanted.start)
    _write(lines, block, wanted, length_of(parsed), now)
    return lines.text


def remove(text: str, name: str, zone: tzinfo) -> str:
    """Remove an event, all of a series, or with `event/start` one occurrence of it. Raises ToolRetry."""
    lines = Lines(text)
    event, _, start = name.partition("/")
    master, moved = _find(lines, event, start)
    if not start:
        for block in reversed([each for each in lines.blocks() if each.uid == master.uid]):
            del lines.lines[block.start : block.end]
        return lines.text
    if moved is None:
        _must_exist(text, name, zone)
    left_out = moved.original if moved else _at(lines.line(master, "DTSTART"), start)
    if moved is not None:
        del lines.lines[moved.start : moved.end]
        master, _ = _find(lines, event, "")
    lines.lines.insert(lines.own(master)[-1][1] + 1, _renamed(left_out, "EXDATE") + lines.ending)
    return lines.text


def _find(lines: Lines, event: str, start: str) -> tuple[Block, Block | None]:
    """Give the event, and its occurrence if that stands in the file by itself."""
    blocks = [block for block in lines.blocks() if short_name(block.uid) == event]
    moved = next((block for block in blocks if block.original and start and _stamp(block.original) == start), None)
    master = next((block for block in blocks if not block.original), moved)
    if master is None:
        raise ToolRetry(f"There is no event {event}. Find events first: each is listed with its name.")
    return master, moved


def _must_exist(text: str, name: str, zone: tzinfo) -> None:
    try:
        near = instant(datetime.fromisoformat(name.partition("/")[2]), zone)
    except ValueError:
        raise ToolRetry(f"{name} names no occurrence. Take the name as it was listed.") from None
    found = occurrences([("", text)], near - timedelta(days=2), near + timedelta(days=2), zone).occurrences
    if not any(each.event == name for each in found):
        raise ToolRetry(f"The event does not happen then: {name}. Take the name as it was listed.")


def _split(lines: Lines, master: Block, start: str) -> Block:
    """Write one occurrence of a series as an event of its own, as RFC 5545 has it: same UID, RECURRENCE-ID."""
    first = lines.line(master, "DTSTART")
    length = length_of(_existing(lines, master))
    dropped = [index for name, index in lines.own(master) if name in _OF_SERIES]
    copied = [lines.lines[index] for index in range(master.start, master.end) if index not in dropped]
    lines.lines[master.end : master.end] = copied
    block = Block(master.end, master.end + len(copied), master.uid, "")
    block = lines.put(block, "DTSTART", _at(first, start) + lines.ending)
    block = lines.put(block, "RECURRENCE-ID", _renamed(_at(first, start), "RECURRENCE-ID") + lines.ending)
    return lines.put(block, "DURATION", _property("DURATION", length, lines.ending))


def _write(lines: Lines, block: Block, wanted: Wanted, length: timedelta, now: datetime) -> None:
    for name, line in _properties(lines, block, wanted, length, now):
        block = lines.put(block, name, line)
    for moment in (wanted.start, wanted.end):
        _know_zone(lines, moment)


def _properties(
    lines: Lines, block: Block, wanted: Wanted, length: timedelta, now: datetime
) -> Iterator[tuple[str, str]]:
    parsed = _parsed(lines, block)
    yield "DTSTAMP", _property("DTSTAMP", now.astimezone(UTC), lines.ending)
    if "DTSTART" in parsed:
        yield "SEQUENCE", f"SEQUENCE:{int(parsed.get('SEQUENCE', 0)) + 1}{lines.ending}"
    for field, name in _TEXTS.items():
        value = getattr(wanted, field)
        if value is not None:
            yield name, _property(name, value, lines.ending) if value else ""
    if wanted.start is not None or wanted.end is not None:
        start: Moment = wanted.start if wanted.start is not None else parsed["DTSTART"].dt
        whole = not isinstance(start, datetime)
        end = wanted.end or start + (max(length, timedelta(days=1)) if whole else length)
        if isinstance(end, datetime) == whole or instant(end, UTC) < instant(start, UTC):
            raise ToolRetry("An event ends after its start, and both are whole days or both are times.")
        if wanted.start is not None:
            yield "DTSTART", _property("DTSTART", start, lines.ending)
        yield "DURATION", ""
        yield "DTEND", _property("DTEND", end, lines.ending)
    if wanted.repeat is not None:
        yield "RRULE", _rule(wanted.repeat, lines.ending)


def _rule(repeat: str, ending: str) -> str:
    if not repeat:
        return ""
    try:
        rule = icalendar.vRecur.from_ical(repeat.removeprefix("RRULE:"))
        rrulestr(rule.to_ical().decode())
    except (ValueError, TypeError, KeyError) as error:
        raise ToolRetry(
            f"{repeat} is no rule of iCalendar: {error}. One is FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10."
        ) from None
    return _property("RRULE", rule, ending)


def _check_series(lines: Lines, block: Block, parsed: Event, start: Moment) -> None:
    """A series is moved only where no other date in the file hangs on the old one."""
    if "RRULE" not in parsed and "RDATE" not in parsed:
        return
    first: Moment = parsed["DTSTART"].dt
    day = first.date() if isinstance(first, datetime) else first
    if (start.date() if isinstance(start, datetime) else start) != day:
        raise ToolRetry(
            f"This series began on {day}. Give that date with another time to move all of it, or name one occurrence."
        )
    if "EXDATE" in parsed or "RDATE" in parsed or any(b.original and b.uid == block.uid for b in lines.blocks()):
        raise ToolRetry("This series has exceptions. Move single occurrences, or remove it and add it anew.")


def _know_zone(lines: Lines, moment: Moment | None) -> None:
    """A file that names a zone must hold it (RFC 5545, 3.2.19)."""
    key = getattr(moment.tzinfo, "key", "UTC") if isinstance(moment, datetime) else "UTC"
    if key == "UTC" or any(
        unfolded(line) == f"TZID:{key}"
        for zone in lines.blocks("VTIMEZONE")
        for line in lines.lines[zone.start : zone.end]
    ):
        return
    block = icalendar.Timezone.from_tzid(key).to_ical().decode().replace("\r\n", lines.ending)
    lines.add(Lines(block).lines)


def _block(lines: Lines, uid: str) -> Block:
    for block in lines.blocks():
        if block.uid == uid:
            return block
    raise ToolRetry("Nothing can be added to this calendar: it is damaged.")


def _parsed(lines: Lines, block: Block) -> Any:
    try:
        return icalendar.Event.from_ical("".join(lines.lines[block.start : block.end]))
    except ValueError as error:
        raise ToolRetry(f"The event is damaged and is not changed: {error}.") from None


def _existing(lines: Lines, block: Block) -> Any:
    parsed = _parsed(lines, block)
    if value_of(parsed, "DTSTART") is None:
        raise ToolRetry("The event is damaged and is not changed: its start cannot be read.")
    return parsed


def _property(name: str, value: Any, ending: str) -> str:
    event: Event = icalendar.Event()
    event.add(name, value)
    return "\r\n".join(event.to_ical().decode().split("\r\n")[1:-2]).replace("\r\n", ending) + ending


def _stamp(line: str) -> str:
    """Give the value of a line with a date, `20261201T090000Z`, as it stands in the name of an occurrence."""
    value = line.rpartition(":")[2].strip()
    day = f"{value[:4]}-{value[4:6]}-{value[6:8]}"
    return f"{day}T{value[9:11]}:{value[11:13]}" if "T" in value else day


def _at(line: str, start: str) -> str:
    """Give a line DTSTART with another moment, in the same zone and form."""
    head, _, value = line.rpartition(":")
    digits = start.replace("-", "").replace(":", "")
    return f"{head}:{digits}{value[13:].strip()}" if "T" in value else f"{head}:{digits}"


def _renamed(line: str, name: str) -> str:
    return name + line[len(name_of(line)) :]


def moment_of(text: str, zone: tzinfo) -> Moment:
    """Read `2026-12-01` or `2026-12-01T09:00`, in `zone` where it names none. Raises ToolRetry."""
    try:
        if len(text) == len("2026-12-01"):
            return date.fromisoformat(text)
        return instant(datetime.fromisoformat(text), zone).astimezone(zone)
    except ValueError:
        raise ToolRetry(f"{text} is no time. Write 2026-12-01T09:00, or 2026-12-01 for a whole day.") from None
