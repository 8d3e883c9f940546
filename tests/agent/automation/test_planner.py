from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agent.automation.holds import Facts, Wait, judge
from agent.automation.planner import Planned, Planner
from agent.automation.planning import schedule_of
from agent.errors import StorageError
from agent.jobs import Cron, Every, JobRow, Missed, Once, Slot
from agent.machine.state import MachineState
from agent.pause import PauseState
from agent.settings import AutomationSettings
from agent.storage.database import Database
from agent.storage.records import from_micros
from tests.helpers.clock import NOON, HeldClock
from tests.helpers.jobs import BERLIN, Desk, desk, facts, job

ROOT = Path(__file__).parents[3]
Story = Callable[[Desk], Coroutine[Any, Any, None]]

MORNING = Cron(fields="30 8 * * *")
TOKYO, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")


def at(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    """A moment by the clocks of Berlin."""
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


EIGHT = at(23, 8)


def play(story: Story, folder: Path, moment: datetime = EIGHT) -> None:
    async def run() -> None:
        async with desk(folder, moment) as there:
            await story(there)

    asyncio.run(run())


def test_a_slot_is_due_when_its_moment_has_come_and_nothing_is_written_before(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.ledger.save(job(MORNING))
        desk.events.clear()
        assert await desk.plan() == Planned(at(23, 8, 30), True)
        await desk.clock.advance(1799)
        assert await desk.plan() == Planned(at(23, 8, 30), False)
        assert (await desk.history(), desk.events) == ([], [])
        await desk.clock.advance(1)
        assert await desk.plan() == Planned(at(24, 8, 30), False)
        assert facts(await desk.history()) == [("2026-11-23T08:30", "due", "")]
        assert facts(desk.told()) == [("2026-11-23T08:30", "due", "")]
        assert facts(await desk.run_due()) == [("2026-11-23T08:30", "running", "")]
        assert await desk.plan() == Planned(at(24, 8, 30), False)
        assert facts(await desk.history()) == [("2026-11-23T08:30", "done", "")]

    play(story, tmp_path)


def test_without_anything_to_come_there_is_nothing_to_wait_for(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        assert await desk.plan() == Planned(None, True)
        await desk.ledger.save(job(Once(at=at(23, 9))))
        assert await desk.plan() == Planned(at(23, 9), False)
        await desk.pass_to(at(23, 9))
        assert await desk.plan() == Planned(None, False)
        paused = await desk.ledger.save(job(MORNING))
        await desk.ledger.set_paused(paused.job_id, "person")
        assert await desk.plan() == Planned(None, False)

    play(story, tmp_path)


@pytest.mark.parametrize(
    ("missed", "expected"),
    [
        (Missed(do="skip"), [("missed", "asleep")] * 3),
        (Missed(do="once"), [("missed", "caught_up")] * 2 + [("due", "asleep")]),
        (Missed(do="all"), [("due", "asleep")] * 3),
        (Missed(do="all", most=2), [("missed", "too_many")] + [("due", "asleep")] * 2),
        (Missed(do="ask"), [("missed", "caught_up")] * 2 + [("parked", "answer")]),
        (Missed(do="once", within_s=3600), [("missed", "too_late")] * 3),
        (Missed(do="once", within_s=6 * 3600), [("missed", "too_late")] * 2 + [("due", "asleep")]),
        (Missed(do="all", within_s=30 * 3600), [("missed", "too_late")] + [("due", "asleep")] * 2),
        (Missed(do="ask", within_s=60), [("missed", "too_late")] * 3),
    ],
)
def test_what_was_missed_asleep_follows_the_policy(
    tmp_path: Path, missed: Missed, expected: list[tuple[str, str]]
) -> None:
    async def story(desk: Desk) -> None:
        await desk.ledger.save(job(MORNING, missed=missed))
        await desk.plan()
        planned = await desk.sleep_to(at(25, 12))
        slots = await desk.history()
        assert [slot.key for slot in slots] == ["2026-11-23T08:30", "2026-11-24T08:30", "2026-11-25T08:30"]
        assert [(slot.state, slot.reason) for slot in slots] == expected
        waits = {slot.not_before for slot in slots if slot.state == "due" and slot.not_before is not None}
        assert waits <= {at(25, 12) + timedelta(seconds=10)}
        assert planned == Planned(min(waits, default=at(26, 8, 30)), True)

    play(story, tmp_path)


def test_why_it_was_missed_is_told_apart(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.ledger.save(job(MORNING, missed=Missed(do="skip")))
        await desk.plan()
        await desk.off_to(at(23, 12))
        await desk.sleep_to(at(24, 12))
        desk.clock.set(at(25, 12))
        await desk.plan()
        await desk.clock.advance(86_400)
        await desk.plan()
        await desk.clock.advance(3600)
        desk.planner.woke()
        await desk.clock.advance(82_800)
        await desk.plan()
        assert [(slot.state, slot.reason) for slot in await desk.history()] == [
            ("missed", "app_off"),
            ("missed", "asleep"),
            ("missed", "clock_set"),
            ("missed", "busy"),
            ("missed", "asleep"),
        ]

    play(story, tmp_path)


def test_two_minutes_are_not_late_and_after_a_start_they_are_spread(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.ledger.save(job(MORNING, missed=Missed(do="skip")))
        await desk.off_to(at(23, 8, 32))
        [slot] = await desk.history()
        assert (slot.state, slot.reason, slot.not_before) == ("due", "", at(23, 8, 32) + timedelta(seconds=10))

    play(story, tmp_path)


def test_what_is_made_up_for_begins_in_its_order_each_job_at_its_own_time(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        first = await desk.ledger.save(job(MORNING, missed=Missed(do="all")))
        second = await desk.ledger.save(job(MORNING, missed=Missed(do="all")))
        await desk.plan()
        await desk.clock.advance((at(25, 12) - desk.clock.moment).total_seconds())
        chances = iter((0.9, 0.1, 0.5, 0.3, 0.7, 0.2))
        planner = Planner(
            desk.ledger, desk.clock, lambda: desk.zone, spread_s=lambda: 20.0, chance=lambda: next(chances)
        )
        await planner.plan()
        starts = {tuple(slot.not_before for slot in await desk.history(row.job_id)) for row in (first, second)}
        assert starts == {(at(25, 12) + timedelta(seconds=18),) * 3, (at(25, 12) + timedelta(seconds=2),) * 3}

    play(story, tmp_path)


def test_what_was_missed_while_homard_was_busy_stands_in_line_too(tmp_path: Path) -> None:
    """Otherwise the second of them would be skipped because the first one still works."""

    async def story(desk: Desk) -> None:
        row = await desk.ledger.save(job(MORNING, missed=Missed(do="all")))
        await desk.plan()
        await desk.clock.advance((at(24, 8, 31) - desk.clock.moment).total_seconds())
        await desk.plan()
        slots = await desk.history(row.job_id)
        assert facts(slots) == [("2026-11-23T08:30", "due", "busy"), ("2026-11-24T08:30", "due", "")]
        about = Facts(at(24, 8, 31), BERLIN, PauseState(), MachineState(), AutomationSettings(), working=1)
        assert [type(judge(slot, row, about)) for slot in slots] == [Wait, Wait]

    play(story, tmp_path)


def test_what_was_due_and_not_begun_when_homard_ended_is_decided_about_anew(tmp_path: Path) -> None:
    """A slot that was written down, and then the machine was off for two days, must not run two days late unasked."""

    async def story(desk: Desk) -> None:
        skips = await desk.ledger.save(job(MORNING, missed=Missed(do="skip")))
        once = await desk.ledger.save(job(MORNING, missed=Missed(do="once")))
        await desk.pass_to(at(23, 8, 30))
        wish = await desk.ledger.add_manual(skips.job_id)
        held = await desk.ledger.add_manual(once.job_id)
        await desk.ledger.hold(held.slot_id, "battery")
        await desk.off_to(at(25, 8))
        assert facts(await desk.history(skips.job_id)) == [
            ("2026-11-23T08:30", "missed", "app_off"),
            (wish.key, "missed", "app_off"),
            ("2026-11-24T08:30", "missed", "app_off"),
        ]
        assert facts(await desk.history(once.job_id)) == [
            ("2026-11-23T08:30", "missed", "caught_up"),
            (held.key, "due", "battery"),
            ("2026-11-24T08:30", "due", "app_off"),
        ]
        before = await desk.history()
        await desk.off_to(at(25, 8, 1))
        assert facts(await desk.history()) == facts(before)

    play(story, tmp_path)


def test_a_long_gap_is_a_row_for_many_and_one_run(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.ledger.save(job(Cron(fields="* * * * *")))
        await desk.plan()
        await desk.off_to(at(23, 8, year=2029))
        missed, due = await desk.history()
        days = (at(23, 8, year=2029) - at(23, 8)).days
        assert (missed.count, missed.due_at, missed.until) == (
            days * 1440 - 1,
            at(23, 8, 1),
            at(23, 7, 59, year=2029),
        )
        assert (missed.state, missed.reason, due.state, due.count) == ("missed", "caught_up", "due", 1)

    play(story, tmp_path)


def test_a_question_about_a_missed_slot_replaces_the_last_one(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.ledger.save(job(MORNING, missed=Missed(do="ask")))
        await desk.off_to(at(23, 12))
        await desk.off_to(at(24, 12))
        await desk.sleep_to(at(25, 12))
        assert [(slot.state, slot.reason) for slot in await desk.history()] == [
            ("missed", "caught_up"),
            ("missed", "caught_up"),
            ("parked", "answer"),
        ]

    play(story, tmp_path)


def test_a_clock_set_back_runs_nothing_twice_and_loses_nothing(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.ledger.save(job(Cron(fields="0,30 * * * *")))
        ran: list[Slot] = []
        for minute in range(30, 24 * 60, 30):
            await desk.pass_to(at(23, 8) + timedelta(minutes=minute))
            ran += await desk.run_due()
            if minute == 600:
                desk.clock.set(desk.clock.moment - timedelta(hours=1))
                assert (await desk.plan()).jumped
                assert await desk.run_due() == []
        keys = [slot.key for slot in ran]
        assert len(keys) == len(set(keys)) == 24 * 2 - 1
        assert {slot.state for slot in await desk.history()} == {"done"}

    play(story, tmp_path)


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=3653)])
def test_a_clock_set_ahead_by_mistake_and_back_leaves_no_trace_but_what_ran(tmp_path: Path, jump: timedelta) -> None:
    async def story(desk: Desk) -> None:
        row = await desk.ledger.save(job(Every(seconds=600), MORNING))
        await desk.pass_to(at(23, 9))
        await desk.run_due()
        before = await desk.history()
        desk.clock.set(at(23, 9) + jump)
        await desk.plan()
        assert len(await desk.ledger.open_slots()) == 1 if jump < timedelta(days=1) else 2
        desk.clock.set(at(23, 9))
        assert await desk.plan() == Planned(at(23, 9, 10), True)
        assert await desk.history() == before
        await desk.pass_to(at(23, 10))
        assert len(await desk.history(row.job_id)) == len(before) + 6

    play(story, tmp_path)


def test_a_machine_that_starts_years_behind_misses_nothing_but_what_it_slept(tmp_path: Path) -> None:
    """Its battery is empty, and the network sets the clock right a minute later."""

    async def story(desk: Desk) -> None:
        await desk.ledger.save(job(MORNING, Every(seconds=3600)))
        await desk.pass_to(at(23, 12))
        await desk.run_due()
        count = len(await desk.history())
        desk.restart()
        desk.clock.set(datetime(2016, 1, 1, tzinfo=UTC))
        await desk.plan()
        assert len(await desk.history()) == count
        await desk.clock.advance(60)
        desk.clock.set(at(23, 13))
        await desk.plan()
        assert facts((await desk.history())[count:]) == [("2026-11-23T12:00:00Z", "due", "")]

    play(story, tmp_path)


def test_after_a_clock_was_years_behind_for_long_nothing_old_runs(tmp_path: Path) -> None:
    """What was missed, or looked at and skipped, had its turn: a later slot ran, or would not have either."""

    async def story(desk: Desk) -> None:
        await desk.ledger.save(job(Cron(fields="0 * * * *"), missed=Missed(do="all")))
        await desk.sleep_to(at(23, 12, 30))
        missed, skipped, *due = await desk.ledger.open_slots()
        await desk.ledger.end(missed.slot_id, "missed", "too_late")
        await desk.ledger.end(skipped.slot_id, "skipped", "unchanged")
        await desk.clock.advance(20)
        assert len(await desk.run_due()) == len(due) == 2
        before = [(slot.key, slot.state) for slot in await desk.history()]
        desk.restart()
        desk.clock.set(datetime(2016, 1, 1, 0, 10, tzinfo=UTC))
        await desk.plan()
        await desk.clock.advance(600)
        await desk.plan()
        desk.clock.set(at(23, 12, 50))
        await desk.plan()
        assert await desk.run_due() == []
        assert [(slot.key, slot.state) for slot in await desk.history()] == before
        await desk.pass_to(at(23, 13))
        assert [slot.key for slot in await desk.run_due()] == ["2026-11-23T12:00:00Z"]

    play(story, tmp_path)


def test_a_job_made_while_the_clock_was_wrong_goes_on_when_it_is_right(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        desk.clock.set(at(23, 8, year=2036))
        await desk.ledger.save(job(Every(seconds=600)))
        await desk.plan()
        desk.clock.set(at(23, 8, 5))
        believed_at = at(23, 8, 5) + timedelta(seconds=100)
        assert await desk.plan() == Planned(believed_at, True)
        await desk.clock.advance(100)
        assert await desk.plan() == Planned(at(23, 8, 10), False)
        await desk.pass_to(at(23, 8, 10))
        assert facts(await desk.history()) == [("2026-11-23T07:10:00Z", "due", "")]

    play(story, tmp_path)


def test_whoever_travels_west_has_no_morning_twice_and_east_none_lost(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.ledger.save(job(MORNING))
        await desk.pass_to(at(23, 9))
        await desk.run_due()
        desk.zone = NEW_YORK
        assert (await desk.plan()).jumped
        await desk.pass_to(at(24, 9))
        assert facts(await desk.history()) == [("2026-11-23T08:30", "done", "")]
        await desk.pass_to(at(24, 15))
        await desk.run_due()
        desk.zone = TOKYO
        await desk.plan()
        assert facts(await desk.history())[1:] == [("2026-11-24T08:30", "done", "")]
        await desk.pass_to(at(25, 10))
        assert facts(await desk.history())[2:] == [("2026-11-25T08:30", "due", "")]

    play(story, tmp_path)


@pytest.mark.parametrize(
    ("do", "state", "reason"),
    [("once", "due", "zone_changed"), ("skip", "missed", "zone_changed"), ("ask", "parked", "answer")],
)
def test_what_the_walls_never_showed_follows_the_policy(tmp_path: Path, do: Any, state: str, reason: str) -> None:
    async def story(desk: Desk) -> None:
        await desk.ledger.save(job(MORNING, missed=Missed(do=do)))
        await desk.plan()
        desk.zone = TOKYO
        assert (await desk.plan()).wake_at == (at(23, 8) + timedelta(seconds=10) if state == "due" else at(24, 0, 30))
        assert facts(await desk.history()) == [("2026-11-23T08:30", state, reason)]

    play(story, tmp_path)


@pytest.mark.parametrize("first", [at(24, 12, month=3, year=2027), at(26, 12, month=10, year=2027)])
def test_both_changes_of_the_hour_run_each_night_once(tmp_path: Path, first: datetime) -> None:
    async def story(desk: Desk) -> None:
        await desk.ledger.save(job(Cron(fields="30 2 * * *")))
        for day in range(1, 10):
            await desk.pass_to(first + timedelta(days=day))
            await desk.run_due()
        slots = await desk.history()
        assert [slot.key[:10] for slot in slots] == [f"{first + timedelta(days=day):%Y-%m-%d}" for day in range(1, 10)]
        assert {slot.state for slot in slots} == {"done"}

    play(story, tmp_path, first)


def test_a_paused_job_keeps_one_row_for_all_it_did_not_do(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        paused = await desk.ledger.save(job(Cron(fields="* * * * *")))
        await desk.ledger.save(job(Cron(fields="*/10 * * * *")))
        await desk.ledger.set_paused(paused.job_id, "person")
        await desk.pass_to(at(23, 9))
        [row] = await desk.history(paused.job_id)
        assert (row.state, row.reason, row.count, row.until) == ("skipped", "job_paused", 60, at(23, 9))
        await desk.clock.advance(90)
        await desk.ledger.set_paused(paused.job_id, "")
        [row] = await desk.history(paused.job_id)
        assert (row.count, row.until) == (61, at(23, 9, 1))
        await desk.pass_to(at(23, 9, 2))
        assert facts(await desk.history(paused.job_id))[1:] == [("2026-11-23T08:02:00Z", "due", "")]

    play(story, tmp_path)


def test_five_hundred_jobs_of_one_minute_have_each_one_slot(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        for number in range(500):
            await desk.ledger.save(job(MORNING, name=f"job {number}"))
        await desk.plan()
        await desk.clock.advance(1800)
        before = asyncio.get_running_loop().time()
        await desk.plan()
        assert asyncio.get_running_loop().time() - before < 3
        slots = await desk.history()
        assert len({slot.job_id for slot in slots}) == len(slots) == 500
        assert {slot.state for slot in slots} == {"due"}

    play(story, tmp_path)


class BusyClock(HeldClock):
    """Each look at it takes a tenth of a second."""

    def monotonic(self) -> float:
        self._passed += 0.1
        return super().monotonic()


def test_many_jobs_are_planned_in_several_transactions_so_that_nobody_waits_long(tmp_path: Path) -> None:
    async def story() -> None:
        database = await Database.open(tmp_path / "homard.db")
        desk = Desk(database, BusyClock(EIGHT))
        steps: list[None] = []
        for number in range(20):
            await desk.ledger.save(job(MORNING, name=f"job {number}"))
        await desk.plan()
        await desk.clock.advance(1800)
        database.join(lambda _: lambda: steps.append(None))
        await desk.plan()
        assert len(steps) > 3
        assert facts(await desk.history()) == [("2026-11-23T08:30", "due", "")] * 20
        await database.close()

    asyncio.run(story())


def test_a_job_whose_zone_is_gone_pauses_and_says_so(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        row = await desk.ledger.save(job(Cron(fields="30 8 * * *", zone="Europe/Atlantis")))
        good = await desk.ledger.save(job(MORNING))
        assert (await desk.plan()).wake_at == at(23, 8, 30)
        broken = await desk.ledger.row(row.job_id)
        assert broken.paused == "broken"
        assert "Atlantis" in broken.paused_note
        assert (await desk.ledger.row(good.job_id)).paused == ""

    play(story, tmp_path)


def test_two_processes_on_one_database_write_each_slot_once(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        other = Desk(await Database.open(tmp_path / "homard.db"), desk.clock)
        await desk.ledger.save(job(Cron(fields="* * * * *")))
        ran: list[Slot] = []
        for _ in range(30):
            await desk.clock.advance(60)
            await asyncio.gather(desk.plan(), other.plan())
            due = await desk.ledger.open_slots()
            begun = await asyncio.gather(
                *(
                    one.ledger.begin(slot.slot_id, session_id="s", run_id=f"{slot.slot_id}")
                    for slot in due
                    for one in (desk, other)
                )
            )
            ran += [slot for slot in begun if slot is not None]
            for slot in due:
                await other.ledger.end(slot.slot_id, "done")
        assert len({slot.key for slot in ran}) == len(ran) == 30
        await other.database.close()

    play(story, tmp_path)


def test_a_failed_tick_loses_nothing(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.ledger.save(job(MORNING, missed=Missed(do="skip")))
        await desk.plan()
        desk.clock.suspend(3600)
        await desk.database.read(lambda connection: connection.pragma("query_only", True))
        with pytest.raises(StorageError):
            await desk.plan()
        await desk.database.read(lambda connection: connection.pragma("query_only", False))
        await desk.clock.advance(60)
        await desk.plan()
        assert facts(await desk.history()) == [("2026-11-23T08:30", "missed", "asleep")]

    play(story, tmp_path)


class RealProcess:
    """A process whose wall clock is what a file says."""

    def __init__(self, home: Path) -> None:
        self.home = home
        shown = subprocess.run(["faketime", "-f", "+0", "env"], capture_output=True, text=True, check=True, timeout=20)
        [self.library] = [line[11:] for line in shown.stdout.splitlines() if line.startswith("LD_PRELOAD=")]
        self.process = self.start("2026-11-23 10:15:00")

    def start(self, moment: str) -> subprocess.Popen[str]:
        self.set(moment)
        environment = {
            "LD_PRELOAD": self.library,
            "FAKETIME_TIMESTAMP_FILE": str(self.home / "clock"),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": str(ROOT),
            "TZ": "UTC",
        }
        argv = [sys.executable, str(ROOT / "tests/helpers/real_clock_child.py"), str(self.home)]
        return subprocess.Popen(
            argv, env={**os.environ, **environment}, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def set(self, moment: str) -> None:
        (self.home / "clock").write_text(f"@{moment}\n")

    def tick(self, moment: str) -> list[list[str]]:
        """Set the clock, let it plan and work, and read the history."""
        self.set(moment)
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def kill(self) -> None:
        with self.process:
            self.process.kill()


@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed")
def test_a_real_process_whose_clock_somebody_sets(tmp_path: Path) -> None:
    child = RealProcess(tmp_path)
    try:
        assert child.tick("2026-11-23 10:15:00") == []
        eleven = ["2026-11-23T11:00:00Z", "done", ""]
        assert child.tick("2026-11-23 11:00:01") == [eleven]
        assert child.tick("2026-11-23 10:00:01") == [eleven]
        assert child.tick("2026-11-23 11:00:01") == [eleven]
        missed = ["2026-11-23T12:00:00Z", "missed", "caught_up"]
        known = [eleven, missed, ["2026-11-23T13:00:00Z", "done", ""]]
        assert child.tick("2026-11-23 13:30:01") == known
        assert len(child.tick("2036-11-23 13:30:01")) == 5
        ran_then = ["2036-11-23T13:00:00Z", "done", ""]
        assert child.tick("2026-11-23 13:40:01") == [*known, ran_then]
        child.kill()
        child.process = child.start("2026-11-23 14:30:01")
        known.append(["2026-11-23T14:00:00Z", "done", ""])
        assert child.tick("2026-11-23 14:30:01") == [*known, ran_then]
        child.kill()
        child.process = child.start("2016-11-23 14:30:01")
        assert child.tick("2016-11-23 14:30:01") == [*known, ran_then]
        known.append(["2026-11-23T15:00:00Z", "done", ""])
        assert child.tick("2026-11-23 15:00:01") == [*known, ran_then]
    finally:
        child.kill()


ACTIONS = st.one_of(
    st.tuples(st.just("pass"), st.integers(1, 40_000)),
    st.tuples(st.just("sleep"), st.integers(1, 400_000)),
    st.tuples(st.just("off"), st.integers(1, 400_000)),
    st.tuples(st.just("set"), st.integers(-300_000, 300_000)),
    st.tuples(st.just("set"), st.sampled_from([-315_576_000, 315_576_000, -3600, 3600, -90, 90])),
    st.tuples(st.just("pause"), st.integers(0, 1)),
    st.tuples(st.just("run"), st.just(0)),
    st.tuples(st.just("restart"), st.just(0)),
    st.tuples(st.just("travel"), st.integers(0, 2)),
)
SCHEDULES = st.lists(
    st.sampled_from(
        [
            Cron(fields="30 8 * * 1-5"),
            Cron(fields="*/20 * * * *"),
            Cron(fields="30 2 * * *"),
            Cron(fields="0 0 1 * *", zone="Asia/Tokyo"),
            Every(seconds=5400),
            Once(at=NOON + timedelta(days=2)),
        ]
    ),
    min_size=1,
    max_size=2,
    unique=True,
)
POLICIES = st.builds(
    Missed,
    do=st.sampled_from(["skip", "once", "all", "ask"]),
    most=st.integers(1, 5),
    within_s=st.sampled_from([None, 60.0, 7200.0, 86_400.0]),
)


class World:
    """Acts as time and people do, and knows what must hold whatever they do."""

    def __init__(self, desk: Desk, row: JobRow) -> None:
        self.desk = desk
        self.row = row
        self.ran: dict[str, Slot] = {}
        self.travelled = False

    async def act(self, what: str, number: int) -> None:
        desk, clock = self.desk, self.desk.clock
        if what == "pass":
            await desk.pass_to(clock.moment + timedelta(seconds=min(number, 7200)))
        elif what == "sleep":
            clock.suspend(number)
        elif what == "off":
            await clock.advance(number)
            desk.restart()
        elif what == "set":
            clock.set(max(datetime(2001, 1, 1, tzinfo=UTC), clock.moment + timedelta(seconds=number)))
        elif what == "restart":
            desk.restart()
        elif what == "travel":
            desk.zone = (BERLIN, TOKYO, NEW_YORK)[number]
            self.travelled = True
        elif what == "pause":
            await desk.ledger.set_paused(self.row.job_id, "person" if number else "")
        await desk.plan()
        if what in ("run", "pass"):
            await self.run()
        await self.check()

    async def run(self) -> None:
        await self.desk.clock.advance(20)
        await self.desk.plan()
        if (await self.desk.ledger.row(self.row.job_id)).paused:
            return
        for slot in await self.desk.run_due():
            assert slot.key not in self.ran, "a slot ran twice"
            self.ran[slot.key] = slot

    async def check(self) -> None:
        now = self.desk.clock.moment
        slots = await self.desk.history()
        keys = [slot.key for slot in slots]
        assert len(keys) == len(set(keys))
        assert self.ran.keys() <= set(keys), "what ran is remembered"
        for slot in slots:
            assert slot.state in ("due", "done", "skipped", "missed", "parked")
            assert slot.state in ("due", "done") or slot.note, "it says why"
        [planned_to] = await self.desk.database.read(lambda c: c.execute("SELECT planned_to FROM jobs").fetchone())
        if from_micros(planned_to) > now + timedelta(days=1):
            return  # whether that clock is right is not sure yet
        for slot in slots:
            assert slot.due_at <= now + timedelta(seconds=120) or slot.state == "done", "of no future is anything known"
        since = self.row.created_at
        if (await self.desk.ledger.row(self.row.job_id)).paused or since > now:
            return  # what a paused job does not do is written down later; before the job was made nothing is promised
        if self.travelled:
            since += timedelta(days=1)  # what walls elsewhere showed before the job was made is nobody's business
        moments = schedule_of(self.row, self.desk.zone, now).between(since, now, 3000).moments
        slack = timedelta(days=1 if self.travelled else 0)  # a row for many has the instants of where it was written
        spans = [(slot.due_at - slack, slot.until + slack) for slot in slots if slot.until is not None]
        single = set(keys)
        for moment in moments:
            assert moment.key in single or any(first <= moment.at <= last for first, last in spans), moment
        if self.travelled:
            return
        assert sum(slot.count for slot in slots if slot.due_at <= now and (slot.until or slot.due_at) > since) >= len(
            moments
        )


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(triggers=SCHEDULES, missed=POLICIES, actions=st.lists(ACTIONS, min_size=3, max_size=12))
def test_whatever_happens_each_slot_runs_once_or_has_a_row_that_says_why_not(
    triggers: list[Any], missed: Missed, actions: list[tuple[str, int]]
) -> None:
    async def story() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with desk(Path(folder)) as there:
                world = World(there, await there.ledger.save(job(*triggers, missed=missed)))
                for what, number in actions:
                    await world.act(what, number)

    asyncio.run(story())
