"""Cron lines at random, and what they mean by the simplest way there is: looking at the wall clock each minute."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim
from hypothesis import strategies as st

UTC_ZONE = ZoneInfo("UTC")
_MINUTE = timedelta(minutes=1)


def _field(low: int, high: int) -> st.SearchStrategy[str]:
    numbers = st.integers(low, high)
    # WORKAROUND(croniter 7.0.0): it reads 0-0 in the weekday as every day
    several = st.tuples(numbers, numbers).filter(lambda pair: pair[0] < pair[1])
    ranges = several.map("{0[0]}-{0[1]}".format)
    return st.one_of(
        st.just("*"),
        numbers.map(str),
        st.integers(1, (high - low + 1) // 2).map("*/{}".format),
        ranges,
        st.tuples(ranges, st.integers(1, 9)).map("{0[0]}/{0[1]}".format),
        st.lists(numbers, min_size=2, max_size=4, unique=True).map(lambda many: ",".join(map(str, sorted(many)))),
    )


LINES = st.tuples(_field(0, 59), _field(0, 23), _field(1, 31), _field(1, 12), _field(0, 7)).map(" ".join)
DAILY_LINES = st.tuples(_field(0, 59), _field(0, 23)).map(" ".join).map("{} * * *".format)
"""That are due on every day, so that a few days have something to compare."""


def by_the_minute(fields: str, zone: ZoneInfo, after: datetime, until: datetime) -> list[datetime]:
    """When a line is due, by walking minute after minute and reading the wall.

    Fixed times are due when the wall shows them for the first time, or has just jumped over them; a rhythm whenever
    the wall shows it.
    """
    sim = CronSim(fields, datetime(2000, 1, 1, tzinfo=UTC))
    minute, hour = fields.split()[:2]
    fixed = not minute.startswith("*") and not hour.startswith("*")

    def shows(wall: datetime) -> bool:
        return (
            wall.minute in sim.minutes
            and wall.hour in sim.hours
            and wall.month in sim.months
            and sim.match_day(wall.date())
        )

    found: list[datetime] = []
    seen: datetime | None = None
    for moment in _minutes(after - timedelta(days=2), until):
        wall = moment.astimezone(zone).replace(tzinfo=None)
        if fixed:
            since = seen + _MINUTE if seen else wall
            due = any(shows(one) for one in _minutes(since, wall))
            seen = max(seen or wall, wall)
        else:
            due = shows(wall)
        if due and moment > after:
            found.append(moment)
    return found


def _minutes(first: datetime, last: datetime) -> Iterator[datetime]:
    while first <= last:
        yield first
        first += _MINUTE
