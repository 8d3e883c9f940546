"""Five cron fields in a person's words; what has no plain words stands as it is written."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QLocale, QTime

from app.translation import translate

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_HOURS = range(24)
_MOST_TIMES = 4
"""Times of a day that are listed one by one."""
_EVERY_DAY = frozenset(range(7))
_WEEKDAYS, _WEEKEND = frozenset({1, 2, 3, 4, 5}), frozenset({0, 6})


def cron_words(fields: str) -> str:
    """When it is due: `each weekday at 8:30`, `every 20 minutes`; else the fields as they are."""
    parts = fields.split()
    try:
        minutes, hours = _field(parts[0], 0, 59), _field(parts[1], 0, 23)
        day, month = _field(parts[2], 1, 31), _field(parts[3], 1, 12, _MONTHS, first=1)
        weekday = frozenset(each % 7 for each in _field(parts[4], 0, 7, _DAYS))
        days = _days("" if parts[2][0] == "*" else parts[2], day, month, weekday, any_weekday=parts[4][0] == "*")
    except (ValueError, IndexError):
        days = None
        minutes = hours = frozenset[int]()
    times = _times(minutes, hours)
    if days is None or times is None or len(parts) != 5:
        return translate("Jobs", "by cron: {fields}").format(fields=fields)
    words, fixed = times
    if fixed:
        return translate("Jobs", "{days} at {times}").format(days=days or translate("Jobs", "each day"), times=words)
    return translate("Jobs", "{days}, {times}").format(days=days, times=words) if days else words


def listed(words: Sequence[str]) -> str:
    """Words one after the other: `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return translate("Jobs", "{first} and {last}").format(first=", ".join(words[:-1]), last=words[-1])


def minutes_words(count: int) -> str:
    """A distance of minutes: `every 20 minutes`."""
    return translate("Jobs", "every %n minute(s)", count) if count > 1 else translate("Jobs", "every minute")


def time_words(hour: int, minute: int) -> str:
    """A time of day as this person writes it."""
    return QLocale().toString(QTime(hour, minute), QLocale.FormatType.ShortFormat)


def day_name(weekday: int) -> str:
    """The name of a day of the week; 0 and 7 are Sunday."""
    return QLocale().standaloneDayName(weekday or 7, QLocale.FormatType.LongFormat)


def _field(text: str, low: int, high: int, names: Sequence[str] = (), first: int = 0) -> frozenset[int]:
    """The numbers that one field names. Raises ValueError."""

    def number(word: str) -> int:
        known = word.lower()
        value = names.index(known) + first if known in names else int(word)
        if not low <= value <= high:
            raise ValueError(word)
        return value

    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        begin, _, end = span.partition("-")
        since, until = (low, high) if span == "*" else (number(begin), number(end or (str(high) if step else begin)))
        if since > until or (step and int(step) < 1):
            raise ValueError(text)
        found |= set(range(since, until + 1, int(step or 1)))
    return frozenset(found)


def _times(minutes: Collection[int], hours: Collection[int]) -> tuple[str, bool] | None:
    """In words, and whether they are times of a day that want an `at`; None: there are no plain words."""
    at, of = sorted(minutes), sorted(hours)
    if not at or not of:
        return None
    if len(at) * len(of) <= _MOST_TIMES:
        return listed([time_words(hour, minute) for hour in of for minute in at]), True
    if len(at) == 1 and (hours_apart := _step(of, 24)) is not None:
        words = _each_hours(at[0], hours_apart)
        return (words, False) if words else None
    often = translate("Jobs", "each hour") if len(at) == 1 else _each_minutes(at)
    if not often or of != list(range(of[0], of[-1] + 1)):
        return None
    if len(of) == len(_HOURS):
        return often, False
    since, until = time_words(of[0], at[0]), time_words(of[-1], at[-1])
    said = translate("Jobs", "{often} from {since} to {until}").format(often=often, since=since, until=until)
    return said, False


def _each_hours(minute: int, apart: int) -> str:
    if apart == 1:
        return translate("Jobs", "each hour, %n minute(s) past", minute) if minute else translate("Jobs", "each hour")
    return "" if minute else translate("Jobs", "every %n hour(s)", apart)


def _each_minutes(at: list[int]) -> str:
    step = _step(at, 60)
    return minutes_words(step) if step is not None else ""


def _step(numbers: Sequence[int], circle: int) -> int | None:
    """The distance at which they follow each other all around, from 0; None: they do not."""
    step = circle // len(numbers)
    return step if list(numbers) == list(range(0, circle, step)) and step * len(numbers) == circle else None


def _days(
    written: str, day: Collection[int], month: Collection[int], weekday: Collection[int], *, any_weekday: bool
) -> str | None:
    """The days in words; empty: each. `written`: the field of the day of the month, empty if it holds for all."""
    by_week = "" if any_weekday and len(weekday) == len(_EVERY_DAY) else _weekdays(frozenset(weekday))
    if (any_weekday and by_week) or (not written and len(day) < 31):
        return None  # `*/2`: such days mean both at once, for which there are no plain words
    months = listed([QLocale().standaloneMonthName(each) for each in sorted(month)]) if len(month) < 12 else ""
    if written and len(day) > _MOST_TIMES:
        return None
    if not written:
        if not months:
            return by_week
        return translate("Jobs", "{days} in {months}").format(
            days=by_week or translate("Jobs", "each day"), months=months
        )
    numbers = listed([str(each) for each in sorted(day)])
    by_month = (
        translate("Jobs", "each year on day {days} of {months}").format(days=numbers, months=months)
        if months
        else translate("Jobs", "on day {days} of each month").format(days=numbers)
    )
    return listed([by_month, by_week]) if by_week else by_month


def _weekdays(days: frozenset[int]) -> str:
    if days == _EVERY_DAY:
        return ""
    if days == _WEEKDAYS:
        return translate("Jobs", "each weekday")
    if days == _WEEKEND:
        return translate("Jobs", "each Saturday and Sunday")
    names = listed([day_name(each) for each in sorted(days, key=lambda each: each or 7)])
    return translate("Jobs", "each {days}").format(days=names)
