"""The quick prompt: nothing of the answer is lost, and nothing of other runs is shown."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.commands import CancelRun, Limits, SendMessage
from agent.errors import HomardError, UsageError
from agent.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalResolved,
    MessageDelta,
    MessageFinished,
    MessageStarted,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    RunStarted,
    RunWaiting,
    StopReason,
    ToolCallFinished,
    ToolCallStarted,
)
from agent.messages import NO_USAGE, AssistantMessage, TextPart, ToolCall, ToolResult
from agent.models.scripted import Reply
from app.viewmodels.quick_prompt import QuickPromptViewModel
from tests.helpers.house import House, open_house

STARTED = RunStarted("s1", "r1", "user", "scripted/hello", "hi")
BEGUN = MessageStarted("s1", "r1", "scripted/hello")


def said(text: str) -> MessageFinished:
    return MessageFinished("s1", "r1", AssistantMessage((TextPart(text),)))


def finished(text: str = "", reason: StopReason = "end_turn", error: str | None = None, run: str = "r1") -> RunFinished:
    return RunFinished("s1", run, reason, text, NO_USAGE, error)


class Port:
    """Takes questions; what happens before it answers is up to the test."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None, trouble: Exception | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self.cancelled: list[str] = []
        self.meanwhile = meanwhile
        self.trouble = trouble

    async def ask(self, text: str, session_id: str = "") -> tuple[str, str]:
        self.asked.append((text, session_id))
        self.meanwhile()
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble
        return "s1", f"r{len(self.asked)}"

    async def cancel(self, run_id: str) -> None:
        self.cancelled.append(run_id)
        if self.trouble is not None:
            raise self.trouble


def asked(*events: AnyEvent) -> QuickPromptViewModel:
    """A question was sent, then these happened."""
    model = QuickPromptViewModel(Port())
    assert asyncio.run(model.ask(" hi "))
    for event in events:
        model.take(event)
    return model


def seen(model: QuickPromptViewModel) -> tuple[str, str, str]:
    return model.state, model.answer, model.error


def test_an_answer_comes_in_pieces_and_is_done() -> None:
    model = asked()
    states = [seen(model)]
    for event in (
        STARTED,
        BEGUN,
        MessageDelta("s1", "r1", "hmm", thinking=True),
        MessageDelta("s1", "r1", "Hel"),
        MessageDelta("s1", "r1", "lo"),
        said("Hello!"),
        finished("Hello!"),
    ):
        model.take(event)
        states.append(seen(model))
    assert states == [
        *[("asking", "", "")] * 4,
        ("answering", "Hel", ""),
        ("answering", "Hello", ""),
        ("answering", "Hello!", ""),
        ("done", "Hello!", ""),
    ]
    assert (model.question, model.session_id, model.model, model.busy) == ("hi", "s1", "scripted/hello", False)


def test_what_happens_before_the_ids_are_known_is_not_lost() -> None:
    port = Port()
    model = QuickPromptViewModel(port)

    def meanwhile() -> None:
        for event in (
            RunStarted("s9", "r9", "user", "other/model", "x"),
            STARTED,
            BEGUN,
            MessageDelta("s9", "r9", "not this"),
            MessageDelta("s1", "r1", "Hello"),
            finished("Hello"),
            finished("other", run="r9"),
        ):
            model.take(event)

    port.meanwhile = meanwhile
    asyncio.run(model.ask("hi"))
    assert (*seen(model), model.model) == ("done", "Hello", "", "scripted/hello")


def test_other_runs_and_late_events_change_nothing() -> None:
    model = asked(STARTED, BEGUN, MessageDelta("s1", "r1", "mine"))
    changes: list[None] = []
    model.changed.connect(lambda: changes.append(None))
    model.take(MessageDelta("s2", "r2", "theirs"))
    model.take(finished("theirs", run="r2"))
    assert (seen(model), changes) == (("answering", "mine", ""), [])
    model.take(finished("mine"))
    model.take(MessageDelta("s1", "r1", "late"))
    assert (seen(model), len(changes)) == (("done", "mine", ""), 1)


def test_the_latest_message_is_the_answer_and_the_one_before_stays_until_it_speaks() -> None:
    call = ToolCall("c1", "read", "{}")
    model = asked(STARTED, BEGUN, said("I look."), ToolCallStarted("s1", "r1", call, "Read a.txt", True))
    assert (model.answer, model.activity) == ("I look.", "Read a.txt")
    model.take(ToolCallFinished("s1", "r1", ToolResult("c1", "read", (TextPart("x"),)), 0.1))
    model.take(BEGUN)
    assert (model.answer, model.activity) == ("I look.", "")
    model.take(MessageDelta("s1", "r1", "It says x."))
    assert model.answer == "It says x."


def test_a_reply_that_was_given_up_leaves_nothing() -> None:
    model = asked(STARTED, BEGUN, said("Before"), BEGUN, MessageDelta("s1", "r1", "half a w"))
    model.take(MessageFinished("s1", "r1", None, "cut"))
    assert seen(model) == ("answering", "Before", "")


def test_what_needs_the_person_is_shown_until_all_of_it_is_answered() -> None:
    model = asked(STARTED, BEGUN)
    states: list[str] = []
    for event in (
        ApprovalRequested("s1", "r1", "a1", "c1", "write", ("write a",), "outside"),
        QuestionAsked("s1", "r1", "q1", "Which?"),
        ApprovalResolved("s1", "r1", "a1", True, "person"),
        QuestionAnswered("s1", "r1", "q1", "red"),
        MessageDelta("s1", "r1", "Red"),
    ):
        model.take(event)
        states.append(model.state)
    assert states == ["needs_you", "needs_you", "needs_you", "asking", "answering"]


def test_a_run_that_fails_says_why_and_keeps_what_came() -> None:
    model = asked(STARTED, BEGUN, MessageDelta("s1", "r1", "Half"))
    model.take(finished("", "model_error", "The key is wrong."))
    assert seen(model) == ("failed", "Half", "The key is wrong.")
    assert asked(finished("", "max_turns")).error.startswith("The run ended early.")


def test_a_pause_is_said() -> None:
    model = asked(STARTED, RunWaiting("s1", "r1", "paused", None))
    assert "paused" in model.activity
    model.take(BEGUN)
    assert model.activity == ""


def test_what_could_not_be_asked_is_an_error_and_can_be_asked_again() -> None:
    port = Port(trouble=UsageError("Choose a model first."))
    model = QuickPromptViewModel(port)
    assert not asyncio.run(model.ask("hi"))
    assert seen(model) == ("failed", "", "Choose a model first.")
    port.trouble = None
    assert asyncio.run(model.ask("hi"))
    assert seen(model) == ("asking", "", "")


def test_the_unexpected_is_told_and_raised() -> None:
    model = QuickPromptViewModel(Port(trouble=RuntimeError("secret detail")))
    with pytest.raises(RuntimeError):
        asyncio.run(model.ask("hi"))
    assert (model.state, "secret" in model.error, bool(model.error)) == ("failed", False, True)


def test_the_next_question_goes_on_in_the_chat_until_it_is_reset() -> None:
    port = Port()
    model = QuickPromptViewModel(port)
    for text in ("one", "two"):
        asyncio.run(model.ask(text))
        assert not asyncio.run(model.ask("while it answers")) and not asyncio.run(model.ask("  "))
        model.take(finished("fine", run=f"r{len(port.asked)}"))
    model.reset()
    assert (model.state, model.answer, model.session_id) == ("idle", "", "")
    asyncio.run(model.ask("three"))
    assert port.asked == [("one", ""), ("two", "s1"), ("three", "")]


def test_a_reset_while_it_is_asked_forgets_the_answer() -> None:
    port = Port()
    model = QuickPromptViewModel(port)
    port.meanwhile = model.reset
    assert asyncio.run(model.ask("hi"))
    model.take(MessageDelta("s1", "r1", "late"))
    assert (*seen(model), model.session_id) == ("idle", "", "", "")


def test_stop_cancels_the_run_and_what_came_stays() -> None:
    port = Port()
    model = QuickPromptViewModel(port)
    asyncio.run(model.stop())
    asyncio.run(model.ask("hi"))
    model.take(MessageDelta("s1", "r1", "Half"))
    asyncio.run(model.stop())
    model.take(finished("Half", "cancelled", "Stopped."))
    assert (port.cancelled, *seen(model), model.stopped) == (["r1"], "done", "Half", "", True)


def test_stop_before_the_run_is_known_stops_it_once_it_is() -> None:
    async def main() -> list[str]:
        port = Port()
        model = QuickPromptViewModel(port)
        asking = asyncio.ensure_future(model.ask("hi"))
        await asyncio.sleep(0)
        await model.stop()
        assert port.cancelled == []
        await asking
        return port.cancelled

    assert asyncio.run(main()) == ["r1"]


def test_a_run_that_cannot_be_stopped_goes_on_and_says_so() -> None:
    port = Port()
    model = QuickPromptViewModel(port)
    asyncio.run(model.ask("hi"))
    port.trouble = HomardError("It does not listen.")
    asyncio.run(model.stop())
    assert (model.state, model.stopped, model.activity) == ("asking", False, "It does not listen.")


class RealPort:
    """The runtime, as the workspace puts it."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def ask(self, text: str, session_id: str = "") -> tuple[str, str]:
        session = session_id or self.house.session_id
        message = SendMessage(session, (TextPart(text),), model="scripted/hello", limits=Limits())
        receipt = await self.house.runtime.submit(message)
        return receipt.session_id, receipt.run_id

    async def cancel(self, run_id: str) -> None:
        await self.house.runtime.submit(CancelRun(run_id))


def test_a_real_run_is_followed_to_its_end(tmp_path: Path, qtbot: Any) -> None:
    async def main() -> None:
        async with open_house(tmp_path, [Reply("Hello!"), Reply("And again.")]) as house:
            model = QuickPromptViewModel(RealPort(house))
            for answer in ("Hello!", "And again."):
                with house.runtime.subscribe() as events:
                    assert await model.ask("hi")
                    async for event in events:
                        model.take(event)
                        if isinstance(event, RunFinished):
                            break
                assert seen(model) == ("done", answer, "")

    asyncio.run(main())
