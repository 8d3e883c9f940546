from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.errors import DatabaseCorrupt
from agent.storage import slots as table
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.jobs import insert_job
from agent.storage.slots import NewSlot
from tests.helpers.clock import NOON
from tests.helpers.jobs import job


def with_database(folder: Path, work: Callable[[Connection], Any]) -> Any:
    async def story() -> Any:
        database = await Database.open(folder / "homard.db")
        try:
            await database.call(lambda connection: insert_job(connection, "j", job(), NOON, "UTC", "", ""))
            return await database.call(work)
        finally:
            await database.close()

    return asyncio.run(story())


def slot_at(connection: Connection, minute: int, **more: Any) -> int | None:
    new = NewSlot(key=f"{minute}", origin="schedule", due_at=NOON + timedelta(minutes=minute), **more)
    return table.insert_slot(connection, "j", 1, new, NOON)


def test_a_key_has_one_row_whoever_writes_it(tmp_path: Path) -> None:
    def work(connection: Connection) -> None:
        first = slot_at(connection, 1)
        assert first is not None and slot_at(connection, 1, state="missed") is None
        slot = table.read_slot(connection, first)
        assert slot is not None and (slot.state, slot.finished_at) == ("due", None)
        assert table.known_keys(connection, "j", ["0", "1", "2"]) == {"1"}
        ended = table.read_slot(connection, slot_at(connection, 2, state="missed") or 0)
        assert ended is not None and ended.finished_at == NOON

    with_database(tmp_path, work)


def test_a_change_holds_only_in_the_states_it_is_for(tmp_path: Path) -> None:
    def work(connection: Connection) -> None:
        slot_id = slot_at(connection, 1) or 0
        assert table.change(connection, slot_id, ("running", "parked"), {"state": "done"}) is None
        changed = table.change(connection, slot_id, ("due",), {"state": "done", "finished_at": NOON})
        assert changed is not None and (changed.state, changed.finished_at) == ("done", NOON)

    with_database(tmp_path, work)


def steps_of(connection: Any, ask: Callable[[], object]) -> list[str]:
    """How SQLite goes about the first statement of a question."""
    seen: list[tuple[str, Any]] = []
    connection.exec_trace = lambda _cursor, sql, bindings: seen.append((sql, bindings)) or True
    ask()
    connection.exec_trace = None
    sql, bindings = seen[0]
    return [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", bindings)]


def test_what_is_asked_often_reads_an_index(tmp_path: Path) -> None:
    """The planner's tick and the dispatcher's turn must not walk through years of history."""

    def work(connection: Any) -> dict[str, list[str]]:
        for number in range(50):
            slot_at(connection, number, state="missed")
        connection.execute("ANALYZE")
        asked: dict[str, Callable[[], object]] = {
            "open": lambda: table.open_slots(connection, 10),
            "start": lambda: table.next_start(connection, NOON),
            "latest": lambda: table.latest_planned(connection, "j", NOON),
            "first": lambda: table.first_planned(connection, "j"),
        }
        return {name: steps_of(connection, ask) for name, ask in asked.items()}

    found = with_database(tmp_path, work)
    assert any("slots_due" in step for step in found["open"])
    assert any("slots_busy" in step for step in found["open"])
    assert not [step for step in found["open"] if step in ("SCAN s", "SCAN d", "SCAN slots")]
    assert any("slots_open" in step for step in found["start"])
    assert any("slots_by_time" in step for step in found["latest"])
    assert any("slots_by_time" in step for step in found["first"])


def test_a_row_that_makes_no_sense_is_said_to_be_damaged(tmp_path: Path) -> None:
    def work(connection: Connection) -> None:
        slot_id = slot_at(connection, 1) or 0
        connection.execute("UPDATE slots SET due_at = 9223372036854775807")
        table.read_slot(connection, slot_id)

    with pytest.raises(DatabaseCorrupt):
        with_database(tmp_path, work)
