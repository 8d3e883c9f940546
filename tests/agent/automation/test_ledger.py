from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from agent.automation.ledger import JobUsage, JobVersion
from agent.automation.notes import note_for
from agent.errors import UsageError
from agent.events import JobChanged, SlotChanged
from agent.jobs import Change, Cron, Every, JobLimits, JobRow, Missed, Watch
from agent.messages import Usage
from agent.storage.blobs import Blobs
from agent.storage.sessions import Run, Store
from tests.helpers.clock import NOON
from tests.helpers.jobs import Desk, desk, facts, job
from tests.helpers.jobs_child import END, effects, live
from tests.helpers.kill_loop import kill_at_each

ROOT = Path(__file__).parents[3]
MORNING = Cron(fields="30 8 * * *")
MINUTELY = Cron(fields="* * * * *")
WATCH = Watch(folder="/in")


def play(story: Callable[[Desk], Coroutine[Any, Any, None]], folder: Path) -> None:
    async def run() -> None:
        async with desk(folder) as there:
            await story(there)

    asyncio.run(run())


async def fails(work: Coroutine[Any, Any, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        await work


class TestJobs:
    def test_a_job_is_made_changed_and_all_it_was_is_kept(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            first = await desk.ledger.save(job(MORNING))
            assert first == JobRow(job_id=first.job_id, job=job(MORNING), version=1, created_at=NOON, updated_at=NOON)
            await desk.clock.advance(60)
            changed = job(MORNING, name="see")
            second = await desk.ledger.save(changed, first.job_id)
            assert second == msgspec.structs.replace(first, job=changed, version=2, updated_at=desk.clock.moment)
            assert await desk.ledger.save(changed, first.job_id) == second
            assert await desk.ledger.rows() == [second] == [await desk.ledger.row(first.job_id)]
            assert await desk.ledger.versions(first.job_id) == [
                JobVersion(1, NOON, job(MORNING)),
                JobVersion(2, NOON + timedelta(seconds=60), changed),
            ]
            assert desk.events == [JobChanged("", "", first), JobChanged("", "", second), JobChanged("", "", second)]

        play(story, tmp_path)

    def test_of_two_changes_of_one_version_the_second_is_refused_and_none_is_lost(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            first = await desk.ledger.save(job(MORNING))
            second = await desk.ledger.save(job(MORNING, name="mine"), first.job_id, version=first.version)
            with pytest.raises(UsageError, match="was changed meanwhile: it is at version 2"):
                await desk.ledger.save(job(MORNING, name="yours"), first.job_id, version=first.version)
            assert await desk.ledger.row(first.job_id) == second
            assert (await desk.ledger.save(job(MORNING, name="yours"), first.job_id, version=2)).version == 3

        play(story, tmp_path)

    def test_an_interval_counts_from_when_it_was_saved_and_an_edit_does_not_shift_it(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            row = await desk.ledger.save(job(Every(seconds=600)))
            assert row.job.triggers == (Every(seconds=600, start=NOON),)
            await desk.clock.advance(60)
            row = await desk.ledger.save(job(Every(seconds=600), name="other"), row.job_id)
            assert row.job.triggers == (Every(seconds=600, start=NOON),)
            row = await desk.ledger.save(job(Every(seconds=60)), row.job_id)
            assert row.job.triggers == (Every(seconds=60, start=NOON + timedelta(seconds=60)),)

        play(story, tmp_path)

    def test_a_deleted_job_comes_back_with_its_history_and_misses_nothing_of_meanwhile(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            row = await desk.ledger.save(job(MINUTELY))
            await desk.clock.advance(60)
            await desk.planner.plan()
            await desk.ledger.delete(row.job_id)
            before = await desk.ledger.slots(row.job_id)
            await desk.clock.advance(3_600)
            back = await desk.ledger.save(row.job, row.job_id)
            assert (back.job_id, back.version, back.deleted_at) == (row.job_id, 2, None)
            await desk.planner.plan()
            assert await desk.ledger.slots(row.job_id) == before
            await desk.clock.advance(60)
            await desk.planner.plan()
            assert len(await desk.ledger.slots(row.job_id)) == len(before) + 1

        play(story, tmp_path)

    def test_other_triggers_hold_from_now_on_and_what_the_old_ones_made_due_is_written_down(
        self, tmp_path: Path
    ) -> None:
        async def story(desk: Desk) -> None:
            row = await desk.ledger.save(job(MINUTELY, missed=Missed(do="skip")))
            await desk.clock.advance(600)
            await desk.ledger.save(job(Cron(fields="*/5 * * * *"), missed=Missed(do="skip")), row.job_id)
            await desk.pass_to(NOON + timedelta(minutes=15))
            states = [(slot.due_at - NOON, slot.state) for slot in await desk.history()]
            minutes = [(timedelta(minutes=minute), "missed") for minute in range(1, 8)]
            assert states == [
                *minutes,
                *((timedelta(minutes=minute), "due") for minute in (8, 9, 10, 15)),
            ]

        play(story, tmp_path)

    def test_a_job_is_found_by_id_or_name_or_their_beginning(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            await fails(desk.ledger.find("x"), "none yet")
            mail = await desk.ledger.save(job(name="Mail"))
            mails = await desk.ledger.save(job(name="mails of the week"))
            build = await desk.ledger.save(job(name="build log"))
            find = desk.ledger.find
            assert await find(mail.job_id) == await find("mail") == await find("Mail") == mail
            assert await find(build.job_id[:10]) == await find(" BUILD") == build
            assert await find("mails") == mails
            await fails(find("ma"), f"“ma” may be “Mail” .{mail.job_id[:8]}., “mails of the week”")
            await fails(find("post"), "“build log”.*, “Mail”.*, “mails of the week”")
            await fails(find(""), "There is no job “”")
            await desk.ledger.delete(mail.job_id)
            assert await find("mail") == mails
            assert (await find(mail.job_id)).deleted_at == NOON

        play(story, tmp_path)

    def test_a_deleted_job_calls_off_what_waits_and_keeps_its_history(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            row = await desk.ledger.save(job(MINUTELY))
            due, parked, running = [await desk.ledger.add_manual(row.job_id) for _ in range(3)]
            await desk.ledger.park(parked.slot_id, "answer")
            await desk.ledger.begin(running.slot_id, session_id="s", run_id="r")
            gone = await desk.ledger.delete(row.job_id)
            assert (gone.deleted_at, await desk.ledger.rows(), await desk.ledger.rows(True)) == (NOON, [], [gone])
            assert [(slot.slot_id, slot.state, slot.reason) for slot in await desk.history()] == [
                (due.slot_id, "skipped", "deleted"),
                (parked.slot_id, "skipped", "deleted"),
                (running.slot_id, "running", ""),
            ]
            assert desk.events[-1] == JobChanged("", "", gone)
            await fails(desk.ledger.add_manual(row.job_id), "was deleted")
            await fails(desk.ledger.set_paused(row.job_id, "person"), "was deleted")
            await fails(desk.ledger.save(job(), "nobody"), "no job nobody")
            assert (await desk.plan()).wake_at is None

        play(story, tmp_path)

    def test_going_on_forgets_failures_and_skips_what_waited_for_it(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            row = await desk.ledger.save(job(MINUTELY), paused="review", note="Look at it first.")
            assert (row.paused, row.paused_note) == ("review", "Look at it first.")
            row = await desk.ledger.set_paused(row.job_id, "")
            assert (row.paused, row.paused_note) == ("", "")
            await desk.pass_to(NOON + timedelta(seconds=60))
            [slot] = await desk.run_due()
            wish = await desk.ledger.add_manual(row.job_id)
            await desk.ledger.begin(wish.slot_id, session_id="s", run_id="w")
            await desk.ledger.end(wish.slot_id, "failed", "run_failed")
            assert (await desk.ledger.row(row.job_id)).failures == 1
            await desk.pass_to(NOON + timedelta(seconds=120))
            row = await desk.ledger.set_paused(row.job_id, "failures", "It failed.")
            assert (row.failures, row.runs) == (1, 2)
            await desk.clock.advance(3600)
            row = await desk.ledger.set_paused(row.job_id, "")
            assert row.failures == 0
            due, skipped = (await desk.history())[-2:]
            assert (due.key, due.state, due.reason, due.note) == (
                "2026-11-22T12:02:00Z", "skipped", "failures", "It failed.",
            )  # fmt: skip
            assert (skipped.state, skipped.reason, skipped.count, skipped.note) == (
                "skipped", "failures", 60, "It failed.",
            )  # fmt: skip
            assert slot.state == "running"

        play(story, tmp_path)


class TestSlots:
    def test_a_slot_goes_its_way_and_each_step_is_told(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            ledger = desk.ledger
            row = await ledger.save(job())
            desk.events.clear()
            slot = await ledger.add_manual(row.job_id, ["/a/b", "/a/\udcff"], "plugin")
            assert (slot.origin, slot.state, slot.files, slot.due_at) == ("plugin", "due", 2, NOON)
            assert await ledger.files(slot.slot_id) == [("/a/b", "changed"), ("/a/\udcff", "changed")]
            told = [slot]
            told.append(done_(await ledger.hold(slot.slot_id, "battery")))
            assert told[-1].note == "The machine runs on battery."
            assert await ledger.hold(slot.slot_id, "battery") == told[-1]
            told.append(done_(await ledger.begin(slot.slot_id, session_id="s1", run_id="r1", inputs="abc")))
            assert (told[-1].state, told[-1].note, told[-1].attempts, told[-1].started_at) == ("running", "", 1, NOON)
            assert await ledger.begin(slot.slot_id, session_id="s2", run_id="r2") is None
            assert await ledger.hold(slot.slot_id, "battery") is None
            told.append(done_(await ledger.requeue(slot.slot_id, "It never began.")))
            assert (told[-1].state, told[-1].run_id, told[-1].attempts) == ("due", "", 1)
            told.append(done_(await ledger.begin(slot.slot_id, session_id="s1", run_id="r1", inputs="abc")))
            told.append(done_(await ledger.park(slot.slot_id, "approval")))
            told.append(done_(await ledger.unpark(slot.slot_id, "r2")))
            assert (told[-1].state, told[-1].run_id) == ("running", "r2")
            assert [event for event in desk.events if isinstance(event, SlotChanged)] == [
                SlotChanged(slot.session_id, slot.run_id, slot, "look", slot.state == "parked") for slot in told
            ]
            await desk.clock.advance(5)
            ended = done_(await ledger.end(slot.slot_id, "done", summary="fine", tokens=7, cost_usd=0.5, tell=True))
            assert ended == msgspec.structs.replace(
                told[-1], state="done", finished_at=desk.clock.moment, summary="fine", tokens=7, cost_usd=0.5
            )
            assert await ledger.end(slot.slot_id, "failed") is None
            assert await ledger.slot(slot.slot_id) == ended
            assert await ledger.last_done_inputs(row.job_id) == "abc"
            assert desk.events[-2:] == [
                SlotChanged("s1", "r2", ended, "look", True),
                JobChanged("", "", msgspec.structs.replace(row, runs=1)),
            ]

        play(story, tmp_path)

    def test_only_failures_in_a_row_count(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            row = await desk.ledger.save(job())
            seen: list[tuple[int, int]] = []
            for state, reason, begun in [
                ("failed", "run_failed", True),
                ("failed", "run_failed", True),
                ("failed", "cancelled", True),
                ("skipped", "condition", False),
                ("failed", "run_failed", True),
                ("done", "", True),
            ]:
                slot = await desk.ledger.add_manual(row.job_id)
                if begun:
                    await desk.ledger.begin(slot.slot_id, session_id="s", run_id="r")
                await desk.ledger.end(slot.slot_id, state, reason)  # pyright: ignore[reportArgumentType]
                now = await desk.ledger.row(row.job_id)
                seen.append((now.failures, now.runs))
            assert seen == [(1, 1), (2, 2), (2, 3), (2, 3), (3, 4), (0, 5)]

        play(story, tmp_path)

    def test_a_person_answers_only_what_asks(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            row = await desk.ledger.save(job())
            yes, no, approval, on = [await desk.ledger.add_manual(row.job_id) for _ in range(4)]
            assert await desk.ledger.answered(yes.slot_id, True) is None
            await desk.ledger.park(yes.slot_id, "answer")
            await desk.ledger.park(no.slot_id, "outcome_unknown")
            await desk.ledger.park(approval.slot_id, "approval")
            run = done_(await desk.ledger.answered(yes.slot_id, True))
            skip = done_(await desk.ledger.answered(no.slot_id, False))
            assert (run.state, run.reason, skip.state, skip.reason) == ("due", "answer", "skipped", "cancelled")
            assert (run.note, skip.note) == (note_for("answer", "run"), note_for("cancelled", "no"))
            await desk.ledger.park(on.slot_id, "outcome_unknown")
            goes_on = done_(await desk.ledger.answered(on.slot_id, True))
            assert (goes_on.state, goes_on.note) == ("due", note_for("answer", "go_on")), "it was not missed"
            assert await desk.ledger.answered(approval.slot_id, True) is None
            assert await desk.ledger.answered(no.slot_id, True) is None

        play(story, tmp_path)

    def test_the_history_comes_in_pages_and_loses_none_of_one_moment(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            row = await desk.ledger.save(job())
            other = await desk.ledger.save(job(name="other"))
            slots = [await desk.ledger.add_manual(job_id) for job_id in (row.job_id, other.job_id) * 5]
            await desk.ledger.park(slots[0].slot_id, "answer")
            page = await desk.ledger.slots(limit=4)
            seen = list(page)
            while page:
                page = await desk.ledger.slots(before=page[-1].due_at, below_id=page[-1].slot_id, limit=4)
                seen += page
            assert [slot.slot_id for slot in seen] == [slot.slot_id for slot in reversed(slots)]
            assert await desk.ledger.slots(before=NOON) == []
            assert [slot.slot_id for slot in await desk.ledger.slots(states=["parked"])] == [slots[0].slot_id]
            assert {slot.job_id for slot in await desk.ledger.slots(row.job_id)} == {row.job_id}
            await fails(desk.ledger.slot(99), "no slot 99")

        play(story, tmp_path)

    def test_a_burst_of_one_job_hides_nobody_else(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            burst = await desk.ledger.save(job(WATCH))
            other = await desk.ledger.save(job(name="other"))
            await settle(desk, burst.job_id, WATCH, [File(f"/in/{n}") for n in range(2000)])
            late = await desk.ledger.add_manual(other.job_id)
            open_slots = await desk.ledger.open_slots(each=10)
            assert [slot.job_id for slot in open_slots] == [burst.job_id] * 10 + [other.job_id]
            assert open_slots[-1] == late

        play(story, tmp_path)

    def test_what_a_job_spent_is_added_up_over_all_runs_of_its_slots(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            now = [NOON]
            store = Store(desk.database, Blobs(tmp_path / "blobs"), now=lambda: now[0])
            row = await desk.ledger.save(job())
            session = (await store.create_session(cwd="/")).session_id

            async def spend(run_id: str, origin: Any, cost: float | None) -> None:
                await store.start_run(Run(run_id, session, origin, "a/b", "p", now[0]))
                await store.record_usage(session, run_id, "a/b", Usage(10, 0, 5, cost))

            usage = desk.ledger.usage
            assert await usage(row.job_id, NOON) == JobUsage(0.0, 0, 0)
            slot = await desk.ledger.add_manual(row.job_id)
            await spend("cut", "schedule", None)
            await desk.ledger.begin(slot.slot_id, session_id=session, run_id="cut")
            assert await usage(row.job_id, NOON) == JobUsage(None, 15, 1)
            await desk.ledger.requeue(slot.slot_id)
            await desk.ledger.begin(slot.slot_id, session_id=session, run_id="again")
            now[0] += timedelta(hours=1)
            await spend("again", "schedule", 0.25)
            await spend("chat about it", "user", 9.0)
            assert await usage(row.job_id, NOON) == JobUsage(0.25, 30, 2)
            assert await usage(row.job_id, now[0]) == JobUsage(0.25, 15, 1)

        play(story, tmp_path)

    def test_old_rows_go_but_the_newest_of_each_job_stay(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            row = await desk.ledger.save(job())
            await desk.ledger.add_manual(row.job_id)
            for _ in range(10):
                slot = await desk.ledger.add_manual(row.job_id, ["/x"])
                await desk.ledger.end(slot.slot_id, "skipped", "condition")
                await desk.clock.advance(60)
            assert await desk.ledger.clean(NOON + timedelta(minutes=5), keep=8) == 2
            left = await desk.history()
            assert [slot.state for slot in left] == ["due"] + ["skipped"] * 8
            assert await desk.ledger.clean(NOON, keep=1, most=3) == 5
            assert await desk.ledger.files(left[1].slot_id) == []

        play(story, tmp_path)

    def test_what_ended_is_not_forgotten_for_all_that_waits(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            row = await desk.ledger.save(job())
            ran = await desk.ledger.add_manual(row.job_id)
            await desk.ledger.begin(ran.slot_id, session_id="s", run_id="r")
            await desk.ledger.end(ran.slot_id, "done")
            for _ in range(5):
                await desk.clock.advance(60)
                await desk.ledger.add_manual(row.job_id)
            assert await desk.ledger.clean(NOON - timedelta(days=1), keep=1, most=3) == 0
            assert await desk.ledger.clean(NOON + timedelta(days=1), keep=1, most=3) == 0

        play(story, tmp_path)

    def test_a_long_answer_is_kept_in_part(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            slot = await desk.ledger.add_manual((await desk.ledger.save(job())).job_id)
            await desk.ledger.begin(slot.slot_id, session_id="s", run_id="r")
            ended = done_(await desk.ledger.end(slot.slot_id, "done", summary="€" * 5000 + "\udcff"))
            assert len(ended.summary.encode()) <= 4000
            assert ended.summary.startswith("€€€") and ended.summary.endswith("€…")

        play(story, tmp_path)


class File(NamedTuple):
    path: str
    change: Change = "created"
    digest: str = "d"
    generation: int = 1
    old_path: str = ""


async def settle(
    desk: Desk, job_id: str, watch: Watch, files: Sequence[File], *, late: bool = False, fail: bool = False
) -> None:
    def work(connection: Any) -> None:
        desk.ledger.insert_file_slots(connection, job_id, watch, files, late)
        if fail:
            raise ValueError("the transaction is rolled back")

    await desk.database.call(work)
    await asyncio.sleep(0)


class TestFiles:
    def test_they_are_told_after_the_commit_only(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            row = await desk.ledger.save(job(WATCH))
            desk.events.clear()
            with pytest.raises(ValueError, match="rolled back"):
                await settle(desk, row.job_id, WATCH, [File("/in/a")], fail=True)
            await desk.database.call(lambda connection: None)
            assert (desk.events, await desk.history()) == ([], [])
            await settle(desk, row.job_id, WATCH, [File("/in/a"), File("/in/b", "removed")])
            assert desk.told() == await desk.history()
            assert [(slot.origin, slot.state, slot.files) for slot in desk.told()] == [("file_watch", "due", 1)] * 2

        play(story, tmp_path)

    def test_a_great_many_are_told_as_one_change_of_the_job(self, tmp_path: Path) -> None:
        async def story(desk: Desk) -> None:
            row = await desk.ledger.save(job(WATCH))
            desk.events.clear()
            await settle(desk, row.job_id, WATCH, [File(f"/in/{n}") for n in range(5000)])
            assert len(desk.told()) <= 100
            assert desk.events[-1] == JobChanged("", "", row)
            assert len(await desk.history()) == 5000

        play(story, tmp_path)


def done_(slot: Any) -> Any:
    assert slot is not None
    return slot


def test_a_cancelled_caller_leaves_no_change_untold(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        row = await desk.ledger.save(job())
        desk.events.clear()
        work = asyncio.create_task(desk.ledger.add_manual(row.job_id))
        await asyncio.sleep(0)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert desk.told() == await desk.history() != []

    play(story, tmp_path)


def test_a_kill_anywhere_leaves_each_slot_done_once(tmp_path: Path) -> None:
    """Whatever a killed process left, its successor does the rest, and nothing twice."""
    keys = [f"2026-11-22T12:0{minute}:00Z" for minute in (2, 4, 6)]
    environment = {"PYTHONPATH": str(ROOT)}

    def home(k: int) -> Path:
        return tmp_path / str(k)

    def check(k: int) -> None:
        done = effects(home(k))
        assert len(done) == len(set(done))
        slots = asyncio.run(live(home(k), END + timedelta(minutes=2)))
        assert facts(slots) == [(key, "done", "") for key in keys]
        assert effects(home(k)) == keys

    def environment_of(k: int) -> dict[str, str]:
        home(k).mkdir()
        return {**environment, "HOMARD_AT": str(home(k))}

    child = Path(__file__).parents[2] / "helpers" / "jobs_child.py"
    kills = kill_at_each([sys.executable, str(child)], environment_of, check)
    assert kills > 20


def test_a_job_that_could_not_be_read_again_is_not_stored(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await fails(desk.ledger.save(job(MORNING, limits=JobLimits(max_time_s=float("inf")))), "cannot be stored")
        assert await desk.ledger.rows() == []

    play(story, tmp_path)
