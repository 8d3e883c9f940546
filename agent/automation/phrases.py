"""What a language is made of here: phrases that say something about a job, and what each of them says.

Patterns are regular expressions in which a blank is any white space and `{name}` stands for a part of the language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import available_timezones

import msgspec

from agent.automation import spoken
from agent.automation.cron import read_cron
from agent.automation.reading import Reading
from agent.automation.watched import watch_of
from agent.automation.zone import named
from agent.errors import UsageError
from agent.jobs import Change, Cron, Hold, Missed, Quiet

Found = re.Match[str]
Handler = Callable[[Reading, Found], None]
_MACROS = {
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
}  # fmt: skip


@dataclass(frozen=True)
class Language:
    """Phrases and what surrounds them."""

    phrases: tuple[tuple[re.Pattern[str], Handler], ...]
    """At a place the longest match wins, of equal ones the first."""
    joints: re.Pattern[str]
    """What may stand between two phrases."""
    openers: re.Pattern[str]
    """What may stand before the first."""
    leading: re.Pattern[str]
    """What is left of the time at the beginning of the task."""
    bounds: re.Pattern[str]
    """A bound or exception that was not understood, directly beside the time."""
    timelike: re.Pattern[str]
    """Words within the task that may be a time."""


@dataclass(frozen=True)
class Grammar:
    """The parts of one language, and how to read its days."""

    parts: Mapping[str, str]

    def compile(self, pattern: str) -> re.Pattern[str]:
        """Compile a pattern, its parts put in."""
        text = re.sub(r"\{([a-z_]+)\}", lambda found: self.parts[found[1]], pattern)
        return re.compile(text.replace(" ", r"\s+"), re.I)

    def phrase(self, pattern: str, act: Handler) -> tuple[re.Pattern[str], Handler]:
        """One phrase: it begins and ends at a word."""
        return self.compile(rf"(?<![\w~/]){pattern}"), act

    def weekdays(self, reading: Reading, found: Found) -> None:
        """Each of several weekdays."""
        reading.days(self.days_in(found["days"]))

    def days_in(self, text: str) -> list[int]:
        """Numbers of the weekdays in a text."""
        return [spoken.weekday(day) for day in self.compile("{day}").findall(text)]

    def weekday_part(self, reading: Reading, found: Found) -> None:
        """“jeden Montagmorgen”."""
        self.weekdays(reading, found)
        reading.part(found["part"])

    def week_range(self, reading: Reading, found: Found) -> None:
        """“Monday to Friday”."""
        start, end = spoken.weekday(found["a"]), spoken.weekday(found["b"])
        reading.days([(start + step) % 7 for step in range((end - start) % 7 + 1)])

    def without(self, reading: Reading, found: Found) -> None:
        """“except Sunday”."""
        reading.without(self.days_in(found["days"]))

    def nth_days(self, reading: Reading, found: Found) -> None:
        """“the first and third Monday of the month”."""
        for place in self.compile(r"{nth}(?!\w)").findall(found["n"]):
            reading.nth(spoken.ordinal(place), spoken.weekday(found["day"]))

    def month_days(self, reading: Reading, found: Found) -> None:
        """“the 1st and 15th of the month”."""
        texts = [text for text in re.split(self.parts["and"] + r"(?:the\s+|am\s+)?", found["n"], flags=re.I) if text]
        numbers = [spoken.ordinal(text.split()[0]) for text in texts]
        if any(not -1 <= number <= 31 or number == 0 for number in numbers):
            raise UsageError(f"“{found[0].strip()}”: a month has the days 1 to 31.")
        reading.month_days(",".join("L" if number < 0 else str(number) for number in numbers))

    def month_days_alone(self, reading: Reading, found: Found) -> None:
        """“on the 15th”, of no month that was said."""
        monthly = reading.whens[-1].pace_months > 0
        self.month_days(reading, found)
        if not monthly:
            reading.doubt(f"“{found[0].strip()}” was read as that day of each month; for a single one name the month.")


def days(*numbers: int) -> Handler:
    """Certain weekdays."""
    return lambda reading, _found: reading.days(numbers)


WORKDAYS = days(1, 2, 3, 4, 5)
WEEKEND = days(6, 0)
DAILY = days(0, 1, 2, 3, 4, 5, 6)


def pace(amount: float, unit: str) -> Handler:
    """A pace that a word names."""
    return lambda reading, _found: reading.pace(amount, unit)


def interval(reading: Reading, found: Found) -> None:
    """“every 20 minutes”."""
    unit = {"m": "min", "d": "day"}.get(found["unit"].casefold(), found["unit"])
    reading.pace(spoken.number(found["n"]) if found["n"] else 1, unit)


def every_nth(reading: Reading, found: Found) -> None:
    """“every other day”."""
    place = spoken.ordinal(found["n"])
    if place < 1:
        raise UsageError(f"“{found[0].strip()}” is no schedule. Write it as “on the last day of the month”.")
    reading.pace(place, found["unit"])


def other_weekday(reading: Reading, found: Found) -> None:
    """“every other Monday”."""
    reading.pace(2, "week")
    reading.whens[-1].weekdays = frozenset({spoken.weekday(found["day"])})


def unclear_nth(reading: Reading, found: Found) -> None:
    """“every second Monday”: of the month, or of the weeks."""
    raise UsageError(
        f"“{found[0].strip()}” can mean two things. Write “on the second Monday of each month” or “every other Monday” "
        "(“am zweiten Montag im Monat” oder “alle zwei Wochen montags”)."
    )


def unclear_date(reading: Reading, found: Found) -> None:
    """“3/12”."""
    raise UsageError(f"“{found[0].strip()}” can mean two days. Write it as 2026-12-03, or as 3 December.")


def times_per(reading: Reading, found: Found) -> None:
    """“twice a day”."""
    raise UsageError(f"“{found[0].strip()}” does not say when. Name the times, as in “every day at 9:00 and 17:00”.")


def coming(reading: Reading, found: Found) -> None:
    """“next Friday”."""
    reading.weekday_once(spoken.weekday(found["day"]), found[0].strip(" ,"))
    groups = found.groupdict()
    if groups.get("part"):
        reading.part(groups["part"])


def ahead(number: int) -> Handler:
    """Today, tomorrow, the day after; with a part of the day if the phrase has one."""

    def act(reading: Reading, found: Found) -> None:
        reading.date(reading.now.date() + timedelta(days=number))
        reading.whens[-1].once = True
        said = found.groupdict().get("part") or ""
        if said:
            reading.part(said)

    return act


def after(reading: Reading, found: Found) -> None:
    """“in 2 hours”."""
    reading.after(spoken.number(found["n"]), found["unit"])


def after_minutes(amount: float) -> Handler:
    """“in half an hour”."""
    return lambda reading, _found: reading.after(amount, "min")


def on_date(reading: Reading, found: Found) -> None:
    """A date of the calendar; without a year the coming one. Raises UsageError if there is none."""
    groups = found.groupdict()
    day, month = int(groups["d"]), groups["m"]
    number = int(month) if month.isdigit() else spoken.month(month)
    year = int(groups["y"]) if groups.get("y") else None
    yearly = bool(groups.get("each"))
    reading.date(_date(day, number, year, reading.now.date(), found[0]), yearly=yearly)
    if groups.get("t"):
        reading.at(groups["t"])


def _date(day: int, month: int, year: int | None, today: date, said: str) -> date:
    years = [year + 2000 if year < 100 else year] if year is not None else range(today.year, today.year + 9)
    for candidate in years:
        try:
            on = date(candidate, month, day)
        except ValueError:
            continue
        if year is not None or on >= today:
            return on
    raise UsageError(f"There is no day “{said.strip()}” in the calendar. Write it as 2026-12-24.")


def at(reading: Reading, found: Found) -> None:
    """“at 8:30 and 17:00”."""
    reading.at(found["t"], found.groupdict().get("part") or "")


def part(reading: Reading, found: Found) -> None:
    """“in the morning”. Raises UsageError when no day was said."""
    if not reading.whens[-1].says:
        raise UsageError(
            f"“{found[0].strip()}” does not say on which day. Write “every morning” or “tomorrow morning”."
        )
    reading.part(found["part"])


def each_part(reading: Reading, found: Found) -> None:
    """“every morning”, “abends”: of the days that were said, else of every day."""
    when = reading.whens[-1]
    if not when.has_days or when.times or when.part:
        reading.days(range(7))
    reading.part(found["part"])


def window(reading: Reading, found: Found) -> None:
    """“from 8:00 to 18:00”."""
    reading.window(found["a"], found["b"])


def office(reading: Reading, found: Found) -> None:
    """“during office hours”."""
    when = reading.whens[-1]
    when.window = (time(9), time(17))
    if when.weekdays is None:
        when.weekdays = frozenset(range(1, 6))
    reading.doubt(f"“{found[0].strip(' ,')}” was read as Monday to Friday from 09:00 to 17:00.")


def past_hour(reading: Reading, found: Found) -> None:
    """“15 minutes past the hour”. Raises UsageError unless it belongs to “every hour”."""
    when = reading.whens[-1]
    minute = int(found.groupdict().get("m") or 0)
    if not when.pace_s or when.pace_s % 3600 or minute > 59:
        raise UsageError(f"“{found[0].strip()}” belongs to “every hour”, and an hour has the minutes 0 to 59.")
    when.at_minute = minute


def once(reading: Reading, found: Found) -> None:
    """“once”."""
    reading.whens[-1].once = True


def month_end(reading: Reading, found: Found) -> None:
    """“at the end of the month”."""
    reading.month_days("L")


def month_start(reading: Reading, found: Found) -> None:
    """“at the beginning of the month”."""
    reading.month_days("1")


def last_workday(reading: Reading, found: Found) -> None:
    """“the last weekday of the month”."""
    reading.month_days("LW")


def quiet(reading: Reading, found: Found) -> None:
    """“not between 22:00 and 7:00”."""
    since, until = spoken.clock(found["a"]), spoken.clock(found["b"])
    reading.doubt(since.doubt)
    reading.set(quiet=Quiet(since=since.at, until=until.at))


def at_night(reading: Reading, found: Found) -> None:
    """“not at night”."""
    reading.set(quiet=Quiet(since=time(22), until=time(7)))
    reading.doubt(f"“{found[0].strip(' ,')}” was read as: nothing starts from 22:00 to 07:00.")


def hold(name: str) -> Handler:
    """Wait for a condition of the machine; “skip” in the phrase says that it does not wait."""

    def act(reading: Reading, found: Found) -> None:
        value: Hold = "skip" if re.search(r"\bskip|überspring|auslass|ausfall", found[0], re.I) else "wait"
        reading.set(**{name: value})

    return act


def late(reading: Reading, found: Found) -> None:
    """“not more than 6 hours late”."""
    seconds = spoken.number(found["n"]) * spoken.unit_seconds(found["unit"])
    if not seconds:
        raise UsageError("Say how late in minutes, hours, days or weeks.")
    reading.set(missed=msgspec.structs.replace(reading.policies.missed, within_s=seconds))


def missed(do: str) -> Handler:
    """What becomes of missed runs."""

    def act(reading: Reading, found: Found) -> None:
        reading.set(missed=msgspec.convert({**msgspec.to_builtins(reading.policies.missed), "do": do}, Missed))

    return act


def unchanged(reading: Reading, found: Found) -> None:
    """“only if something changed”."""
    reading.set(unchanged="skip")


def files(*on: Change) -> Handler:
    """Files of a folder: what happened to them is what the phrase is for."""

    def act(reading: Reading, found: Found) -> None:
        groups = found.groupdict()
        path, known = groups.get("path") or "", groups.get("known") or ""
        reading.watches.append(watch_of(reading, groups.get("what") or "", path, known, on))

    return act


def watches(grammar: Grammar, changes: Sequence[tuple[str, Handler]], *orders: str) -> tuple[tuple[str, Handler], ...]:
    """A phrase for each order of words, with `{verb}` for all kinds of change; the first kind that fits is meant."""
    verbs = [(grammar.compile(verb), act) for verb, act in changes]

    def act(reading: Reading, found: Found) -> None:
        for verb, handler in verbs:
            if verb.fullmatch(found["verb"]):
                handler(reading, found)
                return

    every = "|".join(verb for verb, _ in changes)
    return tuple((order.replace("{verb}", f"(?P<verb>{every})"), act) for order in orders)


def shallow(reading: Reading, found: Found) -> None:
    """“not in subfolders”."""
    _change_watch(reading, found, recursive=False)


def deep(reading: Reading, found: Found) -> None:
    """“including subfolders”."""
    _change_watch(reading, found, recursive=True)


def batch(reading: Reading, found: Found) -> None:
    """“all in one run”."""
    _change_watch(reading, found, per="batch")


def _change_watch(reading: Reading, found: Found, **changes: object) -> None:
    if not reading.watches:
        raise UsageError(f"“{found[0].strip()}” belongs to files, and the sentence watches none.")
    reading.watches[-1] = msgspec.structs.replace(reading.watches[-1], **changes)


def cron_line(reading: Reading, found: Found) -> None:
    """A line that stands as such."""
    name = found["name"]
    if name and name.casefold() not in _MACROS:
        raise UsageError(f"“{name}” is none of {', '.join(_MACROS)}.")
    line = _MACROS[name.casefold()] if name else found["line"] or found["bare"]
    reading.lines.append(Cron(fields=read_cron(line).fields))


def unclear_zone(reading: Reading, found: Found) -> None:
    """“EST”: it names several zones, or not the one that is kept in summer."""
    raise UsageError(f"“{found[0]}” can mean several time zones. Write a place, as in “Berlin time” or Europe/Berlin.")


def zone_named(reading: Reading, found: Found) -> None:
    """“Berlin time”, “UTC”. Raises UsageError if there is no such zone."""
    said = " ".join(found["zone"].split()).replace(" ", "_").casefold()
    if said in ("local", "ortszeit"):
        return
    names = sorted(available_timezones())
    exact = [name for name in names if name.casefold() == said]
    cities = [name for name in names if name.rpartition("/")[2].casefold() == said]
    reading.whens[-1].zone = named((exact or cities or [found["zone"]])[0]).key
