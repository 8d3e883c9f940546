from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.audit.anchor import AnchorFile
from agent.audit.chain import Chain, Head
from agent.audit.key import Key
from agent.audit.row import Draft, draft_of, read_rows
from agent.errors import StorageError
from agent.storage.connection import Connection
from agent.storage.database import Database
from tests.helpers.audit import open_audit
from tests.helpers.kill_loop import kill_at_each

ROOT = Path(__file__).parents[3]
KEY = Key(b"k" * 32, "file")


def draft(name: str) -> Draft:
    return draft_of(datetime.now(UTC), "call.intent", "r", "s", {"call_id": name}, str)


async def names(database: Database) -> list[str]:
    rows = await database.read(lambda connection: read_rows(connection, "ORDER BY seq", {}))
    return [row.draft.call_id for row in rows]


def test_rows_go_with_the_next_transaction_whoever_asks_for_it_and_not_with_one_that_fails(tmp_path: Path) -> None:
    async def story() -> None:
        database = await Database.open(tmp_path / "homard.db")
        chain = Chain(AnchorFile(tmp_path / "audit.anchor"))
        database.join(chain.write)
        early = chain.add(draft("early"))
        await database.call(lambda _: None)
        assert await names(database) == [] and not chain.is_written(early)
        chain.begin(KEY, Head(), [draft("first")])
        with pytest.raises(ValueError, match="broken"):
            await database.call(broken)
        assert await names(database) == [] and chain.waiting == 2
        later = chain.add(draft("later"))
        await database.call(lambda _: None)
        assert await names(database) == ["first", "early", "later"]
        assert chain.is_written(later) and chain.waiting == 0
        here, anchor = AnchorFile(tmp_path / "audit.anchor").read(KEY.value)
        assert here and anchor is not None and (anchor.seq, anchor.mac) == chain.head[:2]
        await database.close()

    asyncio.run(story())


def broken(_connection: Connection) -> None:
    raise ValueError("broken")


def test_a_killed_program_never_looks_like_tampering_and_loses_no_intent(tmp_path: Path) -> None:
    """Killed at every step: between row and commit, commit and anchor, anchor and answer, and inside a cleaning."""

    def folder(number: int) -> Path:
        return tmp_path / str(number)

    def fresh(number: int) -> dict[str, str]:
        folder(number).mkdir()
        return {"PYTHONPATH": str(ROOT), "AUDIT_FOLDER": str(folder(number))}

    async def examine(number: int) -> None:
        acks = (folder(number) / "acks").read_text().split() if (folder(number) / "acks").exists() else []
        for again in range(2):
            async with open_audit(folder(number)) as audit:
                found = await audit.verify()
                assert found.findings == (), (number, again, found)
                kept = {row.draft.call_id for row in await audit.rows() if row.kind == "call.intent"}
                cleaned = any(row.kind == "audit.cleaned" for row in await audit.rows())
                assert cleaned or {name for name in acks if name != "cleaned"} <= kept
                audit.record("run.begun", "after", "s", {})

    launcher = (
        "import os, runpy, sys; sys.argv = ['child', os.environ['AUDIT_FOLDER']];"
        "runpy.run_module('tests.helpers.audit_child', run_name='__main__')"
    )
    argv = [sys.executable, "-c", launcher]
    opened = 5  # before that only the empty database is made
    killed = kill_at_each(argv, fresh, lambda number: asyncio.run(examine(number)), start=opened)
    assert killed > 15


def test_a_table_that_cannot_be_written_stops_what_was_to_be_done(tmp_path: Path) -> None:
    async def story() -> None:
        async with open_audit(tmp_path) as audit:
            await audit.intent("call.intent", "r", "s", {"call_id": "a"})
            await audit._database.call(lambda connection: connection.execute("ALTER TABLE audit RENAME TO gone"))
            with pytest.raises(StorageError, match="no such table: audit"):
                await audit.intent("call.intent", "r", "s", {"call_id": "b"})
            await audit._database.read(lambda connection: connection.execute("ALTER TABLE gone RENAME TO audit"))

    asyncio.run(story())
