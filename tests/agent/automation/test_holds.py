"""The rules that keep a due slot from starting, as a table and by properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.automation.holds import Facts, Go, Skip, Spending, Verdict, Wait, affordable, judge, quiet_until
from agent.jobs import Job, JobLimits, JobRow, Missed, Policies, Quiet, Slot
from agent.machine.state import MachineState
from agent.pause import PauseState
from agent.settings import AutomationSettings

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # 13:00 in Berlin
FACTS = Facts(NOW, BERLIN, PauseState(), MachineState(), AutomationSettings())


def row(policies: Policies | None = None, limits: JobLimits | None = None, **more: Any) -> JobRow:
    job = Job(name="n", prompt="p", folder="/f", policies=policies or Policies(), limits=limits or JobLimits())
    return JobRow(job_id="j", job=job, version=1, created_at=NOW, updated_at=NOW, **more)


def slot(**more: Any) -> Slot:
    return Slot(**{"slot_id": 1, "job_id": "j", "key": "k", "origin": "schedule", "due_at": NOW, "state": "due",
                   "version": 1, **more})  # fmt: skip


def brief(verdict: Verdict) -> str:
    return "go" if isinstance(verdict, Go) else f"{type(verdict).__name__.lower()} {verdict.reason}".strip()


BATTERY = replace(FACTS, machine=MachineState(on_battery=True))
CAPPED = replace(FACTS, capped=("The budget of the day is spent.", None))
ASKS = replace(FACTS, asks=1)
HOUR_AGO = NOW - timedelta(hours=1)
SOON = Policies(missed=Missed(within_s=3_599.0))
QUIET = Policies(quiet=Quiet(time(12), time(14)))
SPENT = replace(FACTS, spending=Spending(day_usd=2.0, month_usd=2.0, day_runs=5))


@pytest.mark.parametrize(
    ("slot", "row", "facts", "expected"),
    [
        (slot(), row(), FACTS, "go"),
        (slot(), row(), replace(FACTS, paused=PauseState(True)), "wait paused"),
        (slot(), row(), ASKS, "skip approval"),
        (slot(), row(Policies(overlap="queue")), ASKS, "wait approval"),
        (slot(), row(Policies(overlap="queue")), replace(ASKS, newer=True), "skip approval"),
        (slot(), row(Policies(overlap="beside")), ASKS, "go"),
        (slot(origin="file_watch"), row(), ASKS, "go"),
        (slot(origin="file_watch"), row(), replace(FACTS, asks=3), "wait approval"),
        (slot(origin="manual"), row(), ASKS, "go"),
        (slot(), row(paused="person"), FACTS, "skip job_paused"),
        (slot(), row(paused="failures"), FACTS, "skip failures"),
        (slot(origin="file_watch"), row(paused="loop"), FACTS, "wait loop"),
        (slot(origin="manual"), row(paused="person"), FACTS, "go"),
        (slot(origin="manual"), row(QUIET), replace(BATTERY, paused=PauseState(True)), "go"),
        (slot(), row(limits=JobLimits(usd_per_day=2.0)), SPENT, "skip budget"),
        (slot(), row(limits=JobLimits(usd_per_month=1.0)), SPENT, "skip budget"),
        (slot(), row(limits=JobLimits(runs_per_day=5)), SPENT, "skip budget"),
        (slot(origin="file_watch"), row(limits=JobLimits(runs_per_day=5)), SPENT, "wait budget"),
        (slot(), row(), CAPPED, "skip budget"),
        (slot(origin="file_watch"), row(), CAPPED, "wait budget"),
        (slot(origin="manual"), row(), CAPPED, "skip budget"),
        (slot(origin="manual"), row(limits=JobLimits(runs_per_day=5)), SPENT, "skip budget"),
        (slot(), row(limits=JobLimits(usd_per_day=2.1)), SPENT, "go"),
        (slot(), row(limits=JobLimits(usd_per_day=2.1)),
         replace(FACTS, spending=Spending(day_usd=2.0, reserved_usd=0.1)), "skip budget"),
        (slot(), row(QUIET), FACTS, "wait quiet_hours"),
        (slot(), row(Policies(quiet=Quiet(time(12), time(14), "skip"))), FACTS, "skip quiet_hours"),
        (slot(), row(Policies(quiet=Quiet(time(14), time(12)))), FACTS, "go"),
        (slot(), row(), BATTERY, "go"),
        (slot(), row(Policies(on_battery="wait")), BATTERY, "wait battery"),
        (slot(), row(Policies(on_battery="skip")), BATTERY, "skip battery"),
        (slot(), row(), replace(BATTERY, settings=AutomationSettings(wait_on_battery=True)), "wait battery"),
        (slot(), row(Policies(on_battery="skip")),
         replace(BATTERY, settings=AutomationSettings(wait_on_battery=True)), "skip battery"),
        (slot(), row(Policies(on_metered="wait")), replace(FACTS, machine=MachineState(metered=True)), "wait metered"),
        (slot(), row(Policies(when_locked="wait")), replace(FACTS, machine=MachineState(locked=True)), "wait locked"),
        (slot(), row(), replace(FACTS, working=1), "skip overlap"),
        (slot(), row(Policies(overlap="queue")), replace(FACTS, working=1), "wait overlap"),
        (slot(), row(Policies(overlap="beside")), replace(FACTS, working=1), "go"),
        (slot(origin="file_watch"), row(), replace(FACTS, working=1), "wait overlap"),
        (slot(origin="file_watch"), row(Policies(overlap="beside")), replace(FACTS, working=1), "wait overlap"),
        (slot(origin="manual"), row(), replace(FACTS, working=1), "wait overlap"),
        (slot(attempts=1), row(), replace(FACTS, working=1), "wait overlap"),
        (slot(attempts=1), row(Policies(on_battery="wait")), replace(BATTERY, newer=True), "wait battery"),
        (slot(not_before=NOW + timedelta(seconds=5)), row(), replace(FACTS, newer=True), "wait"),
        (slot(), row(Policies(on_battery="wait")), replace(BATTERY, newer=True), "skip battery"),
        (slot(origin="file_watch"), row(Policies(on_battery="wait")), replace(BATTERY, newer=True), "wait battery"),
        (slot(not_before=NOW), row(Policies(missed=Missed(do="all"))), replace(FACTS, working=1), "wait overlap"),
        (slot(due_at=HOUR_AGO), row(SOON), FACTS, "skip too_late"),
        (slot(due_at=HOUR_AGO), row(), FACTS, "go"),
        (slot(due_at=HOUR_AGO, attempts=1), row(SOON), FACTS, "go"),
        (slot(reason="answer"), row(), replace(FACTS, working=1), "wait answer"),
        (slot(reason="answer"), row(Policies(on_battery="wait")), replace(BATTERY, newer=True), "wait answer"),
        (slot(due_at=HOUR_AGO, reason="answer"), row(SOON), FACTS, "go"),
        (slot(due_at=HOUR_AGO, origin="file_watch"), row(SOON), FACTS, "go"),
        (slot(not_before=NOW), row(Policies(missed=Missed(do="all"), on_battery="wait")),
         replace(BATTERY, newer=True), "wait battery"),
    ],
)  # fmt: skip
def test_the_first_thing_that_keeps_a_slot_counts(slot: Slot, row: JobRow, facts: Facts, expected: str) -> None:
    assert brief(judge(slot, row, facts)) == expected


def test_what_waits_says_until_when() -> None:
    def until(verdict: Verdict) -> datetime | None:
        assert isinstance(verdict, Wait)
        return verdict.until

    assert until(judge(slot(), row(QUIET), FACTS)) == datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
    paused = replace(FACTS, paused=PauseState(True, NOW + timedelta(hours=1)))
    assert until(judge(slot(), row(), paused)) == NOW + timedelta(hours=1)
    quiet = row(Policies(quiet=Quiet(time(12), time(14), "skip")))
    assert until(judge(slot(attempts=1), quiet, FACTS)) == datetime(2026, 11, 22, 13, 0, tzinfo=UTC), "or nobody looks"
    runs = row(limits=JobLimits(runs_per_day=5))
    assert until(judge(slot(attempts=1), runs, SPENT)) == datetime(2026, 11, 22, 23, tzinfo=UTC)
    files = slot(origin="file_watch")
    assert until(judge(files, row(limits=JobLimits(runs_per_day=5)), SPENT)) == datetime(2026, 11, 22, 23, tzinfo=UTC)
    month = judge(files, row(limits=JobLimits(usd_per_month=1.0)), SPENT)
    assert until(month) == datetime(2026, 11, 30, 23, tzinfo=UTC), "midnight of the first in Berlin"


@pytest.mark.parametrize(
    ("since", "until", "now", "expected"),
    [
        (time(22), time(6), "2026-11-22T23:00", "2026-11-23T06:00"),
        (time(22), time(6), "2026-11-23T05:59", "2026-11-23T06:00"),
        (time(22), time(6), "2026-11-23T06:00", None),
        (time(22), time(6), "2026-11-23T21:59", None),
        (time(9), time(17), "2026-11-23T09:00", "2026-11-23T17:00"),
        (time(9), time(9), "2026-11-23T09:00", None),
        (time(1), time(3), "2026-03-29T01:30", "2026-03-29T03:00"),
    ],
)
def test_quiet_hours_end_on_the_wall(since: time, until: time, now: str, expected: str | None) -> None:
    found = quiet_until(Quiet(since, until), datetime.fromisoformat(now).replace(tzinfo=BERLIN), BERLIN)
    assert (found.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M") if found else None) == expected


@pytest.mark.parametrize(
    ("zone", "quiet", "now", "end"),
    [
        ("Australia/Lord_Howe", (time(1), time(1, 45)), "2026-04-04T15:05", "2026-04-04T15:15"),  # half an hour twice
        ("Antarctica/Troll", (time(2, 30), time(2, 45)), "2018-10-28T02:34", "2018-10-28T02:45"),  # two hours twice
        ("Europe/Berlin", (time(2), time(2, 45)), "2026-10-25T01:10", "2026-10-25T01:45"),
    ],
)
def test_quiet_hours_end_in_the_second_pass_too(zone: str, quiet: tuple[time, time], now: str, end: str) -> None:
    found = quiet_until(Quiet(*quiet), datetime.fromisoformat(now).replace(tzinfo=UTC), ZoneInfo(zone))
    assert found == datetime.fromisoformat(end).replace(tzinfo=UTC)


@given(st.times(), st.times(), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_quiet_hours_always_end_later_than_now_and_within_a_day(since: time, until: time, at: datetime) -> None:
    now = at.replace(tzinfo=UTC)
    end = quiet_until(Quiet(since, until), now, BERLIN)
    if end is not None:
        assert now < end <= now + timedelta(hours=26)


money = st.floats(0.01, 10)
maybe = st.none() | money


@given(maybe, maybe, maybe, money, money, money)
def test_no_run_may_take_a_job_over_any_of_its_limits(
    most: float | None, day: float | None, month: float | None, spent: float, more: float, reserved: float
) -> None:
    job = row(limits=JobLimits(max_usd=most, usd_per_day=day, usd_per_month=month))
    spending = Spending(day_usd=spent, month_usd=spent + more, reserved_usd=reserved)
    bound = affordable(job, spending)
    if isinstance(judge(slot(), job, replace(FACTS, spending=spending)), Skip):
        assert bound == 0
    elif bound is not None:
        assert most is None or bound <= most
        assert day is None or spent + reserved + bound <= day + 1e-9
        assert month is None or spent + more + reserved + bound <= month + 1e-9
    else:
        assert most is None and day is None and month is None
