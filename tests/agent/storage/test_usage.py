from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.messages import Usage
from agent.storage.blobs import Blobs
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.sessions import Store
from agent.storage.usage import Spent, local_midnight, spent_since

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def berlin() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Berlin"
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


def test_the_calls_since_a_moment_are_added_up_those_of_unknown_price_apart(tmp_path: Path) -> None:
    now = [NOON]

    async def story() -> None:
        database = await Database.open(tmp_path / "homard.db")
        store = Store(database, Blobs(tmp_path / "blobs"), now=lambda: now[0])
        session_id = (await store.create_session(cwd="/")).session_id

        async def record(at: datetime, run_id: str | None, *usage: object) -> None:
            now[0] = at
            await store.record_usage(session_id, run_id, "a/b", Usage(*usage))  # pyright: ignore[reportArgumentType]

        assert await database.read(lambda connection: spent_since(connection, MIDNIGHT)) == Spent(0.0, 0, 0, 0)
        await record(MIDNIGHT - timedelta(microseconds=1), "r0", 1000, 0, 1000, 9.0)
        await record(MIDNIGHT, "r1", 100, 50, 10, 0.5)
        await record(NOON, "r1", 200, 0, 20, 0.25)
        await record(NOON, "r2", 7, 0, 3, None)
        await record(NOON, None, 1, 0, 1, 0.0)
        assert await database.read(lambda connection: spent_since(connection, MIDNIGHT)) == Spent(0.75, 10, 342, 2)
        await database.close()

    asyncio.run(story())


def test_it_reads_one_index_and_no_table(tmp_path: Path) -> None:
    async def story() -> list[str]:
        database = await Database.open(tmp_path / "homard.db")

        def plan(connection: Connection) -> list[str]:
            seen: list[str] = []
            connection.exec_trace = lambda _cursor, sql, bindings: seen.append(sql) or True  # pyright: ignore[reportAttributeAccessIssue]
            spent_since(connection, NOON)
            connection.exec_trace = None  # pyright: ignore[reportAttributeAccessIssue]
            return [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {seen[0]}", (0,))]

        found = await database.read(plan)
        await database.close()
        return found

    assert "SEARCH usage USING COVERING INDEX usage_by_time (at>?)" in asyncio.run(story())


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be set here")
@pytest.mark.usefixtures("berlin")
def test_a_day_begins_at_local_midnight_over_a_change_to_summer_time_too() -> None:
    assert local_midnight(NOON) == datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    assert local_midnight(datetime(2026, 3, 29, 12, 0, tzinfo=UTC)) == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    assert local_midnight(datetime(2026, 10, 25, 12, 0, tzinfo=UTC)) == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be set here")
def test_a_day_whose_midnight_does_not_exist_begins_when_the_one_before_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Africa/Cairo")
    time.tzset()
    try:
        assert local_midnight(datetime(2026, 4, 24, 12, tzinfo=UTC)) == datetime(2026, 4, 23, 22, tzinfo=UTC)
        assert local_midnight(datetime(2026, 4, 23, 12, tzinfo=UTC)) == datetime(2026, 4, 22, 22, tzinfo=UTC)
    finally:
        monkeypatch.undo()
        time.tzset()
