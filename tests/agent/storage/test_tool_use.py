"""When tools and skills were used last."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.messages import ToolCall
from agent.storage.blobs import Blobs
from agent.storage.database import Database
from agent.storage.records import Run
from agent.storage.sessions import Store
from agent.storage.tool_use import ToolUse, tool_uses

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CALLS = (
    ("read", '{"path": "a.txt"}'),
    ("read", '{"path": "b.txt"}'),
    ("skill", '{"name": "pdf"}'),
    ("use_tool", '{"name": "notes_search", "arguments": {}}'),
    ("notes_search", "{}"),
)


def test_calls_are_counted_by_tool_and_by_what_they_name(tmp_path: Path) -> None:
    now = [NOON]

    async def story() -> dict[str, ToolUse]:
        database = await Database.open(tmp_path / "homard.db")
        store = Store(database, Blobs(tmp_path / "blobs"), now=lambda: now[0])
        session_id = (await store.create_session(cwd="/")).session_id
        for at, prompt in enumerate(("go", "/skill pdf fill this in", "/skillful words")):
            await store.start_run(Run(f"r{at}", session_id, "user", "m", prompt, NOON + timedelta(hours=at)))
        for at, (name, arguments) in enumerate(CALLS):
            now[0] = NOON + timedelta(minutes=at)
            await store.start_call("r0", session_id, ToolCall(f"c{at}", name, arguments))
        found = await database.read(tool_uses)
        await database.close()
        return found

    assert asyncio.run(story()) == {
        "read": ToolUse(NOON + timedelta(minutes=1), 2),
        "skill:pdf": ToolUse(NOON + timedelta(hours=1), 2),
        "notes_search": ToolUse(NOON + timedelta(minutes=4), 2),
    }


def test_what_is_no_json_is_counted_as_the_tool_that_was_called(tmp_path: Path) -> None:
    async def story() -> dict[str, ToolUse]:
        database = await Database.open(tmp_path / "homard.db")
        store = Store(database, Blobs(tmp_path / "blobs"), now=lambda: NOON)
        session_id = (await store.create_session(cwd="/")).session_id
        for at, arguments in enumerate(("", "{", "[1]", '"x"', '{"name": {"a": 1}}')):
            await store.start_call("r0", session_id, ToolCall(f"c{at}", "skill", arguments))
        found = await database.read(tool_uses)
        await database.close()
        return found

    found = asyncio.run(story())
    assert sum(use.times for use in found.values()) == 5 and "skill:pdf" not in found
