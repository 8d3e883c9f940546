"""What is due starts once, waits for what it must, and leaves word of what came of it."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from datetime import time, timedelta
from pathlib import Path

import msgspec
import pytest

from agent.automation.schedule import Schedule
from agent.commands import (
    CancelRun,
    DeleteJob,
    PauseJob,
    PauseRuns,
    ResolveApproval,
    ResolveSlot,
    ResumeJob,
    ResumeRuns,
    RunJob,
    SaveJob,
)
from agent.errors import UsageError
from agent.jobs import Condition, Cron, JobLimits, Missed, Permission, Policies, Quiet, Report, Watch
from agent.messages import TextPart, ToolMessage, Usage, UserMessage
from agent.models.scripted import Reply
from agent.ports import ModelRequest
from agent.tools.registry import built_in_tools
from tests.helpers.automation import BERLIN, EACH_MINUTE, Office, open_office
from tests.helpers.clock import HeldClock

FINE = Reply("All is well.")


def checked(tmp_path: Path, check: Callable[[Office], Awaitable[None]], script: object = None, **more: object) -> None:
    async def run() -> None:
        async with open_office(tmp_path, script or (lambda request: FINE), **more) as office:  # pyright: ignore
            await check(office)

    asyncio.run(run())


class Held:
    """A model that answers each request only when it may."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.reached = asyncio.Event()

    def __call__(self, _request: object) -> Reply:
        return Reply("two words", hold_after=1, gate=self.gate, reached=self.reached)

    async def asked(self) -> None:
        """Wait until it is asked."""
        await self.reached.wait()
        self.reached.clear()


def test_a_job_that_is_due_runs_once_and_says_what_came_of_it(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save("mail", triggers=(EACH_MINUTE,))
        await office.pass_to(60)
        slot = (await office.all_ended(1))[0]
        assert (slot.state, slot.reason, slot.note, slot.summary) == ("done", "", "", "All is well.")
        assert slot.job_id == job_id and slot.attempts == 1 and slot.session_id and slot.run_id
        row = await office.automation.find(job_id)
        assert (row.runs, row.failures) == (1, 0)
        assert office.tells == [("done", "All is well.")]
        assert await office.house.runtime.store.latest_session() == await office.house.runtime.store.session(
            office.house.session_id
        ), "the session of the run is not among the chats"

    checked(tmp_path, check)


def test_many_jobs_due_in_one_minute_run_each_once(tmp_path: Path) -> None:
    most = working = 0

    def answer(_request: object) -> Reply:
        nonlocal most, working
        working += 1
        most = max(most, working)
        working -= 1
        return FINE

    async def check(office: Office) -> None:
        ids = [await office.automation.ledger.save(office.job(f"job {n}", triggers=(EACH_MINUTE,))) for n in range(60)]
        await office.pass_to(60)
        slots = await office.all_ended(60)
        assert {slot.job_id for slot in slots} == {row.job_id for row in ids} and len(slots) == 60
        assert {(slot.state, slot.attempts) for slot in slots} == {("done", 1)}

    checked(tmp_path, check, answer)


def test_an_earlier_run_lets_the_next_one_be_skipped_wait_or_work_beside_it(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        skips = await office.save("skips", triggers=(EACH_MINUTE,), policies=Policies(overlap="skip"))
        queues = await office.save("queues", triggers=(EACH_MINUTE,), policies=Policies(overlap="queue"))
        beside = await office.save("beside", triggers=(EACH_MINUTE,), policies=Policies(overlap="beside"))
        for _ in range(3):
            await office.pass_to(60)
        assert await office.told(skips) == [("running", ""), ("skipped", "overlap"), ("skipped", "overlap")]
        assert await office.told(queues) == [("running", ""), ("skipped", "overlap"), ("due", "overlap")]
        assert await office.told(beside) == [("running", ""), ("running", ""), ("running", "")]
        held.gate.set()
        await office.all_ended(2, queues)
        await office.all_ended(3, queues)
        assert await office.told(queues) == [("done", ""), ("skipped", "overlap"), ("done", "")]

    held = Held()
    checked(tmp_path, check, held, parallel=8)


def test_no_more_runs_work_at_a_time_than_are_allowed_and_a_busy_home_makes_nothing_pile_up(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        first = await office.save("first", triggers=(EACH_MINUTE,))
        second = await office.save("second", triggers=(Cron("1-59 * * * *"),))
        await office.pass_to(60)
        await held.asked()
        assert await office.told(first) == [("running", "")]
        assert await office.told(second) == [("due", "")]
        await office.pass_to(60)
        assert await office.told(second) == [("skipped", "busy"), ("due", "")]
        held.gate.set()
        await office.all_ended(2, second)
        assert await office.told(second) == [("skipped", "busy"), ("done", "")]

    held = Held()
    checked(tmp_path, check, held, parallel=1)


def test_on_battery_the_latest_slot_waits_until_there_is_mains_power_again(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        waits = await office.save("waits", triggers=(EACH_MINUTE,), policies=Policies(on_battery="wait"))
        skips = await office.save("skips", triggers=(EACH_MINUTE,), policies=Policies(on_battery="skip"))
        runs = await office.save("runs", triggers=(EACH_MINUTE,))
        office.machine_is(on_battery=True)
        await office.pass_to(60)
        await office.pass_to(60)
        assert await office.told(waits) == [("skipped", "battery"), ("due", "battery")]
        assert await office.told(skips) == [("skipped", "battery"), ("skipped", "battery")]
        await office.all_ended(2, runs)
        office.machine_is(on_battery=False)
        await office.all_ended(2, waits)
        assert await office.told(waits) == [("skipped", "battery"), ("done", "")]

    checked(tmp_path, check)


@pytest.mark.parametrize(
    ("state", "policies", "reason"),
    [
        ({"metered": True}, Policies(on_metered="wait"), "metered"),
        ({"locked": True}, Policies(when_locked="wait"), "locked"),
        ({"on_battery": True}, Policies(), "battery"),
    ],
)
def test_other_states_of_the_machine_and_the_setting_for_all_jobs_hold_too(
    tmp_path: Path, state: dict[str, bool], policies: Policies, reason: str
) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save(triggers=(EACH_MINUTE,), policies=policies)
        office.machine_is(**state)
        await office.pass_to(60)
        assert await office.told(job_id) == [("due", reason)]

    checked(tmp_path, check, wait_on_battery=True)


def test_quiet_hours_let_the_latest_wait_for_their_end(tmp_path: Path) -> None:
    async def check(office: Office) -> None:  # 13:00 in Berlin
        quiet = Quiet(time(12, 30), time(13, 5))
        job_id = await office.save(triggers=(Cron("*/2 * * * *"),), policies=Policies(quiet=quiet))
        await office.pass_to(120)
        await office.pass_to(120)
        assert await office.told(job_id) == [("skipped", "quiet_hours"), ("due", "quiet_hours")]
        assert office.alarm.at == office.clock.moment + timedelta(minutes=1), "it wakes when they end"
        await office.pass_to(60)
        assert [slot.state for slot in await office.all_ended(2, job_id)] == ["skipped", "done"]

    checked(tmp_path, check)


def test_while_everything_is_paused_nothing_starts_and_afterwards_the_latest_does(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save(triggers=(EACH_MINUTE,))
        await office.house.runtime.submit(PauseRuns())
        await office.pass_to(60)
        await office.pass_to(60)
        assert await office.told(job_id) == [("skipped", "paused"), ("due", "paused")]
        await office.house.runtime.submit(ResumeRuns())
        await office.all_ended(2, job_id)
        assert await office.told(job_id) == [("skipped", "paused"), ("done", "")]

    checked(tmp_path, check)


def test_three_failures_pause_the_job_with_one_notice_and_resuming_begins_anew(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save("mail", triggers=(EACH_MINUTE,))
        for count in range(1, 4):
            await office.pass_to(60)
            await office.all_ended(count, job_id)
        for _ in range(3):
            await office.pass_to(60)
        row = await office.automation.find(job_id)
        assert (row.paused, row.failures) == ("failures", 3)
        assert office.notices == [row.paused_note] and "resume" in row.paused_note
        told = await office.told(job_id)
        assert told[:3] == [("failed", "run_failed")] * 3 and set(told[3:]) <= {("skipped", "failures")}
        assert [state for state, _ in office.tells] == ["failed"] * 3
        await office.house.runtime.submit(ResumeJob(job_id))
        await office.turn()
        row = await office.automation.find(job_id)
        assert (row.paused, row.failures) == ("", 0)
        rest = (await office.slots(job_id))[3:]
        assert {(slot.state, slot.reason) for slot in rest} == {("skipped", "failures")}, "what it missed stays missed"
        assert sum(slot.count for slot in rest) == 3

    checked(tmp_path, check, lambda request: Reply(error="bad_key"))


def test_a_job_that_can_never_begin_pauses_too(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save(triggers=(EACH_MINUTE,), model="nowhere/none")
        for count in range(1, 4):
            await office.pass_to(60)
            await office.all_ended(count, job_id)
        await office.pass_to(60)
        assert (await office.automation.find(job_id)).paused == "failures"
        assert office.house.gateway.requests == []

    checked(tmp_path, check)


def test_the_budget_of_a_day_is_kept_and_told_once(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        limits = JobLimits(usd_per_day=1.0, max_usd=0.7)
        job_id = await office.save(triggers=(EACH_MINUTE,), limits=limits)
        for count in range(1, 5):
            await office.pass_to(60)
            await office.all_ended(count, job_id)
        assert await office.told(job_id) == [("done", ""), ("done", ""), ("skipped", "budget"), ("skipped", "budget")]
        assert len(office.notices) == 1 and "$1.00" in office.notices[0]
        with pytest.raises(UsageError, match=r"\$1\.00"):
            await office.house.runtime.submit(RunJob(job_id))

    spent = Reply("Done.", usage=Usage(10, 0, 10, 0.5))
    checked(tmp_path, check, lambda request: spent)


def test_a_cap_of_the_settings_with_nothing_left_keeps_every_job_until_it_counts_anew(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        runtime = office.house.runtime
        runtime.paths.settings.write_text("[budget]\ntokens_per_day = 9000\n", encoding="utf-8")
        runtime.reload_settings()
        job_id = await office.save(triggers=(EACH_MINUTE,))
        for count in range(1, 3):
            await office.pass_to(60)
            await office.all_ended(count, job_id)
        assert await office.told(job_id) == [("done", ""), ("skipped", "budget")]
        (last, *_) = await office.automation.slots(job_id)
        assert "budget.tokens_per_day" in last.note and "counts anew from" in last.note
        with pytest.raises(UsageError, match=r"budget\.tokens_per_day"):
            await runtime.submit(RunJob(job_id))
        assert len(office.house.gateway.requests) == 1

    spent = Reply("Done.", usage=Usage(8_000, 0, 1_000))
    checked(tmp_path, check, lambda request: spent)


def test_a_run_may_cost_no_more_than_the_budget_has_left(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        limits = JobLimits(usd_per_day=0.8, max_usd=0.7)
        job_id = await office.save(triggers=(EACH_MINUTE,), limits=limits)
        await office.pass_to(60)
        await office.all_ended(1, job_id)
        await office.pass_to(60)
        await office.all_ended(2, job_id)
        assert [message.limits.max_usd for message in office.sent] == [0.7, pytest.approx(0.3)]

    spent = Reply("Done.", usage=Usage(10, 0, 10, 0.5))
    checked(tmp_path, check, lambda request: spent)


def test_runs_per_day_are_counted(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save(triggers=(EACH_MINUTE,), limits=JobLimits(runs_per_day=2))
        for count in range(1, 4):
            await office.pass_to(60)
            await office.all_ended(count, job_id)
        assert await office.told(job_id) == [("done", ""), ("done", ""), ("skipped", "budget")]

    checked(tmp_path, check)


def test_a_condition_that_is_not_met_and_unchanged_inputs_call_no_model(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        heartbeat = office.folder / "HEARTBEAT.md"
        heartbeat.write_text("# Today\n\n<!-- nothing -->\n- [ ]\n")
        beats = await office.save("beats", triggers=(EACH_MINUTE,), condition=Condition(has_words="HEARTBEAT.md"))
        await office.pass_to(60)
        assert [(slot.state, slot.reason) for slot in await office.all_ended(1, beats)] == [("skipped", "condition")]
        assert office.house.gateway.requests == []
        await office.house.runtime.submit(DeleteJob(beats))

        policies = Policies(unchanged="skip")
        job_id = await office.save("sums", triggers=(EACH_MINUTE,), inputs=("*.txt",), policies=policies)
        for count in range(1, 3):
            await office.pass_to(60)
            await office.all_ended(count, job_id)
        (office.folder / "a.txt").write_text("other\n")
        await office.pass_to(60)
        await office.all_ended(3, job_id)
        assert await office.told(job_id) == [("done", ""), ("skipped", "unchanged"), ("done", "")]
        assert len(office.house.gateway.requests) == 2

    checked(tmp_path, check)


def test_each_file_has_a_run_of_its_own_one_after_the_other_and_none_is_lost(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        watch = Watch(folder=str(office.folder))
        job_id = await office.save("files", prompt="Rename {file}.", triggers=(watch,))
        await office.turn()
        paths = [str(office.folder / f"{n}.pdf") for n in range(5)]
        await office.settled(job_id, *paths)
        await office.all_ended(5, job_id)
        assert {state for state, _ in await office.told(job_id)} == {"done"}
        assert sorted(asked(office)) == [f"Rename {n}.pdf." for n in range(5)]
        assert office.house.runtime.automation is office.automation

    checked(tmp_path, check, parallel=4)


def test_runs_per_day_are_counted_also_where_many_files_wait(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        limits = JobLimits(runs_per_day=3)
        job_id = await office.save("files", triggers=(Watch(folder=str(office.folder)),), limits=limits)
        await office.turn()
        await office.settled(job_id, *(str(office.folder / f"{n}.pdf") for n in range(50)))
        await office.all_ended(3, job_id)
        for _ in range(20):
            await office.turn()
        told = await office.told(job_id)
        assert (told.count(("done", "")), told.count(("due", "budget"))) == (3, 47)

    checked(tmp_path, check, parallel=4)


def asked(office: Office) -> list[str]:
    """The prompts of all requests, without the tail that says the moment."""
    return [first_words(request).split("\n")[0] for request in office.house.gateway.requests]


def first_words(request: ModelRequest) -> str:
    message = request.messages[0]
    assert isinstance(message, UserMessage)
    return message.text


def test_files_that_come_while_the_machine_runs_on_battery_all_wait(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save(
            triggers=(Watch(folder=str(office.folder)),), policies=Policies(on_battery="wait", overlap="skip")
        )
        office.machine_is(on_battery=True)
        await office.turn()
        await office.settled(job_id, "/a", "/b")
        await office.turn()
        assert await office.told(job_id) == [("due", "battery")] * 2
        office.machine_is(on_battery=False)
        await office.all_ended(2, job_id)
        assert await office.told(job_id) == [("done", "")] * 2

    checked(tmp_path, check)


def test_a_file_that_comes_again_and_again_pauses_the_job(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save("files", triggers=(Watch(folder=str(office.folder)),))
        await office.turn()
        for count in range(1, 21):
            await office.settled(job_id, str(office.folder / "a.txt"))
            await office.all_ended(count, job_id)
        await office.settled(job_id, str(office.folder / "a.txt"))
        await office.turn()
        await office.turn()
        row = await office.automation.find(job_id)
        assert row.paused == "loop" and str(office.folder / "a.txt") in row.paused_note
        assert office.notices == [row.paused_note]
        assert (await office.told(job_id))[-1] == ("due", "loop")
        assert len(office.house.gateway.requests) == 20
        await office.clock.advance(1)
        await office.house.runtime.submit(ResumeJob(job_id))
        await office.turn()
        await office.settled(job_id, str(office.folder / "a.txt"))
        await office.turn()
        await office.until(lambda slot: slot.state == "done" and slot.slot_id > 20)
        row = await office.automation.find(job_id)
        assert row.paused == "", "what was mended goes on"

    checked(tmp_path, check)


def test_a_person_runs_a_paused_job_at_once_with_files_and_not_twice_at_a_time(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save("sums", prompt="Sum {files}", condition=Condition(exists="nowhere"))
        await office.house.runtime.submit(PauseJob(job_id))
        receipt = await office.house.runtime.submit(RunJob(job_id, ("/x/a", "/x/b")))
        await held.asked()
        assert receipt.session_id and receipt.run_id and receipt.slot_id
        with pytest.raises(UsageError, match="still working"):
            await office.house.runtime.submit(RunJob(job_id))
        held.gate.set()
        slot = await office.ended(receipt.slot_id)
        assert (slot.state, slot.origin, slot.files) == ("done", "manual", 2)
        assert first_words(office.house.gateway.requests[0]).startswith("Sum /x/a\n/x/b")
        assert len(await office.slots()) == 1, "what was refused left no slot"

    held = Held()
    checked(tmp_path, check, held, start=False)


def test_a_job_whose_folder_is_not_used_does_not_begin_and_nobody_waits_for_its_run(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        folder = tmp_path / "work"
        folder.mkdir()
        job_id = await office.save(folder=str(folder))
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
        receipt = await office.house.runtime.submit(RunJob(job_id))
        slot = await office.automation.slot(receipt.slot_id)
        assert (slot.state, slot.reason, "is a link" in slot.note) == ("failed", "run_failed", True)
        assert receipt.run_id == ""

    checked(tmp_path, check)


def test_a_dry_run_has_no_slot_and_counts_as_no_failure(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save("sums")
        with office.house.runtime.subscribe() as events:
            receipt = await office.house.runtime.submit(RunJob(job_id, dry_run=True))
            async for event in events:
                if type(event).__name__ == "RunFinished" and event.run_id == receipt.run_id:
                    break
        run = await office.house.runtime.store.run(receipt.run_id)
        assert run.dry_run and run.stop_reason == "end_turn"
        assert await office.slots() == []

    checked(tmp_path, check, start=False)


def test_a_run_that_a_person_stops_is_no_failure(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save()
        receipt = await office.house.runtime.submit(RunJob(job_id))
        await held.asked()
        await office.house.runtime.submit(CancelRun(receipt.run_id))
        slot = await office.ended(receipt.slot_id)
        assert (slot.state, slot.reason) == ("failed", "cancelled")
        assert (await office.automation.find(job_id)).failures == 0

    held = Held()
    checked(tmp_path, check, held)


def test_an_effect_outside_the_profile_parks_and_a_yes_resumes_the_same_run(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        target = office.folder / "new.txt"
        job_id = await office.save(triggers=(EACH_MINUTE,))
        await office.pass_to(60)
        slot = (await office.all_ended(1, job_id))[0]
        assert (slot.state, slot.reason) == ("parked", "approval")
        assert not target.exists()
        assert office.tells and office.tells[0][0] == "parked"
        (question,) = await office.automation.parked()
        await office.house.runtime.submit(ResolveApproval(question.approval_id, allow=True))
        done = await office.until(lambda slot: slot.state == "done", slot.slot_id)
        assert (done.run_id, done.session_id, done.attempts) == (slot.run_id, slot.session_id, 1)
        assert target.read_text() == "hello" and done.summary == "Written."
        assert await office.automation.parked() == []

    def answer(request: object) -> Reply:
        said = len([m for m in request.messages if type(m).__name__ == "ToolMessage"])  # pyright: ignore
        return Reply("Written.") if said else Reply("", calls=[("write", {"path": "new.txt", "text": "hello"})])

    checked(tmp_path, check, answer, tools=built_in_tools())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
@pytest.mark.parametrize("pauses", [True, False])
def test_what_a_person_changes_while_a_condition_is_tried_holds_for_the_run_after_it(
    tmp_path: Path, pauses: bool
) -> None:
    async def check(office: Office) -> None:
        out = office.folder / "out"
        out.mkdir()
        os.mkfifo(out / "tried")
        os.mkfifo(out / "go")
        waits = Condition(succeeds="echo > out/tried; cat out/go")
        job = office.job(triggers=(EACH_MINUTE,), output=str(out), condition=waits)
        job_id = await office.save(job=job)
        await office.pass_to(60)
        await asyncio.to_thread((out / "tried").read_text)
        if pauses:
            await office.house.runtime.submit(PauseJob(job_id))
        else:
            changed = msgspec.structs.replace(job, prompt="Do it otherwise.", condition=Condition())
            await office.save(job=changed, job_id=job_id)
        await asyncio.to_thread((out / "go").write_text, "")
        (slot,) = await office.all_ended(1, job_id)
        said = [part.text for message in office.sent for part in message.parts if isinstance(part, TextPart)]
        expected = ("skipped", "job_paused", []) if pauses else ("done", "", ["Do it otherwise."])
        assert (slot.state, slot.reason, said) == expected
        assert slot.version == (1 if pauses else 2)

    checked(tmp_path, check, tools=built_in_tools())


def test_a_run_whose_job_was_replaced_by_a_file_goes_on_when_somebody_has_looked_at_it(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save()
        parked = await office.run(job_id)
        submit = office.house.runtime.submit
        everywhere = Permission(what="fs.write", to=(str(office.folder),))
        await submit(SaveJob(office.job(allow=(everywhere,)), job_id, review=True))
        (question,) = await office.automation.parked()
        await submit(ResolveApproval(question.approval_id, allow=True))
        await office.turn()
        await office.turn()
        assert (await office.automation.slot(parked.slot_id)).state == "parked"
        await submit(ResumeJob(job_id))
        slot = await office.until(lambda slot: slot.state == "done", parked.slot_id)
        assert slot.run_id == parked.run_id and (office.folder / "new.txt").exists()

    script = [Reply(calls=[("write", {"path": "new.txt", "text": "hello"})]), Reply("Done.")]
    checked(tmp_path, check, script, tools=built_in_tools())


def test_a_job_that_waits_for_leave_does_not_ask_again_each_time_it_is_due(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save(triggers=(EACH_MINUTE,))
        for count in range(1, 5):
            await office.pass_to(60)
            await office.all_ended(count, job_id)
        assert await office.told() == [("parked", "approval"), *[("skipped", "approval")] * 3]
        (question,) = await office.automation.parked()
        await office.house.runtime.submit(ResolveApproval(question.approval_id, allow=False))
        await office.until(lambda slot: slot.state == "done")
        await office.pass_to(60)
        assert [slot.state for slot in await office.all_ended(5, job_id)].count("done") == 2

    script = [Reply(calls=[("write", {"path": "new.txt", "text": "hello"})]), Reply("So be it."), Reply("Fine.")]
    checked(tmp_path, check, script, tools=built_in_tools())


def test_nobody_answers_and_the_run_is_given_up(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save()
        slot = await office.run(job_id)
        assert (slot.state, slot.reason) == ("parked", "approval")
        await office.turn()
        assert office.alarm.at == office.clock.moment + timedelta(hours=72)
        await office.pass_to(72 * 3600)
        slot = await office.until(lambda slot: slot.state == "failed", slot.slot_id)
        assert slot.reason == "expired"
        assert await office.automation.parked() == []
        store = office.house.runtime.store
        assert (await store.run(slot.run_id)).stop_reason == "cancelled"
        result = (await store.path(slot.session_id))[-1].message
        assert isinstance(result, ToolMessage) and result.result.text == "Not run: nobody answered in time"

    calls = [("write", {"path": "new.txt", "text": "hello"})]
    checked(tmp_path, check, lambda request: Reply("", calls=calls), tools=built_in_tools())


def test_a_missed_slot_that_asks_runs_when_a_person_says_so(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save(triggers=(Cron("0 * * * *"),), policies=Policies(missed=Missed(do="ask")))
        office.clock.suspend(3.5 * 3600)
        await office.turn()
        waiting = (await office.slots(job_id))[-1]
        assert (waiting.state, waiting.reason) == ("parked", "answer")
        await office.house.runtime.submit(ResolveSlot(waiting.slot_id, run=True))
        slot = await office.until(lambda slot: slot.state == "done", waiting.slot_id)
        assert slot.attempts == 1
        with pytest.raises(UsageError, match="waits for no such answer"):
            await office.house.runtime.submit(ResolveSlot(waiting.slot_id, run=True))

    checked(tmp_path, check)


def test_all_that_was_missed_runs_one_after_the_other_though_the_job_skips_overlaps(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        policies = Policies(missed=Missed(do="all", most=3), overlap="skip")
        job_id = await office.save(triggers=(Cron("0 * * * *"),), policies=policies)
        office.clock.suspend(5.5 * 3600)
        await office.turn()
        await office.all_ended(5, job_id)
        assert [state for state, _ in await office.told(job_id)].count("done") == 3

    checked(tmp_path, check)


def test_a_deleted_job_calls_off_what_waits(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save()
        slot = await office.run(job_id)
        assert slot.state == "parked"
        await office.house.runtime.submit(DeleteJob(job_id))
        assert await office.told() == [("skipped", "deleted")]
        assert await office.automation.parked() == []

    calls = [("write", {"path": "new.txt", "text": "hello"})]
    checked(tmp_path, check, lambda request: Reply("", calls=calls), tools=built_in_tools())


def test_the_report_goes_into_a_file_that_can_be_undone_and_to_no_other_place(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        out = office.folder / "out"
        out.mkdir()
        report = Report(to="file", path="{job} {date}.md")
        job_id = await office.save("mail", triggers=(EACH_MINUTE,), output=str(out), report=report)
        for count in range(1, 6):
            await office.pass_to(60)
            await office.all_ended(count, job_id)
        file = out / "mail 2026-11-22.md"
        assert file.read_text().count("All is well.") == 5
        assert file.read_text().startswith("## mail, 2026-11-22 13:01\n\nAll is well.\n\n## mail, 2026-11-22 13:02")
        assert len(office.tells) == 3, "the first three are told in full"
        assert {slot.note for slot in await office.slots()} == {""}

    checked(tmp_path, check, tools=built_in_tools())


def test_a_report_that_cannot_be_written_is_told_and_is_no_failure(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        out = office.folder / "out"
        (out / "log.md").mkdir(parents=True)
        job_id = await office.save(output=str(out), report=Report(to="file", path="log.md"))
        slot = await office.run(job_id)
        assert slot.state == "done" and "log.md is no file" in slot.note
        assert office.tells == [("done", "All is well.")]

    checked(tmp_path, check, tools=built_in_tools())


def test_a_heartbeat_with_nothing_to_say_tells_nobody(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        slot = await office.run(await office.save())
        assert slot.state == "done" and office.tells == []

    checked(tmp_path, check, lambda request: Reply("HEARTBEAT_OK"))


def test_a_report_to_the_chats_is_among_them(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        slot = await office.run(await office.save("mail", report=Report(to="chat")))
        sessions = await office.house.runtime.store.sessions()
        assert slot.session_id in {session.session_id for session in sessions}

    checked(tmp_path, check)


def test_without_a_start_nothing_starts_by_itself_and_nothing_is_recorded(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        await office.save(triggers=(EACH_MINUTE,))
        await office.clock.advance(3600)
        assert await office.slots() == [] and office.alarm.at is None and not office.automation.running
        assert msgspec.json.encode(await office.automation.jobs())

    checked(tmp_path, check, start=False)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_each_moment_has_one_row_and_each_done_one_had_one_request(tmp_path: Path, seed: int) -> None:
    """Time, sleep, battery, pauses and restarts in any order: nothing runs twice, nothing is lost."""
    chance = random.Random(seed)
    missed = Missed(do=chance.choice(["skip", "once", "all"]))
    policies = Policies(on_battery="wait", overlap=chance.choice(["skip", "queue", "beside"]), missed=missed)
    asked_for: list[str] = []

    def answer(request: ModelRequest) -> Reply:
        asked_for.append(request.session_id)
        return FINE

    async def live(clock: HeldClock) -> None:
        async with open_office(tmp_path, answer, clock=clock) as office:
            if not await office.automation.jobs():
                await office.save(triggers=(Cron("*/5 * * * *"),), policies=policies)
            for _ in range(6):
                await step(office, clock)
            office.machine_is(on_battery=False)
            await office.house.runtime.submit(ResumeRuns())
            await office.pass_to(300)
            while any(slot.state in ("due", "running") for slot in await office.slots()):
                await office.turn()

    async def step(office: Office, clock: HeldClock) -> None:
        match chance.randrange(5):
            case 0:
                clock.suspend(chance.choice([400, 4_000]))
                await office.turn()
            case 1:
                office.machine_is(on_battery=chance.random() < 0.5)
            case 2:
                await office.house.runtime.submit(chance.choice([PauseRuns(), ResumeRuns()]))
            case _:
                await office.pass_to(chance.choice([60, 300, 700]))

    async def check() -> None:
        begun = HeldClock()
        clock = HeldClock()
        for _ in range(3):
            await live(clock)
            clock = HeldClock(clock.moment + timedelta(seconds=chance.choice([1, 600, 7_200])))
        async with open_office(tmp_path, answer, clock=clock, start=False) as office:
            slots = await office.slots()
        moments = Schedule.of((Cron("*/5 * * * *"),), BERLIN).between(begun.moment, max(s.due_at for s in slots), 9_999)
        assert [slot.due_at for slot in slots if slot.count == 1] == [moment.at for moment in moments.moments]
        assert len({slot.key for slot in slots}) == len(slots)
        done = [slot.session_id for slot in slots if slot.state == "done"]
        assert sorted(asked_for) == sorted(done) and len(set(done)) == len(done)
        assert {slot.state for slot in slots} <= {"done", "skipped", "missed"}
        assert all(slot.note for slot in slots if slot.state != "done")

    asyncio.run(check())


def test_a_job_that_is_deleted_while_it_works_asks_nothing_more(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save()
        receipt = await office.house.runtime.submit(RunJob(job_id))
        await reached.wait()
        await office.house.runtime.submit(DeleteJob(job_id))
        gate.set()
        slot = await office.ended(receipt.slot_id)
        assert (slot.state, slot.reason) == ("skipped", "deleted")
        assert await office.automation.parked() == []
        assert (await office.house.runtime.store.run(slot.run_id)).stop_reason == "cancelled"

    reached, gate = asyncio.Event(), asyncio.Event()
    calls = [("write", {"path": "new.txt", "text": "hello"})]
    script = [Reply("one two", calls=calls, hold_after=1, reached=reached, gate=gate)]
    checked(tmp_path, check, script, tools=built_in_tools())
