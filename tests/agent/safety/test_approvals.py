"""An approval is an event that holds a future: answered once, by a person, or by the fact that nobody is there."""

from __future__ import annotations

import asyncio

import pytest

from agent import events as ev
from agent.commands import AnswerQuestion, ResolveApproval
from agent.errors import UsageError
from agent.messages import ToolCall
from agent.safety.approvals import ApprovalBroker, RunApprover
from agent.safety.effects import Effect
from tests.helpers.pairs import unpaired

CALL = ToolCall("c", "act", "{}")
EFFECTS = (Effect("fs.write", "/a"),)


class Desk:
    """A run's approver and what it published."""

    def __init__(self, *, approve_all: bool = False, attended: bool = True) -> None:
        self.broker = ApprovalBroker()
        self.events: list[ev.AnyEvent] = []
        self.approver = RunApprover("s", "r", self.broker, self.events.append, approve_all, attended)

    async def ask_and(self, command: ResolveApproval | AnswerQuestion | None) -> str | None:
        """Ask, then resolve (ids filled in) or cancel."""
        is_question = isinstance(command, AnswerQuestion)
        approver = self.approver
        asking = approver.ask("Which?", ("a", "b")) if is_question else approver.approve(CALL, EFFECTS, "it writes")
        task = asyncio.create_task(asking)
        await asyncio.sleep(0)
        (event,) = self.events
        match event, command:
            case ev.ApprovalRequested(), ResolveApproval():
                self.broker.resolve(ResolveApproval(event.approval_id, command.allow, command.note))
                with pytest.raises(UsageError):
                    self.broker.resolve(ResolveApproval(event.approval_id, True))
            case ev.QuestionAsked(), AnswerQuestion():
                self.broker.answer(AnswerQuestion(event.question_id, command.answer))
            case _:
                task.cancel()
        return await task


def test_a_yes_a_no_with_a_word_and_an_answer() -> None:
    desk = Desk()
    assert asyncio.run(desk.ask_and(ResolveApproval("", True))) is None
    assert unpaired(desk.events) == []
    desk = Desk()
    assert "not today" in (asyncio.run(desk.ask_and(ResolveApproval("", False, "not today"))) or "")
    assert unpaired(desk.events) == []
    desk = Desk()
    assert asyncio.run(desk.ask_and(AnswerQuestion("", "b"))) == "b"
    assert unpaired(desk.events) == []


def test_a_cancelled_run_leaves_no_open_approval() -> None:
    desk = Desk()
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(desk.ask_and(None))
    assert unpaired(desk.events) == []
    assert isinstance(desk.events[-1], ev.ApprovalResolved) and desk.events[-1].by == "cancelled"


def test_a_yes_in_the_moment_of_a_cancel_does_not_count() -> None:
    async def main() -> None:
        desk = Desk()
        task = asyncio.create_task(desk.approver.approve(CALL, EFFECTS, "it writes"))
        await asyncio.sleep(0)
        (asked,) = desk.events
        assert isinstance(asked, ev.ApprovalRequested)
        desk.broker.resolve(ResolveApproval(asked.approval_id, True))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert [(e.allowed, e.by) for e in desk.events if isinstance(e, ev.ApprovalResolved)] == [(False, "cancelled")]

    asyncio.run(main())


def test_where_nobody_is_there_the_answer_is_no_and_the_run_knows() -> None:
    desk = Desk(attended=False)
    refusal = asyncio.run(desk.approver.approve(CALL, EFFECTS, "it writes"))
    assert refusal and "it writes" in refusal
    assert asyncio.run(desk.approver.ask("Which?", ())) is None
    assert desk.approver.needs_person and unpaired(desk.events) == []


def test_a_yes_beforehand_asks_nobody() -> None:
    desk = Desk(approve_all=True, attended=False)
    inside = [Effect("fs.write", "/a", granted=True), Effect("proc.run", "ls"), Effect("net.fetch", "https://x")]
    assert asyncio.run(desk.approver.approve(CALL, inside, "it writes")) is None
    assert desk.events == [] and not desk.approver.needs_person


def test_a_yes_beforehand_does_not_reach_outside_the_granted_folders() -> None:
    desk = Desk(approve_all=True, attended=False)
    refusal = asyncio.run(desk.approver.approve(CALL, EFFECTS, "it writes"))
    assert refusal is not None and "--grant" in refusal
