"""What providers' caches should give, what they gave, and the warning where a prompt's beginning has changed."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from agent.events import AnyEvent, PromptCacheBroken
from agent.messages import ToolMessage, Usage
from agent.models.scripted import Reply
from agent.ports import ModelRequest
from agent.tools.foreign import ForeignCall, ForeignResult, ToolOffer
from agent.tools.registry import built_in_tools
from tests.helpers.clock import HeldClock
from tests.helpers.command_line import homard
from tests.helpers.faults import DONE, STOP, chunk, stream, text
from tests.helpers.house import House, open_house
from tests.helpers.model_server import ModelServer
from tests.helpers.provider import OneProvider, offer

USED = Usage(3_000, 2_900, 50, 0.01)


async def nothing(_call: ForeignCall) -> ForeignResult:
    return ForeignResult("nothing")


class Rewriting(OneProvider):
    """A plugin whose tool describes itself with how often it was asked."""

    times = 0
    still = False

    def offers(self) -> tuple[ToolOffer, ...]:
        if not self.still:
            self.times += 1
        return (msgspec.structs.replace(super().offers()[0], description=f"Asked {self.times} times."),)


async def expected(house: House) -> list[int | None]:
    runs = await house.runtime.store.runs(house.session_id)
    return [call.expected_tokens for run in reversed(runs) for call in await house.runtime.seen.of_run(run.run_id)]


def broken(events: list[AnyEvent]) -> list[PromptCacheBroken]:
    return [event for event in events if isinstance(event, PromptCacheBroken)]


def test_a_prompt_should_come_from_the_cache_as_far_as_it_began_the_one_before(tmp_path: Path) -> None:
    async def main() -> None:
        clock = HeldClock()
        script = [
            Reply(calls=[("look", {})], usage=USED),
            Reply(error="bad_key"),
            Reply("so", usage=Usage(3_200, 0, 5, 0.01)),
            Reply("again", usage=Usage(3_300, 3_200, 5, 0.01)),
            Reply("late", usage=Usage(3_400, 0, 5, 0.01)),
        ]
        async with open_house(tmp_path, script, clock=clock) as house:
            await house.finish("one")
            await house.finish("two")
            await clock.advance(200)
            await house.finish("three")
            await clock.advance(301)  # no provider promises so long
            await house.finish("four")
            assert await expected(house) == [None, None, 3_000, 3_200, 0]
            (figures,) = await house.runtime.seen.figures(clock.now())
            assert figures.expected_share == pytest.approx((3_000 + 3_200) / (3_200 + 3_300 + 3_400))

    asyncio.run(main())


def test_another_process_knows_how_the_last_prompt_began(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, [Reply("hi", usage=USED)]) as house:
            await house.finish("one")
            session = house.session_id
        async with open_house(tmp_path, [Reply("hi", usage=USED)] * 2) as house:
            await house.finish("anew")
            house.session_id = session
            await house.finish("two")
            assert await expected(house) == [None, 3_000]

    asyncio.run(main())


def test_a_plugin_that_rewrites_its_description_is_told_of(tmp_path: Path) -> None:
    async def main() -> None:
        provider = Rewriting(tmp_path / "exchange", nothing, offer("weather_today"), principal="plugin:weather")
        async with open_house(tmp_path, [Reply("hi", usage=USED)] * 5, providers=(provider,)) as house:
            told = [broken(await house.ask(text)) for text in ("one", "two", "three", "four")]
            provider.still = True
            told.append(broken(await house.ask("five")))
            assert [len(events) for events in told] == [0, 1, 1, 0, 0]
            (first,), (second,) = told[1], told[2]
            assert (first.rewritten, first.tokens, first.cost_usd) == (("weather_today",), 3_000, None)
            assert first.note == (
                "The tool weather_today describes itself in other words: the prompt no longer begins as it did, so "
                "about 3,000 tokens of this chat are read anew."
            )
            assert "It is the 2. time" in second.note
            assert await expected(house) == [None, 0, 0, 0, 3_000]

    asyncio.run(main())


def test_nothing_is_said_of_what_nobody_would_have_kept(tmp_path: Path) -> None:
    async def main() -> None:
        clock = HeldClock()
        provider = Rewriting(tmp_path / "exchange", nothing, offer("weather_today"), principal="plugin:weather")
        small = Usage(900, 0, 5, 0.0)
        script = [Reply("hi", usage=small), Reply("hi", usage=USED), Reply("late", usage=USED)]
        async with open_house(tmp_path, script, clock=clock, providers=(provider,)) as house:
            told = broken(await house.ask("one")) + broken(await house.ask("two"))
            await clock.advance(timedelta(hours=1).total_seconds())
            told += broken(await house.ask("three"))
            assert told == []
            assert await expected(house) == [None, 0, 0]

    asyncio.run(main())


def test_many_conversations_at_once_cost_no_memory_and_are_remembered(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, [Reply("hi", usage=USED)] * 20) as house:
            sessions = [await house.runtime.store.create_session(cwd=str(house.folder)) for _ in range(8)]
            found: list[list[int | None]] = []
            for round_ in range(2):
                for session in sessions:
                    house.session_id = session.session_id
                    await house.finish(f"round {round_}")
                house.runtime.seen.flush()
            for session in sessions:
                house.session_id = session.session_id
                found.append(await expected(house))
            assert found == [[None, 3_000]] * 8

    asyncio.run(main())


def test_who_changes_the_instructions_of_a_folder_is_told_what_it_takes_in_another_process(tmp_path: Path) -> None:
    used = {"prompt_tokens": 8_000, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 0}}
    fine = stream(text("Fine."), STOP, chunk(usage=used), DONE)
    folder = tmp_path / "folder"
    folder.mkdir()
    with ModelServer({word: [fine] for word in ("one", "two", "three")}) as server:
        price = "[providers.loop.models.model]\nprice = { input = 10.0, output = 100.0, cached = 1.0 }\n"
        server.settings(tmp_path / "home", provider=price)
        said = [homard(tmp_path / "home", "ask", "one", cwd=folder).stderr]
        (folder / "AGENTS.md").write_text("Speak like a captain.")
        said += [homard(tmp_path / "home", "ask", "--continue", word, cwd=folder).stderr for word in ("two", "three")]
        assert ["the prompt no longer begins as it did" in err for err in said] == [False, True, False]
        assert "about 8,000 tokens of this chat are read anew, about $0.0720 more." in " ".join(said[1].split())


def test_small_calls_beside_a_chat_are_no_change_of_its_prompt(tmp_path: Path) -> None:
    """What is read apart has other instructions and no tools, and a schema makes another request."""

    def script(request: ModelRequest) -> Reply:
        if request.account.purpose == "reading":
            return Reply('{"total": 5}', usage=USED)
        done = any(isinstance(message, ToolMessage) for message in request.messages)
        look = ("extract", {"source": "a.txt", "fields": {"total": "number"}})
        return Reply("It is 5.", usage=USED) if done else Reply(calls=[look], usage=USED)

    async def main() -> None:
        async with open_house(tmp_path, script, built_in_tools()) as house:
            told = broken(await house.ask("one")) + broken(await house.ask("two"))
            assert told == [] and await expected(house) == [None, None, 3_000, 3_000]
            asked = msgspec.structs.replace(house.gateway.requests[0], tools=(), response_schema={"type": "object"})
            async with aclosing(house.runtime._metered.stream(asked)) as pieces:
                assert [piece async for piece in pieces]
            assert broken(await house.ask("three")) == []
            assert (await expected(house))[-1] == 3_000

    asyncio.run(main())


def test_after_a_summary_it_is_known_how_the_prompt_before_it_began(tmp_path: Path) -> None:
    script = [Reply("hi", usage=USED), Reply(error="context_overflow"), Reply("Much.", usage=USED)]

    async def main() -> None:
        async with open_house(tmp_path, [*script, Reply("so", usage=USED)]) as house:
            for said in ("one " * 4_000, "two"):
                assert (await house.finish(said)).stop_reason == "end_turn"
            assert [request.account.purpose for request in house.gateway.requests] == [
                "turn",
                "turn",
                "summary",
                "turn",
            ]
            assert (await expected(house))[-1] is not None

    asyncio.run(main())
