"""An approval is an event that holds a future: answered once, by a person, or by the fact that nobody is there."""

from __future__ import annotations

import asyncio

import pytest

from agent import events as ev
from agent.commands import AnswerQuestion, ResolveApproval
from agent.errors import UsageError
from agent.labels import Label
from agent.messages import ToolCall
from agent.safety.approvals import Answer, ApprovalBroker, Asking, RunApprover
from agent.safety.effects import Effect
from agent.safety.request import Request
from tests.helpers.pairs import unpaired

CALL = ToolCall("c", "act", "{}")
LABEL = Label("external", "private", ("external:example.org",))
REQUEST = Request(
    principals=("user",),
    tool="act",
    arguments="{}",
    effects=(Effect("fs.write", "/a"),),
    label=LABEL,
    attended=True,
    complete=True,
)
ASKING = Asking(CALL, REQUEST, "it writes", ("once", "run"), undo="Can be undone.")


class Desk:
    """A run's approver and what it published."""

    def __init__(self, *, attended: bool = True) -> None:
        self.broker = ApprovalBroker()
        self.events: list[ev.AnyEvent] = []
        self.approver = RunApprover("s", "r", self.broker, self.events.append, attended)

    async def ask_and(self, command: ResolveApproval | AnswerQuestion | None) -> Answer | str | None:
        """Ask, then resolve (ids filled in) or cancel."""
        is_question = isinstance(command, AnswerQuestion)
        approver = self.approver
        asking = approver.ask("Which?", ("a", "b")) if is_question else approver.approve(ASKING)
        task = asyncio.create_task(asking)
        await asyncio.sleep(0)
        (event,) = self.events
        match event, command:
            case ev.ApprovalRequested(), ResolveApproval():
                answered = ResolveApproval(event.approval_id, command.allow, command.note, command.scope)
                self.broker.resolve(answered)
                with pytest.raises(UsageError):
                    self.broker.resolve(ResolveApproval(event.approval_id, True))
            case ev.QuestionAsked(), AnswerQuestion():
                self.broker.answer(AnswerQuestion(event.question_id, command.answer))
            case _:
                task.cancel()
        return await task


def test_a_yes_a_no_with_a_word_and_an_answer() -> None:
    desk = Desk()
    assert asyncio.run(desk.ask_and(ResolveApproval("", True))) == Answer(True, "person")
    assert unpaired(desk.events) == []
    desk = Desk()
    answer = asyncio.run(desk.ask_and(ResolveApproval("", False, "not today")))
    assert isinstance(answer, Answer) and not answer.allowed and "not today" in answer.refusal
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
        task = asyncio.create_task(desk.approver.approve(ASKING))
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
    answer = asyncio.run(desk.approver.approve(ASKING))
    assert (answer.allowed, answer.by) == (False, "nobody") and "it writes" in answer.refusal
    assert asyncio.run(desk.approver.ask("Which?", ())) is None
    assert desk.approver.needs_person and unpaired(desk.events) == []


def test_a_yes_reaches_no_further_than_was_offered() -> None:
    asked = Desk()
    assert asyncio.run(asked.ask_and(ResolveApproval("", True, scope="run"))) == Answer(True, "person", "run")
    assert asyncio.run(Desk().ask_and(ResolveApproval("", True, scope="always"))) == Answer(True, "person", "once")
    assert asyncio.run(Desk().ask_and(ResolveApproval("", False, scope="run"))) != Answer(True, "person", "run")


def test_a_person_sees_who_is_behind_it_and_what_can_be_undone() -> None:
    desk = Desk()
    asyncio.run(desk.ask_and(ResolveApproval("", True)))
    (asked, *_) = desk.events
    assert isinstance(asked, ev.ApprovalRequested)
    assert (asked.label, asked.scopes, asked.undo, asked.digest) == (
        LABEL,
        ("once", "run"),
        "Can be undone.",
        REQUEST.digest,
    )


def test_one_yes_for_the_run_answers_the_others_that_it_covers_and_many_questions_are_counted() -> None:
    async def main() -> None:
        desk = Desk()
        tasks = [asyncio.create_task(desk.approver.approve(ASKING)) for _ in range(3)]
        await asyncio.sleep(0)
        asked = [event for event in desk.events if isinstance(event, ev.ApprovalRequested)]
        assert [event.asked_lately for event in asked] == [1, 2, 3]
        desk.broker.resolve(ResolveApproval(asked[0].approval_id, True, scope="run"))
        await tasks[0]
        desk.approver.release(lambda other: other.request.digest == REQUEST.digest)
        assert await asyncio.gather(*tasks[1:]) == [Answer(True, "person"), Answer(True, "person")]
        assert unpaired(desk.events) == []

    asyncio.run(main())
