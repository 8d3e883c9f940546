"""Sellers of one model on loopback, told apart by what a probe finds."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.books import Books
from agent.clock import SystemClock
from agent.comparison.estimate import Estimate, ProbeRefused
from agent.comparison.probe import Progress
from agent.comparison.service import Comparison, SellerRow
from agent.errors import UsageError
from agent.messages import AssistantMessage, TextPart, Usage
from agent.models.catalogue import model_names, resolve
from agent.models.gateway import Gateway
from agent.ports import ModelEvent, ModelGateway, ModelRequest, ReplyFinished
from agent.settings import BudgetSettings, ModelSettings, Price, ProviderSettings, Settings
from agent.storage.database import Database
from tests.helpers.budget import call
from tests.helpers.fault_server import FaultServer, FixedKey, Seen
from tests.helpers.faults import DONE, LENGTH, ROLE, SSE, Answer, Pause, stream, text
from tests.helpers.sellers import MODEL, PRICE, Seller, market

"""What is found of a seller whose model is another one, where transports say who has answered."""


async def yes(_estimate: Estimate) -> bool:
    return True


class Shop:
    """Comparisons over real transports and real books."""

    def __init__(self, comparison: Comparison, books: Books, database: Database) -> None:
        self.comparison, self.books, self.database = comparison, books, database

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        await self.database.call(lambda _connection: None)
        return await self.database.read(lambda connection: connection.execute(query).fetchall())


@asynccontextmanager
async def shop(
    folder: Path,
    providers: dict[str, ProviderSettings],
    gateway: ModelGateway | None = None,
    *,
    longest_s: float = 60.0,
    **caps: Any,
) -> AsyncGenerator[Shop, None]:
    settings = Settings(providers=providers, budget=BudgetSettings(**caps))
    database = await Database.open(folder / "homard.db")
    books = await Books.open(database, SystemClock(), settings)
    real = Gateway(FixedKey(), settings, books.around)
    comparison = Comparison(
        database,
        gateway or real,
        SystemClock(),
        books.seen,
        standing=books.ledger.standing,
        resolve=lambda name: resolve(settings, name),
        names=lambda: model_names(settings),
        plan_file=folder / "comparison.json",
        longest_s=longest_s,
    )
    try:
        yield Shop(comparison, books, database)
    finally:
        await real.aclose()
        await books.close()
        await database.close()


def said(row: SellerRow) -> set[str]:
    return {finding.code for finding in row.findings}


def test_the_table_tells_the_sellers_apart(tmp_path: Path) -> None:
    sellers = {
        "good": Seller(reading_s=0.3),
        "slow": Seller(reading_s=0.3, wait_s=0.25, word_s=0.013),
        "uncached": Seller(reading_s=0.3, cache="none"),
        "claims": Seller(reading_s=0.3, cache="told_only"),
        "bills": Seller(reading_s=0.3, cache="untold"),
        "invents": Seller(cache="untrue"),
        "degraded": Seller(wrong_every=2, reading_s=0.3),
        "flaky": Seller(fails_every=5, reading_s=0.3),
        "other": Seller(name="acme/otter-3-mini", reading_s=0.3),
        "counts": Seller(counts=1.3, reading_s=0.3),
        "lumps": Seller(whole=True, reading_s=0.3),
        "mute": Seller(tools=False, json=False, reading_s=0.3),
    }

    async def main() -> dict[str, SellerRow]:
        with market(**sellers) as providers:
            async with shop(tmp_path, providers) as open_shop:
                comparison = open_shop.comparison
                names = comparison.sellers("otter-3-large")
                assert names == sorted(f"{name}/{MODEL}" for name in sellers)
                for some in (names[:8], names[8:]):
                    run = await comparison.probe(some, yes)
                    assert run is not None and run.stopped == ""
                return {row.model.partition("/")[0]: row for row in await comparison.table()}

    rows = asyncio.run(main())
    assert {name: said(row) for name, row in rows.items()} == {
        "good": set(),
        "slow": {"slow_start", "slow"},
        "uncached": {"no_cache"},
        "claims": {"cache_told_only"},
        "bills": {"cache_untold"},
        "invents": {"cache_untrue"},
        "degraded": {"worse_answers"},
        "flaky": {"flaky"},
        "other": {"other_model"},
        "counts": {"counts_more"},
        "lumps": {"in_one_piece"},
        "mute": {"tools_wrong", "json_wrong"},
    }
    good, slow = rows["good"].result, rows["slow"].result
    assert (good.failures, good.right("answers"), good.right("tools"), good.right("json")) == (
        0,
        (24, 24),
        (3, 3),
        (2, 2),
    )
    assert good.cache == "given" and (good.cached_share or 0) > 0.8 and good.price is not None
    assert rows["degraded"].result.right("answers") == (12, 24)
    assert (slow.first_ms or 0) > 240 > (good.first_ms or 0) and 30 < (slow.tokens_per_s or 0) < 90


def test_a_probe_asks_first_and_a_no_sends_nothing(tmp_path: Path) -> None:
    asked: list[Estimate] = []

    async def no(wanted: Estimate) -> bool:
        asked.append(wanted)
        return False

    async def main() -> None:
        seller = Seller()
        with market(one=seller) as providers:
            async with shop(tmp_path, providers) as open_shop:
                assert await open_shop.comparison.probe([f"one/{MODEL}"], no) is None
                assert await open_shop.comparison.runs() == []
        assert seller.requests == 0

    asyncio.run(main())
    assert [one.sentence() for one in asked] == ["14 calls, at most 57,007 tokens: at most $0.0996."]


@pytest.mark.parametrize(
    ("caps", "said"),
    [
        ({"usd_per_day": 0.05}, "may take $0.0996, and budget.usd_per_day leaves $0.0500. Nothing was sent."),
        ({"usd_per_month": 0.0}, "budget.usd_per_month leaves $0.00"),
        ({"tokens_per_run": 30_000}, "may take 57,007 tokens, and budget.tokens_per_run leaves 30,000 tokens"),
        ({"tokens_per_call": 2_000}, "budget.tokens_per_call leaves 2,000 tokens"),
    ],
)
def test_a_probe_that_would_break_the_budget_is_refused(tmp_path: Path, caps: dict[str, Any], said: str) -> None:
    async def main() -> None:
        seller = Seller()
        with market(one=seller) as providers:
            async with shop(tmp_path, providers, **caps) as open_shop:
                with pytest.raises(ProbeRefused, match=re.escape(said)):
                    await open_shop.comparison.probe([f"one/{MODEL}"], yes)
        assert seller.requests == 0

    asyncio.run(main())


def test_caps_of_chats_and_jobs_do_not_stand_in_its_way_and_its_calls_are_in_the_books(tmp_path: Path) -> None:
    async def main() -> None:
        with market(one=Seller()) as providers:
            async with shop(tmp_path, providers, usd_per_session=0.0, usd_per_job=0.0, usd_per_day=1.0) as open_shop:
                run = await open_shop.comparison.probe([f"one/{MODEL}"], yes)
                assert run is not None
                calls = await open_shop.books.seen.of_run(run.run_id)
                rows = await open_shop.rows("SELECT DISTINCT run_id, purpose, state FROM usage")
                assert (len(calls), rows) == (13, [(run.run_id, "trial", "settled")])
                (standing,) = [cap for cap in await open_shop.books.ledger.standing() if cap.span == "day"]
                assert standing.spent == pytest.approx(run.results[0].usage.cost_usd)  # pyright: ignore[reportUnknownMemberType]
                assert (await open_shop.comparison.table())[0].seen is None, "a probe is no real call"

    asyncio.run(main())


def test_what_was_found_before_it_was_cancelled_is_kept(tmp_path: Path) -> None:
    async def main() -> None:
        with market(one=Seller(), two=Seller()) as providers:
            async with shop(tmp_path, providers) as open_shop:
                comparison = open_shop.comparison
                begun = asyncio.Event()

                def progress(at: Progress) -> None:
                    if at.done == 5:
                        begun.set()

                async with asyncio.TaskGroup() as group:
                    probe = group.create_task(comparison.probe([f"one/{MODEL}", f"two/{MODEL}"], yes, progress))
                    await begun.wait()
                    with pytest.raises(UsageError, match="under way already"):
                        await comparison.probe([f"one/{MODEL}"], yes)
                    probe.cancel()
                (run,) = await comparison.runs()
                assert (run.stopped, [one.model for one in run.results]) == ("It was cancelled.", [f"one/{MODEL}"])
                assert len(run.results[0].calls) >= 5 and not comparison.under_way
                assert await open_shop.rows("SELECT COUNT(*) FROM usage WHERE state = 'reserved'") == [(0,)]

    asyncio.run(main())


def test_sellers_who_cannot_be_reached_or_refuse_are_left_at_once(tmp_path: Path) -> None:
    async def main() -> None:
        dead = ProviderSettings(base_url="http://127.0.0.1:9/v1")
        busy = Seller(fails_every=1)
        with market(busy=busy) as providers:
            async with shop(tmp_path, {**providers, "dead": dead, "gone": providers["busy"]}) as open_shop:
                run = await open_shop.comparison.probe([f"busy/{MODEL}", f"dead/{MODEL}"], yes)
                assert run is not None
                found = {one.model.partition("/")[0]: one for one in run.results}
                assert {name: (len(one.calls), list(one.errors)) for name, one in found.items()} == {
                    "busy": (3, ["overloaded"]),
                    "dead": (3, ["unreachable"]),
                }
                assert "failed 3 times in a row" in found["busy"].stopped
                rows = await open_shop.comparison.table()
                assert [said(row) for row in rows] == [{"no_answer"}, {"no_answer"}]
        assert busy.requests == 3

    asyncio.run(main())


def test_a_seller_that_never_comes_to_an_end_is_left(tmp_path: Path) -> None:
    def endless() -> Iterator[bytes | Pause]:
        yield ROLE
        while True:
            yield text("word ")
            yield Pause(0.01)

    async def main() -> None:
        with FaultServer(lambda _seen: Answer(200, SSE, endless())) as server:
            providers = {"on": ProviderSettings(base_url=server.base_url, models={MODEL: ModelSettings(price=PRICE)})}
            async with shop(tmp_path, providers, longest_s=0.4) as open_shop:
                run = await open_shop.comparison.probe([f"on/{MODEL}"], yes)
                assert run is not None
                (found,) = run.results
                assert found.errors == {"too_slow": 3} and "failed 3 times in a row" in found.stopped

    asyncio.run(main())


@pytest.mark.parametrize(
    ("usage", "said_of_it"),
    [
        ({"prompt_tokens": -5, "completion_tokens": -5, "prompt_tokens_details": {"cached_tokens": -1}}, {"no_count"}),
        ({"prompt_tokens": 10**12, "completion_tokens": 10**12}, {"no_count"}),
        ({"prompt_tokens": "many"}, {"no_count"}),
        (
            {"prompt_tokens": 10, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 10**9}},
            {"no_cache", "counts_less"},
        ),
    ],
)
def test_absurd_counts_are_no_figures(tmp_path: Path, usage: dict[str, Any], said_of_it: set[str]) -> None:
    """Nor are honest sellers held against them."""

    async def main() -> None:
        with market(one=Seller(usage=usage), honest=Seller()) as providers:
            async with shop(tmp_path, providers) as open_shop:
                run = await open_shop.comparison.probe([f"one/{MODEL}", f"honest/{MODEL}"], yes)
                assert run is not None and run.stopped == ""
                found = run.results[0]
                assert found.right("answers") == (24, 24) and 0 <= (found.usage.cost_usd or 0) < 0.101
                assert 0 <= (found.cached_share or 0) <= 1
                rows = await open_shop.comparison.table()
                assert {row.model.partition("/")[0]: said(row) for row in rows} == {"one": said_of_it, "honest": set()}

    asyncio.run(main())


def test_figures_over_time_and_the_last_one(tmp_path: Path) -> None:
    async def main() -> None:
        seller = Seller()
        with market(one=seller) as providers:
            name = f"one/{MODEL}"
            async with shop(tmp_path, providers) as open_shop:
                assert await open_shop.comparison.latest(name) is None
                await open_shop.comparison.probe([name], yes)
                seller.wrong_every = 2
                await open_shop.comparison.probe([name, name], yes)
            async with shop(tmp_path, providers) as open_shop:
                comparison = open_shop.comparison
                points = await comparison.history(name)
                assert [round(point.right_share or 0, 2) for point in points] == [1.0, 0.61]
                latest = await comparison.latest(name)
                assert latest is not None and latest.right("answers") == (12, 24)
                (row,) = await comparison.table()
                assert (row.probes, row.result.right("answers"), row.result.cache) == (2, (36, 48), "given")

    asyncio.run(main())


def test_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    async def main() -> None:
        with market(one=Seller()) as providers:
            async with shop(tmp_path, providers) as open_shop:
                comparison = open_shop.comparison
                for models in ([], ["nobody/x"], ["one"], [f"one/{number}" for number in range(9)]):
                    with pytest.raises(UsageError):
                        await comparison.probe(models, yes)
                with pytest.raises(UsageError, match="Nobody that is set up sells 'badger'"):
                    comparison.sellers("badger")

    asyncio.run(main())


def test_a_seller_that_is_reached_through_litellm(tmp_path: Path) -> None:
    async def main() -> SellerRow:
        with market(far=Seller(name="acme/otter-3-mini", cache="told_only", reading_s=0.3, fails_every=6)) as providers:
            far = msgspec.structs.replace(
                providers["far"], transport="litellm", litellm_provider="openai", key="env:HOMARD_TEST_KEY"
            )
            async with shop(tmp_path, {"far": far}) as open_shop:
                run = await open_shop.comparison.probe([f"far/{MODEL}"], yes)
                assert run is not None and run.stopped == ""
                (row,) = await open_shop.comparison.table()
                return row

    row = asyncio.run(main())
    assert said(row) == {"flaky", "cache_told_only", "other_model"}
    assert (row.result.right("answers"), row.result.right("tools"), row.result.errors) == (
        (24, 24),
        (3, 3),
        {"overloaded": 2},
    )


def test_a_cap_that_is_reached_meanwhile_ends_it_and_keeps_what_was_found(tmp_path: Path) -> None:
    async def main() -> None:
        with market(one=Seller(), two=Seller()) as providers:
            async with shop(tmp_path, providers, usd_per_day=0.25) as open_shop:
                comparison, ledger = open_shop.comparison, open_shop.books.ledger
                other = await ledger.reserve(call(price=Price(0, 0)))

                def progress(at: Progress) -> None:
                    if at.done == 4:
                        ledger.settle(other, Usage(0, 0, 0, 0.25))

                run = await comparison.probe([f"one/{MODEL}", f"two/{MODEL}"], yes, progress)
                assert run is not None and "(budget.usd_per_day) is $0.25: $0.00 are left" in run.stopped
                assert [(one.model, len(one.calls)) for one in run.results] == [(f"one/{MODEL}", 4)]
                assert (await comparison.runs())[0] == run

    asyncio.run(main())


def test_models_elsewhere_are_asked_beside_each_other_and_those_here_one_by_one(tmp_path: Path) -> None:
    class Counting:
        """A gateway that counts calls under way."""

        def __init__(self) -> None:
            self.now: list[str] = []
            self.together: set[tuple[str, ...]] = set()

        async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
            provider = request.model.provider
            self.now.append(provider)
            self.together.add(tuple(sorted(self.now)))
            await asyncio.sleep(0)
            self.now.remove(provider)
            yield ReplyFinished(AssistantMessage((TextPart("hello"),), usage=Usage(1, 0, 1, 0.0)))

    async def main() -> set[tuple[str, ...]]:
        gateway = Counting()
        far = {f"far{number}": ProviderSettings(base_url=f"https://{number}.example/v1") for number in range(6)}
        near = {name: ProviderSettings(base_url="http://127.0.0.1:9/v1") for name in ("near1", "near2")}
        async with shop(tmp_path, {**far, **near}, gateway=gateway) as open_shop:
            run = await open_shop.comparison.probe([f"{name}/m" for name in (*far, *near)], yes)
            assert run is not None and {len(one.calls) for one in run.results} == {14}
        return gateway.together

    together = asyncio.run(main())
    assert max(map(len, together)) == 5
    assert not any({"near1", "near2"} <= set(one) for one in together)
    assert all(len(one) == len(set(one)) for one in together), "a seller is asked one thing after the other"


def test_a_model_that_thinks_too_long_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    def endless(_seen: Seen) -> Answer:
        return stream(*[text("Let me think. ")] * 40, LENGTH, DONE)

    async def main() -> None:
        with FaultServer(endless) as server:
            async with shop(tmp_path, {"one": ProviderSettings(base_url=server.base_url)}) as open_shop:
                run = await open_shop.comparison.probe(["one/m"], yes)
                assert run is not None
                (row,) = await open_shop.comparison.table()
                assert said(row) == {"unfinished"} and row.result.right("answers") == (0, 0)
                assert run.results[0].calls[0].note.startswith("Its answer was longer than the 900 tokens")

    asyncio.run(main())
