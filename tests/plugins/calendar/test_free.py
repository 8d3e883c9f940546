from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from plugins.calendar.free import free_times
from plugins.calendar.occurrences import Moment, Occurrence

BERLIN = ZoneInfo("Europe/Berlin")


def event(start: Moment, end: Moment, busy: bool = True) -> Occurrence:
    return Occurrence("x", "x", start, end, "", "home", busy, "", False)


def at(day: int, hour: float) -> datetime:
    return datetime(2026, 12, day, int(hour), round(hour % 1 * 60), tzinfo=BERLIN)


FROM, UNTIL = at(1, 0), at(2, 0)


def gaps(*events: Occurrence, start: datetime = FROM, end: datetime = UNTIL, weekends: bool = False) -> list[str]:
    hours = time(9), time(17)
    found = free_times(events, start, end, hours, timedelta(minutes=30), BERLIN, weekends)
    return [f"{opens:%d %H:%M}-{closes:%H:%M}" for opens, closes in found]


@pytest.mark.parametrize(
    ("events", "free"),
    [
        ([], ["01 09:00-17:00"]),
        ([event(at(1, 10), at(1, 11))], ["01 09:00-10:00", "01 11:00-17:00"]),
        ([event(at(1, 10), at(1, 11), busy=False)], ["01 09:00-17:00"]),
        ([event(at(1, 10), at(1, 14)), event(at(1, 11), at(1, 12))], ["01 09:00-10:00", "01 14:00-17:00"]),
        ([event(at(1, 9.25), at(1, 16.75))], []),
        ([event(at(1, 7), at(1, 8)), event(at(1, 18), at(1, 19))], ["01 09:00-17:00"]),
        ([event(at(1, 8), at(1, 9.5)), event(at(1, 16), at(1, 19))], ["01 09:30-16:00"]),
        ([event(date(2026, 12, 1), date(2026, 12, 2))], []),
        ([event(at(1, 10), at(1, 10))], ["01 09:00-10:00", "01 10:00-17:00"]),
    ],
)
def test_gaps_are_what_no_event_takes(events: list[Occurrence], free: list[str]) -> None:
    assert gaps(*events) == free


def test_the_range_cuts_and_weekends_are_left_out() -> None:
    friday, monday = at(4, 15), at(7, 10)
    assert gaps(start=friday, end=monday) == ["04 15:00-17:00", "07 09:00-10:00"]
    assert gaps(start=friday, end=monday, weekends=True)[1:3] == ["05 09:00-17:00", "06 09:00-17:00"]
