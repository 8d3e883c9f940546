"""Calls for which no cap holds are in the books without a commit of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import apsw
import msgspec
import pytest

from agent.budget.worst import Worst
from agent.errors import StorageError, UsageError
from agent.messages import ToolSpec, Usage
from agent.ports import Purpose
from agent.storage.connection import Connection
from tests.helpers.budget import Books, books, budget, call

TOOK = Usage(9, 0, 3, 0.5)
QUERY = "SELECT state, input_tokens, output_tokens, cost_usd FROM usage ORDER BY usage_id"


def commits_of(held: Books, also: Callable[[], None] = lambda: None) -> list[int]:
    """Grows with each commit; `also` is called in the thread of the database."""
    commits: list[int] = []

    def participant(_connection: Connection) -> Callable[[], None]:
        also()
        return lambda: commits.append(1)

    held.database.join(participant)
    return commits


def test_a_step_of_the_run_takes_the_call_and_what_it_took_along(tmp_path: Path) -> None:
    async def story() -> None:
        async with books(tmp_path, budget()) as held:
            commits = commits_of(held)
            reservation = await held.ledger.reserve(call())
            held.ledger.settle(reservation, TOOK)
            given_back = await held.ledger.reserve(call())
            held.ledger.give_back(given_back)
            assert await held.rows() == [("settled", 9, 3, 0.5)]
            await held.ledger.close()
            assert len(commits) == 1

    asyncio.run(story())


def test_what_no_step_takes_along_is_written_all_the_same(tmp_path: Path) -> None:
    async def story() -> None:
        async with books(tmp_path, budget()) as held:
            loop, written = asyncio.get_running_loop(), asyncio.Event()
            commits_of(held, lambda: loop.call_soon_threadsafe(written.set) and None)
            await held.ledger.reserve(call())
            await written.wait()
            worst = Worst.of(call()).usage
            found = await held.database.read(lambda connection: connection.execute(QUERY).fetchall())
            assert found == [("reserved", worst.input_tokens, 1_000, worst.cost_usd)]

    asyncio.run(story())


@pytest.mark.parametrize("purpose", ["trial", "title", "reading", "summary"])
def test_what_is_no_turn_of_a_run_is_written_at_once(tmp_path: Path, purpose: Purpose) -> None:
    async def story() -> None:
        async with books(tmp_path, budget()) as held:
            account = msgspec.structs.replace(call().account, purpose=purpose)
            await held.ledger.reserve(msgspec.structs.replace(call(), account=account))
            found = await held.database.read(lambda connection: connection.execute(QUERY).fetchall())
            assert [row[0] for row in found] == ["reserved"]

    asyncio.run(story())


def test_a_step_that_fails_takes_nothing_along_and_the_next_one_does(tmp_path: Path) -> None:
    def refuse(_connection: Connection) -> None:
        raise UsageError("no")

    async def story() -> None:
        async with books(tmp_path, budget()) as held:
            full = [apsw.FullError("full")]

            def fail() -> None:
                if full:
                    raise full.pop()

            commits_of(held, fail)
            first = await held.ledger.reserve(call())
            for _ in range(2):
                with suppress(StorageError, UsageError):
                    await held.database.call(refuse)
                with suppress(StorageError):
                    await held.database.call(lambda _connection: None)
            second = await held.ledger.reserve(call())
            held.ledger.settle(second, Usage(1, 0, 1, 0.1))
            held.ledger.settle(first, TOOK)
            assert await held.rows() == [("settled", 9, 3, 0.5), ("settled", 1, 1, 0.1)]

    asyncio.run(story())


def test_a_call_that_cannot_be_estimated_spoils_nobody_s_step(tmp_path: Path) -> None:
    async def story() -> None:
        async with books(tmp_path, budget()) as held:
            odd = msgspec.structs.replace(call(), tools=(ToolSpec("odd", "half a character \udcff", {}),))
            await held.ledger.reserve(odd)
            other = await held.ledger.reserve(call())
            held.ledger.settle(other, TOOK)
            assert await held.rows() == [("settled", 9, 3, 0.5)]

    asyncio.run(story())


def test_a_call_that_ends_while_its_row_is_written_counts_as_what_it_took(tmp_path: Path) -> None:
    async def story() -> None:
        async with books(tmp_path, budget()) as held:
            inside, go_on = threading.Event(), threading.Event()

            def wait() -> None:
                inside.set()
                assert go_on.wait(20)

            commits_of(held, wait)
            reservation = await held.ledger.reserve(call())
            writing = asyncio.ensure_future(held.database.call(lambda _connection: None))
            await asyncio.to_thread(inside.wait, 20)
            held.ledger.settle(reservation, TOOK)
            go_on.set()
            await writing
            assert await held.rows() == [("settled", 9, 3, 0.5)]

    asyncio.run(story())
