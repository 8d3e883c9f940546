"""What is read of a time: each day is there, midnight is local, a clock that is wrong hides nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.budget.report import UsageRow
from agent.storage.connection import Connection
from agent.storage.database import Database
from app.viewmodels.usage_report import Figures, Group, Period, empty, read_figures, span_of
from tests.helpers.usage import NOW, people, some_days, spent


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    if hasattr(time, "tzset"):
        time.tzset()
    yield
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


def read(
    folder: Path,
    fill: Callable[[Connection], None],
    period: Period = "week",
    group: Group = "model",
    now: datetime = NOW,
) -> Figures:
    async def main() -> Figures:
        database = await Database.open(folder / "homard.db")
        try:
            await database.call(fill)
            return await read_figures(database, period, group, now, ())
        finally:
            await database.close()

    return asyncio.run(main())


def test_every_day_is_there_and_the_sums_agree(tmp_path: Path) -> None:
    figures = read(tmp_path, some_days)
    days = [f"2026-11-{day}" for day in range(14, 21)]
    assert [row.key for row in figures.steps] == days
    assert [row.cost_usd for row in figures.steps] == [0, 0, 0, 0, 2.0, 0.5, 0.25]
    assert figures.steps[0] == empty("2026-11-14")
    assert figures.steps[-1] == figures.today == UsageRow("2026-11-20", "", 2, 1_050, 400, 105, 0.25, 1, 0)
    assert figures.total == UsageRow("", "", 4, 3_050, 1_200, 305, 2.75, 1, 1)
    assert [(row.key, row.cost_usd, row.calls) for row in figures.groups] == [
        ("q/big", 2.0, 1), ("p/m", 0.75, 2), ("r/new", 0.0, 1),
    ]  # fmt: skip
    assert {(step, key): row.cost_usd for (step, key), row in figures.parts.items()} == {
        ("2026-11-18", "q/big"): 2.0, ("2026-11-19", "p/m"): 0.5, ("2026-11-20", "p/m"): 0.25,
        ("2026-11-20", "r/new"): 0.0,
    }  # fmt: skip
    assert [run.run_id for run in figures.dearest] == ["r1", "r2"]
    assert len(figures.month) == 20 and figures.outlook.spent_usd == 2.75 and figures.ever


@pytest.mark.parametrize(
    ("group", "rows"),
    [
        ("provider", [("q", ""), ("p", ""), ("r", "")]),
        ("job", [("j1", "The job"), ("", "")]),
        ("session", [("s1", "A chat <b>of mine</b>"), ("", "")]),
        ("purpose", [("turn", "")]),
        ("skill", [("", "")]),
    ],
)
def test_it_is_told_apart_by_other_things(tmp_path: Path, group: Group, rows: list[tuple[str, str]]) -> None:
    figures = read(tmp_path, some_days, group=group)
    assert [(row.key, row.name) for row in figures.groups] == rows
    assert sum(row.cost_usd for row in figures.groups) == 2.75
    assert bool(figures.parts) == (group != "skill")


def test_a_skill_has_what_its_runs_took(tmp_path: Path) -> None:
    def fill(connection: Connection) -> None:
        people(connection, prompt="/skill letters Write")
        spent(connection)

    assert [(row.key, row.cost_usd) for row in read(tmp_path, fill, group="skill").groups] == [("letters", 1.0)]


def test_midnight_is_that_of_this_place_over_summer_time_too(tmp_path: Path) -> None:
    now = datetime(2026, 10, 26, 12, 0, tzinfo=UTC)

    def fill(connection: Connection) -> None:
        spent(connection, datetime(2026, 10, 24, 21, 59, tzinfo=UTC), 1.0)  # 23:59 in summer time
        spent(connection, datetime(2026, 10, 24, 22, 0, tzinfo=UTC), 2.0)
        spent(connection, datetime(2026, 10, 25, 22, 59, tzinfo=UTC), 4.0)  # 23:59 in winter time
        spent(connection, datetime(2026, 10, 25, 23, 0, tzinfo=UTC), 8.0)

    costs = {row.key: row.cost_usd for row in read(tmp_path, fill, now=now).steps if row.calls}
    assert costs == {"2026-10-24": 1.0, "2026-10-25": 6.0, "2026-10-26": 8.0}


def test_a_clock_that_was_ahead_or_went_back_loses_nothing(tmp_path: Path) -> None:
    """What was written tomorrow counts today; what is older than the time that is looked at does not."""

    def fill(connection: Connection) -> None:
        spent(connection, NOW + timedelta(hours=30), 1.0)
        spent(connection, NOW - timedelta(days=40), 2.0)

    figures = read(tmp_path, fill)
    assert (figures.today.cost_usd, figures.total.cost_usd) == (1.0, 1.0)
    back = read(tmp_path, lambda _connection: None, now=NOW - timedelta(days=1))
    assert (back.steps[-1].key, back.total.cost_usd) == ("2026-11-19", 1.0)


def test_spans_begin_where_they_should() -> None:
    begun: dict[Period, str] = {
        "week": "2026-11-14", "month": "2026-11-01", "days30": "2026-10-22", "days90": "2026-08-23",
        "year": "2025-12-01",
    }  # fmt: skip
    assert {period: f"{span_of(period, NOW)[0]:%Y-%m-%d}" for period in begun} == begun
    assert f"{span_of('year', datetime(2026, 12, 5, tzinfo=UTC))[0]:%Y-%m-%d}" == "2026-01-01"
    assert f"{span_of('month', datetime(2026, 10, 31, 23, 30, tzinfo=UTC))[0]:%Y-%m-%d}" == "2026-11-01"


def test_a_year_has_months(tmp_path: Path) -> None:
    figures = read(tmp_path, some_days, "year")
    assert figures.monthly
    assert [row.key for row in figures.steps][::11] == ["2025-12", "2026-11"]
    assert figures.steps[-1].cost_usd == 2.75


def test_nothing_at_all(tmp_path: Path) -> None:
    figures = read(tmp_path, lambda _connection: None)
    assert (figures.ever, figures.groups, figures.dearest, figures.total.calls) == (False, (), (), 0)


def test_calls_under_way_are_left_out(tmp_path: Path) -> None:
    figures = read(tmp_path, lambda connection: spent(connection, state="reserved"))
    assert (figures.ever, figures.total.calls) == (False, 0)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of the process cannot be set")
def test_a_day_whose_midnight_does_not_exist_is_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In Cairo summer time begins at midnight: the 24th began at 01:00, when the 23rd ended."""
    monkeypatch.setenv("TZ", "Africa/Cairo")
    time.tzset()

    def fill(connection: Connection) -> None:
        for hour, minute in ((21, 30), (22, 30)):  # 23:30 on the 23rd, 01:30 on the 24th
            spent(connection, datetime(2026, 4, 23, hour, minute, tzinfo=UTC))

    lengths: tuple[tuple[Period, int, int], ...] = (("week", 7, 20), ("days30", 30, 480))
    for period, days, hours in lengths:
        (tmp_path / period).mkdir()
        now = datetime(2026, 4, 23, 22, tzinfo=UTC) + timedelta(hours=hours)
        figures = read(tmp_path / period, fill, period, now=now)
        assert len(figures.steps) == days == len({row.key for row in figures.steps})
        assert [row.key for row in figures.steps if row.calls] == ["2026-04-23", "2026-04-24"]
    figures = read(tmp_path, fill, now=datetime(2026, 4, 30, 9, tzinfo=UTC))
    assert (len(figures.steps), [row.key for row in figures.steps if row.calls]) == (7, ["2026-04-24"])
