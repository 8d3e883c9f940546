"""The moment that a person asks about, as they write it."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent.errors import UsageError

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def moment_of(text: str, now: datetime) -> datetime:
    """The latest moment at that time (`8:30`), on that day (`Monday 8:30`); or date and time. `now` is local time.

    Raises UsageError.
    """
    try:
        found = _on_a_day(text.lower().split(), now)
        return found or datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text!r} is no moment. Write 8:30 for the latest one, yesterday 8:30, Monday 8:30, or 2026-11-26 08:30."
        ) from None


def _on_a_day(words: list[str], now: datetime) -> datetime | None:
    """None: it is a date, or no moment at all."""
    hour, colon, minute = words[-1].partition(":") if words else ("", "", "")
    if len(words) not in (1, 2) or not colon or not hour.isdecimal():
        return None
    at = now.replace(tzinfo=None, hour=int(hour), minute=int(minute), second=0, microsecond=0)
    back = _days_back(words[:-1], at > now.replace(tzinfo=None), now.weekday())
    return None if back is None else (at - timedelta(days=back)).astimezone()


def _days_back(day: list[str], to_come: bool, weekday: int) -> int | None:
    """How many days before today; `to_come`: the time of day has not come yet today. None: that is no day."""
    if not day:
        return int(to_come)
    if day[0] in ("today", "yesterday"):
        return int(day[0] == "yesterday")
    names = [name for name in _DAYS if len(day[0]) >= 3 and name.startswith(day[0])]
    if not names:
        return None
    back = (weekday - _DAYS.index(names[0])) % 7
    return back or 7 * int(to_come)
