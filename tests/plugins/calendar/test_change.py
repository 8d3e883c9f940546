from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from agent.api import ToolRetry
from plugins.calendar.change import Wanted, add, change, holds, moment_of, remove
from plugins.calendar.occurrences import occurrences, short_name

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
FOLDED = "X-FOLDED:abc\r\n def\r\n"
ODD = f'X-ODD-THING;P="a:b":kept\r\n{FOLDED}BEGIN:VALARM\r\nACTION:DISPLAY\r\nSUMMARY:Alarm\r\nEND:VALARM\r\n'
SERIES = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Home\r\nBEGIN:VEVENT\r\nUID:s\r\nSUMMARY:Class\r\n"
    "DTSTART;TZID=Europe/Berlin:20261201T100000\r\nDTEND;TZID=Europe/Berlin:20261201T113000\r\n"
    f"RRULE:FREQ=WEEKLY;COUNT=4\r\n{ODD}END:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:o\r\nSUMMARY:Once\r\nDTSTART:20261203T090000Z\r\nDURATION:PT45M\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
S, ONCE = short_name("s"), short_name("o")


def listed(text: str) -> list[str]:
    found = occurrences([("", text)], datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC), BERLIN)
    assert found.problems == []
    return [f"{each.title} {each.start:%m-%d}{hours(each.start, each.end)}" for each in found.occurrences]


def hours(start: date, end: date) -> str:
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return ""
    return f" {start.astimezone(BERLIN):%H:%M}-{end.astimezone(BERLIN):%H:%M}"


BEFORE = [
    "Class 12-01 10:00-11:30",
    "Once 12-03 10:00-10:45",
    "Class 12-08 10:00-11:30",
    "Class 12-15 10:00-11:30",
    "Class 12-22 10:00-11:30",
]


def test_an_event_is_added_to_a_new_calendar_that_others_can_read() -> None:
    wanted = Wanted(
        "Müll, raus; \n#1", moment_of("2026-12-01T09:00", BERLIN), None, "Hof", "", "FREQ=WEEKLY;BYDAY=TU;COUNT=2"
    )
    text, name = add("", wanted, NOW)
    assert listed(text) == ["Müll, raus; #1 12-01 09:00-10:00", "Müll, raus; #1 12-08 09:00-10:00"]
    assert holds(text, name) and holds(text, f"{name}/2026-12-08T09:00") and not holds(text, "00000000")
    calendar = icalendar.Calendar.from_ical(text)
    event: Any
    [event] = calendar.walk("VEVENT")
    assert event.errors == [] and calendar.get_missing_tzids() == set()
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin" and event["DTSTAMP"].dt == NOW
    more, _ = add(text, Wanted("Second", date(2026, 12, 2), repeat=""), NOW)
    assert more.count("BEGIN:VTIMEZONE") == 1 and "Second 12-02" in listed(more)
    assert more.startswith(text.removesuffix("END:VCALENDAR\r\n"))


def test_all_that_is_not_changed_stays_byte_for_byte() -> None:
    text = change(SERIES, ONCE, Wanted(title="Twice", place="Here"), NOW, BERLIN)
    head, tail = SERIES.split("SUMMARY:Once\r\n")
    assert text.startswith(head)
    assert text[len(head) :] == "SUMMARY:Twice\r\n" + tail.replace(
        "PT45M\r\n", "PT45M\r\nDTSTAMP:20261126T120000Z\r\nSEQUENCE:1\r\nLOCATION:Here\r\n"
    )
    assert change(text, ONCE, Wanted(place=""), NOW, BERLIN).count("LOCATION") == 0


def test_a_new_start_keeps_the_length() -> None:
    text = change(SERIES, ONCE, Wanted(start=moment_of("2026-12-04T08:00", BERLIN)), NOW, BERLIN)
    assert "Once 12-04 08:00-08:45" in listed(text)
    assert "DURATION" not in text and "BEGIN:VTIMEZONE" in text
    text = change(SERIES, ONCE, Wanted(end=moment_of("2026-12-03T10:15", BERLIN)), NOW, BERLIN)
    assert "Once 12-03 10:00-10:15" in listed(text)


def test_one_occurrence_is_changed_and_then_removed() -> None:
    name = f"{S}/2026-12-08T10:00"
    text = change(SERIES, name, Wanted("Moved", moment_of("2026-12-09T14:00", BERLIN)), NOW, BERLIN)
    assert listed(text) == [*BEFORE[:2], "Moved 12-09 14:00-15:30", *BEFORE[3:]]
    assert text.count("X-ODD-THING") == 2 and text.count("RRULE") == 1
    again = change(text, name, Wanted(title="Moved again"), NOW, BERLIN)
    assert listed(again) == [*BEFORE[:2], "Moved again 12-09 14:00-15:30", *BEFORE[3:]]
    assert listed(remove(again, name, BERLIN)) == [*BEFORE[:2], *BEFORE[3:]]


def test_one_occurrence_or_all_are_removed() -> None:
    text = remove(SERIES, f"{S}/2026-12-15T10:00", BERLIN)
    assert listed(text) == [*BEFORE[:3], BEFORE[4]]
    assert text == SERIES.replace(
        "X-FOLDED:abc\r\n def\r\n", "X-FOLDED:abc\r\n def\r\nEXDATE;TZID=Europe/Berlin:20261215T100000\r\n"
    )
    moved = change(text, f"{S}/2026-12-08T10:00", Wanted("Moved"), NOW, BERLIN)
    assert listed(remove(moved, S, BERLIN)) == ["Once 12-03 10:00-10:45"]


def test_whole_days_of_a_series_are_named_by_their_date() -> None:
    text, name = add("", Wanted("Day", date(2026, 12, 1), repeat="FREQ=DAILY;COUNT=3"), NOW)
    assert listed(text) == ["Day 12-01", "Day 12-02", "Day 12-03"]
    assert listed(remove(text, f"{name}/2026-12-02", BERLIN)) == ["Day 12-01", "Day 12-03"]
    assert listed(change(text, f"{name}/2026-12-02", Wanted("Other"), NOW, BERLIN)) == [
        "Day 12-01",
        "Other 12-02",
        "Day 12-03",
    ]


def test_a_series_is_moved_by_its_first_date() -> None:
    later = change(SERIES, S, Wanted(start=moment_of("2026-12-01T15:00", BERLIN)), NOW, BERLIN)
    assert listed(later)[0] == "Class 12-01 15:00-16:30" and listed(later)[-1] == "Class 12-22 15:00-16:30"
    with pytest.raises(ToolRetry, match="began on 2026-12-01"):
        change(SERIES, S, Wanted(start=moment_of("2026-12-08T15:00", BERLIN)), NOW, BERLIN)
    holed = remove(SERIES, f"{S}/2026-12-15T10:00", BERLIN)
    with pytest.raises(ToolRetry, match="exceptions"):
        change(holed, S, Wanted(start=moment_of("2026-12-01T15:00", BERLIN)), NOW, BERLIN)
    assert listed(change(SERIES, S, Wanted(repeat=""), NOW, BERLIN)) == BEFORE[:2]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("00000000", Wanted("x")),
        (f"{S}/2026-12-02T10:00", Wanted("x")),
        (f"{S}/nonsense", Wanted("x")),
        (ONCE, Wanted(repeat="FREQ=SOMETIMES")),
        (ONCE, Wanted(repeat="FREQ=DAILY\r\nATTACH:x")),
        (ONCE, Wanted(end=moment_of("2026-12-03T08:00", BERLIN))),
        (ONCE, Wanted(end=date(2026, 12, 9))),
    ],
)
def test_what_cannot_be_is_refused(name: str, wanted: Wanted) -> None:
    with pytest.raises(ToolRetry):
        change(SERIES, name, wanted, NOW, BERLIN)


def test_texts_cannot_bring_lines_of_their_own() -> None:
    text = change(SERIES, ONCE, Wanted("a\r\nEND:VEVENT\r\nBEGIN:VEVENT", place="b\nATTENDEE:mailto:x@y"), NOW, BERLIN)
    assert len(listed(text)) == len(BEFORE) and "\nATTENDEE" not in text


def test_a_file_that_is_no_calendar_is_left_alone() -> None:
    with pytest.raises(ToolRetry, match="no calendar"):
        add("Dear diary", Wanted("x", date(2026, 12, 1)), NOW)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("DTSTART:20261203T090000Z", "DTSTART:soon"),
        ("DTSTART:20261203T090000Z\r\n", ""),
        ("DTSTART:20261203T090000Z", "DTSTART:20261203T090000Z\r\nDTSTART:20261204T090000Z"),
    ],
)
def test_an_event_that_is_damaged_is_not_changed(old: str, new: str) -> None:
    with pytest.raises(ToolRetry, match="damaged"):
        change(SERIES.replace(old, new), ONCE, Wanted(end=moment_of("2026-12-03T12:00", BERLIN)), NOW, BERLIN)


def test_nothing_is_added_to_a_calendar_whose_parts_do_not_close() -> None:
    with pytest.raises(ToolRetry, match="damaged"):
        add("END:A\r\nBEGIN:B\r\nBEGIN:C\r\nEND:C\r\n", Wanted("x", date(2026, 12, 1)), NOW)


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "2026-12-01T25:00", ""])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ToolRetry, match="is no time"):
        moment_of(text, BERLIN)


def test_a_time_with_a_zone_is_taken_over() -> None:
    assert moment_of("2026-12-01T09:00-05:00", BERLIN) == datetime(2026, 12, 1, 15, tzinfo=BERLIN)
