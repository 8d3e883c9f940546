from __future__ import annotations

import asyncio
import csv
import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.budget.export import CALL_FIELDS, PAGE, calls_csv, calls_page, rows_csv
from agent.budget.report import UsageRow
from agent.storage.connection import Connection
from tests.helpers.budget import books, budget, call

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EVIL = '=HYPERLINK("http://x")'


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    if hasattr(time, "tzset"):
        time.tzset()
    yield
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


def test_rows_are_written_with_names_and_no_formula() -> None:
    text = rows_csv("session", [UsageRow("s1", EVIL, 2, 10, 4, 5, 0.25, 1, 0), UsageRow("", "a, \"b\"\nc", 1, 1, 0, 1, 0.0, 0, 0)])  # fmt: skip  # noqa: E501
    assert list(csv.reader(io.StringIO(text))) == [
        ["session", "name", "calls", "input_tokens", "cached_tokens", "output_tokens", "cost_usd", "unknown_calls",
         "estimated_calls"],
        ["s1", f"'{EVIL}", "2", "10", "4", "5", "0.25", "1", "0"],
        ["", 'a, "b"\nc', "1", "1", "0", "1", "0.0", "0", "0"],
    ]  # fmt: skip


def test_each_call_is_a_line(tmp_path: Path) -> None:
    found, after = asyncio.run(page_of(tmp_path, 2))
    lines = list(csv.reader(io.StringIO(calls_csv(found, head=True))))
    assert (lines, after) == (
        [
            list(CALL_FIELDS),
            ["2026-11-20T13:00:00+01:00", "p", "p/m", "turn", "The job", f"'{EVIL}", "r", "s1", "j1", "10", "4", "5",
             "0.5", "settled"],
            ["2026-11-20T13:00:01+01:00", "p", "p/m", "turn", "The job", f"'{EVIL}", "r", "s1", "j1", "10", "4", "5",
             "", "settled"],
        ],
        0,
    )  # fmt: skip
    assert calls_csv([], head=False) == ""


def test_many_calls_come_in_pages(tmp_path: Path) -> None:
    first, after = asyncio.run(page_of(tmp_path, PAGE + 3))
    rest, end = asyncio.run(page_of(tmp_path, 0, after))
    assert (len(first), len(rest), end) == (PAGE, 3, 0)


async def page_of(folder: Path, count: int, after: int = 0) -> tuple[list[tuple[Any, ...]], int]:
    async with books(folder, budget()) as held:
        await held.database.call(lambda connection: fill(connection, count))
        await held.ledger.reserve(call())  # under way: it is left out
        until = NOON + timedelta(days=1)
        return await held.database.read(lambda connection: calls_page(connection, NOON, until, after))


def fill(connection: Connection, count: int) -> None:
    at = int(NOON.timestamp() * 1e6)
    connection.execute("INSERT OR IGNORE INTO sessions (session_id, title, cwd, model, created_at, updated_at)"
                       " VALUES ('s1', ?, x'2f', '', ?, ?)", (EVIL, at, at))  # fmt: skip
    connection.execute("INSERT OR IGNORE INTO jobs VALUES ('j1', 1, '', '', 0, 0, 0, '', 0, 0, NULL)")
    connection.execute("INSERT OR IGNORE INTO job_versions VALUES ('j1', 1, 0, json_object('name', 'The job'))")
    connection.executemany(
        "INSERT INTO usage (session_id, run_id, job_id, provider, model, purpose, at, input_tokens, cached_tokens,"
        " output_tokens, cost_usd, state) VALUES ('s1', 'r', 'j1', 'p', 'p/m', 'turn', ?, 10, 4, 5, ?, 'settled')",
        [(at + each * 1_000_000, 0.5 if each % 2 == 0 else None) for each in range(count)],
    )
