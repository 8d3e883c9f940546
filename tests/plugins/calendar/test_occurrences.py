import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plugins.calendar.occurrences import Found, instant, occurrences, short_name

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")


def calendar(*events: str) -> str:
    blocks = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{blocks}END:VCALENDAR\n".replace("\n", "\r\n")


def look(*events: str, start: str = "2026-12-01", end: str = "2027-01-01", zone: ZoneInfo = BERLIN) -> Found:
    begins, ends = (datetime.fromisoformat(day).replace(tzinfo=zone) for day in (start, end))
    return occurrences([("home", calendar(*events))], begins, ends, zone)


def starts(found: Found) -> list[str]:
    assert found.problems == []
    return [each.start.isoformat() for each in found.occurrences]


def test_an_event_is_told_whole() -> None:
    [event] = look(
        "UID:a@x\nSUMMARY:Dinner\\, at Ann's\nLOCATION:Rue 1\nDESCRIPTION:Bring\\nwine\n"
        "DTSTART;TZID=Europe/Berlin:20261224T190000\nDURATION:PT2H30M"
    ).occurrences
    assert (event.event, event.title, event.place, event.notes) == (
        short_name("a@x"), "Dinner, at Ann's", "Rue 1", "Bring wine",
    )  # fmt: skip
    assert (event.start, event.end) == (
        datetime(2026, 12, 24, 19, tzinfo=BERLIN),
        datetime(2026, 12, 24, 21, 30, tzinfo=BERLIN),
    )
    assert event.calendar == "home" and event.busy and not event.repeats


def test_only_what_overlaps_is_found() -> None:
    found = look(
        "UID:1\nDTSTART:20261130T220000Z\nDTEND:20261130T230000Z",  # ends as the range begins
        "UID:2\nDTSTART:20261130T220000Z\nDTEND:20261130T230100Z",
        "UID:3\nDTSTART;VALUE=DATE:20261231",
        "UID:4\nDTSTART:20261231T230000Z",
        "UID:5\nDTSTART:20261130T230000Z",
        "UID:6\nDTSTART;VALUE=DATE:20261101\nDTEND;VALUE=DATE:20270301",
        "UID:7\nDTSTART:20261210T120000Z\nSTATUS:CANCELLED",
    )
    assert [each.event for each in found.occurrences] == [short_name(uid) for uid in "6253"]


def test_a_repeating_event_keeps_its_hour_when_the_clocks_change() -> None:
    rule = "UID:w\nDTSTART;TZID=America/New_York:20261023T090000\nDTEND;TZID=America/New_York:20261023T100000\n"
    found = look(rule + "RRULE:FREQ=WEEKLY;UNTIL=20261106T140000Z", start="2026-10-20", end="2026-12-01")
    assert starts(found) == [
        "2026-10-23T09:00:00-04:00", "2026-10-30T09:00:00-04:00", "2026-11-06T09:00:00-05:00",
    ]  # fmt: skip
    assert [each.start.astimezone(BERLIN).hour for each in found.occurrences] == [15, 14, 15]  # type: ignore[union-attr]
    assert all(instant(each.end, UTC) - instant(each.start, UTC) == timedelta(hours=1) for each in found.occurrences)
    assert found.occurrences[0].event == f"{short_name('w')}/2026-10-23T09:00"


def test_exceptions_of_a_series_hold() -> None:
    series = (
        "UID:s\nSUMMARY:Class\nDTSTART;TZID=Europe/Berlin:20261201T100000\nDTEND;TZID=Europe/Berlin:20261201T110000\n"
        "RRULE:FREQ=DAILY;COUNT=5\nEXDATE;TZID=Europe/Berlin:20261202T100000\nRDATE:20261210T120000Z"
    )
    moved = "UID:s\nSUMMARY:Late\nRECURRENCE-ID:20261203T090000Z\nDTSTART;TZID=Europe/Berlin:20261203T180000"
    gone = "UID:s\nRECURRENCE-ID:20261204T090000Z\nDTSTART:20261204T090000Z\nSTATUS:CANCELLED"
    found = look(series, moved, gone)
    assert [(each.title, each.start.astimezone(UTC).strftime("%d %H")) for each in found.occurrences] == [  # type: ignore[union-attr]
        ("Class", "01 09"), ("Late", "03 17"), ("Class", "05 09"), ("Class", "10 12"),
    ]  # fmt: skip


def test_whole_days_and_times_without_a_zone_are_those_of_the_person() -> None:
    found = look(
        "UID:d\nDTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261227",
        "UID:f\nDTSTART:20261225T080000\nTRANSP:TRANSPARENT",
        zone=NEW_YORK,
    )
    [day, floating] = found.occurrences
    assert (day.start, day.end, day.busy) == (date(2026, 12, 25), date(2026, 12, 27), True)
    assert not floating.busy
    assert (starts(look("UID:f\nDTSTART:20270101T030000Z", zone=NEW_YORK))) == ["2027-01-01T03:00:00+00:00"]


def test_yearly_days_and_last_weekdays_are_found() -> None:
    birthday = "UID:b\nDTSTART;VALUE=DATE:19800212\nRRULE:FREQ=YEARLY"
    assert starts(look(birthday, start="2027-02-01", end="2028-03-01")) == ["2027-02-12", "2028-02-12"]
    rule = "UID:p\nDTSTART;VALUE=DATE:20260130\nRRULE:FREQ=MONTHLY;BYDAY=-1FR"
    assert starts(look(rule)) == ["2026-12-25"]
    assert starts(look("UID:l\nDTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY", end="2029-01-01")) == ["2028-02-29"]


def test_a_zone_with_the_name_windows_gives_it_is_known() -> None:
    assert starts(look("UID:o\nDTSTART;TZID=W. Europe Standard Time:20261201T090000")) == ["2026-12-01T09:00:00+01:00"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=NEVER",
        "FREQ=DAILY;COUNT=-1",
    ],
)
def test_a_rule_made_to_hang_costs_little_and_hides_nothing_else(rule: str) -> None:
    began = time.process_time()
    found = look(f"UID:e\nSUMMARY:Evil\nDTSTART:19700101T000000Z\nRRULE:{rule}", "UID:g\nDTSTART:20261201T090000Z")
    assert [each.event for each in found.occurrences] == [short_name("g")]
    assert time.process_time() - began < 5
    assert all("“Evil” in home is left out" in problem for problem in found.problems)


def test_what_is_damaged_is_said_and_the_rest_is_read() -> None:
    good = calendar("UID:g\nDTSTART:20261201T090000Z")
    bounds = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    found = occurrences(
        [("a", "hello"), ("b", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n"), ("c", calendar("SUMMARY:No start")), ("d", good)],
        *bounds,
        UTC,
    )
    assert [each.calendar for each in found.occurrences] == ["d"]
    assert len(found.problems) == 3
    damaged = look("UID:x\nDTSTART:20261201T090000Z\nDTEND:garbage\nBAD LINE\nSUMMARY:Still here")
    assert [each.title for each in damaged.occurrences] == ["Still here"]
