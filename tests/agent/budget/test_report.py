from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.budget.report import By, Outlook, UsageRow, outlook, total_of, usage_by
from agent.messages import Usage
from agent.storage.blobs import Blobs
from agent.storage.sessions import Store
from tests.helpers.budget import Books, books, budget, call
from tests.helpers.clock import HeldClock

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MONTH = (NOON - timedelta(days=19, hours=12), NOON + timedelta(days=11))


@pytest.fixture(autouse=True)
def berlin() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Berlin"
    if hasattr(time, "tzset"):
        time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    if hasattr(time, "tzset"):
        time.tzset()


async def spend(held: Books, at: datetime, usage: Usage, *, told: bool = True, **request: object) -> None:
    assert isinstance(held.clock, HeldClock)
    held.clock.set(at)
    reservation = await held.ledger.reserve(call(**request))  # pyright: ignore[reportArgumentType]
    held.ledger.settle(reservation, usage, told=told)


async def fill(held: Books, session_id: str) -> None:
    await spend(held, NOON - timedelta(days=1), Usage(100, 40, 10, 0.5), session=session_id, provider="q")
    await spend(held, NOON - timedelta(hours=13, minutes=30), Usage(10, 0, 5, 0.25), session="", run="", told=False)
    await spend(held, NOON, Usage(7, 0, 3, None), price=None, job="j1", session=session_id)
    await held.rows()
    await held.ledger.reserve(call())  # under way: it is not shown


ROWS: dict[By, list[UsageRow]] = {
    "day": [
        UsageRow("2026-11-19", "", 2, 110, 40, 15, 0.75, 0, 1),
        UsageRow("2026-11-20", "", 1, 7, 0, 3, 0.0, 1, 0),
    ],
    "month": [UsageRow("2026-11", "", 3, 117, 40, 18, 0.75, 1, 1)],
    "model": [UsageRow("q/m", "", 1, 100, 40, 10, 0.5, 0, 0), UsageRow("p/m", "", 2, 17, 0, 8, 0.25, 1, 1)],
    "provider": [UsageRow("q", "", 1, 100, 40, 10, 0.5, 0, 0), UsageRow("p", "", 2, 17, 0, 8, 0.25, 1, 1)],
    "job": [UsageRow("", "", 2, 110, 40, 15, 0.75, 0, 1), UsageRow("j1", "The job", 1, 7, 0, 3, 0.0, 1, 0)],
    "purpose": [UsageRow("turn", "", 3, 117, 40, 18, 0.75, 1, 1)],
}


def test_what_calls_took_is_told_by_day_model_provider_job_and_chat(tmp_path: Path) -> None:
    async def story() -> None:
        async with books(tmp_path, budget()) as held:
            store = Store(held.database, Blobs(tmp_path / "blobs"))
            session_id = (await store.create_session(cwd="/", title="The chat")).session_id
            await held.database.call(_a_job)
            await fill(held, session_id)
            for by, expected in ROWS.items():
                assert await held.database.read(lambda connection, by=by: usage_by(connection, by, *MONTH)) == expected
            by_chat = await held.database.read(lambda connection: usage_by(connection, "session", *MONTH))
            assert [(row.key, row.name, row.calls) for row in by_chat] == [(session_id, "The chat", 2), ("", "", 1)]
            assert total_of(by_chat) == UsageRow("", "", 3, 117, 40, 18, 0.75, 1, 1)
            later = (NOON, NOON + timedelta(days=1))
            assert len(await held.database.read(lambda connection: usage_by(connection, "day", *later))) == 1

    asyncio.run(story())


def test_the_month_is_forecast_by_the_pace_of_the_last_days(tmp_path: Path) -> None:
    """From the 10th at midnight to the 20th at noon are 10.5 days, and as many are left of November."""

    async def story() -> None:
        async with books(tmp_path, budget()) as held:
            at = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)  # noon in Berlin
            assert await held.database.read(lambda connection: outlook(connection, at)) == Outlook(
                "2026-11", 0.0, 0.0, 0, 0, 1
            )
            await spend(held, at - timedelta(days=10), Usage(900, 0, 100, 2.0))
            await spend(held, at, Usage(900, 0, 100, 1.0))
            await held.rows()
            found = await held.database.read(lambda connection: outlook(connection, at))
            assert (found.spent_usd, found.usd, found.spent_tokens) == (3.0, pytest.approx(6.0), 2_000)
            assert (found.tokens, found.days) == (4_000, 10)

    asyncio.run(story())


def _a_job(connection: object) -> None:
    execute = connection.execute  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    execute("INSERT INTO jobs VALUES ('j1', 2, '', '', 0, 0, 0, '', 0, 0, NULL)")
    for version, name in ((1, "An old name"), (2, "The job")):
        execute("INSERT INTO job_versions VALUES ('j1', ?, 0, json_object('name', ?))", (version, name))
