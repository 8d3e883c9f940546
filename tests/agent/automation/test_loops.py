"""Two jobs that feed each other are found; a folder that is merely busy is none."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.automation.ledger import Ledger
from agent.automation.loops import looping
from agent.automation.watch.state import Settled
from agent.jobs import Job, JobRow, Watch
from agent.storage.database import Database
from tests.helpers.clock import NOON, HeldClock


async def ran(ledger: Ledger, row: JobRow, paths: list[str]) -> None:
    """Let the job have run for each of these files."""
    watch = row.job.triggers[0]
    assert isinstance(watch, Watch)
    for number, path in enumerate(paths):
        settled = [Settled(path, "created", f"{number}", number)]
        await ledger.database.call(
            lambda connection, settled=settled: ledger.insert_file_slots(connection, row.job_id, watch, settled)
        )
        (slot,) = [slot for slot in await ledger.open_slots() if slot.job_id == row.job_id]
        await ledger.begin(slot.slot_id, session_id="s", run_id=f"r{slot.slot_id}")
        await ledger.end(slot.slot_id, "done")


def found(tmp_path: Path, first: list[str], second: list[str], later: timedelta = timedelta()) -> str:
    async def run() -> str:
        database = await Database.open(tmp_path / "homard.db")
        try:
            clock = HeldClock(NOON)
            ledger = Ledger(database, clock, lambda event: None)
            one = Job(name="one", prompt="p", folder="/x", output="/one", triggers=(Watch(folder="/two"),))
            two = Job(name="two", prompt="p", folder="/x", output="/two", triggers=(Watch(folder="/one"),))
            rows = [await ledger.save(one), await ledger.save(two)]
            await ran(ledger, rows[0], first)
            await ran(ledger, rows[1], second)
            now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC) + later
            return await database.read(lambda connection: looping(connection, rows[0], rows, now))
        finally:
            await database.close()

    return asyncio.run(run())


def new_files(folder: str, count: int) -> list[str]:
    return [f"{folder}/{number}" for number in range(count)]


def test_two_jobs_that_start_each_other_are_found(tmp_path: Path) -> None:
    assert "“two” start each other" in found(tmp_path, new_files("/two", 20), new_files("/one", 20))


def test_a_burst_of_new_files_is_no_circle(tmp_path: Path) -> None:
    assert found(tmp_path, new_files("/two", 40), new_files("/elsewhere", 40)) == ""


def test_few_rounds_and_those_of_an_hour_ago_are_no_circle(tmp_path: Path) -> None:
    assert found(tmp_path, new_files("/two", 19), new_files("/one", 19)) == ""


def test_a_file_that_comes_again_is_one_for_an_hour(tmp_path: Path) -> None:
    assert "/two/a started it 20 times" in found(tmp_path, ["/two/a"] * 20, [])
    (tmp_path / "other").mkdir()
    assert found(tmp_path / "other", ["/two/a"] * 20, [], timedelta(hours=1, seconds=1)) == ""
