"""Seven days: what is due when, also where the clocks change."""

from __future__ import annotations

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QLocale

from agent.jobs import Cron, Every, JobRow, Once, Watch
from app.viewmodels.job_calendar import schedule_of
from app.viewmodels.job_week import Day, Entry, week_of
from tests.helpers.job_desk import job, row

BERLIN = ZoneInfo("Europe/Berlin")
BEGIN = date(2026, 10, 22)
"""A Thursday; the clocks go back on the Sunday after it."""


@pytest.fixture(autouse=True)
def british() -> None:
    QLocale.setDefault(QLocale("en_GB"))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=BERLIN)


def cron(fields: str, job_id: str = "j", **more: object) -> JobRow:
    return row(job_id, job(job_id, triggers=(Cron(fields=fields),)), **more)


def week(*rows: JobRow, now: datetime | None = None) -> tuple[Day, ...]:
    return week_of(rows, BEGIN, now or at(22, 0), BERLIN, schedule_of)


def hours(days: tuple[Day, ...]) -> list[list[str]]:
    return [[f"{entry.at.astimezone(BERLIN):%H:%M} {entry.name}" for entry in day.entries] for day in days]


def test_each_day_has_its_entries_in_order() -> None:
    found = week(cron("0 17 * * 5", "b"), cron("30 8 * * 1-5", "a"), cron("30 8 * * *", "Aa"))
    assert hours(found) == [
        ["08:30 a", "08:30 Aa"],
        ["08:30 a", "08:30 Aa", "17:00 b"],
        ["08:30 Aa"],
        ["08:30 Aa"],
        ["08:30 a", "08:30 Aa"],
        ["08:30 a", "08:30 Aa"],
        ["08:30 a", "08:30 Aa"],
    ]
    assert [day.date.isoformat() for day in found][::6] == ["2026-10-22", "2026-10-28"]


def test_a_day_has_its_midnight_and_not_the_next_one() -> None:
    assert hours(week(cron("0 0 * * 5,6"))) == [[], ["00:00 j"], ["00:00 j"], [], [], [], []]


def test_what_is_over_today_is_not_shown() -> None:
    assert hours(week(cron("0 8,12,20 * * *"), now=at(22, 12)))[0] == ["20:00 j"]


def test_a_rhythm_is_one_entry_after_the_others() -> None:
    found = week(cron("*/20 * * * *", "often"), cron("0 9 * * *", "once"))
    assert [entry.name for entry in found[1].entries] == ["once", "often"]
    assert found[1].entries[1] == Entry("often", "often", at(23, 0), (Cron(fields="*/20 * * * *"),))
    assert [len(day.entries) for day in found] == [2] * 7


def test_only_what_has_moments_is_shown() -> None:
    rows = (
        row("w", job("w", triggers=(Watch(folder="/x"),))),
        row("m", job("m", triggers=())),
        cron("0 9 * * *", "p", paused="person"),
        cron("no cron", "broken"),
        row("o", job("o", triggers=(Once(at=at(24, 9)), Watch(folder="/x")))),
    )
    assert hours(week(*rows)) == [[], [], ["09:00 o"], [], [], [], []]


def test_how_an_entry_is_told() -> None:
    moment = datetime(2026, 11, 26, 8, 30).astimezone()
    assert Entry("j", "n", moment).time == "08:30"
    assert Entry("j", "n", moment, (Cron(fields="* * * * *"),)).time == "every minute"


def test_two_hundred_jobs_take_no_second() -> None:
    rows = [
        row(f"j{n}", job(f"j{n}", triggers=(Cron(fields=f"*/{n % 30 + 1} * * * *"), Every(seconds=60))))
        for n in range(200)
    ]
    began = time.process_time()
    assert sum(len(day.entries) for day in week(*rows)) == 1_400
    assert time.process_time() - began < 5
