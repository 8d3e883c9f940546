"""Every exit of a run: events in pairs, a reason, a stored end, and a history that a strict provider takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from agent import events as ev
from agent.commands import CancelRun, Limits
from agent.messages import AssistantMessage, ToolMessage, UserMessage
from agent.models.scripted import Reply
from agent.ports import ModelRequest
from agent.storage.recovery import well_formed
from agent.tools.tool import ToolContext, ToolOutput
from tests.helpers.history import strict_problems
from tests.helpers.house import House, collect, open_house
from tests.helpers.pairs import unpaired
from tests.helpers.tools import Act, ActTool, LookTool

LOOK = ("look", {"at": "x"})
ACT = ("act", {"on": "x"})


class FaultyTool(ActTool):
    """Acts, then raises what it was given; `act` in name."""

    def __init__(self, fault: Callable[[], BaseException]) -> None:
        super().__init__()
        self._fault = fault

    async def run(self, args: Act, context: ToolContext) -> ToolOutput:
        await super().run(args, context)
        raise self._fault()


class BreakingTool(ActTool):
    """Acts, and meanwhile the table of that name goes away: the next step cannot be stored."""

    def __init__(self) -> None:
        super().__init__()
        self.house: House | None = None

    async def run(self, args: Act, context: ToolContext) -> ToolOutput:
        assert self.house is not None
        await break_table(self.house, "entries", "gone")
        return await super().run(args, context)


async def break_table(house: House, name: str, to: str) -> None:
    await house.runtime.store.database.call(lambda connection: connection.execute(f"ALTER TABLE {name} RENAME TO {to}"))


def check(events: Sequence[ev.AnyEvent]) -> ev.RunFinished:
    assert unpaired(events) == []
    end = events[-1]
    assert isinstance(end, ev.RunFinished)
    assert (end.error is None) == (end.stop_reason == "end_turn")
    return end


async def check_stored(house: House, reason: str) -> None:
    runs = await house.runtime.store.runs(house.session_id)
    assert runs[0].stop_reason == reason
    history = await house.history()
    calls = [call.call_id for m in history if isinstance(m, AssistantMessage) for call in m.tool_calls]
    assert sorted(calls) == sorted(m.result.call_id for m in history if isinstance(m, ToolMessage))
    assert strict_problems(well_formed(history)) == []  # calls side by side are stored as they end


def endless(request: ModelRequest) -> Reply:
    return Reply(calls=[("look", {"at": str(len(request.messages))})])


def raises(fault: BaseException) -> Any:
    def script(_request: ModelRequest) -> Reply:
        raise fault

    return script


@pytest.mark.parametrize(
    ("script", "more", "reason"),
    [
        ([Reply("done")], {}, "end_turn"),
        (endless, {"limits": Limits(max_turns=2)}, "max_turns"),
        ([Reply(calls=[LOOK])], {"limits": Limits(max_turns=1)}, "max_turns"),
        (endless, {"limits": Limits(max_tokens=0)}, "max_tokens"),
        ([Reply("a b", gate=asyncio.Event())], {"limits": Limits(max_time_s=0.1)}, "max_time"),
        ([Reply(calls=[ACT, ACT])], {"limits": Limits(max_time_s=0.1)}, "max_time"),  # an approval is pending
        ([Reply("half", finish="length")], {}, "output_limit"),
        ([Reply(calls=[("look", {"at": "nothing"})])] * 9, {}, "loop"),
        ([Reply("half", error="bad_key")], {}, "model_error"),
        (raises(RuntimeError("a fault")), {}, "internal_error"),
        (raises(TimeoutError()), {}, "internal_error"),
        (raises(asyncio.CancelledError()), {}, "internal_error"),
        (raises(BaseExceptionGroup("b", [asyncio.CancelledError()])), {}, "internal_error"),
    ],
)
def test_every_exit_is_in_pairs_and_stored(tmp_path: Path, script: Any, more: dict[str, Any], reason: str) -> None:
    async def main() -> None:
        async with open_house(tmp_path, script) as house:
            async with asyncio.timeout(20):
                end = check(await house.ask("go", **more))
            assert end.stop_reason == reason
            await check_stored(house, reason)

    asyncio.run(main())


@pytest.mark.parametrize(
    "fault",
    [
        lambda: ValueError("no"),
        lambda: TimeoutError("of its own"),
        lambda: asyncio.CancelledError(),
        lambda: BaseExceptionGroup("b", [asyncio.CancelledError()]),
        lambda: SystemExit(3),
    ],
)
def test_whatever_a_tool_raises_ends_its_call_and_not_the_run(
    tmp_path: Path, fault: Callable[[], BaseException]
) -> None:
    async def main() -> None:
        async with open_house(tmp_path, [Reply(calls=[ACT, LOOK]), Reply("ok")], [FaultyTool(fault), LookTool()]) as h:
            async with asyncio.timeout(20):
                end = check(await h.ask("go", approve_all=True))
            assert (end.stop_reason, [c.is_error for c in end.tool_calls]) == ("end_turn", [True, False])
            result = next(m.result for m in await h.history() if isinstance(m, ToolMessage))
            assert "failed in an unexpected way" in result.text
            await check_stored(h, "end_turn")

    asyncio.run(main())


def test_a_store_that_fails_in_mid_run_ends_it_in_words_and_says_that_the_call_may_have_happened(
    tmp_path: Path,
) -> None:
    async def main() -> None:
        tool = BreakingTool()
        script = [Reply(calls=[ACT, ("act", {"on": "y"})]), Reply("on we go")]
        async with open_house(tmp_path, script, [tool]) as house:
            tool.house = house
            async with asyncio.timeout(20):
                events = await house.ask("go", approve_all=True)
            assert check(events).stop_reason == "internal_error"
            await break_table(house, "gone", "entries")
            assert (await house.finish("again")).stop_reason == "end_turn"
            assert strict_problems(house.gateway.requests[-1].messages) == []
            (result, _) = [m.result for m in house.gateway.requests[-1].messages if isinstance(m, ToolMessage)]
            assert result.outcome == "unknown"

    asyncio.run(main())


@pytest.mark.parametrize("times", [1, 2])
def test_cancelled_at_any_event_a_run_ends_in_pairs_and_its_history_is_whole(tmp_path: Path, times: int) -> None:
    async def main(at: int) -> bool:
        script = [Reply("I look.", calls=[LOOK, LOOK, ACT]), Reply("done")]
        async with open_house(tmp_path / str(at), script) as house:
            seen: list[ev.AnyEvent] = []
            with house.runtime.subscribe() as events:
                receipt = await house.runtime.submit(house.message("go", approve_all=True))
                async for event in events:
                    seen.append(event)
                    if isinstance(event, ev.RunFinished):
                        break
                    if len(seen) == at:
                        for _ in range(times):
                            await house.runtime.submit(CancelRun(receipt.run_id))
                        async with asyncio.timeout(20):
                            seen += await collect(events, receipt.run_id)
                        break
            seen = [event for event in seen if not isinstance(event, ev.MessageDelta)]
            end = check(seen)
            await check_stored(house, end.stop_reason)
            history = await house.history()
            assert isinstance(history[0], UserMessage)
            finished = [e.message for e in seen if isinstance(e, ev.MessageFinished) and e.message]
            assert finished == [m for m in history if isinstance(m, AssistantMessage) and m.finish != "cut"]
            return end.stop_reason == "cancelled"

    outcomes = [asyncio.run(main(at)) for at in range(1, 34)]
    assert outcomes[0] and not outcomes[-1]
