"""What is due as a calendar file (iCalendar, RFC 5545), for calendars that import or show it."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from agent.automation.words import triggers_words
from agent.jobs import JobRow, Slot

DAYS = 90
MOST = 10_000
"""Events in one file."""
_LINE_BYTES = 75
_LASTS = "PT5M"
"""A run takes as long as it takes; with this an event is seen and can be clicked on."""
_MOST_PROMPT = 1_000


def calendar_of(jobs: Sequence[JobRow], slots: Iterable[Slot], now: datetime) -> str:
    """Write an event for each slot of these jobs that is due after `now` and within 90 days; at most `MOST`.

    Times are in UTC and shown by a calendar in its own zone. The same slot always has the same UID, so importing a
    newer file does not double it. Lines end with CRLF and are folded after 75 bytes.
    """
    by_id = {row.job_id: row for row in jobs}
    until = now + timedelta(days=DAYS)
    coming = sorted(
        (slot for slot in slots if slot.job_id in by_id and now < slot.due_at <= until),
        key=lambda slot: (slot.due_at, slot.job_id, slot.key),
    )
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Homard//Automations//EN", "CALSCALE:GREGORIAN"]
    lines.append("X-WR-CALNAME:Homard")
    for slot in coming[:MOST]:
        lines.extend(_event(by_id[slot.job_id], slot, now))
    lines.append("END:VCALENDAR")
    return "".join(f"{piece}\r\n" for line in lines for piece in _folded(line))


def _event(row: JobRow, slot: Slot, now: datetime) -> Iterator[str]:
    name = hashlib.sha256(f"{slot.job_id}\0{slot.key}".encode()).hexdigest()[:32]
    prompt = row.job.prompt if len(row.job.prompt) <= _MOST_PROMPT else row.job.prompt[: _MOST_PROMPT - 1] + "…"
    yield "BEGIN:VEVENT"
    yield f"UID:{name}@homard"
    yield f"DTSTAMP:{_utc(now)}"
    yield f"LAST-MODIFIED:{_utc(row.updated_at)}"
    yield f"DTSTART:{_utc(slot.due_at)}"
    yield f"DURATION:{_LASTS}"
    yield f"SUMMARY:{_text(row.job.name)}"
    yield f"DESCRIPTION:{_text(f'{triggers_words(row.job.triggers)}{chr(10)}{prompt}')}"
    yield "CATEGORIES:Homard"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _utc(moment: datetime) -> str:
    """DATE-TIME, form 2."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """TEXT (3.3.11): marks escaped, breaks as `\\n`, without other control characters."""
    breaks = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    plain = "".join(c for c in breaks if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Split after at most 75 bytes, never within a character; each further piece begins with a blank (3.1)."""
    piece, size = "", 0
    for char in line:
        width = len(char.encode())
        if size + width > _LINE_BYTES:
            yield piece
            piece, size = " ", 1
        piece += char
        size += width
    yield piece
