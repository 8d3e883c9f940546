from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import ToolFailed
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.tools.write import WriteTool
from agent.undo.cleaning import PRESSED_S, UNUSED_S, Cleaner
from agent.undo.journal import Journal
from agent.undo.limits import UndoLimits
from agent.undo.service import UndoService
from tests.helpers.tool_context import call, tool_context

DAY_S = 86_400.0


class House:
    """A journal whose clock can be set, and runs of any age."""

    def __init__(self, tmp_path: Path, database: Database) -> None:
        self.folder = tmp_path / "folder"
        self.folder.mkdir()
        self.moment = time.time()
        limits = UndoLimits(keep_days=30, store_bytes=10_000)
        self.journal = Journal(database, tmp_path / "undo", limits, now=lambda: self.moment)
        self.service = UndoService(self.journal)

    def run(self, run_id: str, *, days_ago: float, size: int = 1_000) -> Path:
        """A run so long ago that replaced a file of so many bytes."""
        path = self.folder / run_id
        path.write_bytes(os.urandom(size))
        self.moment = time.time() - days_ago * DAY_S
        context = tool_context(self.folder, journal=self.service.of_run("s", run_id))
        call(WriteTool(), context, path=run_id, text="new")
        self.moment = time.time()
        self.age(days_ago * DAY_S)
        return path

    def age(self, seconds: float) -> None:
        """Let what is kept and was used a moment ago have been used so long ago."""
        then = time.time() - seconds
        for kept in self.journal.store.all():
            if kept.used_at > time.time() - 60:
                os.utime(self.journal.store.path(kept.digest), (then, then))

    def runs(self) -> list[str]:
        return [run.run_id for run in asyncio.run(self.service.runs())]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = asyncio.run(Database.open(tmp_path / "homard.db"))
    yield House(tmp_path, database)
    asyncio.run(database.close())


def test_old_runs_go_with_what_was_kept_for_them(house: House) -> None:
    for days in (40, 31, 29, 2):
        house.run(f"r{days}", days_ago=days)
    assert asyncio.run(house.service.clean()) == (2, 2_000)
    assert house.runs() == ["r2", "r29"]
    assert sum(kept.size for kept in house.journal.store.all()) == 2_000
    assert asyncio.run(house.service.apply(asyncio.run(house.service.plan("r29")))).complete


def test_a_run_that_is_under_way_is_never_forgotten(house: House) -> None:
    house.run("r40", days_ago=40)

    def begin(connection: Connection) -> None:
        connection.execute("INSERT INTO sessions (session_id, title, cwd, model, created_at, updated_at)"
                           " VALUES ('s', '', x'2f', '', 0, 0)")  # fmt: skip
        columns = "run_id, session_id, origin, model, prompt, started_at, input_tokens, cached_tokens, output_tokens"
        connection.execute(f"INSERT INTO runs ({columns}, turns) VALUES ('r40', 's', 'cli', '', '', 0, 0, 0, 0, 0)")

    asyncio.run(house.journal.database.call(begin))
    assert asyncio.run(house.service.clean()) == (0, 0)
    assert house.runs() == ["r40"]


def test_room_is_made_at_the_cost_of_the_oldest_runs(house: House) -> None:
    for days in (9, 7, 5, 3):
        house.run(f"r{days}", days_ago=days, size=3_000)
    assert house.runs() == ["r3", "r5", "r7"]  # 12,000 bytes would be too much
    house.run("r1", days_ago=1, size=9_000)
    assert house.runs() == ["r1"]


def test_what_finds_no_room_is_not_done(house: House) -> None:
    (house.folder / "large").write_bytes(bytes(10_001))
    context = tool_context(house.folder, journal=house.service.of_run("s", "r1"))
    with pytest.raises(ToolFailed, match="no room left"):
        call(WriteTool(), context, path="large", text="new")
    assert (house.folder / "large").stat().st_size == 10_001 and house.runs() == []


def test_a_content_of_no_change_stays_for_the_next_command(house: House) -> None:
    def put(name: str, unused_s: float) -> None:
        path = house.folder / name
        path.write_text(name)
        with path.open("rb") as file:
            digest, _ = house.journal.store.put(file.fileno())
        then = time.time() - unused_s
        os.utime(house.journal.store.path(digest), (then, then))

    put("recent", UNUSED_S - 60)
    put("old", UNUSED_S + 60)
    assert Cleaner(house.journal).clean() == (0, 3)
    assert house.journal.make_room(9_999)
    assert [kept.size for kept in house.journal.store.all()] == []
    put("just now", PRESSED_S - 60)
    assert not house.journal.make_room(9_999)
