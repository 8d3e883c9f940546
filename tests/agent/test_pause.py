"""Pause everything, through the runtime's doors, with a clock that a test moves."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent import events as ev
from agent.commands import AnyCommand, CancelRun, Limits, PauseRuns, ResumeRuns
from agent.errors import UsageError
from agent.messages import AssistantMessage, TextPart, ToolMessage, UserMessage
from agent.models.scripted import Reply
from agent.pause import PauseState, next_morning
from agent.ports import ModelRequest
from agent.tools.tool import ToolContext, ToolOutput
from tests.helpers.clock import NOON, HeldClock
from tests.helpers.house import House, collect, open_house
from tests.helpers.pairs import unpaired
from tests.helpers.tools import ActTool, Look, LookTool

GOING = PauseState()


def names(events: list[ev.AnyEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


async def up_to(events: AsyncIterator[ev.AnyEvent], kind: type[ev.AnyEvent]) -> list[ev.AnyEvent]:
    """The events up to the first of a kind."""
    seen: list[ev.AnyEvent] = []
    async for event in events:
        if not isinstance(event, ev.MessageDelta | ev.EntriesStored):
            seen.append(event)
        if isinstance(event, kind):
            return seen
    raise AssertionError("the bus closed")


def run_story(story: Any) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await story()

    asyncio.run(bounded())


def test_a_run_waits_before_its_request_and_takes_what_is_said_meanwhile(tmp_path: Path) -> None:
    async def story() -> None:
        async with open_house(tmp_path, [Reply("Both done.")], clock=HeldClock()) as house:
            with house.runtime.subscribe() as events:
                await house.runtime.submit(PauseRuns())
                assert house.runtime.pause.state == PauseState(True, None)
                receipt = await house.runtime.submit(house.message("one"))
                seen = await up_to(events, ev.RunWaiting)
                assert seen[-1] == ev.RunWaiting(house.session_id, receipt.run_id, "paused", None)
                assert (await house.runtime.submit(house.message("two"))).run_id == receipt.run_id
                assert house.gateway.requests == []
                await house.runtime.submit(ResumeRuns())
                assert house.runtime.pause.state == GOING
                seen += await collect(events, receipt.run_id)
            assert names(seen) == [
                "RunsPaused", "RunStarted", "TurnStarted", "RunWaiting",
                "RunsResumed", "SteeringDelivered", "MessageStarted", "MessageFinished", "TurnFinished", "RunFinished",
            ]  # fmt: skip
            assert (seen[0], seen[4]) == (ev.RunsPaused("", "", None), ev.RunsResumed("", ""))
            assert unpaired(seen) == []
            (request,) = house.gateway.requests
            assert [m.text for m in request.messages if isinstance(m, UserMessage)] == ["one", "two"]

    run_story(story)


def test_calls_in_progress_finish_and_the_next_request_waits(tmp_path: Path) -> None:
    looker = LookTool()
    looker.gate = asyncio.Event()

    async def story() -> None:
        script = [Reply(calls=[("look", {"at": "x"})]), Reply("done")]
        async with open_house(tmp_path, script, [looker, ActTool()], HeldClock()) as house:
            with house.runtime.subscribe(house.session_id) as events:
                receipt = await house.runtime.submit(house.message("go"))
                await looker.begun.wait()
                await house.runtime.submit(PauseRuns(NOON + timedelta(hours=1)))
                assert looker.gate is not None
                looker.gate.set()
                seen = await up_to(events, ev.RunWaiting)
                assert len(house.gateway.requests) == 1
                await house.runtime.submit(ResumeRuns())
                seen += await collect(events, receipt.run_id)
            assert names(seen) == [
                "RunStarted", "TurnStarted", "MessageStarted", "MessageFinished", "ToolCallStarted", "ToolCallFinished",
                "TurnFinished", "TurnStarted", "RunWaiting", "MessageStarted", "MessageFinished", "TurnFinished",
                "RunFinished",
            ]  # fmt: skip
            assert unpaired(seen) == []

    run_story(story)


async def fill(house: House, turns: int) -> None:
    """Let so many long turns stand in the chat."""
    for n in range(turns):
        said = [UserMessage((TextPart(f"{n} " + "x" * 4_000),)), AssistantMessage((TextPart("ok"),))]
        await house.runtime.store.append(house.session_id, None, said)


def test_a_request_whose_summary_was_made_meanwhile_waits_too(tmp_path: Path) -> None:
    reached, gate = asyncio.Event(), asyncio.Event()

    def script(request: ModelRequest) -> Reply:
        last = request.messages[-1]
        assert isinstance(last, UserMessage)
        if last.text.startswith("Summarise"):
            return Reply("Much was said.", reached=reached, gate=gate)
        return Reply("fine")

    async def story() -> None:
        async with open_house(tmp_path, script, clock=HeldClock()) as house:
            await fill(house, 30)
            with house.runtime.subscribe(house.session_id) as events:
                receipt = await house.runtime.submit(house.message("and now?"))
                await reached.wait()
                await house.runtime.submit(PauseRuns())
                gate.set()
                seen = await up_to(events, ev.RunWaiting)
                assert names(seen) == ["RunStarted", "TurnStarted", "ContextCompacted", "RunWaiting"]
                assert len(house.gateway.requests) == 1
                await house.runtime.submit(ResumeRuns())
                seen += await collect(events, receipt.run_id)
                assert names(seen)[4:] == ["MessageStarted", "MessageFinished", "TurnFinished", "RunFinished"]

    run_story(story)


def test_a_summary_waits_too_that_is_wanted_because_a_prompt_did_not_fit(tmp_path: Path) -> None:
    reached, gate = asyncio.Event(), asyncio.Event()
    too_long = Reply(error="context_overflow", reached=reached, gate=gate)

    async def story() -> None:
        replies = [too_long, Reply("Much was said."), Reply("fine")]
        async with open_house(tmp_path, replies, clock=HeldClock()) as house:
            await fill(house, 6)
            with house.runtime.subscribe(house.session_id) as events:
                receipt = await house.runtime.submit(house.message("and now?"))
                await reached.wait()
                await house.runtime.submit(PauseRuns())
                gate.set()
                await up_to(events, ev.RunWaiting)
                assert len(house.gateway.requests) == 1
                await house.runtime.submit(ResumeRuns())
                seen = await collect(events, receipt.run_id)
                assert names(seen)[0] == "ContextCompacted" and len(house.gateway.requests) == 3

    run_story(story)


def test_a_run_is_cancelled_while_it_waits(tmp_path: Path) -> None:
    async def story() -> None:
        async with open_house(tmp_path, [], clock=HeldClock()) as house:
            await house.runtime.submit(PauseRuns())
            with house.runtime.subscribe(house.session_id) as events:
                receipt = await house.runtime.submit(house.message("go"))
                seen = await up_to(events, ev.RunWaiting)
                await house.runtime.submit(CancelRun(receipt.run_id))
                seen += await collect(events, receipt.run_id)
            assert names(seen) == ["RunStarted", "TurnStarted", "RunWaiting", "TurnFinished", "RunFinished"]
            assert isinstance(seen[-1], ev.RunFinished) and seen[-1].stop_reason == "cancelled"
            (run,) = await house.runtime.store.runs(house.session_id)
            assert run.stop_reason == "cancelled"
            assert house.runtime.pause.state.paused

    run_story(story)


def test_it_ends_by_itself_when_its_time_has_come(tmp_path: Path) -> None:
    async def story() -> None:
        clock = HeldClock()
        async with open_house(tmp_path, [Reply("done")], clock=clock) as house:
            end = NOON + timedelta(seconds=150)
            with house.runtime.subscribe() as events:
                await house.runtime.submit(PauseRuns(end))
                receipt = await house.runtime.submit(house.message("go"))
                seen = await up_to(events, ev.RunWaiting)
                assert seen[-1] == ev.RunWaiting(house.session_id, receipt.run_id, "paused", end)
                for _ in range(2):
                    await clock.advance(60)
                    assert house.runtime.pause.state == PauseState(True, end)
                await clock.advance(30)
                assert house.runtime.pause.state == GOING
                seen = await collect(events, receipt.run_id)
            assert names(seen) == ["RunsResumed", "MessageStarted", "MessageFinished", "TurnFinished", "RunFinished"]
            assert clock.slept == [60.0, 60.0, 30.0]

    run_story(story)


@pytest.mark.parametrize(("jump_s", "ends_after_s"), [(86_400, 60), (-600, 750)])
def test_a_clock_that_is_set_or_a_machine_that_was_suspended_is_noticed(
    tmp_path: Path, jump_s: int, ends_after_s: int
) -> None:
    async def story() -> None:
        clock = HeldClock()
        async with open_house(tmp_path, [], clock=clock) as house:
            await house.runtime.submit(PauseRuns(NOON + timedelta(seconds=150)))
            await clock.advance(0)
            clock.moment += timedelta(seconds=jump_s)
            passed = 0
            while house.runtime.pause.state.paused:
                await clock.advance(30)
                passed += 30
            assert passed == ends_after_s

    run_story(story)


def test_another_end_replaces_the_first_and_is_told(tmp_path: Path) -> None:
    async def story() -> None:
        clock = HeldClock()
        async with open_house(tmp_path, [Reply("done")], clock=clock) as house:
            with house.runtime.subscribe() as events:
                await house.runtime.submit(PauseRuns(NOON + timedelta(seconds=30)))
                await house.runtime.submit(house.message("go"))
                await up_to(events, ev.RunWaiting)
                await house.runtime.submit(PauseRuns())
                seen = await up_to(events, ev.RunWaiting)
                assert [getattr(event, "until", 0) for event in seen] == [None, None]
                assert names(seen) == ["RunsPaused", "RunWaiting"]
                await clock.advance(3600)
                assert house.runtime.pause.state == PauseState(True, None)
                for wrong in (NOON, datetime(2030, 1, 1)):
                    with pytest.raises(UsageError, match="a moment to come"):
                        await house.runtime.submit(PauseRuns(wrong))
                assert house.runtime.pause.state == PauseState(True, None)
                await house.runtime.submit(ResumeRuns())
                await house.runtime.submit(ResumeRuns())
                assert names(await up_to(events, ev.RunFinished)).count("RunsResumed") == 1

    run_story(story)


async def state_at(tmp_path: Path, moment: datetime) -> PauseState:
    """How it stands after a start at that moment."""
    clock = HeldClock()
    clock.moment = moment
    async with open_house(tmp_path, [], clock=clock) as house:
        return house.runtime.pause.state


def test_it_outlasts_a_restart_but_not_its_own_time(tmp_path: Path) -> None:
    end = NOON + timedelta(hours=1)

    async def pause(until: datetime | None) -> None:
        async with open_house(tmp_path, [], clock=HeldClock()) as house:
            await house.runtime.submit(PauseRuns(until))

    async def story() -> None:
        assert await state_at(tmp_path, NOON) == GOING
        await pause(None)
        assert await state_at(tmp_path, NOON + timedelta(days=900)) == PauseState(True, None)
        await pause(end)
        assert await state_at(tmp_path, end - timedelta(seconds=1)) == PauseState(True, end)
        assert await state_at(tmp_path, end) == GOING
        assert await state_at(tmp_path, NOON) == GOING
        await pause(end)
        clock = HeldClock()
        async with open_house(tmp_path, [Reply("done")], clock=clock) as house:
            with house.runtime.subscribe(house.session_id) as events:
                receipt = await house.runtime.submit(house.message("go"))
                await up_to(events, ev.RunWaiting)
                await clock.advance(3600)
                await clock.advance(60)
                assert names(await collect(events, receipt.run_id))[0] == "MessageStarted"
        assert await state_at(tmp_path, NOON) == GOING

    run_story(story)


def test_the_time_limit_of_a_run_stands_still_meanwhile(tmp_path: Path) -> None:
    async def story() -> None:
        held = Reply("never", gate=asyncio.Event())
        async with open_house(tmp_path, [Reply("done"), held], clock=HeldClock()) as house:
            limits = Limits(max_time_s=0.15)
            await house.runtime.submit(PauseRuns())
            with house.runtime.subscribe(house.session_id) as events:
                receipt = await house.runtime.submit(house.message("go", limits=limits))
                await up_to(events, ev.RunWaiting)
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.5):
                        await collect(events, receipt.run_id)
                await house.runtime.submit(ResumeRuns())
                end = (await collect(events, receipt.run_id))[-1]
                assert isinstance(end, ev.RunFinished) and end.stop_reason == "end_turn"

                await house.runtime.submit(PauseRuns())
                receipt = await house.runtime.submit(house.message("again", limits=limits))
                await up_to(events, ev.RunWaiting)
                await house.runtime.submit(ResumeRuns())
                end = (await collect(events, receipt.run_id))[-1]
                assert isinstance(end, ev.RunFinished) and end.stop_reason == "max_time"

    run_story(story)


def test_a_home_is_closed_while_a_run_waits(tmp_path: Path) -> None:
    async def story() -> None:
        async with open_house(tmp_path, [], clock=HeldClock()) as house:
            await house.runtime.submit(PauseRuns(NOON + timedelta(hours=1)))
            with house.runtime.subscribe(house.session_id) as events:
                await house.runtime.submit(house.message("go"))
                await up_to(events, ev.RunWaiting)
        assert await state_at(tmp_path, NOON) == PauseState(True, NOON + timedelta(hours=1))

    run_story(story)


def test_the_commands_and_events_travel_as_json() -> None:
    command = msgspec.convert({"command": "PauseRuns", "until": "2026-11-22T15:00:00Z"}, AnyCommand)
    assert command == PauseRuns(datetime(2026, 11, 22, 15, 0, tzinfo=UTC))
    assert msgspec.convert({"command": "PauseRuns"}, AnyCommand) == PauseRuns()
    assert msgspec.to_builtins(ev.RunWaiting("s", "r", "paused", NOON)) == {
        "event": "RunWaiting", "session_id": "s", "run_id": "r", "reason": "paused", "until": "2026-11-22T12:00:00Z",
    }  # fmt: skip


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be set here")
def test_tomorrow_begins_in_the_early_morning() -> None:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Berlin"
    time.tzset()
    try:
        assert next_morning(NOON) == datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
        assert next_morning(datetime(2026, 11, 23, 1, 0, tzinfo=UTC)) == datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
        assert next_morning(datetime(2026, 3, 28, 12, 0, tzinfo=UTC)) == datetime(2026, 3, 29, 4, 0, tzinfo=UTC)
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


class Asking(LookTool):
    """Asks the model of the run by the way, as reading calls side by side may."""

    name = "asking"

    async def run(self, args: Look, context: ToolContext) -> ToolOutput:
        assert context.complete is not None
        return ToolOutput(await context.complete("Say one word.", args.at))


def test_calls_that_wait_side_by_side_leave_the_run_its_time_limit(tmp_path: Path) -> None:
    gate, reached, never = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def story() -> None:
        calls = [("asking", {"at": "x"}), ("asking", {"at": "y"})]
        script = [Reply(calls=calls, reached=reached, gate=gate), Reply("one"), Reply("two"), Reply("late", gate=never)]
        async with open_house(tmp_path, script, [Asking()]) as house:
            with house.runtime.subscribe(house.session_id) as events:
                receipt = await house.runtime.submit(house.message("go", limits=Limits(max_time_s=0.7)))
                await reached.wait()
                await house.runtime.submit(PauseRuns())
                gate.set()
                seen = [*await up_to(events, ev.RunWaiting), *await up_to(events, ev.RunWaiting)]
                await house.runtime.submit(ResumeRuns())
                seen += await collect(events, receipt.run_id)
            end = seen[-1]
            assert isinstance(end, ev.RunFinished) and end.stop_reason == "max_time"
            results = sorted(m.result.text for m in await house.history() if isinstance(m, ToolMessage))
            assert (results, len(house.gateway.requests)) == (["one", "two"], 4)

    run_story(story)
