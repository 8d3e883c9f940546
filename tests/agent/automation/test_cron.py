"""Cron lines: what can be read, what is said of the rest, and an independent library's opinion for years of moments."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from croniter import croniter
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agent.automation.cron import read_cron
from agent.automation.schedule import Schedule
from agent.errors import UsageError
from agent.jobs import Cron
from tests.helpers.cron_lines import LINES, UTC_ZONE


@pytest.mark.parametrize(
    ("fields", "hint"),
    [
        ("60 8 * * *", "The field for the minute, “60”, takes 0–59"),
        ("-1 8 * * *", "The field for the minute, “-1”"),
        ("0 24 * * *", "The field for the hour, “24”, takes 0–23"),
        ("0 22-2 * * *", "instead of 22-2 write 22-23,0-2"),
        ("0 8 0 * *", "The field for the day of the month, “0”"),
        ("0 8 32 * *", "The field for the day of the month, “32”"),
        ("0 8 * 13 *", "The field for the month, “13”"),
        ("0 8 * FOO *", "The field for the month, “FOO”"),
        ("0 8 * * 8", "The field for the weekday, “8”"),
        ("0 8 * * sat-sun", "instead of SAT-SUN write 6-7"),
        ("0 8 * * 1#6", "The field for the weekday, “1#6”"),
        ("0 8 * * ?", "The field for the weekday, “?”"),
        ("*/0 8 * * *", "The field for the minute, “*/0”"),
        ("0 8,,9 * * *", "The field for the hour, “8,,9”"),
        ("0 8 * *", "has five fields (minute, hour, day, month, weekday), and “0 8 * *” has 4"),
        ("0 0 8 * * *", "has 6"),
        ("@daily", "has 1"),
        ("", "has 0"),
        ("٣ 8 * * *", "The field for the minute"),
        ("0 8 * * " + "9" * 190, "…”, takes 0–7"),
        ("0 0 31 2 *", "“0 0 31 2 *” never comes"),
        ("0 0 30 2 *", "never comes"),
        ("0 0 31 4,6,9,11 *", "never comes"),
    ],
)
def test_a_line_that_is_no_good_says_which_field_and_what_it_takes(fields: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_cron(fields)
    assert hint in str(caught.value)


def test_the_same_line_is_read_once() -> None:
    assert read_cron("30 8 * * 1-5") is read_cron("30 8 * * 1-5")
    assert (read_cron("30  8 *  * MON-fri").fields, read_cron("30 8 * * 1-5").fixed) == ("30 8 * * MON-fri", True)
    assert not read_cron("*/20 8 * * *").fixed and not read_cron("0 */2 * * *").fixed


def nearly(fields: str, first: str, most: int) -> list[str]:
    schedule = Schedule.of([Cron(fields=fields)], UTC_ZONE)
    after = datetime.fromisoformat(first).replace(tzinfo=UTC)
    return [f"{moment.at:%Y-%m-%d}" for moment in schedule.coming(after, after + timedelta(days=36_600), most)]


def test_days_as_debian_reads_them() -> None:
    # day and weekday are joined by “or”, unless one of them begins with a star: then by “and”
    assert nearly("0 0 13 * 5", "2026-11-01", 5) == [
        "2026-11-06",
        "2026-11-13",
        "2026-11-20",
        "2026-11-27",
        "2026-12-04",
    ]
    assert nearly("0 0 */2 * 1", "2026-11-01", 3) == ["2026-11-09", "2026-11-23", "2026-12-07"]
    assert nearly("0 0 * * 0", "2026-11-01", 1) == nearly("0 0 * * 7", "2026-11-01", 1) == ["2026-11-08"]
    assert nearly("0 0 29 2 *", "2026-01-01", 3) == ["2028-02-29", "2032-02-29", "2036-02-29"]
    assert nearly("0 0 29 2 *", "2096-03-01", 1) == ["2104-02-29"]
    assert nearly("0 0 29 2 */7", "2073-01-01", 2) == ["2088-02-29", "2128-02-29"]
    assert nearly("0 0 L * *", "2028-01-31", 2) == ["2028-02-29", "2028-03-31"]
    assert nearly("0 0 LW * *", "2026-05-01", 2) == ["2026-05-29", "2026-06-30"]
    assert nearly("0 0 * * 5L", "2026-11-01", 2) == ["2026-11-27", "2026-12-25"]
    assert nearly("0 0 * * 1#2", "2026-11-01", 2) == ["2026-11-09", "2026-12-14"]


@settings(deadline=None)
@given(LINES, st.datetimes(datetime(1975, 1, 1), datetime(2050, 1, 1)))
def test_years_of_moments_are_those_of_another_library(fields: str, start: datetime) -> None:
    """In UTC, where croniter is right; its flag for Debian's “and” is called a bug there."""
    try:
        schedule = Schedule.of([Cron(fields=fields)], UTC_ZONE)
    except UsageError:
        assume(False)
        raise
    after = start.replace(tzinfo=UTC)
    ours = [moment.at for moment in schedule.coming(after, after + timedelta(days=5 * 366), 60)]
    other = croniter(fields, after, ret_type=datetime, day_or=True, implement_cron_bug=True)
    theirs = list(islice(iter(other.get_next, None), len(ours)))
    assert ours == theirs
