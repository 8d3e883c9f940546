"""Time as people write and read it: lengths as `90s`, `45m`, `1h`, `2h30m`, `1d`; moments as `until 15:00`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from agent.errors import UsageError

LONGEST = timedelta(days=366)
_PARTS = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """Read a length of time, the larger units first. Raises UsageError."""
    found = _PARTS.fullmatch(text.strip().lower().replace(" ", ""))
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not timedelta(0) < length <= LONGEST:
        raise UsageError(f"{text!r} is no length of time up to a year. Write it as 45m, 1h, 2h30m or 1d.")
    return length


def until_words(until: datetime | None) -> str:
    """When a pause ends, in local time; the day is said when it is another one than today."""
    if until is None:
        return "until you resume it"
    here = until.astimezone()
    today = here.date() == datetime.now(UTC).astimezone().date()
    return f"until {here:%H:%M}" if today else f"until {here:%Y-%m-%d %H:%M}"
