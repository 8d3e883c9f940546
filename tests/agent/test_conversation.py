"""Requests built from what is stored: evicted in time, once, and never asking for more output than the window holds."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent import events as ev
from agent.labels import Label
from agent.messages import AssistantMessage, TextPart, ToolMessage, Usage, UserMessage
from agent.models.scripted import Reply
from agent.ports import ModelRequest
from agent.settings import ModelSettings, ProviderSettings, RouteSettings, RoutingSettings
from agent.skills.shelf import Shelf
from agent.tools.registry import built_in_tools
from tests.helpers.history import text_of
from tests.helpers.house import House, open_house
from tests.helpers.skills import write_skill


def set_model(house: House, **settings: Any) -> None:
    """Make `tiny/small` a model of these settings."""
    provider = ProviderSettings(transport="scripted", models={"small": ModelSettings(**settings)})
    house.runtime.settings = msgspec.structs.replace(house.runtime.settings, providers={"tiny": provider})


async def fill(house: House, turns: int, usage: Usage) -> None:
    for n in range(turns):
        turn = [UserMessage((TextPart(f"{n} " + "x" * 800),)), AssistantMessage((TextPart("ok"),), usage=usage)]
        await house.runtime.store.append(house.session_id, None, turn)


def wants_summary(request: ModelRequest) -> bool:
    last = request.messages[-1]
    return isinstance(last, UserMessage) and last.text.startswith("Summarise")


def test_what_the_provider_counted_before_an_eviction_says_nothing_of_the_prompt_after_it(tmp_path: Path) -> None:
    failures = [1, 2, 3]

    def script(request: ModelRequest) -> Reply:
        if wants_summary(request):
            return Reply("All was x.", usage=Usage(2_000, 0, 10))
        return Reply(error="overloaded") if failures and failures.pop() else Reply("done", usage=Usage(900, 0, 5))

    async def main() -> None:
        async with open_house(tmp_path, script) as house:
            set_model(house, window=4_000, max_output_tokens=500)
            await fill(house, 12, Usage(2_800, 0, 10))
            events = await house.ask("go", model="tiny/small")
            compacted = [event for event in events if isinstance(event, ev.ContextCompacted)]
            assert len(compacted) == 1 and compacted[0].tokens_after < compacted[0].tokens_before
            assert sum(wants_summary(request) for request in house.gateway.requests) == 1
            end = events[-1]
            assert isinstance(end, ev.RunFinished)
            assert (end.stop_reason, end.usage.input_tokens) == ("end_turn", 2_900)

    asyncio.run(main())


def test_a_summary_is_asked_with_the_prefix_of_the_prompt_and_a_call_is_no_summary(tmp_path: Path) -> None:
    def script(request: ModelRequest) -> Reply:
        return Reply("Let me see.", calls=[("look", {"at": "x"})]) if wants_summary(request) else Reply("done")

    async def main() -> None:
        async with open_house(tmp_path, script) as house:
            set_model(house, window=4_000, max_output_tokens=500)
            await fill(house, 14, Usage())
            assert (await house.finish("go", model="tiny/small")).stop_reason == "end_turn"
            summary, turn = house.gateway.requests
            assert (summary.system, summary.tools) == (turn.system, turn.tools)
            assert "you: ok" in text_of(turn.messages[0]) and "Let me see" not in text_of(turn.messages[0])

    asyncio.run(main())


@pytest.mark.parametrize(("window", "output"), [(1_000, 100), (2_000, 1_900)])
def test_in_a_small_window_prompt_and_output_fit_together(tmp_path: Path, window: int, output: int) -> None:
    async def main() -> None:
        async with open_house(tmp_path, lambda _request: Reply("fine")) as house:
            set_model(house, window=window, max_output_tokens=output)
            for n in range(12):
                end = await house.finish(f"{n} " + "x" * (6_000 if n == 5 else 300), model="tiny/small")
                assert end.stop_reason == "end_turn"
            for request in house.gateway.requests:
                chars = len(request.system) + sum(len(text_of(m)) for m in request.messages)
                assert request.max_output_tokens and chars / 4 + request.max_output_tokens < window * 1.3

    asyncio.run(main())


def test_a_session_goes_on_with_a_model_of_a_smaller_window(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, lambda _request: Reply("fine", usage=Usage(9_000, 0, 10))) as house:
            set_model(house, window=3_000, max_output_tokens=500)
            await fill(house, 40, Usage(9_000, 0, 10))
            assert (await house.finish("hello")).stop_reason == "end_turn"
            assert (await house.finish("and now small", model="tiny/small")).stop_reason == "end_turn"
            assert sum(len(text_of(m)) for m in house.gateway.requests[-1].messages) < 2_500 * 4

    asyncio.run(main())


NEAR = ProviderSettings(base_url="http://127.0.0.1:9/v1", models={"m": ModelSettings(window=40_000)})
FAR = ProviderSettings(base_url="https://far.example/v1", models={"m": ModelSettings(window=40_000)})


def set_chain(house: House, *models: str, near: ProviderSettings = NEAR) -> None:
    """Make `near/m` a model of this computer, `far/m` one of another, and these the chain for chats."""
    route = RoutingSettings(chat=RouteSettings(models))
    house.runtime.settings = msgspec.structs.replace(
        house.runtime.settings, providers={"near": near, "far": FAR}, routing=route
    )


def asked(house: House) -> list[str]:
    return [request.model.label for request in house.gateway.requests]


@pytest.mark.parametrize("what", ["AGENTS.md", "skill"])
def test_where_instructions_are_local_only_no_model_elsewhere_stands_in(tmp_path: Path, what: str) -> None:
    async def main() -> None:
        async with open_house(tmp_path, lambda _request: Reply(error="overloaded")) as house:
            if what == "AGENTS.md":
                (house.folder / what).write_text("the secret plan")
            else:
                write_skill(house.folder / ".agents" / "skills", "plan", "The secret plan.")
                Shelf(house.runtime.paths.skills).trust(house.folder)
                Shelf(house.runtime.paths.skills).enable("plan", house.folder)
            set_chain(house, "near/m", "far/m")
            assert (await house.finish("go", model="")).error_code == "overloaded"
            assert "far/m" in asked(house), "nothing is marked"
            house.gateway.requests.clear()
            house.runtime.policy.mark(house.folder, "local_only")
            house.session_id = (await house.runtime.store.create_session(cwd=str(house.folder))).session_id
            end = await house.finish("go", model="")
            assert set(asked(house)) == {"near/m"} and "secret" in house.gateway.requests[0].system
            assert end.label is not None and end.label.secrecy == "secret"
            house.session_id = (await house.runtime.store.create_session(cwd=str(house.folder))).session_id
            set_chain(house, "near/m")
            alone = await house.finish("go", model="")
            assert alone.label is not None and alone.label.secrecy == "secret", "nor may its acts carry it out"

    asyncio.run(main())


SECRET = UserMessage((TextPart("what I have read to you"),), label=Label("local", "secret"))


def test_what_a_run_reads_apart_stays_here_too_once_it_has_seen_what_is_local_only(tmp_path: Path) -> None:
    def script(request: ModelRequest) -> Reply:
        if request.account.purpose == "reading":
            return Reply('{"total": 5}')
        done = any(isinstance(message, ToolMessage) for message in request.messages)
        return (
            Reply("It is 5.")
            if done
            else Reply(calls=[("extract", {"source": "a.txt", "fields": {"total": "number"}})])
        )

    async def main() -> None:
        async with open_house(tmp_path, script, built_in_tools()) as house:
            set_chain(house, "far/m", "near/m")
            assert (await house.finish("go", model="")).stop_reason == "end_turn"
            assert asked(house) == ["far/m"] * 3, "nothing is secret"
            (run,) = await house.runtime.store.runs(house.session_id)
            paid = [(one.account.run_id, one.account.purpose) for one in house.gateway.requests]
            assert paid == [(run.run_id, "turn"), (run.run_id, "reading"), (run.run_id, "turn")]
            house.gateway.requests.clear()
            house.session_id = (await house.runtime.store.create_session(cwd=str(house.folder))).session_id
            await house.runtime.store.append(house.session_id, None, [SECRET, AssistantMessage((TextPart("ok"),))])
            assert (await house.finish("go", model="")).stop_reason == "end_turn"
            assert asked(house) == ["near/m"] * 3
            house.gateway.requests.clear()
            assert (await house.finish("go", model="far/m")).error_code is None, "the chain holds one that may answer"
            set_chain(house, "far/m")
            assert (await house.finish("go", model="far/m")).error_code == "local_only"
            assert set(asked(house)) == {"near/m"}

    asyncio.run(main())


def test_small_work_goes_to_the_model_that_is_set_for_it_and_its_run_pays_and_says_so(tmp_path: Path) -> None:
    cost = Usage(1_000, 0, 10, 0.25)

    def script(request: ModelRequest) -> Reply:
        if request.account.purpose != "turn":
            return Reply('{"total": 5}', usage=cost)
        done = any(isinstance(message, ToolMessage) for message in request.messages)
        return Reply("5.") if done else Reply(calls=[("extract", {"source": "a.txt", "fields": {"total": "number"}})])

    async def main() -> None:
        async with open_house(tmp_path, script, built_in_tools()) as house:
            small = ProviderSettings(
                base_url=NEAR.base_url, models={"m": ModelSettings(window=12_000, max_output_tokens=1_000)}
            )
            set_chain(house, "near/m", near=small)
            beside = RouteSettings(("aside/m",))
            routing = msgspec.structs.replace(house.runtime.settings.routing, summary=beside, reading=beside)
            providers = {**house.runtime.settings.providers, "aside": NEAR}
            house.runtime.settings = msgspec.structs.replace(
                house.runtime.settings, routing=routing, providers=providers
            )
            await fill(house, 60, Usage())
            events = await house.ask("go", model="")
            paid = [(one.model.label, one.account.purpose) for one in house.gateway.requests]
            assert paid == [("aside/m", "summary"), ("near/m", "turn"), ("aside/m", "reading"), ("near/m", "turn")]
            assert len({one.account.run_id for one in house.gateway.requests}) == 1
            assert {one.session_id for one in house.gateway.requests} == {house.session_id}
            (told,) = [event for event in events if isinstance(event, ev.ContextCompacted)]
            assert (told.model, told.cost_usd) == ("aside/m", 0.25)
            end = events[-1]
            assert isinstance(end, ev.RunFinished) and end.usage.cost_usd == 0.5

    asyncio.run(main())


def test_where_only_a_model_with_a_smaller_window_may_answer_the_prompt_is_made_for_that_one(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, lambda _request: Reply("fine")) as house:
            small = ProviderSettings(base_url=NEAR.base_url, models={"m": ModelSettings(window=6_000)})
            set_chain(house, "far/m", "near/m", near=small)
            await house.runtime.store.append(house.session_id, None, [SECRET, AssistantMessage((TextPart("ok"),))])
            await fill(house, 40, Usage())
            assert (await house.finish("go", model="")).stop_reason == "end_turn"
            assert set(asked(house)) == {"near/m"}
            assert all(sum(len(text_of(m)) for m in one.messages) < 6_000 * 4 for one in house.gateway.requests)

    asyncio.run(main())


def test_one_whose_window_is_too_small_for_the_conversation_does_not_stand_in(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, lambda _request: Reply(error="overloaded")) as house:
            small = ProviderSettings(base_url=NEAR.base_url, models={"m": ModelSettings(window=6_000)})
            set_chain(house, "far/m", "near/m", near=small)
            assert (await house.finish("go", model="")).error_code == "overloaded"
            assert set(asked(house)) == {"far/m", "near/m"}, "a short one fits"
            house.gateway.requests.clear()
            await fill(house, 40, Usage())
            assert (await house.finish("go", model="")).error_code == "overloaded"
            assert set(asked(house)) == {"far/m"}

    asyncio.run(main())
