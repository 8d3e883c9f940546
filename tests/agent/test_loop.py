"""The loop through the runtime's doors: a scripted model, a real database, whole event lists."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec

from agent import events as ev
from agent.commands import Limits
from agent.messages import AssistantMessage, NoteMessage, SummaryMessage, TextPart, ToolMessage, Usage, UserMessage
from agent.models.scripted import Reply
from agent.ports import ModelRequest
from agent.settings import ModelSettings, ProviderSettings
from tests.helpers.house import House, open_house
from tests.helpers.tools import ActTool, LookTool


def names(events: list[ev.AnyEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


def look(at: str) -> tuple[str, dict[str, Any]]:
    return ("look", {"at": at})


def play(
    tmp_path: Path, script: Any, prompt: str = "go", tools: Any = None, **more: Any
) -> tuple[list[ev.AnyEvent], House]:
    async def main() -> tuple[list[ev.AnyEvent], House]:
        async with open_house(tmp_path, script, tools) as house:
            seen = await house.ask(prompt, **more)
            house.stored = await house.history()  # type: ignore[attr-defined]
            return seen, house

    return asyncio.run(main())


def finished(events: list[ev.AnyEvent]) -> ev.RunFinished:
    last = events[-1]
    assert isinstance(last, ev.RunFinished)
    return last


def test_an_answer_without_tools(tmp_path: Path) -> None:
    events, house = play(tmp_path, [Reply("Hi there.", usage=Usage(10, 4, 3, 0.5))], "hello")
    assert names(events) == [
        "RunStarted", "TurnStarted", "MessageStarted", "MessageFinished", "TurnFinished", "RunFinished",
    ]  # fmt: skip
    end = finished(events)
    assert (end.stop_reason, end.text, end.error, end.usage) == ("end_turn", "Hi there.", None, Usage(10, 4, 3, 0.5))
    user, reply = house.stored  # type: ignore[attr-defined]
    assert isinstance(user, UserMessage) and user.text == "hello" and "2026-11-22" in user.context
    assert isinstance(reply, AssistantMessage) and reply.text == "Hi there."


def test_reading_calls_run_side_by_side_and_others_in_order(tmp_path: Path) -> None:
    looker, actor = LookTool(), ActTool()
    looker.meet = 3
    calls = [look("1"), look("2"), look("3"), ("act", {"on": "a"}), ("act", {"on": "b"}), look("4")]
    events, house = play(tmp_path, [Reply(calls=calls), Reply("done")], tools=[looker, actor], approve_all=True)
    assert finished(events).stop_reason == "end_turn"
    assert looker.most_together == 3
    assert actor.done == ["a", "b"]
    results = [m.result for m in house.stored if isinstance(m, ToolMessage)]  # type: ignore[attr-defined]
    assert sorted(r.text for r in results) == sorted(
        ["you see 1", "you see 2", "you see 3", "acted on a", "acted on b", "you see 4"]
    )
    assert len({r.call_id for r in results}) == 6


def test_an_effect_that_nobody_allowed_does_not_happen(tmp_path: Path) -> None:
    actor = ActTool()
    events, _ = play(tmp_path, [Reply(calls=[("act", {"on": "a"})]), Reply("not done")], tools=[actor], attended=False)
    end = finished(events)
    assert actor.done == []
    assert (end.needs_person, [c.is_error for c in end.tool_calls]) == (True, [True])
    resolved = [event for event in events if isinstance(event, ev.ApprovalResolved)]
    assert [(event.allowed, event.by) for event in resolved] == [(False, "nobody")]


def test_malformed_calls_are_told_to_the_model_and_never_run(tmp_path: Path) -> None:
    actor = ActTool()
    bad = ["{'on': 'a'}", '"a"', '{"on":"a","on":"b"}', '{"on": NaN}', '{"on":"a","more":1}', "{" * 3000, '["a"]', "{}"]
    for index, arguments in enumerate(bad):
        events, house = play(
            tmp_path / str(index), [Reply(calls=[("act", arguments)]), Reply("ok")], tools=[actor], approve_all=True
        )
        assert finished(events).stop_reason == "end_turn", arguments
        assert [c.is_error for c in finished(events).tool_calls] == [True], arguments
        assert any(isinstance(m, ToolMessage) and m.result.is_error for m in house.stored)  # type: ignore[attr-defined]
    assert actor.done == []


def test_an_unknown_tool_names_those_there_are(tmp_path: Path) -> None:
    events, _ = play(tmp_path, [Reply(calls=[("no_such_tool", {})]), Reply("ok")])
    result = next(event.result for event in events if isinstance(event, ev.ToolCallFinished))
    assert "look, act" in result.text and result.is_error


def test_what_waiting_mends_is_tried_again_and_what_it_does_not_is_not(tmp_path: Path) -> None:
    events, house = play(
        tmp_path / "a", [Reply(error="rate_limited", retry_after_s=2.0), Reply(error="overloaded"), Reply("at last")]
    )
    assert finished(events).text == "at last"
    assert house.clock.slept[0] == 2.0 and len(house.clock.slept) == 2
    for code in ("bad_key", "quota_exceeded", "bad_request", "no_such_model", "content_filtered"):
        events, house = play(tmp_path / code, [Reply(error=code), Reply("never")])
        end = finished(events)
        assert (end.stop_reason, end.error_code, house.clock.slept) == ("model_error", code, [])
    events, house = play(tmp_path / "cut", [Reply("half", error="reply_cut")] * 5)
    assert (finished(events).error_code, len(house.clock.slept), finished(events).text) == ("reply_cut", 1, "")
    events, house = play(tmp_path / "day", [Reply(error="rate_limited", retry_after_s=86400.0)] * 5)
    assert (finished(events).error_code, house.clock.slept) == ("rate_limited", [])


def test_a_reply_that_broke_off_is_void(tmp_path: Path) -> None:
    events, house = play(tmp_path, [Reply("half a", calls=[look("x")], error="reply_cut"), Reply("whole")])
    ends = [event for event in events if isinstance(event, ev.MessageFinished)]
    assert [event.message is None for event in ends] == [True, False]
    assert not any(isinstance(m, ToolMessage) for m in house.stored)  # type: ignore[attr-defined]


def test_the_limits_end_a_run_in_words(tmp_path: Path) -> None:
    def endless(request: ModelRequest) -> Reply:
        return Reply(calls=[look(str(len(request.messages)))], usage=Usage(1000, 0, 10))

    events, house = play(tmp_path / "turns", endless, limits=Limits(max_turns=3))
    assert (finished(events).stop_reason, finished(events).error is not None) == ("max_turns", True)
    assert sum(isinstance(m, NoteMessage) for m in house.stored) == 1  # type: ignore[attr-defined]
    events, _ = play(tmp_path / "tokens", endless, limits=Limits(max_tokens=2500))
    assert (finished(events).stop_reason, names(events).count("TurnStarted")) == ("max_tokens", 3)
    looker = LookTool()
    looker.gate = asyncio.Event()
    events, house = play(tmp_path / "time", endless, tools=[looker], limits=Limits(max_time_s=0.2))
    assert finished(events).stop_reason == "max_time"
    results = [m.result for m in house.stored if isinstance(m, ToolMessage)]  # type: ignore[attr-defined]
    assert [r.outcome for r in results] == ["unknown"]


def test_a_loop_is_told_once_and_then_stopped(tmp_path: Path) -> None:
    def stubborn(_request: ModelRequest) -> Reply:
        return Reply(calls=[look("nothing")])

    events, house = play(tmp_path, stubborn)
    assert finished(events).stop_reason == "loop"
    loops = [event for event in events if isinstance(event, ev.LoopDetected)]
    assert [(event.pattern, event.stopped) for event in loops] == [("same_error", False), ("same_error", True)]
    assert sum(isinstance(m, NoteMessage) for m in house.stored) == 1  # type: ignore[attr-defined]
    assert names(events).count("ToolCallStarted") == names(events).count("ToolCallFinished") == 6


def test_a_thousand_calls_in_one_reply_end_well(tmp_path: Path) -> None:
    calls = [look(str(n)) for n in range(1000)]
    events, house = play(tmp_path, [Reply(calls=calls), Reply("done")])
    assert finished(events).stop_reason == "end_turn"
    results = [m.result for m in house.stored if isinstance(m, ToolMessage)]  # type: ignore[attr-defined]
    assert len(results) == 1000
    assert sum(r.outcome == "done" and not r.is_error for r in results) == 64


def test_a_large_result_goes_to_a_file_and_can_be_recalled(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(
            tmp_path, [Reply(calls=[("look", {"at": "x", "size": 500_000})]), Reply("done")]
        ) as house:
            await house.ask("go")
            (result,) = [m.result for m in await house.history() if isinstance(m, ToolMessage)]
            assert len(result.text) < 9_000 and "recall" in result.text
            with house.runtime.store.blobs.open(result.details["stored"]) as file:
                assert len(file.read()) == 500_000

    asyncio.run(main())


def test_old_turns_are_evicted_with_a_summary_and_the_prompt_keeps_fitting(tmp_path: Path) -> None:
    sizes: list[int] = []

    def script(request: ModelRequest) -> Reply:
        if wants_summary(request):
            return Reply("Summary: looked at many things.", usage=Usage(100, 0, 10, 0.25))
        assert well_paired(request)
        sizes.append(sum(len(str(m)) for m in request.messages))
        done = sum(isinstance(m, ToolMessage) for m in request.messages)
        return (
            Reply("finished")
            if len(sizes) == 60
            else Reply(calls=[("look", {"at": f"{len(sizes)}-{done}", "size": 200 + len(sizes)})])
        )

    async def main() -> None:
        async with open_house(tmp_path, script) as house:
            settings = house.runtime.settings
            small = ProviderSettings(
                transport="scripted", models={"small": ModelSettings(window=3_000, max_output_tokens=500)}
            )
            house.runtime.settings = msgspec.structs.replace(settings, providers={"tiny": small})
            events = await house.ask("Look at everything " + "and more " * 50, model="tiny/small")
            end = finished(events)
            assert end.stop_reason == "end_turn"
            compacted = [event for event in events if isinstance(event, ev.ContextCompacted)]
            assert compacted and all(event.tokens_after < event.tokens_before for event in compacted)
            assert max(sizes) < 40_000
            history = await house.history()
            assert sum(isinstance(m, ToolMessage) for m in history) == 59
            assert any(isinstance(m, SummaryMessage) and "Look at everything" in m.text for m in history)
            assert end.usage.cost_usd == 0.25 * len(compacted)

    asyncio.run(main())


def well_paired(request: ModelRequest) -> bool:
    open_calls: set[str] = set()
    for message in request.messages:
        if isinstance(message, ToolMessage):
            if message.result.call_id not in open_calls:
                return False
            open_calls.discard(message.result.call_id)
        else:
            if open_calls:
                return False
            open_calls = {c.call_id for c in message.tool_calls} if isinstance(message, AssistantMessage) else set()
    return not open_calls


def wants_summary(request: ModelRequest) -> bool:
    last = request.messages[-1]
    return isinstance(last, UserMessage) and last.text.startswith("Summarise")


def test_a_window_much_smaller_than_we_were_told_is_met_by_evicting_more(tmp_path: Path) -> None:
    def script(request: ModelRequest) -> Reply:
        if sum(len(m.text) for m in request.messages if isinstance(m, UserMessage | SummaryMessage)) > 9_000:
            return Reply(error="context_overflow")
        return Reply("fine")

    async def main() -> None:
        async with open_house(tmp_path, script) as house:
            for n in range(10):
                message = UserMessage((TextPart(f"{n} " + "x" * 4_000),))
                await house.runtime.store.append(house.session_id, None, [message, AssistantMessage((TextPart("ok"),))])
            assert finished(await house.ask("and now?")).stop_reason == "end_turn"
            assert len(await house.history()) >= 22

    asyncio.run(main())


def test_a_prompt_that_can_never_fit_ends_the_run_in_words(tmp_path: Path) -> None:
    events, house = play(tmp_path, [Reply(error="context_overflow")] * 9)
    assert (finished(events).stop_reason, finished(events).error_code) == ("model_error", "context_overflow")
    assert len(house.gateway.requests) == 1


def test_the_token_limit_bounds_the_output_that_is_asked_for(tmp_path: Path) -> None:
    script = [
        Reply(calls=[look("x")], usage=Usage(400, 0, 100)),
        Reply("half", finish="length", usage=Usage(400, 0, 100)),
    ]
    events, house = play(tmp_path, script, limits=Limits(max_tokens=1_000))
    assert [request.max_output_tokens for request in house.gateway.requests] == [1_000, 500]
    assert (finished(events).stop_reason, finished(events).usage.input_tokens) == ("max_tokens", 800)


def test_a_limit_of_one_turn_allows_one_answer_without_a_word_of_the_harness(tmp_path: Path) -> None:
    events, house = play(tmp_path, [Reply("one")], limits=Limits(max_turns=1))
    assert finished(events).stop_reason == "end_turn"
    assert [type(m).__name__ for m in house.stored] == ["UserMessage", "AssistantMessage"]  # type: ignore[attr-defined]
