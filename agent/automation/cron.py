"""Five cron fields as Debian's cron reads them, and the instants they mean in one time zone.

cronsim reads the fields and says which days match. It is not asked for instants: it errs where clocks change by half
an hour (2.8, Australia/Lord_Howe). The rules of Debian's cron(8) for those days, here for changes of any length:

- A line whose minute and hour both do not begin with `*` names fixed times. One that falls into a gap runs once, at
  the first whole minute after the gap; one in an hour that comes twice runs in the first pass.
- Any other line is a rhythm: it goes by the clock on the wall, so it leaves out the gap and runs through both passes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from agent.errors import UsageError

if TYPE_CHECKING:
    from cronsim import CronSim

DAY_S = 86_400
HORIZON_DAYS = 50 * 366
"""A line that has nothing in so many days never fires: 29 February and a weekday meet every 40 years at the worst."""
NAMES = ("minute", "hour", "day of the month", "month", "weekday")
_TAKES = (
    "0–59, as 30, 0,30, 10-20 or */5",
    "0–23, as 8, 8,17, 8-17 or */2",
    "1–31, L for the last day or LW for the last weekday",
    "1–12 or JAN–DEC",
    "0–7 (0 and 7 are Sunday) or SUN–SAT, 1#2 for the second Monday, 5L for the last Friday",
)
_OVER_THE_END = {
    0: " A range does not run over its end: instead of 50-10 write 50-59,0-10.",
    1: " A range does not run over its end: instead of 22-2 write 22-23,0-2.",
    4: " A range does not run over its end: instead of SAT-SUN write 6-7.",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WALL_EPOCH = datetime(1970, 1, 1)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_LAST_DAY = date.max.toordinal() - 3

Tick = tuple[int, bool, int]
"""Instant in seconds since 1970; whether a gap moved it there; what the fields say, as seconds on the wall clock."""


@dataclass(frozen=True)
class CronLine:
    """The fields, read. Equal fields are one object."""

    fields: str
    fixed: bool
    """Names times of the day, instead of a rhythm."""
    minutes: tuple[int, ...]
    """Of a day that matches, from 0 to 1439, rising."""
    months: frozenset[int]
    month_days: frozenset[int]
    """-1000 is the last one of the month, -1001 its last weekday."""
    weekdays: frozenset[int | tuple[int, int]]
    """0 and 7 are Sunday; (1, 2) is the second Monday, (5, -1000) the last Friday."""
    _sim: CronSim = field(repr=False, compare=False)

    def days(self, first: int, last: int) -> Iterator[int]:
        """Ordinals of the days that match, from `first` to `last`, both included; backwards if `last` is earlier."""
        step = 1 if first <= last else -1
        number, stop = _inside(first), _inside(last) + step
        while (stop - number) * step > 0:
            day = date.fromordinal(number)
            if day.month not in self.months:
                number = _month_end(day, step) + step
                continue
            if self._sim.match_day(day):
                yield number
            number += step


@lru_cache(maxsize=1024)
def read_cron(fields: str) -> CronLine:
    """Read five fields; cronsim's `L`, `LW`, `1#2` and `5L` are understood too.

    Raises UsageError that names the field and what it takes, or says that no such day exists.
    """
    from cronsim import CronSim, CronSimError

    parts = fields.split()
    if len(parts) != len(NAMES):
        raise UsageError(
            f"A cron line has five fields (minute, hour, day, month, weekday), and “{fields}” has {len(parts)}. "
            "“30 8 * * 1-5” is 08:30 from Monday to Friday."
        )
    for index, part in enumerate(parts):
        _check_field(index, part)
    try:
        # A day far from both ends of the calendar: it is only asked which days match, never where it stands.
        sim = CronSim(" ".join(parts), datetime(2000, 1, 1, tzinfo=UTC))
    except CronSimError:
        raise UsageError(never(fields)) from None
    minutes = tuple(sorted(hour * 60 + minute for hour in sim.hours for minute in sim.minutes))
    fixed = not (parts[0].startswith("*") or parts[1].startswith("*"))
    days = frozenset(sim.months), frozenset(sim.days), frozenset(sim.weekdays)
    return CronLine(" ".join(parts), fixed, minutes, *days, sim)


def never(fields: str) -> str:
    """Say that a line never fires."""
    return f"“{fields}” never comes: no such day exists. Change the day, the month or the weekday."


def _check_field(index: int, part: str) -> None:
    """Raise UsageError if one field cannot be read."""
    from cronsim import CronSimError
    from cronsim.cronsim import Field

    try:
        if not part.isascii():
            raise CronSimError
        Field(index + 1).parse(part.upper())
    except (CronSimError, ValueError, RecursionError):
        shown = part if len(part) <= 40 else part[:39] + "…"
        hint = _OVER_THE_END.get(index, "") if "-" in part else ""
        raise UsageError(f"The field for the {NAMES[index]}, “{shown}”, takes {_TAKES[index]}.{hint}") from None


def _inside(number: int) -> int:
    """Keep the ordinal of a day away from both ends of the calendar."""
    return max(3, min(_LAST_DAY, number))


def _month_end(day: date, step: int) -> int:
    """Ordinal of the last day of this month, or backwards of its first."""
    if step < 0:
        return day.toordinal() - day.day + 1
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1) if day.year < 9999 else date.max
    return following.toordinal() - 1


@lru_cache(maxsize=8192)
def _midnight(zone: ZoneInfo, number: int) -> int | None:
    """Offset at the beginning of a day in seconds; None if that moment does not exist or comes twice."""
    moment = datetime.fromordinal(number)
    first, second = _offset(zone, moment), _offset(zone, moment.replace(fold=1))
    return first if first == second else None


def _offset(zone: ZoneInfo, wall: datetime) -> int:
    return round((zone.utcoffset(wall) or timedelta()).total_seconds())


@dataclass(frozen=True)
class CronClock:
    """When a line is due in a zone. Seconds since 1970 go in and out; all are within the years 1 to 9999."""

    line: CronLine
    zone: ZoneInfo

    def forward(self, after: int) -> Iterator[Tick]:
        """Every tick later than `after`, in order. Ends when nothing comes for fifty years."""
        last, waiting = after, list[Tick]()
        first = after // DAY_S + _EPOCH_DAY - 3
        while first <= _LAST_DAY:
            found = False
            for number in self.line.days(first, first + HORIZON_DAYS):
                start = self._start(number)
                for tick in _once_each([tick for tick in waiting if last < tick[0] < start]):
                    last = tick[0]
                    yield tick
                waiting = [tick for tick in waiting if tick[0] >= start] + self._ticks(number, last)
                found = found or bool(waiting)
            if not found:
                break
            first += HORIZON_DAYS + 1
        for tick in _once_each(waiting):
            if tick[0] > last:
                yield tick

    def latest(self, after: int, until: int, most: int) -> list[Tick]:
        """The latest `most` ticks later than `after` and not later than `until`, in order."""
        found: list[Tick] = []
        enough: int | None = None
        for number in self.line.days(until // DAY_S + _EPOCH_DAY + 3, after // DAY_S + _EPOCH_DAY - 3):
            # Where clocks change, the ticks of a day may fall among those of its neighbour: look a little further.
            if enough is not None and number < enough:
                break
            found.extend(self._ticks(number, after, until))
            if enough is None and len(found) >= most:
                enough = number - 3
        return _once_each(found)[-most:] if most > 0 else []

    def count(self, after: int, until: int) -> int:
        """How many ticks are later than `after` and not later than `until`; days without a change are not walked."""
        first, last = after // DAY_S + _EPOCH_DAY, until // DAY_S + _EPOCH_DAY
        whole, odd = 0, set[int]()
        for number in self.line.days(first - 3, max(first - 3, last + 3)):
            if first + 3 <= number <= last - 3 and self._calm(number):
                whole += len(self.line.minutes)
            else:
                odd.update(tick[0] for tick in self._ticks(number, after, until))
        return whole + len(odd)

    def _calm(self, number: int) -> bool:
        """Tell whether no clock changes on a day and the one before, so that all its times are there, each once."""
        offset = _midnight(self.zone, number)
        return offset is not None and offset == _midnight(self.zone, number - 1) == _midnight(self.zone, number + 1)

    def _start(self, number: int) -> int:
        """No tick of a day, or of one after it, is earlier."""
        moment = datetime.fromordinal(number)
        offset = _midnight(self.zone, number)
        if offset is None:
            offset = max(_offset(self.zone, moment), _offset(self.zone, moment.replace(fold=1)))
        return (number - _EPOCH_DAY) * DAY_S - offset

    def _ticks(self, number: int, after: int, until: int | None = None) -> list[Tick]:
        """The ticks of a day on the wall, in any order: all that are later than `after` and not later than `until`."""
        wall = (number - _EPOCH_DAY) * DAY_S
        offset = _midnight(self.zone, number)
        if offset is not None and offset == _midnight(self.zone, number + 1):
            start, minutes = wall - offset, self.line.minutes
            first = bisect_right(minutes, (after - start) // 60)
            last = len(minutes) if until is None else bisect_right(minutes, (until - start) // 60)
            return [(start + minute * 60, False, wall + minute * 60) for minute in minutes[first:last]]
        ticks = [tick for minute in self.line.minutes for tick in self._changing(wall + minute * 60)]
        return [tick for tick in ticks if after < tick[0] and (until is None or tick[0] <= until)]

    def _changing(self, wall: int) -> list[Tick]:
        """What becomes of one time of a day on which the clocks change (PEP 495: the two folds tell)."""
        first, second = self._instants(wall)
        if first == second:
            return [(first, False, wall)]
        if first < second:
            return [(first, False, wall)] if self.line.fixed else [(first, False, wall), (second, False, wall)]
        return [(self._after_gap(wall), True, wall)] if self.line.fixed else []

    def _after_gap(self, wall: int) -> int:
        """The first whole minute on the wall after the gap in which a time lies."""
        first, second = self._instants(wall)
        while first > second:
            wall += 60
            first, second = self._instants(wall)
        return first

    def _instants(self, wall: int) -> tuple[int, int]:
        """What a time on the wall means before and after a change; equal if there is none near it."""
        moment = _WALL_EPOCH + timedelta(seconds=wall)
        return wall - _offset(self.zone, moment), wall - _offset(self.zone, moment.replace(fold=1))


def _once_each(ticks: list[Tick]) -> list[Tick]:
    """Order them; of several at one instant stays the one that the wall clock really shows then."""
    kept: dict[int, Tick] = {}
    for tick in sorted(ticks):
        kept.setdefault(tick[0], tick)
    return list(kept.values())


def to_seconds(moment: datetime) -> int:
    """Whole seconds since 1970, rounded down: no whole second lies between the two."""
    return (moment - _EPOCH) // timedelta(seconds=1)


def to_moment(seconds: int) -> datetime:
    """The other way; UTC."""
    return _EPOCH + timedelta(seconds=seconds)


def wall_text(wall: int) -> str:
    """`2026-10-25T02:30` of seconds on the wall clock."""
    return (_WALL_EPOCH + timedelta(seconds=wall)).isoformat(timespec="minutes")


def wall_of(zone: ZoneInfo, seconds: int) -> int:
    """What the clock on the wall shows at an instant, as seconds."""
    return seconds + round((to_moment(seconds).astimezone(zone).utcoffset() or timedelta()).total_seconds())
