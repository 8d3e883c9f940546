"""What a sentence has said of time so far, and the triggers that come of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import msgspec

from agent.automation import spoken
from agent.automation.words import moment_words
from agent.errors import UsageError
from agent.jobs import Cron, Every, Once, Policies, Trigger

DEFAULT = time(9)
_DAY_S = 86_400
_EVERY_DAY = frozenset(range(7))


@dataclass
class When:
    """One trigger as it is being said: days, times, a pace, or a date."""

    weekdays: frozenset[int] | None = None
    nth: str = ""
    """As in a cron line, `1#1,5L`."""
    month_days: str = ""
    months: str = "*"
    times: list[time] = field(default_factory=list[time])
    part: str = ""
    pace_s: float = 0
    pace_months: int = 0
    window: tuple[time, time] | None = None
    on: date | None = None
    moment: datetime | None = None
    once: bool = False
    zone: str = ""
    at_minute: int | None = None
    """Of a pace of one hour: minutes past it."""

    @property
    def has_days(self) -> bool:
        """Days that come again were said."""
        return self.weekdays is not None or bool(self.nth or self.month_days)

    @property
    def says(self) -> bool:
        """Something was said that makes a trigger."""
        return self.has_days or bool(self.times or self.part or self.pace_s or self.pace_months) or self.dated

    @property
    def dated(self) -> bool:
        """A single moment was said."""
        return self.on is not None or self.moment is not None


@dataclass
class Reading:
    """All that a sentence has said, phrase by phrase."""

    now: datetime
    """In the person's zone."""
    zone: ZoneInfo
    whens: list[When] = field(default_factory=lambda: [When()])
    watches: list[Trigger] = field(default_factory=list[Trigger])
    lines: list[Trigger] = field(default_factory=list[Trigger])
    """Cron lines that were written as such."""
    policies: Policies = field(default_factory=Policies)
    folder: str = ""
    doubts: list[str] = field(default_factory=list[str])

    @property
    def has_trigger(self) -> bool:
        """Something was said that starts the job."""
        return bool(self.watches or self.lines) or any(when.says for when in self.whens)

    def doubt(self, text: str) -> None:
        """Note how something was read that could have meant something else."""
        if text and text not in self.doubts:
            self.doubts.append(text)

    def set(self, **policies: object) -> None:
        """Set policies by name."""
        self.policies = msgspec.structs.replace(self.policies, **policies)

    def days(self, weekdays: Sequence[int] | frozenset[int]) -> None:
        """Weekdays that come again."""
        self._for_days().weekdays = frozenset(weekdays)

    def nth(self, place: int, day: int) -> None:
        """“the first Monday of the month”."""
        item = f"{day}L" if place < 0 else f"{day}#{place}"
        when = self.whens[-1]
        if when.nth and not when.times:
            when.nth += f",{item}"
        else:
            self._for_days().nth = item

    def month_days(self, days: str) -> None:
        """Days of the month, as in a cron line."""
        when = self.whens[-1]
        if when.weekdays == _EVERY_DAY:
            when.weekdays = None
        self._for_days().month_days = days
        late = [day for day in days.split(",") if day in ("29", "30", "31")]
        if late:
            self.doubt(f"A month without a day {late[0]} is left out; “the last day of the month” is in all of them.")

    def date(self, on: date, *, yearly: bool = False) -> None:
        """A day of the calendar, once or each year."""
        if yearly or self.whens[-1].pace_months == 12:
            when = self._for_days()
            when.month_days, when.months = str(on.day), str(on.month)
            return
        when = self._fresh() if self.whens[-1].dated or self.whens[-1].has_days else self.whens[-1]
        when.on = on

    def weekday_once(self, day: int, said: str) -> None:
        """“on Friday”, “next Friday”: the coming one."""
        last = self.whens[-1]
        if last.pace_s and last.pace_s % (7 * _DAY_S) == 0:  # “every 2 weeks on Monday”
            last.weekdays = (last.weekdays or frozenset()) | {day}
            return
        today = self.now.date()
        ahead = (day - today.isoweekday()) % 7 or 7
        self.date(today + timedelta(days=ahead))
        self.whens[-1].once = True
        shown = moment_words(datetime.combine(today + timedelta(days=ahead), time()), self.zone).partition(" at ")[0]
        self.doubt(f"“{said}” was read as once, on {shown}; for each week write “every {spoken.DAYS[day].title()}”.")

    def after(self, amount: float, unit: str) -> None:
        """“in 2 hours”."""
        seconds, months = spoken.unit_seconds(unit), spoken.unit_months(unit)
        if not seconds:
            if amount != int(amount):
                raise UsageError("Months are counted whole. Write a date instead.")
            self.date(_months_on(self.now.date(), int(amount) * months))
            self.whens[-1].once = True
            return
        if amount * seconds > 3650 * _DAY_S:
            raise UsageError("That is more than ten years ahead. Give a date instead.")
        when = self._fresh() if self.whens[-1].says else self.whens[-1]
        moment = self.now.astimezone(UTC) + timedelta(seconds=amount * seconds)  # real hours, whatever clocks do
        when.moment = moment.replace(microsecond=0).astimezone(self.zone)
        when.once = True

    def pace(self, amount: float, unit: str) -> None:
        """“every 20 minutes”, “every other week”."""
        seconds, months = spoken.unit_seconds(unit), spoken.unit_months(unit)
        if seconds == _DAY_S and amount == 1:
            self.days(_EVERY_DAY)
            return
        last = self.whens[-1]
        when = self._fresh() if last.pace_s or last.pace_months or last.dated else last
        if months and amount != int(amount):
            raise UsageError("Months are counted whole. Write a number of weeks or days instead.")
        when.pace_s, when.pace_months = amount * seconds, int(amount) * months

    def at(self, said: str, part: str = "") -> None:
        """Times of the day."""
        when = self.whens[-1]
        if when.moment is not None and when.moment < self.now + timedelta(days=1, minutes=-1):
            raise UsageError("Say either in how long, or at what time.")
        when.part = spoken.part_of_day(part) or when.part
        for read in spoken.clocks(said, when.part):
            when.times.append(read.at)
            self.doubt(read.doubt)

    def part(self, said: str) -> None:
        """“in the morning”: what it says of times that were said, or the time itself."""
        when = self.whens[-1]
        when.part = spoken.part_of_day(said)
        texts = [f"{read.hour}:{read.minute:02}" for read in when.times]
        if texts:
            when.times = [spoken.clock(text, when.part).at for text in texts]
            self.doubts = [doubt for doubt in self.doubts if "afternoon, write" not in doubt]

    def window(self, since: str, until: str) -> None:
        """“between 9 and 17”."""
        first, last = spoken.clock(since), spoken.clock(until)
        if last.at < first.at and last.at.hour <= 12 and not until.startswith("0"):
            later = last.at.replace(hour=(last.at.hour + 12) % 24)
            if later > first.at:
                self.doubt(f"“{since} … {until}” was read as {first.at:%H:%M} to {later:%H:%M}.")
                last = spoken.Clock(later, "")
        else:
            self.doubt(first.doubt)
            self.doubt(last.doubt)
        self.whens[-1].window = (first.at, last.at)

    def without(self, weekdays: Sequence[int]) -> None:
        """“except Sunday”."""
        when = self.whens[-1]
        left = (when.weekdays if when.weekdays is not None else _EVERY_DAY) - set(weekdays)
        if not left or when.nth or when.month_days:
            raise UsageError("That exception leaves no day, or none that a schedule can say. Name the days it is due.")
        when.weekdays = left

    def triggers(self) -> tuple[Trigger, ...]:
        """What starts the job. Raises UsageError for what no schedule can say."""
        whens = [when for when in self.whens if when.says]
        for when, following in zip(reversed(whens[:-1]), reversed(whens[1:]), strict=True):
            if when.has_days and not when.times and not when.part:  # “every Monday and each Thursday at 9”
                when.times, when.part = following.times, following.part
        made = [trigger for when in whens for trigger in self._made(when)]
        return tuple(dict.fromkeys([*self.lines, *made, *self.watches]))

    def _for_days(self) -> When:
        last = self.whens[-1]
        return self._fresh() if last.has_days or last.dated else last

    def _fresh(self) -> When:
        self.whens.append(When())
        return self.whens[-1]

    def _made(self, when: When) -> list[Trigger]:
        if when.dated:
            if when.pace_s or when.pace_months or when.window:
                raise UsageError(
                    "How often or from when to when cannot be said of a single day. Say “every …” without a day, or "
                    "one moment."
                )
            return [self._once(when)]
        if when.window and not 0 < when.pace_s < _DAY_S:
            raise UsageError("From when to when needs a pace, as in “every 20 minutes from 8:00 to 18:00”.")
        if 0 < when.pace_s < _DAY_S:
            return self._paced(when)
        if when.pace_s and when.pace_s != 7 * _DAY_S:
            return [self._counted(when)]
        if when.has_days or when.pace_months or when.pace_s:
            return self._daily(when)
        return [self._next_time(when, at) for at in self._times(when)]

    def _times(self, when: When) -> list[time]:
        if when.times:
            return sorted(set(when.times))
        read = spoken.PARTS.get(when.part, DEFAULT)
        if when.part not in ("noon", "midday", "midnight", "mittag", "mitternacht"):
            said = f"“{when.part}”" if when.part else "No time was said; it"
            self.doubt(f"{said} was read as {read:%H:%M}.")
        return [read]

    def _once(self, when: When) -> Once:
        if when.moment is not None and not when.times:
            return Once(at=_plain(when.moment))
        times = self._times(when)
        if len(times) > 1:
            raise UsageError("A single date has one time. Make two jobs, or say the days that come again.")
        return self._checked(when.on or (when.moment or self.now).date(), times[0], self._zone(when))

    def _checked(self, on: date, at: time, zone: ZoneInfo) -> Once:
        wall = datetime.combine(on, at, zone)
        moment = wall.astimezone(UTC)
        if moment <= self.now:
            raise UsageError(f"{moment_words(wall, zone)} is in the past. Give a moment that is to come.")
        if moment.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
            self.doubt(f"{at:%H:%M} does not exist on that day; it is {moment_words(moment, zone)}.")
        elif wall.utcoffset() != wall.replace(fold=1).utcoffset():
            self.doubt(f"{at:%H:%M} comes twice on that day; it is the first.")
        return Once(at=_plain(moment.astimezone(zone)))

    def _next_time(self, when: When, at: time) -> Once:
        """“at 15:00” without a day."""
        zone = self._zone(when)
        today = self.now.astimezone(zone).date()
        tomorrow = datetime.combine(today, at, zone).astimezone(UTC) <= self.now
        made = self._checked(today + timedelta(days=int(tomorrow)), at, zone)
        if not when.once:
            self.doubt(
                f"No day was said: it is once, on {moment_words(made.at, zone)}. For each day write “every day”."
            )
        return made

    def _zone(self, when: When) -> ZoneInfo:
        return ZoneInfo(when.zone) if when.zone else self.zone

    def _paced(self, when: When) -> list[Trigger]:
        """Minutes and hours: an interval, or a cron line if days or a window were said."""
        if when.times or when.part:
            raise UsageError("Say either how often, or at what times; for a part of the day “from 8:00 to 18:00”.")
        if when.pace_s < 10:
            raise UsageError("The shortest interval is 10 seconds.")
        plain = when.window is None and not when.has_days and not when.pace_months and when.at_minute is None
        if plain:
            return [Every(seconds=round(when.pace_s))]
        minutes = when.pace_s / 60
        if minutes != int(minutes) or not (60 % minutes == 0 or (minutes % 60 == 0 and 24 % (minutes / 60) == 0)):
            raise UsageError(
                "On certain days or hours it can be every 1, 2, 3, 4, 5, 6, 10, 12, 15, 20 or 30 minutes, "
                "or every 1, 2, 3, 4, 6, 8 or 12 hours."
            )
        return [self._cron(when, *fields) for fields in _rhythm(int(minutes), when.window, when.at_minute)]

    def _counted(self, when: When) -> Every:
        """Several days or weeks: an interval from the first such day on."""
        times = self._times(when)
        days = round(when.pace_s / _DAY_S)
        if len(times) > 1 or when.nth or when.month_days or days * _DAY_S != when.pace_s:
            raise UsageError("An interval of days has one time of the day. Say the weekdays instead, or make two jobs.")
        if when.weekdays is not None and (days % 7 or len(when.weekdays) > 1):
            raise UsageError("Every other week has one weekday here. Make a job for each day.")
        zone = self._zone(when)
        first = datetime.combine(self.now.astimezone(zone).date(), times[0], zone)
        while first.astimezone(UTC) <= self.now or (
            when.weekdays is not None and first.isoweekday() % 7 not in when.weekdays
        ):
            first += timedelta(days=1)
        self.doubt(
            f"It begins on {moment_words(first, zone)} and is counted in hours: when the clocks change for summer or "
            "winter, it is an hour earlier or later on the wall."
        )
        return Every(seconds=round(when.pace_s), start=_plain(first))

    def _daily(self, when: When) -> list[Trigger]:
        """Days and their times; a line for all times with the same minute."""
        if when.pace_s and not when.has_days:
            when.weekdays = frozenset({1})
            self.doubt("No day of the week was said; it was read as Monday.")
        if when.pace_months:
            self._monthly(when)
        times = self._times(when)
        minutes = sorted({at.minute for at in times})
        hours = {minute: ",".join(str(at.hour) for at in times if at.minute == minute) for minute in minutes}
        return [self._cron(when, str(minute), hours[minute]) for minute in minutes]

    def _monthly(self, when: When) -> None:
        if 12 % when.pace_months:
            raise UsageError("It can be every 1, 2, 3, 4, 6 or 12 months.")
        if when.months == "*" and when.pace_months > 1:
            step = when.pace_months
            if step == 12:
                raise UsageError("Say on which day of the year, as in “every year on 24 December”.")
            when.months = ",".join(str(month) for month in range(1, 13, step))
            self.doubt(f"Every {step} months was read as the months {when.months}.")
        if not when.has_days:
            when.month_days = "1"
            self.doubt("No day of the month was said; it was read as the 1st.")

    def _cron(self, when: When, minute: str, hour: str) -> Cron:
        weekdays = when.nth or _weekday_field(when.weekdays)
        return Cron(fields=f"{minute} {hour} {when.month_days or '*'} {when.months} {weekdays}", zone=when.zone)


def _plain(moment: datetime) -> datetime:
    """With its offset instead of its zone: Python says of a time that comes twice that it equals no other (PEP 495)."""
    return moment.astimezone(timezone(moment.utcoffset() or timedelta()))


def _weekday_field(days: frozenset[int] | None) -> str:
    if days is None or len(days) == 7:
        return "*"
    numbers = sorted(days)
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]}-{numbers[-1]}"
    return ",".join(map(str, numbers))


def _rhythm(minutes: int, window: tuple[time, time] | None, at_minute: int | None) -> list[tuple[str, str]]:
    """Minute and hour fields of a pace, within a window if there is one; both of its ends belong to it."""
    if window is None:
        past = str(at_minute or 0)
        if minutes < 60:
            return [("*" if minutes == 1 else f"*/{minutes}", "*")]
        return [(past, "*" if minutes == 60 else f"*/{minutes // 60}")]
    since, until = (at.hour * 60 + at.minute for at in window)
    if until <= since:
        raise UsageError("The hours must be of one day, the later one last: “from 8:00 to 18:00”.")
    by_hours: dict[str, list[int]] = {}
    for hour in range(24):
        due = [m % 60 for m in range(since, until + 1, minutes) if m // 60 == hour]
        if due:
            by_hours.setdefault(_minute_field(due, minutes), []).append(hour)
    return [(minute, _hour_field(hours)) for minute, hours in by_hours.items()]


def _minute_field(due: list[int], minutes: int) -> str:
    if minutes < 60 and due == list(range(0, 60, minutes)):
        return "*" if minutes == 1 else f"*/{minutes}"
    return ",".join(map(str, due))


def _hour_field(hours: list[int]) -> str:
    whole = len(hours) > 2 and hours == list(range(hours[0], hours[-1] + 1))
    return f"{hours[0]}-{hours[-1]}" if whole else ",".join(map(str, hours))


def _months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    from calendar import monthrange

    total = day.month - 1 + months
    year, month = day.year + total // 12, total % 12 + 1
    if year > 9000:
        raise UsageError("That is too far ahead. Give a date instead.")
    return date(year, month, min(day.day, monthrange(year, month)[1]))
