"""Cron lines in English words; what has no plain words stands as it is."""

from __future__ import annotations

from collections.abc import Sequence

from agent.automation.cron import CronLine, read_cron
from agent.errors import UsageError

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NTH = ("first", "second", "third", "fourth", "fifth")
_MOST_TIMES = 6


def cron_words(fields: str) -> str:
    """Say a line: “each weekday at 08:30”, “on the 1st of each month at 09:00”, else “by the cron line …”.

    Never raises.
    """
    try:
        line = read_cron(fields)
    except UsageError:
        return f"by the cron line “{fields}”, which cannot be read or never comes"
    days, times = _days(line), _times(line)
    if days is None or times is None:
        return f"by the cron line “{line.fields}”"
    if days == "each day" and times.startswith(("every", "each")):
        return times
    return f"{days} {times}" if times.startswith("at ") else f"{days}, {times}"


def _times(line: CronLine) -> str | None:
    """The times of a day: “at 08:30 and 17:00”, “every 20 minutes by the clock”; None: no plain words."""
    hours = sorted({minute // 60 for minute in line.minutes})
    minutes = sorted({minute % 60 for minute in line.minutes})
    if len(line.minutes) <= _MOST_TIMES and not (len(hours) > 2 and _even(hours, 24)):
        return f"at {_joined([_clock(minute) for minute in line.minutes])}"
    within = _within(hours, minutes)
    if len(minutes) == 60 and within is not None:
        return f"every minute{within}"
    step = _even(minutes, 60)
    if step and minutes[0] == 0 and within is not None:
        return f"every {step} minutes by the clock{within}"
    past = _joined([f":{minute:02}" for minute in minutes])
    if len(minutes) > _MOST_TIMES:
        return None
    if within is not None:
        return f"each hour at {past}{within}"
    pace = _even(hours, 24)
    return f"every {pace} hours by the clock, from {_clock(line.minutes[0])}" if pace and len(minutes) == 1 else None


def _within(hours: Sequence[int], minutes: Sequence[int]) -> str | None:
    """“ from 08:00 to 18:40” of hours without a gap; empty for the whole day; None: they have gaps."""
    if len(hours) == 24:
        return ""
    if list(hours) != list(range(hours[0], hours[-1] + 1)):
        return None
    return f" from {hours[0]:02}:{minutes[0]:02} to {hours[-1]:02}:{minutes[-1]:02}"


def _even(numbers: Sequence[int], whole: int) -> int:
    """The equal distance at which numbers go round, 0 if there is none."""
    if len(numbers) < 2 or whole % len(numbers):
        return 0
    step = whole // len(numbers)
    return step if list(numbers) == [numbers[0] + step * index for index in range(len(numbers))] else 0


def _days(line: CronLine) -> str | None:
    """The days: “each weekday”, “on the 1st of each month”; None: no plain words."""
    _, _, day, _, weekday = line.fields.upper().split()
    if len(line.months) == 12:
        months = ""
    elif len(line.months) <= _MOST_TIMES:
        months = _joined([MONTHS[month - 1] for month in sorted(line.months)])
    else:
        return None
    if day == "*" and weekday == "*":
        return f"each day in {months}" if months else "each day"
    if weekday == "*":
        return _month_days(line, day, months)
    if day == "*":
        words = _weekdays(line, weekday)
        return f"{words} in {months}" if words and months else _monthly(words)
    if "*" in (day[0], weekday[0]):  # joined by “and”: nobody expects that, so the line itself says it best
        return None
    by_day, by_weekday = _month_days(line, day, months), _weekdays(line, weekday)
    if by_day is None or by_weekday is None:
        return None
    return f"{by_day} and also {by_weekday}{f' in {months}' if months else ''}"


def _monthly(words: str | None) -> str | None:
    """“on the first Monday” needs to be told of what."""
    return f"{words} of each month" if words and words.startswith("on ") else words


def _month_days(line: CronLine, day: str, months: str) -> str | None:
    of = months or "each month"
    if day == "L":
        return f"on the last day of {of}"
    if day == "LW":
        return f"on the last weekday of {of}"
    numbers = sorted(line.month_days)
    if day.startswith("*") or len(numbers) > _MOST_TIMES or numbers[0] < 1:
        return None
    return f"on the {_joined([_ordinal(number) for number in numbers])} of {of}"


def _weekdays(line: CronLine, weekday: str) -> str | None:
    """“each weekday”, “each Monday and Friday”, “on the first Monday”."""
    plain: set[int] = set()
    nth: list[str] = []
    for item in line.weekdays:
        if isinstance(item, int):
            plain.add(item % 7)
        elif item[1] in range(1, 6):
            nth.append(f"{_NTH[item[1] - 1]} {DAYS[item[0] % 7]}")
        else:
            nth.append(f"last {DAYS[item[0] % 7]}")
    if nth:
        return f"on the {_joined(sorted(nth))}" if not plain else None
    if plain == set(range(1, 6)):
        return "each weekday"
    if plain == {0, 6}:
        return "each Saturday and Sunday"
    if len(plain) == 7:
        return "each day" if not weekday.startswith("*/") else None
    return f"each {_joined([DAYS[number % 7] for number in sorted(plain, key=lambda n: (n + 6) % 7)])}"


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _joined(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
