"""Replies that are given again: to the very same request, for the very same reason, and to nobody who is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.figures.saved import Reused, reused
from agent.labels import Label
from agent.messages import (
    AssistantMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    ToolSpec,
    Usage,
    UserMessage,
)
from agent.models import response_cache
from agent.models.response_cache import KEPT, ReplyCache, Standing, digest_of
from agent.models.scripted import Reply, ScriptedGateway
from agent.ports import Account, ModelGateway, ModelRequest, ReplyFinished, TextDelta
from agent.settings import BudgetSettings, ModelProfile, ProviderSettings
from agent.storage.database import Database
from tests.helpers.clock import NOON, HeldClock

MODEL = ModelProfile("p", "m", ProviderSettings(base_url="https://a.example/v1", key="keyring:a"))
LIST = ToolSpec("list", "List a folder.", {"type": "object"})
JOB = ModelRequest(
    MODEL, "Be good.", (UserMessage((TextPart("Look."),)),), (LIST,), max_output_tokens=500, session_id="s",
    account=Account("r1", "j1"),
)  # fmt: skip
READING = msgspec.structs.replace(JOB, tools=(), account=Account("r1", "", purpose="reading"))
ALONE = Standing(attended=False, principals=("user", "job:j1"), label=Label("local"), held_by="x")
THERE = Standing(attended=True, principals=("user",), label=Label(), held_by="x")
USED = Usage(900, 100, 50, 0.02)


class Case:
    """A cache over a model that says something else each time."""

    def __init__(self, database: Database, clock: HeldClock, reply: Callable[[int], Reply]) -> None:
        self.database, self.clock, self.on = database, clock, True
        self.cache = ReplyCache(database, clock, lambda: self.on)
        self.model = ScriptedGateway(lambda _request: reply(len(self.model.requests)))

    async def ask(self, request: ModelRequest = JOB, standing: Standing | None = ALONE) -> AssistantMessage:
        """One call, as the only one of its run."""
        message, told = await ask(self.cache.around(self.model, lambda: standing), request)
        assert told == "".join(part.text for part in message.parts if isinstance(part, TextPart | ThinkingPart))
        return message

    @property
    def calls(self) -> int:
        """How often the model was asked."""
        return len(self.model.requests)


async def ask(gateway: ModelGateway, request: ModelRequest) -> tuple[AssistantMessage, str]:
    told, message = "", None
    async with aclosing(gateway.stream(request)) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                told += event.text
            else:
                message = event.message
    assert message is not None
    return message, told


@asynccontextmanager
async def case(
    tmp_path: Path, reply: Callable[[int], Reply] = lambda number: Reply(f"Answer {number}.", usage=USED)
) -> AsyncGenerator[Case, None]:
    database = await Database.open(tmp_path / "homard.db")
    try:
        yield Case(database, HeldClock(), reply)
    finally:
        await database.close()


def test_the_same_request_of_a_job_gets_the_same_reply_for_nothing_and_that_is_said(tmp_path: Path) -> None:
    async def main() -> None:
        async with case(tmp_path) as here:
            first, second = await here.ask(), await here.ask()
            assert (first.text, first.usage, first.from_cache) == ("Answer 1.", USED, False)
            assert second == msgspec.structs.replace(first, usage=Usage(cost_usd=0.0), from_cache=True)
            later = msgspec.structs.replace(JOB, session_id="t", account=Account("r2", "j1", 0.5))
            assert (await here.ask(later)).from_cache
            assert here.calls == 1
            day = timedelta(days=1)

            found = await here.database.read(lambda connection: reused(connection, NOON - day, NOON + day))
            assert found == Reused(2, 1_900, 0.04)
            query = "SELECT run_id, job_id, tokens FROM reused_replies ORDER BY reuse_id"
            rows = await here.database.read(lambda connection: connection.execute(query).fetchall())
            assert rows == [("r1", "j1", 950), ("r2", "j1", 950)]

    asyncio.run(main())


OTHER_MODEL = msgspec.structs.replace(MODEL, name="n")


def sold(**fields: Any) -> ModelProfile:
    """The same model, elsewhere or on another account."""
    return msgspec.structs.replace(MODEL, settings=msgspec.structs.replace(MODEL.settings, **fields))


WARMER = msgspec.structs.replace(MODEL, extra={"reasoning_effort": "low"})


@pytest.mark.parametrize(
    "other",
    [
        {"model": OTHER_MODEL},
        {"model": sold(base_url="https://b.example/v1")},
        {"model": sold(key="keyring:b")},
        {"model": sold(transport="litellm")},
        {"model": sold(litellm_provider="bedrock")},
        {"model": WARMER},
        {"model": msgspec.structs.replace(MODEL, tool_style="text")},
        {"system": "Be good. "},
        {"messages": (UserMessage((TextPart("Look."),), "time: 12:01"),)},
        {"messages": (UserMessage((TextPart("Look."),), label=Label("external")),)},
        {"tools": ()},
        {"tools": (msgspec.structs.replace(LIST, description="List folders."),)},
        {"response_schema": {"type": "object"}},
        {"max_output_tokens": 499},
        {"temperature": 0.0},
        {"account": Account("r1", "j2")},
        {"account": Account("r1", "j1", purpose="summary")},
    ],
)
def test_whatever_is_asked_otherwise_is_asked_of_the_model(tmp_path: Path, other: dict[str, Any]) -> None:
    async def main() -> None:
        async with case(tmp_path) as here:
            await here.ask()
            assert (await here.ask(msgspec.structs.replace(JOB, **other))).text == "Answer 2."

    asyncio.run(main())


@pytest.mark.parametrize(
    "other",
    [
        {"label": Label("external")},
        {"label": Label("local", "private")},
        {"label": Label("local", "public", ("local:/a",))},
        {"principals": ("user", "job:j2")},
        {"held_by": "y"},
    ],
)
def test_no_reply_crosses_labels_rules_or_who_acts(tmp_path: Path, other: dict[str, Any]) -> None:
    async def main() -> None:
        async with case(tmp_path) as here:
            for request in (JOB, READING):
                await here.ask(request)
                assert not (await here.ask(request, msgspec.structs.replace(ALONE, **other))).from_cache
            assert here.calls == 4

    asyncio.run(main())


SECRET = msgspec.structs.replace(ALONE, label=Label("local", "secret"))


@pytest.mark.parametrize(
    ("request_", "standing"),
    [
        (JOB, THERE),
        (JOB, msgspec.structs.replace(THERE, principals=("user", "job:j1"))),
        (JOB, SECRET),
        (READING, SECRET),
        (JOB, None),
        (msgspec.structs.replace(JOB, account=Account("r1")), ALONE),
    ],
)
def test_who_is_there_and_what_is_secret_always_asks_and_leaves_nothing(
    tmp_path: Path, request_: ModelRequest, standing: Standing | None
) -> None:
    async def main() -> None:
        async with case(tmp_path) as here:
            for _ in range(2):
                assert not (await here.ask(request_, standing)).from_cache
            query = "SELECT COUNT(*) FROM kept_replies"
            assert await here.database.read(lambda connection: connection.execute(query).get) == 0

    asyncio.run(main())


def test_what_was_read_apart_is_given_once_to_each_run_so_that_a_bad_answer_does_not_stick(tmp_path: Path) -> None:
    async def main() -> None:
        async with case(tmp_path) as here:
            assert (await here.ask(READING, THERE)).text == "Answer 1."
            run = here.cache.around(here.model, lambda: THERE)
            texts = [(await ask(run, READING))[0].text for _ in range(4)]
            assert texts == ["Answer 1.", "Answer 2.", "Answer 3.", "Answer 4."]
            assert (await here.ask(READING, THERE)).text == "Answer 4."

    asyncio.run(main())


def test_switched_off_it_gives_nothing_and_keeps_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        async with case(tmp_path) as here:
            await here.ask()
            here.on = False
            assert (await here.ask()).text == "Answer 2."
            here.on = True
            assert (await here.ask()).text == "Answer 1."
            await here.cache.forget()
            assert (await here.ask()).text == "Answer 3."

    asyncio.run(main())


@pytest.mark.parametrize(
    "reply",
    [
        Reply("So", finish="length"),
        Reply("x" * (response_cache.MAX_REPLY_BYTES + 1)),
        Reply("half \ud83d"),
    ],
)
def test_what_is_cut_short_huge_or_broken_is_not_kept(tmp_path: Path, reply: Reply) -> None:
    async def main() -> None:
        async with case(tmp_path, lambda _number: reply) as here:
            await here.ask()
            await here.ask()
            assert here.calls == 2

    asyncio.run(main())


def test_the_reply_of_one_that_stood_in_is_not_kept(tmp_path: Path) -> None:
    class StandIn:
        async def stream(self, request: ModelRequest) -> AsyncGenerator[ReplyFinished, None]:
            yield ReplyFinished(AssistantMessage((TextPart("I stand in."),), "q/other", "stop", USED))

    async def main() -> None:
        async with case(tmp_path) as here:
            await ask(here.cache.around(StandIn(), lambda: ALONE), JOB)
            assert (await here.ask()).text == "Answer 1."

    asyncio.run(main())


def test_tool_calls_come_again_as_they_were_and_thinking_with_its_seal(tmp_path: Path) -> None:
    async def main() -> None:
        async with case(tmp_path, lambda _number: Reply("I look.", calls=[("list", {"path": "."})])) as here:
            first, second = await here.ask(), await here.ask()
            assert (second.parts, second.finish, second.from_cache) == (first.parts, "tool_calls", True)

    asyncio.run(main())


def test_what_earlier_replies_cost_and_what_is_for_the_screen_is_not_asked(tmp_path: Path) -> None:
    def after(usage: Usage, from_cache: bool, details: dict[str, Any], text: str = "a.txt") -> ModelRequest:
        reply = AssistantMessage((ToolCall("c1", "list", "{}"),), "p/m", "tool_calls", usage, None, from_cache)
        result = ToolMessage(ToolResult("c1", "list", (TextPart(text),), details))
        return msgspec.structs.replace(JOB, messages=(*JOB.messages, reply, result))

    async def main() -> None:
        async with case(tmp_path) as here:
            await here.ask(after(USED, False, {"took_ms": 3}))
            assert (await here.ask(after(Usage(), True, {"took_ms": 4}))).from_cache
            assert not (await here.ask(after(USED, False, {"took_ms": 3}, "b.txt"))).from_cache

    asyncio.run(main())


def test_a_budget_a_price_or_a_timeout_changes_no_reply(tmp_path: Path) -> None:
    async def main() -> None:
        async with case(tmp_path) as here:
            await here.ask()
            settings = msgspec.structs.replace(
                MODEL.settings, idle_timeout_s=9.0, budget=BudgetSettings(usd_per_day=1.0)
            )
            model = msgspec.structs.replace(MODEL, settings=settings, stand_ins=(OTHER_MODEL,))
            assert (await here.ask(msgspec.structs.replace(JOB, model=model))).from_cache

    asyncio.run(main())


def test_old_replies_go_and_those_of_a_clock_that_was_ahead(tmp_path: Path) -> None:
    async def main() -> None:
        async with case(tmp_path) as here:
            await here.ask()
            here.clock.moment += KEPT
            assert (await here.ask()).text == "Answer 2."
            here.clock.moment -= timedelta(days=1)
            assert (await here.ask()).text == "Answer 3."

    asyncio.run(main())


def test_it_stays_small_and_what_is_used_stays(tmp_path: Path) -> None:
    def number(of: int) -> ModelRequest:
        return msgspec.structs.replace(JOB, system=f"Be {of}.")

    async def main() -> None:
        async with case(tmp_path, lambda number: Reply("x" * 190_000 + str(number))) as here:
            for of in range(60):
                here.clock.moment += timedelta(seconds=1)
                await here.ask(number(of))
                assert (await here.ask(number(0))).from_cache
            rows = await here.database.read(
                lambda connection: connection.execute("SELECT COUNT(*), SUM(size) FROM kept_replies").fetchone()
            )
            assert rows is not None
            assert 40 <= rows[0] <= 42
            assert rows[1] <= response_cache.MAX_BYTES

    asyncio.run(main())


@pytest.mark.parametrize("body", ["'{'", "json_remove(body, '$.parts')", "json_set(body, '$.model', 'q/other')"])
def test_a_kept_reply_that_cannot_be_read_or_is_another_s_is_made_anew(tmp_path: Path, body: str) -> None:
    async def main() -> None:
        async with case(tmp_path) as here:
            await here.ask()
            await here.database.call(lambda connection: connection.execute(f"UPDATE kept_replies SET body = {body}"))
            assert (await here.ask()).text == "Answer 2."
            assert (await here.ask()).text == "Answer 2."

    asyncio.run(main())


def test_what_holds_for_a_run_is_digested_in_whole() -> None:
    rules: list[Any] = [["a"], ["b"]]
    assert digest_of(rules, datetime(2026, 1, 1)) == digest_of([["a"], ["b"]], datetime(2026, 1, 1))
    assert len({digest_of(*things) for things in ((), ([],), ("ab", "c"), ("a", "bc"), ("a", "b", "c"), (True,))}) == 6
