from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.budget.meter import Meter
from agent.budget.refusal import BudgetReached
from agent.budget.worst import Worst
from agent.commands import Limits, SendMessage
from agent.context.compaction import Summariser
from agent.context.quarantine import Quarantine
from agent.context.window import Cut
from agent.errors import BadKey, ModelError, Overloaded, ReplyCut, Unreachable
from agent.events import BudgetRefused, RunFinished
from agent.messages import AssistantMessage, Entry, TextPart, ToolSpec, Usage, UserMessage
from agent.models.failures import endpoint_of, failure_of_status
from agent.models.gateway import Gateway
from agent.models.provider_trial import try_provider
from agent.ports import Account, ModelEvent, ModelGateway, ModelRequest, ReplyFinished, TextDelta
from agent.runtime import Runtime
from agent.settings import ModelProfile, ProviderSettings, Settings
from tests.helpers.budget import PRICE, books, budget, call
from tests.helpers.clock import HeldClock
from tests.helpers.fault_server import FixedKey
from tests.helpers.faults import DONE, STOP, Answer, chunk, refusal, stream, text
from tests.helpers.faults import call as call_piece
from tests.helpers.house import home
from tests.helpers.model_server import Call, ModelServer, calls, says

PRICED = """
[providers.loop.models.model]
window = 32000
max_output_tokens = 512
price = { input = 10.0, output = 100.0 }
"""


class Plays:
    """A gateway that plays one ending."""

    def __init__(self, *events: ModelEvent | BaseException, hang: asyncio.Event | None = None) -> None:
        self._events = events
        self._hang = hang
        self.asked: list[ModelRequest] = []

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        self.asked.append(request)
        for event in self._events:
            if isinstance(event, BaseException):
                raise event
            yield event
        if self._hang is not None:
            self._hang.set()
            await asyncio.Event().wait()


async def heard(meter: ModelGateway, request: ModelRequest) -> list[ModelEvent]:
    async with aclosing(meter.stream(request)) as events:
        return [event async for event in events]


def reply(usage: Usage) -> ReplyFinished:
    return ReplyFinished(AssistantMessage((TextPart("Hello"),), "p/m", usage=usage))


WORST = Worst.of(call())
FULL = (WORST.input_tokens, 1_000)
ODD: dict[str, tuple[Usage, tuple[int, int]]] = {
    "negative": (Usage(-5, 0, 3, -1.0), FULL),
    "absurd": (Usage(10**9, 0, 3, 1e6), FULL),
    "no number": (Usage(5, 0, 3, float("nan")), FULL),
    "more cached than read": (Usage(5, 9, 3, 0.1), FULL),
    "missing": (Usage(0, 0, 0, 0.0), (WORST.prompt_tokens, 10)),
    "told": (Usage(7, 0, 3, 0.25), (7, 3)),
}


@pytest.mark.parametrize("name", ODD)
def test_what_a_provider_says_it_took_is_believed_within_reason(tmp_path: Path, name: str) -> None:
    async def story() -> None:
        usage, expected = ODD[name]
        async with books(tmp_path, budget()) as held:
            words = TextDelta("four" * 10)
            events = await heard(Meter(Plays(words, reply(usage)), held.ledger), call())
            [row] = await held.rows()
            assert (row[0], row[1:3]) == ("settled" if name == "told" else "estimated", expected)
            last = events[-1]
            assert isinstance(last, ReplyFinished)
            assert (last.message.usage.input_tokens, last.message.usage.output_tokens) == expected
            assert last.message.usage.cost_usd == row[3] > 0

    asyncio.run(story())


ENDINGS: dict[str, tuple[Sequence[ModelEvent | BaseException], list[tuple[str, int, int]]]] = {
    "refused": ([BadKey("no")], []),
    "busy": ([Overloaded("busy")], []),
    "no connection": ([Unreachable("nobody there")], []),
    "broken off": ([TextDelta("x" * 400), ReplyCut("cut")], [("estimated", WORST.input_tokens, 100)]),
    "busy after a while": ([TextDelta("x" * 400), Overloaded("busy")], [("estimated", WORST.input_tokens, 100)]),
    "endless": ([TextDelta("x" * 40_000), ReplyCut("cut")], [("estimated", WORST.input_tokens, 1_000)]),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_a_call_without_a_whole_reply_is_given_back_or_estimated(tmp_path: Path, name: str) -> None:
    async def story() -> None:
        events, expected = ENDINGS[name]
        async with books(tmp_path, budget()) as held:
            with pytest.raises(ModelError):
                await heard(Meter(Plays(*events), held.ledger), call())
            assert [row[:3] for row in await held.rows()] == expected

    asyncio.run(story())


PIECE = call_piece('{"path": "a.txt"', "read", "c1")
HUNG_UP = Answer(200, {}, [])
"""Stands for no answer at all: the connection ends."""
BUSY = b'data: {"error": {"message": "overloaded", "code": 529}}\n\n'
BROKEN: dict[str, tuple[Answer, bool]] = {
    "in a call": (stream(PIECE, BUSY), True),
    "in words that are held back, for they may become a call": (stream(text('{"name": "read"'), BUSY), True),
    "by what it says is busy": (stream(PIECE, chunk(finish="insufficient_system_resource")), True),
    "before anything came": (stream(BUSY), False),
    "in place of an answer": (refusal(503), False),
    "by a wrong address": (refusal(404), False),
    "by a redirect": (refusal(307, b"", {"location": "https://login.example"}), False),
    "by the page of a network": (refusal(200, b"<html>Log in</html>", {"content-type": "text/html"}), False),
    "by what cannot be read": (stream(b"data: {what\n\n"), True),
    "once the request was there": (HUNG_UP, True),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_was_begun_is_paid_for_though_nothing_of_it_was_shown(tmp_path: Path, name: str) -> None:
    answer, paid = BROKEN[name]

    async def story(server: ModelServer) -> None:
        async with books(tmp_path, budget()) as held:
            gateway = Gateway(FixedKey(), Settings(), lambda base: Meter(base, held.ledger))
            model = ModelProfile("p", "m", ProviderSettings(base_url=server.base_url), price=PRICE)
            asked = msgspec.structs.replace(call(), model=model, tools=(ToolSpec("read", "Read.", {"type": "object"}),))
            with pytest.raises(ModelError):
                await heard(gateway, asked)
            await gateway.aclose()
            rows = await held.rows()
            assert [row[0] for row in rows] == ["estimated"] * paid and all(
                row[1] >= WORST.input_tokens for row in rows
            )

    def play(_seen: object) -> Answer:
        if answer is HUNG_UP:
            raise ConnectionError
        return answer

    with ModelServer() as server:
        server.answer = play
        asyncio.run(story(server))


def test_a_call_that_is_cancelled_counts_what_may_have_been_made_meanwhile(tmp_path: Path) -> None:
    async def story() -> None:
        clock, hangs = HeldClock(), asyncio.Event()
        async with books(tmp_path, budget(), clock) as held:
            task = asyncio.ensure_future(heard(Meter(Plays(hang=hangs), held.ledger), call()))
            await hangs.wait()
            await clock.advance(2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert [row[:3] for row in await held.rows()] == [("estimated", WORST.input_tokens, 400)]

    asyncio.run(story())


def test_a_timeout_counts_too_for_the_model_may_have_worked_all_the_while(tmp_path: Path) -> None:
    async def story() -> None:
        clock = HeldClock()

        class Silent:
            async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
                await clock.advance(120)
                if request.messages:
                    raise Unreachable("no byte")
                yield TextDelta("")

        async with books(tmp_path, budget(), clock) as held:
            with pytest.raises(Unreachable):
                await heard(Meter(Silent(), held.ledger), call())
            assert [row[:3] for row in await held.rows()] == [("estimated", *FULL)]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("status", "after_s", "paid"), [(503, 30, False), (504, 30, True), (524, 90, True), (504, 1, False)]
)
def test_where_somebody_between_gave_up_waiting_the_model_may_have_worked(
    tmp_path: Path, status: int, after_s: int, paid: bool
) -> None:
    async def story() -> None:
        clock = HeldClock()

        class Late:
            async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
                await clock.advance(after_s)
                if request.messages:
                    raise failure_of_status(endpoint_of(request.model), status, {}, b"")
                yield TextDelta("")

        async with books(tmp_path, budget(), clock) as held:
            with pytest.raises(Overloaded):
                await heard(Meter(Late(), held.ledger), call())
            assert [row[:3] for row in await held.rows()] == [("estimated", *FULL)] * paid

    asyncio.run(story())


def test_a_reply_that_a_cap_cut_short_ends_as_the_cap_says(tmp_path: Path) -> None:
    async def story() -> None:
        async with books(tmp_path, budget(usd_per_day=0.05)) as held:
            cut = ReplyCut("in the middle of a call")
            cut.retryable = False
            plays = Plays(TextDelta("x"), cut)
            with pytest.raises(BudgetReached, match=r"budget\.usd_per_day"):
                await heard(Meter(plays, held.ledger), call())
            assert plays.asked[0].max_output_tokens == Worst.of(call()).output_for_usd(0.05) < 1_000

    asyncio.run(story())


def test_one_that_broke_off_by_itself_is_tried_again_though_a_cap_made_it_shorter(tmp_path: Path) -> None:
    async def story() -> None:
        async with books(tmp_path, budget(usd_per_day=0.05)) as held:
            with pytest.raises(ReplyCut):
                await heard(Meter(Plays(TextDelta("x"), ReplyCut("the connection broke")), held.ledger), call())

    asyncio.run(story())


def test_a_trial_of_a_provider_is_in_the_books(tmp_path: Path) -> None:
    async def story() -> None:
        async with books(tmp_path, budget()) as held:
            plays = Plays(TextDelta("one"), reply(Usage(9, 0, 3, 0.01)))
            await try_provider(Meter(plays, held.ledger), call().model)
            query = "SELECT DISTINCT purpose, session_id, run_id, provider FROM usage"
            found = await held.database.read(lambda connection: connection.execute(query).fetchall())
            assert found == [("trial", None, None, "p")]

    asyncio.run(story())


async def all_runs(runtime: Runtime, folder: Path, words: Sequence[str], **more: Any) -> list[RunFinished]:
    """Run each prompt in a session of its own, all at once."""
    with runtime.subscribe() as events:
        for said in words:
            session = await runtime.store.create_session(cwd=str(folder))
            await runtime.submit(SendMessage(session.session_id, (TextPart(said),), **more))
        ended: list[RunFinished] = []
        async for event in events:
            if isinstance(event, RunFinished):
                ended.append(event)
            if len(ended) == len(words):
                return ended
    raise AssertionError("the bus closed")


def test_fifty_runs_at_once_against_a_real_server_stay_within_the_cap(tmp_path: Path) -> None:
    """A call may take $0.066 and takes $0.002; the cap is $0.11: overspent is nothing, and most runs get their turn."""

    async def story(server: ModelServer) -> None:
        async with Runtime.open(home(tmp_path)) as runtime:
            ended = await all_runs(runtime, tmp_path, ["hello"] * 50)
            reasons = [one.stop_reason for one in ended]
            assert set(reasons) == {"end_turn", "max_cost"} and 25 <= reasons.count("end_turn") == len(server.requests)
            assert len(server.requests) * 0.002 <= 0.11
            [stands] = await runtime.budget.standing()
            assert stands.spent == pytest.approx(len(server.requests) * 0.002) and stands.under_way == 0
            refused = next(one for one in ended if one.stop_reason == "max_cost")
            assert refused.error and "(budget.usd_per_day) is $0.11" in refused.error

    with ModelServer() as server:
        server.settings(home(tmp_path).settings.parent, "[budget]\nusd_per_day = 0.11\n", provider=PRICED)
        asyncio.run(story(server))


def test_a_run_at_a_cap_stops_between_two_calls_and_keeps_its_work(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("7" * 9_000)
    script = {"look": [calls(Call("read", {"path": "a.txt"}), words="I look."), says("It says alpha.")]}

    async def story() -> None:
        async with Runtime.open(home(tmp_path)) as runtime:
            with runtime.subscribe() as events:
                session = await runtime.store.create_session(cwd=str(tmp_path))
                await runtime.submit(SendMessage(session.session_id, (TextPart("look"),), limits=Limits()))
                seen = []
                async for event in events:
                    seen.append(event)
                    if isinstance(event, RunFinished):
                        break
            ended = seen[-1]
            assert isinstance(ended, RunFinished)
            assert (ended.stop_reason, ended.text, ended.usage.cost_usd) == ("max_cost", "I look.", 0.002)
            [refused] = [event for event in seen if isinstance(event, BudgetRefused)]
            assert (refused.cap, refused.run_id, refused.note) == ("budget.usd_per_run", ended.run_id, ended.error)
            messages = [entry.message for entry in await runtime.store.path(session.session_id)]
            assert [type(message).__name__ for message in messages] == [
                "UserMessage",
                "AssistantMessage",
                "ToolMessage",
            ]
            [run] = await runtime.store.runs(session.session_id)
            assert (run.stop_reason, run.usage.cost_usd) == ("max_cost", 0.002)

    with ModelServer(script) as server:
        server.settings(home(tmp_path).settings.parent, "[budget]\nusd_per_run = 0.07\n", provider=PRICED)
        asyncio.run(story())


def test_the_limit_of_a_run_of_its_own_holds_without_any_cap_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("alpha\n")
    script = {"look": [calls(Call("read", {"path": "a.txt"}), words="I look."), says("It says alpha.")]}

    async def story() -> None:
        async with Runtime.open(home(tmp_path)) as runtime:
            for most, reason in ((0.042, "max_cost"), (1.0, "end_turn")):
                [ended] = await all_runs(runtime, tmp_path, ["look"], limits=Limits(max_usd=most))
                assert ended.stop_reason == reason
                assert reason == "end_turn" or "The limit of this run is $0.0420" in (ended.error or "")

    with ModelServer(script) as server:
        server.settings(home(tmp_path).settings.parent, provider=PRICED)
        asyncio.run(story())


ODD_USAGE: dict[str, tuple[list[Any], str, int]] = {
    "none": ([], "estimated", 2),
    "words": ([{"prompt_tokens": "many", "completion_tokens": None}], "estimated", 2),
    "negative": ([{"prompt_tokens": -100, "completion_tokens": -10}], "estimated", 512),
    "absurd": ([{"prompt_tokens": 10**15, "completion_tokens": 1e30}], "estimated", 512),
    "half": ([{"prompt_tokens": 900}], "estimated", 2),
    "in parts": ([{"prompt_tokens": 900}, {"completion_tokens": 7}], "settled", 7),
    "more cached than read": (
        [{"prompt_tokens": 900, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 10**6}}],
        "settled",
        7,
    ),
}


@pytest.mark.parametrize("name", ODD_USAGE)
def test_whatever_a_server_says_of_usage_no_row_is_below_nothing_or_beyond_its_worst(tmp_path: Path, name: str) -> None:
    said, state, output = ODD_USAGE[name]

    def answer(_seen: object) -> Answer:
        return stream(text("Fine."), STOP, *(chunk(usage=one) for one in said), DONE)

    async def story() -> None:
        async with Runtime.open(home(tmp_path)) as runtime:
            [ended] = await all_runs(runtime, tmp_path, ["hello"])
            assert ended.stop_reason == "end_turn"
            query = "SELECT state, output_tokens, input_tokens, cost_usd FROM usage"
            [row] = await runtime.store.database.read(lambda connection: connection.execute(query).fetchall())
            assert row[:2] == (state, output) and 500 < row[2] < 5_000 and 0.005 < row[3] < 0.1

    with ModelServer() as server:
        server.answer = answer
        server.settings(home(tmp_path).settings.parent, provider=PRICED)
        asyncio.run(story())


def test_no_call_of_a_gateway_goes_beside_the_books(tmp_path: Path) -> None:
    """Turns, summaries, quarantined reading, and each of the small calls that the guided profile makes of one."""

    def answer(_seen: object) -> Answer:
        return stream(text("Fine, thank you."), STOP, chunk(usage={"prompt_tokens": 9, "completion_tokens": 3}), DONE)

    async def story(server: ModelServer) -> None:
        async with books(tmp_path, budget(usd_per_day=5.0)) as held:
            gateway = Gateway(FixedKey(), Settings(), lambda base: Meter(base, held.ledger))
            model = ModelProfile("p", "m", ProviderSettings(base_url=server.base_url), window=8_000, price=PRICE)
            account = Account("r", "j")

            async def at_once() -> bool:
                return False

            async def unheard(_usage: Usage) -> None:
                return

            entries = (Entry(1, None, "s", None, HeldClock().now(), UserMessage((TextPart("old words"),))),)
            await Summariser(gateway, model, "", (), "s", 6_000, account).summarise(Cut(entries, (), ""))
            await Quarantine(gateway, lambda _tokens: model, "s", at_once, unheard, account)("Read.", "words")
            before = len(server.requests)
            guided = msgspec.structs.replace(model, tool_style="constrained")
            tools = (ToolSpec("read", "Read.", {"type": "object", "properties": {"path": {"type": "string"}}}),)
            said = (UserMessage((TextPart("Who are you, and how is the weather in general?"),)),)
            asked = ModelRequest(guided, "", said, tools, session_id="s", account=account)
            async with aclosing(gateway.stream(asked)) as events:
                assert [event async for event in events]
            await gateway.aclose()
            await held.rows()
            query = "SELECT purpose, run_id, job_id, state, COUNT(*) FROM usage GROUP BY 1, 2, 3, 4 ORDER BY 1"
            found = await held.database.read(lambda connection: connection.execute(query).fetchall())
            assert before == 2 < len(server.requests)
            assert found == [
                ("reading", "r", "j", "settled", 1),
                ("summary", "r", "j", "settled", 1),
                ("turn", "r", "j", "settled", len(server.requests) - 2),
            ]

    with ModelServer() as server:
        server.answer = answer
        asyncio.run(story(server))
