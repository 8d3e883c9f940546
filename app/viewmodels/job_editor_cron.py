"""Cron fields as choices that people know: each day at 8:30, on Mondays, every 20 minutes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Literal

Rhythm = Literal["daily", "weekdays", "weekly", "monthly", "hourly", "minutes", "fields"]
RHYTHMS: tuple[Rhythm, ...] = ("daily", "weekdays", "weekly", "monthly", "hourly", "minutes", "fields")
STEPS = (5, 10, 15, 20, 30)
"""Minutes that divide an hour."""
USUAL = time(8, 30)

_NUMBER = re.compile(r"\d{1,2}", re.ASCII)
_STEP = re.compile(r"\*/(\d{1,2})", re.ASCII)
_DAYS = re.compile(r"[0-7]([,-][0-7])*", re.ASCII)


@dataclass(frozen=True)
class Shape:
    """A rhythm and what belongs to it; what does not is kept for when it is chosen again."""

    rhythm: Rhythm = "daily"
    at: time = USUAL
    """Of `hourly` only the minute counts."""
    days: tuple[int, ...] = (1,)
    """Of `weekly`: 1 is Monday, 7 Sunday."""
    day: int = 1
    """Of `monthly`."""
    step: int = 20
    """Of `minutes`."""
    fields: str = "30 8 * * *"
    """Of `fields`, as they were written."""

    @property
    def cron(self) -> str:
        """The five fields."""
        at = f"{self.at.minute} {self.at.hour}"
        match self.rhythm:
            case "daily":
                return f"{at} * * *"
            case "weekdays":
                return f"{at} * * 1-5"
            case "weekly":
                return f"{at} * * {','.join(map(str, sorted(self.days))) or '1'}"
            case "monthly":
                return f"{at} {self.day} * *"
            case "hourly":
                return f"{self.at.minute} * * * *"
            case "minutes":
                return f"*/{self.step} * * * *"
            case "fields":
                return self.fields


def shape_of(fields: str) -> Shape:
    """The choice that says the same; `fields` where there is none."""
    parts = fields.split()
    plain = Shape("fields", fields=fields)
    if len(parts) != 5 or parts[3] != "*":
        return plain
    minute, hour, day, _month, weekday = parts
    if step := _STEP.fullmatch(minute):
        every = int(step[1])
        return Shape("minutes", step=every, fields=fields) if (hour, day, weekday, every in STEPS) == (
            "*", "*", "*", True) else plain  # fmt: skip
    if not _NUMBER.fullmatch(minute) or int(minute) > 59:
        return plain
    if (hour, day, weekday) == ("*", "*", "*"):
        return Shape("hourly", time(0, int(minute)), fields=fields)
    if not _NUMBER.fullmatch(hour) or int(hour) > 23:
        return plain
    return _of_day(fields, time(int(hour), int(minute)), day, weekday)


def _of_day(fields: str, at: time, day: str, weekday: str) -> Shape:
    if day != "*":
        monthly = weekday == "*" and _NUMBER.fullmatch(day) and 1 <= int(day) <= 31
        return Shape("monthly", at, day=int(day), fields=fields) if monthly else Shape("fields", fields=fields)
    if weekday == "*":
        return Shape("daily", at, fields=fields)
    days = _days(weekday)
    if not days:
        return Shape("fields", fields=fields)
    if days == (1, 2, 3, 4, 5):
        return Shape("weekdays", at, fields=fields)
    return Shape("weekly", at, days=days, fields=fields)


def _days(written: str) -> tuple[int, ...]:
    """The days that a field names, 7 for Sunday; none where it is not that plain."""
    if not _DAYS.fullmatch(written):
        return ()
    found: set[int] = set()
    for part in written.split(","):
        ends = part.split("-")
        first, last = int(ends[0]), int(ends[-1])
        if len(ends) > 2 or first > last:
            return ()
        found |= {each or 7 for each in range(first, last + 1)}
    return tuple(sorted(found))
