import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent.api import ToolFailed, ToolRetry, testing

PLUGIN = Path(__file__).parents[3] / "plugins" / "calendar"
BERLIN = ZoneInfo("Europe/Berlin")
HOME = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Standup\r\nLOCATION:Room 5\r\n"
    "DESCRIPTION:Bring coffee\r\nDTSTART;TZID=Europe/Berlin:20261201T093000\r\nDURATION:PT30M\r\n"
    "RRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "home.ics").write_bytes(HOME.encode())
    return tmp_path


@pytest.fixture
def plugin(folder: Path) -> testing.Harness:
    return testing.Harness(PLUGIN, settings={"folder": str(folder), "zone": "Europe/Berlin"})


def test_events_are_listed_found_and_free_times_between_them(plugin: testing.Harness) -> None:
    week = {"start": "2026-12-01", "end": "2026-12-08"}
    assert plugin.run("find", **week).text == (
        "ca978112/2026-12-01T09:30 Tue 2026-12-01 09:30-10:00 Standup · Room 5 · (home, repeats)\n"
        "ca978112/2026-12-08T09:30 Tue 2026-12-08 09:30-10:00 Standup · Room 5 · (home, repeats)"
    )
    assert "Bring coffee" in plugin.run("find", words="COFFEE", **week).text
    assert plugin.run("find", words="tea", **week).text == "No events."
    assert plugin.run("free", start="2026-12-01", end="2026-12-01", minutes=60).text == "Tue 2026-12-01 10:00-17:00"


def test_an_event_is_added_changed_and_removed(plugin: testing.Harness, folder: Path) -> None:
    added = plugin.run("add", title="Trip", start="2026-12-21", end="2026-12-23").text
    assert added.startswith("Added to home: ") and added.endswith("Mon 2026-12-21 to 2026-12-23 Trip")
    name = added.split()[3]
    plugin.run("change", event=name, start="2026-12-22", end="2026-12-22", place="Lyon")
    listed = plugin.run("find", start="2026-12-20", end="2026-12-30", words="trip").text
    assert listed == f"{name} Tue 2026-12-22 Trip · Lyon · (home)"
    assert "Whole days that count as busy: Trip." in plugin.run("free", start="2026-12-22", end="2026-12-22").text
    plugin.run("remove", event=name)
    assert (folder / "home.ics").read_bytes().decode() == HOME


def test_the_first_event_makes_a_calendar_and_several_must_be_told_apart(plugin: testing.Harness, folder: Path) -> None:
    (folder / "work.ics").write_text(HOME)
    with pytest.raises(ToolRetry, match="There are: home, work"):
        plugin.run("add", title="x", start="2026-12-01")
    plugin.run("add", title="x", start="2026-12-01", calendar="work")
    for path in folder.iterdir():
        path.unlink()
    plugin.run("add", title="x", start="2026-12-01")
    assert [path.name for path in folder.iterdir()] == ["Homard.ics"]


def test_without_arguments_the_week_from_today_is_shown(plugin: testing.Harness) -> None:
    today = plugin.run("add", title="Now", start=date.today().isoformat()).text.split()[3]
    assert today in plugin.run("find").text


@pytest.mark.parametrize(
    ("settings", "said"),
    [({}, "No folder"), ({"folder": "relative"}, "No folder"), ({"zone": "Mars/Base", "folder": "/"}, "no time zone")],
)
def test_what_is_not_set_is_said(settings: dict[str, str], said: str) -> None:
    with pytest.raises(ToolFailed, match=said):
        testing.Harness(PLUGIN, settings=settings).run("find")


def test_a_calendar_that_cannot_be_read_hides_no_other(plugin: testing.Harness, folder: Path) -> None:
    (folder / "latin.ics").write_bytes(b"\xff\xfe")
    (folder / "link.ics").symlink_to(folder / "home.ics")
    text = plugin.run("find", start="2026-12-01", end="2026-12-01").text
    assert text.splitlines()[1:] == ["latin.ics is not UTF-8, as calendars are."]


def test_names_of_events_that_are_not_there_are_refused(plugin: testing.Harness) -> None:
    for name in ("12345678", "ca978112/2026-12-02T09:30", "", "/"):
        with pytest.raises(ToolRetry):
            plugin.run("remove", event=name)


def test_jobs_begin_before_an_event_and_once_for_each(plugin: testing.Harness) -> None:
    now = datetime.now(BERLIN)
    times = {
        "Soon": now + timedelta(minutes=10),
        "Later": now + timedelta(hours=1),
        "Begun": now - timedelta(minutes=5),
    }
    for title, start in times.items():
        plugin.run("add", title=title, start=start.strftime("%Y-%m-%dT%H:%M"))
    plugin.run("add", title="Whole day", start=f"{now:%Y-%m-%d}")
    [(trigger, key, text)] = plugin.poll("upcoming")
    assert trigger == "upcoming" and " Soon · (home)" in text and plugin.poll("upcoming") == [(trigger, key, text)]


def test_of_two_changes_at_once_none_is_lost(plugin: testing.Harness, folder: Path) -> None:
    async def both() -> list[object]:
        adding = (plugin.call("add", title=title, start="2026-12-21T09:00") for title in ("One", "Two"))
        return await asyncio.gather(*adding, return_exceptions=True)

    told = asyncio.run(both())
    (refused,) = [one for one in told if isinstance(one, Exception)]
    assert isinstance(refused, ToolRetry) and str(refused).startswith("home.ics was changed by something else")
    assert (folder / "home.ics").read_text().count("BEGIN:VEVENT") == 2
