"""A job's run that needs a person ends as parked, and goes on as the same run when the answer has come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.automation.ledger import Ledger
from agent.commands import ActsAs, Limits, ResolveApproval, SendMessage
from agent.errors import UsageError
from agent.events import ApprovalResolved, RunFinished
from agent.jobs import Job, Permission
from agent.messages import TextPart, ToolMessage
from agent.models.scripted import Reply
from agent.safety.profile import profile_of
from agent.storage.recovery import WAITS, close_parked
from agent.tools.registry import built_in_tools
from tests.helpers.clock import HeldClock
from tests.helpers.house import House, open_house


class Desk:
    """A home with one job, which may write in `out`."""

    def __init__(self, house: House, job: Job, job_id: str, slot_id: int) -> None:
        self.house, self.job, self.job_id, self.slot_id = house, job, job_id, slot_id
        self.outside = house.folder / "note.txt"

    @property
    def acts_as(self) -> ActsAs:
        return ActsAs(job_id=self.job_id, slot_id=self.slot_id, run_id="r1", allow=profile_of(self.job))

    async def run(self, **more: Any) -> RunFinished:
        """Run it to its end, or to where it parks."""
        house = self.house
        more.setdefault("acts_as", self.acts_as)
        parts = () if more.get("resume") else (TextPart("Do your work."),)
        with house.runtime.subscribe(house.session_id) as events:
            receipt = await house.runtime.submit(
                SendMessage(
                    house.session_id, parts, origin="schedule", attended=False, typed=False,
                    model="scripted/hello", limits=more.pop("limits", Limits()), **more,
                )
            )  # fmt: skip
            async for event in events:
                if isinstance(event, RunFinished) and event.run_id == receipt.run_id:
                    return event
        raise AssertionError("the bus closed")

    async def answer(self, allow: bool, **more: Any) -> None:
        (question,) = await self.house.runtime.parked.open()
        assert await self.house.runtime.parked.resolve(ResolveApproval(question.event.approval_id, allow, **more))

    async def results(self) -> list[tuple[str, str]]:
        entries = await self.house.runtime.store.path(self.house.session_id)
        messages = [entry.message for entry in entries if isinstance(entry.message, ToolMessage)]
        return [(one.result.call_id, one.result.text) for one in messages]


@asynccontextmanager
async def at_desk(
    tmp_path: Path, script: Sequence[Reply], clock: HeldClock | None = None, **more: Any
) -> AsyncGenerator[Desk]:
    (tmp_path / "folder" / "out").mkdir(parents=True, exist_ok=True)
    async with open_house(tmp_path, script, tools=built_in_tools(), clock=clock or HeldClock()) as house:
        folder = str(house.folder)
        job = Job(name="Notes", prompt="Do your work.", folder=folder, output=f"{folder}/out", **more)
        runtime = house.runtime
        ledger = Ledger(runtime.store.database, house.clock, runtime.bus.publish)
        rows = await ledger.rows()
        row = rows[0] if rows else await ledger.save(job)
        slot = await ledger.add_manual(row.job_id, ())
        yield Desk(house, job, row.job_id, slot.slot_id)


def write(path: str, text: str = "hello") -> tuple[str, dict[str, Any]]:
    return ("write", {"path": path, "text": text})


def test_what_the_profile_holds_is_done_and_what_it_does_not_hold_waits(tmp_path: Path) -> None:
    async def story() -> None:
        script = [Reply(calls=[write("out/a.txt"), write("note.txt"), write("out/b.txt")]), Reply("All done.")]
        async with at_desk(tmp_path, script) as desk:
            first = await desk.run()
            assert (first.stop_reason, first.needs_person) == ("parked", True)
            assert (desk.house.folder / "out/a.txt").read_text() == "hello"
            assert not desk.outside.exists() and not (desk.house.folder / "out/b.txt").exists()
            (question,) = await desk.house.runtime.parked.open()
            assert question.event.effects == (f"write {desk.outside} (5 bytes)",)
            assert question.event.parked_until == desk.house.clock.now() + timedelta(hours=72)
            await desk.answer(True)
            last = await desk.run(resume=True)
            assert (last.run_id, last.stop_reason, last.text) == (first.run_id, "end_turn", "All done.")
            assert desk.outside.read_text() == "hello"
            assert (desk.house.folder / "out/b.txt").read_text() == "hello"
            assert [text.split(" ")[0] for _, text in await desk.results()] == ["Created"] * 3
            assert (await desk.house.runtime.store.run("r1")).turns == 2

    asyncio.run(story())


def test_the_answer_may_come_after_a_restart_and_holds_for_one_act_only(tmp_path: Path) -> None:
    async def story() -> None:
        async with at_desk(tmp_path, [Reply(calls=[write("note.txt")])]) as desk:
            await desk.run()
            session = desk.house.session_id
        later = [Reply(calls=[write("note.txt", "more")]), Reply("Done.")]
        async with at_desk(tmp_path, later) as desk:
            assert desk.house.runtime.recovered == []
            desk.house.session_id = session
            await desk.answer(True)
            again = await desk.run(resume=True)
            assert desk.outside.read_text() == "hello"
            assert again.stop_reason == "parked"  # the second write is another act, and waits again
            assert len(await desk.house.runtime.parked.open()) == 1

    asyncio.run(story())


def test_somebody_talks_in_its_session_while_a_run_waits_and_it_does_what_was_allowed_all_the_same(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        script = [
            Reply(calls=[write("note.txt")]),
            Reply(calls=[("read", {"path": "a.txt"})]),
            Reply("I wait for you."),
        ]
        async with at_desk(tmp_path, [*script, Reply("All done.")]) as desk:
            await desk.run()
            assert (await desk.house.finish("What is it that you do?")).text == "I wait for you."
            told = desk.house.gateway.requests[1].messages
            assert [one.result.text for one in told if isinstance(one, ToolMessage)] == [WAITS]
            await desk.answer(True)
            last = await desk.run(resume=True)
            assert (last.stop_reason, last.text) == ("end_turn", "All done.")
            assert desk.outside.read_text() == "hello"
            assert await desk.house.runtime.parked.open() == []

    asyncio.run(story())


def test_a_no_is_told_to_the_model_and_the_run_goes_on(tmp_path: Path) -> None:
    async def story() -> None:
        async with at_desk(tmp_path, [Reply(calls=[write("note.txt")]), Reply("So be it.")]) as desk:
            await desk.run()
            await desk.answer(False, note="not there")
            last = await desk.run(resume=True)
            assert (last.stop_reason, last.text) == ("end_turn", "So be it.")
            assert not desk.outside.exists()
            assert "The user said no: not there." in (await desk.results())[0][1]

    asyncio.run(story())


def test_of_two_calls_that_are_all_the_same_each_has_its_own_answer(tmp_path: Path) -> None:
    fetch = ("fetch", {"url": "https://site.invalid/x"})

    async def story() -> None:
        async with at_desk(tmp_path, [Reply(calls=[fetch, fetch]), Reply("Done.")]) as desk:
            await desk.run()
            questions = [one.event for one in await desk.house.runtime.parked.open()]
            assert len(questions) == 2 and questions[0].digest == questions[1].digest
            for question, allow in zip(questions, (True, False), strict=True):
                await desk.house.runtime.parked.resolve(ResolveApproval(question.approval_id, allow))
            assert (await desk.run(resume=True)).stop_reason == "end_turn"
            texts = sorted(text for _, text in await desk.results())
            assert ["The name" in texts[0], "The user said no" in texts[1]] == [True, True]
            assert await desk.house.runtime.parked.answers("r1") == []

    asyncio.run(story())


def test_a_yes_to_a_file_that_has_changed_since_is_asked_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with at_desk(tmp_path, [Reply(calls=[write("note.txt")]), Reply("Done.")]) as desk:
            desk.outside.write_text("old")
            await desk.run()
            desk.outside.write_text("somebody else's")
            await desk.answer(True)
            assert (await desk.run(resume=True)).stop_reason == "parked"
            assert desk.outside.read_text() == "somebody else's"

    asyncio.run(story())


def test_always_adds_to_the_job_and_is_not_asked_again(tmp_path: Path) -> None:
    async def story() -> None:
        script = [Reply(calls=[write("note.txt")]), Reply(calls=[write("note.txt", "again")]), Reply("Done.")]
        async with at_desk(tmp_path, script) as desk:
            await desk.run()
            await desk.answer(True, scope="always")
            assert (await desk.run(resume=True)).stop_reason == "end_turn"
            assert desk.outside.read_text() == "again"
            row = await desk.house.runtime.automation.find(desk.job_id)
            assert row.job.allow == (Permission(what="fs.write", to=(str(desk.outside),)),)

    asyncio.run(story())


def test_what_waits_too_long_is_given_up_with_its_calls_closed(tmp_path: Path) -> None:
    async def story() -> None:
        clock = HeldClock()
        async with at_desk(tmp_path, [Reply(calls=[write("note.txt")])], clock) as desk:
            await desk.run()
            runtime = desk.house.runtime
            (question,) = await runtime.parked.open()
            assert await runtime.parked.give_up() == []
            await clock.advance(72 * 3600 + 1)
            with runtime.subscribe(desk.house.session_id) as events:
                assert [one.event.approval_id for one in await runtime.parked.give_up()] == [question.event.approval_id]
                told = await anext(events)
                assert isinstance(told, ApprovalResolved) and (told.allowed, told.by) == (False, "expired")
            await close_parked(runtime.store, "r1", "nobody answered for 72 hours", now=clock.now())
            assert await desk.results() == [("call_1", "Not run: nobody answered for 72 hours")]
            assert (await runtime.store.run("r1")).stop_reason == "cancelled"
            with pytest.raises(UsageError, match="cannot be answered"):
                await runtime.parked.resolve(ResolveApproval(question.event.approval_id, True))
            with pytest.raises(UsageError, match="does not wait"):
                await runtime.store.reopen_run("r1")

    asyncio.run(story())


def test_a_job_s_command_changes_nothing_but_its_output_folder(tmp_path: Path) -> None:
    run = ("shell", {"cmd": "cat a.txt > out/copy.txt; echo x > note.txt; echo y > a.txt; ls out"})
    allow = (Permission(what="proc.run", to=(str(tmp_path / "folder"),)),)

    async def story() -> None:
        async with at_desk(tmp_path, [Reply(calls=[run]), Reply("Done.")], allow=allow) as desk:
            assert (await desk.run()).stop_reason == "end_turn"
            assert (desk.house.folder / "out/copy.txt").read_text() == "alpha\n"
            assert (desk.house.folder / "a.txt").read_text() == "alpha\n"
            assert not desk.outside.exists()

    asyncio.run(story())


def test_a_dry_run_finds_what_the_job_would_need(tmp_path: Path) -> None:
    script = [
        Reply(calls=[write("out/a.txt"), write("note.txt"), ("fetch", {"url": "https://site.example/x"})]),
        Reply("So."),
    ]

    async def story() -> None:
        async with at_desk(tmp_path, script) as desk:
            tried = await desk.run(dry_run=True)
            assert tried.stop_reason == "end_turn" and await desk.house.runtime.parked.open() == []
            assert [call.needs for call in tried.tool_calls] == [
                (),
                (Permission(what="fs.write", to=(str(desk.outside),)),),
                (Permission(what="net.fetch", to=("https://site.example",)),),
            ]
            assert not desk.outside.exists() and not list((desk.house.folder / "out").iterdir())

    asyncio.run(story())


def test_a_run_that_may_make_no_more_calls_stops_with_its_work_kept(tmp_path: Path) -> None:
    script = [Reply(calls=[write("out/a.txt")]), Reply(calls=[write("out/b.txt")]), Reply("Done.")]

    async def story() -> None:
        async with at_desk(tmp_path, script) as desk:
            last = await desk.run(limits=Limits(max_calls=1))
            assert last.stop_reason == "max_calls" and "1 tool calls" in (last.error or "")
            assert [path.name for path in (desk.house.folder / "out").iterdir()] == ["a.txt"]
            assert len(await desk.results()) == 2

    asyncio.run(story())


def test_what_it_did_before_it_parked_counts(tmp_path: Path) -> None:
    script = [
        Reply(calls=[write("out/a.txt"), write("note.txt")]),
        Reply(calls=[write("out/b.txt")]),
        Reply(calls=[write("out/c.txt")]),
        Reply("Done."),
    ]

    async def story() -> None:
        async with at_desk(tmp_path, script) as desk:
            assert (await desk.run(limits=Limits(max_calls=3))).stop_reason == "parked"
            await desk.answer(True)
            last = await desk.run(resume=True, limits=Limits(max_calls=3))
            assert last.stop_reason == "max_calls"
            assert sorted(path.name for path in (desk.house.folder / "out").iterdir()) == ["a.txt", "b.txt"]

    asyncio.run(story())


def test_a_job_writes_no_instructions_for_later_runs_by_itself(tmp_path: Path) -> None:
    allow = (Permission(what="proc.run", to=(str(tmp_path / "folder"),)),)
    script = [
        Reply(calls=[("shell", {"cmd": "echo obey > out/AGENTS.md; echo fine > out/a.txt"})]),
        Reply(calls=[write("out/deep/Agents.md", "obey")]),
        Reply("Done."),
    ]

    async def story() -> None:
        async with at_desk(tmp_path, script, allow=allow) as desk:
            assert (await desk.run()).stop_reason == "parked"
            assert sorted(path.name for path in (desk.house.folder / "out").iterdir()) == ["a.txt"]
            (question,) = await desk.house.runtime.parked.open()
            assert "Agents.md" in question.event.effects[0]

    asyncio.run(story())
