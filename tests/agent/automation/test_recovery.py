"""After a kill at any step a slot has run once, or somebody is asked, or it says why it did not."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from agent.commands import ResolveApproval, ResolveSlot, SendMessage
from agent.jobs import Cron, Missed, Policies, Report, Slot
from agent.messages import NO_USAGE, AssistantMessage, TextPart, ToolMessage, UserMessage
from agent.models.scripted import Reply
from agent.storage.sessions import Run
from agent.tools.registry import built_in_tools
from tests.helpers import job_child
from tests.helpers.automation import open_office
from tests.helpers.clock import NOON, HeldClock
from tests.helpers.kill_loop import KILLED, kill_at_each

ROOT = Path(__file__).resolve().parents[3]
CHILD = [sys.executable, "-m", "tests.helpers.job_child"]
STEPS = [
    "storage.plan.after",
    "automation.begin",
    "storage.begin_slot.after",
    "run.start",
    "storage.start_call.after",
    "run.finish",
    "automation.finished",
    "storage.end_slot.before",
]

ANSWER_STEPS = [
    "storage.answer.after",
    "storage.unpark_slot.after",
    "storage.start_call.after",
]


def environment(folder: Path, failpoint: str = "") -> dict[str, str]:
    return {**os.environ, "HOMARD_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT), "HOMARD_FAILPOINT": failpoint}


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_each_step_runs_no_slot_twice_and_loses_none(tmp_path: Path, step: str) -> None:
    done = subprocess.run([*CHILD, str(tmp_path)], env=environment(tmp_path, step), capture_output=True, timeout=60)
    assert done.returncode in KILLED, done.stderr
    asyncio.run(again(tmp_path))


@pytest.mark.parametrize("step", ANSWER_STEPS)
def test_a_kill_after_a_persons_yes_loses_neither_the_yes_nor_the_run(tmp_path: Path, step: str) -> None:
    asyncio.run(job_child.park(tmp_path))
    argv = [*CHILD, str(tmp_path), "answer"]
    done = subprocess.run(argv, env=environment(tmp_path, step), capture_output=True, timeout=60)
    assert done.returncode in KILLED, done.stderr
    asyncio.run(answered(tmp_path))


@pytest.mark.skipif("HOMARD_ALL_KILLS" not in os.environ, reason="takes minutes; the steps above stand for them")
@pytest.mark.parametrize("mode", ["main", "answer"])
def test_a_kill_at_every_failpoint(tmp_path: Path, mode: str) -> None:
    def folder(k: int) -> Path:
        if not (tmp_path / str(k)).exists():
            (tmp_path / str(k)).mkdir()
            if mode == "answer":
                asyncio.run(job_child.park(tmp_path / str(k)))
        return tmp_path / str(k)

    code = f"import os,sys;from pathlib import Path;from tests.helpers.job_child import {mode};import asyncio;"
    code += f"asyncio.run({mode}(Path(os.environ['HOMARD_HOME']).parent))"
    after = again if mode == "main" else answered
    kills = kill_at_each(
        [sys.executable, "-c", code], lambda k: environment(folder(k)), lambda k: asyncio.run(after(folder(k)))
    )
    assert kills > 30


async def answered(folder: Path) -> None:
    """Start once more: the run goes on to its end, whatever else must be asked, and acts once each."""
    async with job_child.opened(folder, 180) as office:
        await office.turn()
        slot = await job_child.see_through(office)
        assert (slot.state, slot.summary) == ("done", job_child.ANSWER)
        acts = acted(folder)
        assert len(set(acts)) == len(acts) <= 2
        results = await results_of(office, slot)
        done = [text for text, outcome in results if not outcome]
        assert done == [text for text in ("acted on first", "acted on second") if text in done]
        assert set(done) <= {f"acted on {act}" for act in acts}
        assert await office.automation.parked() == []


async def again(folder: Path) -> None:
    """Start once more a little later: all is brought to an end, and nothing was done twice."""
    async with job_child.opened(folder, 70) as office:
        job_id = await job_child.job_of(office, folder)
        await office.turn()
        slots = await office.slots(job_id)
        if not slots:
            return  # it was killed before the job was there: from then on it is due
        assert [slot.key for slot in slots] == [slots[0].key]
        slot = await office.ended(slots[0].slot_id)
        if slot.state == "parked":
            slot = await asked(office, slot)
        assert (slot.state, slot.note, slot.summary) == ("done", "", job_child.ANSWER)
        acts, results = acted(folder), await results_of(office, slot)
        assert len(set(acts)) == len(acts) == len([act for act in acts if act in ("first", "second")])
        assert {text for text, outcome in results if outcome == ""} == {f"acted on {act}" for act in acts} - {
            f"acted on {act}" for act, (_, outcome) in zip(("first", "second"), results, strict=True) if outcome
        }, "what was done is known, what may have been is marked, what was not is said"
        assert (folder / "out" / "log.md").read_text().count(job_child.ANSWER) == 1
        assert (await office.automation.find(job_id)).runs == 1


async def asked(office: job_child.Office, slot: Slot) -> Slot:
    """A call was in flight: nobody knows whether it acted, so nothing goes on before a person has looked."""
    assert slot.reason == "outcome_unknown" and "act" in slot.note
    assert office.house.gateway.requests == []
    await office.house.runtime.submit(ResolveSlot(slot.slot_id, run=True))
    slot = await office.until(lambda slot: slot.state == "done", slot.slot_id)
    last = office.house.gateway.requests[0].messages[-1]
    assert isinstance(last, ToolMessage) and "outcome is unknown" in last.result.text, "the model is told"
    return slot


async def results_of(office: job_child.Office, slot: Slot) -> list[tuple[str, str]]:
    """What the model was told of its two acts: text, and the outcome where it is not plainly done."""
    path = await office.house.runtime.store.path(slot.session_id)
    results = [entry.message.result for entry in path if isinstance(entry.message, ToolMessage)]
    return [(result.text, (result.outcome or "failed") if result.is_error else "") for result in results]


def acted(folder: Path) -> list[str]:
    path = folder / "out" / "acts"
    return path.read_text().split() if path.exists() else []


def test_what_is_cut_off_by_closing_goes_on_in_its_session_at_the_next_start(tmp_path: Path) -> None:
    reached = asyncio.Event()

    async def check() -> None:
        held = Reply("one two", hold_after=1, reached=reached, gate=asyncio.Event())
        async with open_office(tmp_path, lambda request: held) as office:
            job_id = await office.save(
                triggers=(Cron("1 12 * * *", "UTC"),), policies=Policies(missed=Missed(do="skip"))
            )
            await office.pass_to(60)
            await reached.wait()
        clock = HeldClock(NOON + timedelta(hours=1))
        async with open_office(tmp_path, lambda request: Reply("Done."), clock=clock) as office:
            slot = await office.ended((await office.slots(job_id))[0].slot_id)
            assert (slot.state, slot.summary, slot.attempts) == ("done", "Done.", 2)
            runs = await office.house.runtime.store.runs(slot.session_id)
            assert [run.stop_reason for run in runs] == ["end_turn", "cancelled"]

    asyncio.run(check())


def test_a_run_that_cuts_off_the_process_again_and_again_is_given_up(tmp_path: Path) -> None:
    async def check() -> None:
        for attempt in range(1, 5):
            reached = asyncio.Event()
            held = Reply("one two", hold_after=1, reached=reached, gate=asyncio.Event())
            async with open_office(tmp_path, lambda request, held=held: held) as office:
                if attempt == 1:
                    await office.save(triggers=(Cron("1 12 * * *", "UTC"),))
                await office.pass_to(60)
                if attempt < 4:
                    await reached.wait()
                    continue
                (slot,) = await office.slots()
                assert (slot.state, slot.reason, slot.attempts) == ("failed", "interrupted", 3)

    asyncio.run(check())


PARKS = Reply("", calls=[("write", {"path": "new.txt", "text": "hello"})])


def test_an_answer_that_comes_just_before_closing_counts_at_the_next_start(tmp_path: Path) -> None:
    reached = asyncio.Event()

    async def check() -> None:
        talk = Reply("one two", hold_after=1, reached=reached, gate=asyncio.Event())
        async with open_office(tmp_path, [PARKS, talk], tools=built_in_tools()) as office:
            parked = await office.run(await office.save(report=Report(to="chat")))
            message = SendMessage(parked.session_id, (TextPart("What is it?"),), model="scripted/hello")
            await office.house.runtime.submit(message)
            await reached.wait()  # the run cannot go on before this one has ended
            (question,) = await office.automation.parked()
            await office.house.runtime.submit(ResolveApproval(question.approval_id, allow=True))
            await office.until(lambda slot: slot.state == "running", parked.slot_id)
        async with open_office(tmp_path, [Reply("Done.")], tools=built_in_tools()) as office:
            slot = await office.until(lambda slot: slot.state == "done", parked.slot_id)
            assert (slot.run_id, slot.summary, slot.attempts) == (parked.run_id, "Done.", 1)
            assert (office.folder / "new.txt").read_text() == "hello"

    asyncio.run(check())


def test_a_run_that_was_answered_and_cannot_go_on_is_closed(tmp_path: Path) -> None:
    async def check() -> None:
        async with open_office(tmp_path, [PARKS], tools=built_in_tools()) as office:
            folder = tmp_path / "gone"
            folder.mkdir()
            parked = await office.run(await office.save(folder=str(folder)))
            folder.rmdir()
            (question,) = await office.automation.parked()
            await office.house.runtime.submit(ResolveApproval(question.approval_id, allow=True))
            slot = await office.until(lambda slot: slot.state == "failed", parked.slot_id)
            assert slot.reason == "run_failed" and "does not exist" in slot.note
            store = office.house.runtime.store
            assert (await store.run(slot.run_id)).stop_reason == "cancelled"
            last = (await store.path(slot.session_id))[-1].message
            assert isinstance(last, ToolMessage) and last.result.text == "Not run: the run could not go on"

    asyncio.run(check())


@pytest.mark.parametrize("answered", [False, True])
def test_a_question_of_a_job_whose_deletion_was_cut_off_is_closed_at_the_next_start(
    tmp_path: Path, answered: bool
) -> None:
    async def check() -> None:
        async with open_office(tmp_path, [PARKS], tools=built_in_tools()) as office:
            parked = await office.run(await office.save())
        async with open_office(tmp_path, [], tools=built_in_tools(), start=False) as office:
            if answered:
                (question,) = await office.automation.parked()
                await office.house.runtime.submit(ResolveApproval(question.approval_id, allow=True))
            await office.automation.ledger.delete(parked.job_id)  # a kill: what waits was not closed any more
        async with open_office(tmp_path, [], tools=built_in_tools()) as office:
            assert await office.automation.parked() == []
            assert (await office.house.runtime.store.run(parked.run_id)).stop_reason == "cancelled"
            assert (await office.automation.slot(parked.slot_id)).reason == "deleted"
            assert not (office.folder / "new.txt").exists()

    asyncio.run(check())


def test_what_somebody_was_told_in_its_session_is_no_answer_of_a_run_that_was_cut_off(tmp_path: Path) -> None:
    async def check() -> None:
        async with open_office(tmp_path, [], start=False) as office:
            store, ledger = office.house.runtime.store, office.automation.ledger
            slot = await ledger.add_manual(await office.save(report=Report(to="chat")))
            session_id = (await store.create_session(cwd=str(office.folder))).session_id
            await ledger.begin(slot.slot_id, session_id=session_id, run_id="r1")
            for run_id, text in (("r1", "do work"), ("r2", "And?")):
                await store.start_run(Run(run_id, session_id, "user", "m", text, office.clock.now()))
                await store.append(session_id, run_id, [UserMessage((TextPart(text),))])
            answer = AssistantMessage((TextPart("I do not know."),), finish="stop")
            await store.append(session_id, "r2", [answer])
            await store.finish_run("r2", stop_reason="end_turn", usage=NO_USAGE, turns=1)
        async with open_office(tmp_path, [Reply("Done.")]) as office:  # r1 was killed
            slot = await office.until(lambda slot: slot.state == "done", slot.slot_id)
            assert (slot.summary, slot.attempts) == ("Done.", 2)

    asyncio.run(check())
