"""What is kept of probes, and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from agent.comparison.result import ModelResult, ProbeCall
from agent.comparison.store import KEPT, ComparisonStore
from agent.storage.database import Database
from tests.helpers.clock import NOON

DAY = timedelta(days=1)


def result(model: str, took_ms: int = 10) -> ModelResult:
    return ModelResult(model=model, calls=(ProbeCall(task="count", kind="speed", took_ms=took_ms, note="“ü”"),))


@asynccontextmanager
async def store(folder: Path) -> AsyncGenerator[tuple[ComparisonStore, Database], None]:
    database = await Database.open(folder / "homard.db")
    try:
        yield ComparisonStore(database), database
    finally:
        await database.close()


def test_the_last_ones_of_each_model_are_found(tmp_path: Path) -> None:
    async def main() -> None:
        async with store(tmp_path) as (kept, _):
            for day in range(6):
                models = ("a/x", "b/x") if day == 1 else ("a/x",)
                await kept.add(NOON + day * DAY, "c1", tuple(result(model, day) for model in models), "")
            found = await kept.recent(NOON + DAY, 3)
            assert found == {
                "a/x": [(NOON + day * DAY, result("a/x", day)) for day in (5, 4, 3)],
                "b/x": [(NOON + DAY, result("b/x", 1))],
            }
            assert [at for at, _ in await kept.of_model("a/x", 2)] == [NOON + 5 * DAY, NOON + 4 * DAY]
            assert [run.at for run in await kept.runs(2)] == [NOON + 5 * DAY, NOON + 4 * DAY]

    asyncio.run(main())


def test_old_ones_go_and_what_a_newer_program_wrote_is_passed_over(tmp_path: Path) -> None:
    async def main() -> None:
        async with store(tmp_path) as (kept, database):
            await kept.add(NOON, "c1", (result("a/x"),), "It was cancelled.")
            await kept.add(NOON + KEPT, "c2", (result("a/x"), result("b/x")), "")
            assert [run.run_id for run in await kept.runs(9)] == ["c2", "c1"]
            await kept.add(NOON + KEPT + DAY, "c3", (), "")
            assert [run.run_id for run in await kept.runs(9)] == ["c3", "c2"]
            (left,) = await database.read(lambda one: one.execute("SELECT COUNT(*) FROM comparison_models").fetchall())
            assert left == (2,)
            change = "UPDATE comparison_models SET body = '{\"calls\": 7}' WHERE model = 'a/x'"
            await database.call(lambda connection: connection.execute(change))
            assert [one.model for one in (await kept.runs(9))[1].results] == ["b/x"]
            assert await kept.of_model("a/x", 9) == [] and list(await kept.recent(NOON, 9)) == ["b/x"]

    asyncio.run(main())
