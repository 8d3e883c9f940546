"""Figures of real calls, and what a probe leaves in those that routing goes by."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec

from agent.comparison.passive import passive_figures
from agent.figures.seen import ModelFigures, Seen, SeenCall
from agent.storage.database import Database
from tests.helpers.clock import NOON


def test_probes_are_no_real_calls(tmp_path: Path) -> None:
    async def main() -> None:
        database = await Database.open(tmp_path / "homard.db")
        seen = Seen(database)
        call = SeenCall(
            session_id="s", model="a/x", purpose="turn", at=NOON, first_ms=200, took_ms=1_200,
            input_tokens=1_000, output_tokens=100,
        )  # fmt: skip
        seen.note(call)
        seen.note(msgspec.structs.replace(call, cached_tokens=900))
        seen.note(msgspec.structs.replace(call, purpose="reading", session_id="", error="overloaded", first_ms=None))
        seen.note(msgspec.structs.replace(call, purpose="trial", first_ms=9_000, took_ms=9_100))
        seen.note(msgspec.structs.replace(call, purpose="trial", model="b/x"))
        seen.note(msgspec.structs.replace(call, at=NOON - timedelta(days=15), model="c/x"))
        assert await passive_figures(database, seen, NOON) == {"a/x": ModelFigures("a/x", 3, 1, 200.0, 100.0, 0.9)}
        assert {one.model: one.calls for one in await seen.figures(NOON)} == {"a/x": 4, "b/x": 1}, "routing has them"
        await database.close()

    asyncio.run(main())
