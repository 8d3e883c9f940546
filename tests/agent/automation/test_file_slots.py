from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest

from agent.automation.file_slots import insert
from agent.jobs import Change, Missed, Slot, Watch
from tests.helpers.jobs import Desk, desk, job

EACH, BATCH = Watch(folder="/in"), Watch(folder="/in", per="batch")


class File(NamedTuple):
    path: str
    change: Change = "created"
    digest: str = "d"
    generation: int = 1


FILES = (File("/in/a"), File("/in/b", "changed"), File("/in/\udcff", "removed", ""))


def play(story: Callable[[Desk], Coroutine[Any, Any, None]], folder: Path) -> None:
    async def run() -> None:
        async with desk(folder) as there:
            await story(there)

    asyncio.run(run())


async def settle(
    desk: Desk, job_id: str, watch: Watch, files: Sequence[File] = FILES, *, late: bool = False
) -> list[Slot]:
    now = desk.clock.now()
    made = await desk.database.call(lambda c: insert(c, job_id, watch, files, late=late, now=now))
    return [await desk.ledger.slot(slot_id) for slot_id in made]


def test_each_file_or_all_of_them_make_a_slot(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        row = await desk.ledger.save(job(EACH))
        each = await settle(desk, row.job_id, EACH)
        assert [(slot.state, slot.origin, slot.count, slot.files) for slot in each] == [("due", "file_watch", 1, 1)] * 3
        assert [await desk.ledger.files(slot.slot_id) for slot in each] == [[(f.path, f.change)] for f in FILES]
        [batch] = await settle(desk, row.job_id, BATCH)
        assert await desk.ledger.files(batch.slot_id) == [(f.path, f.change) for f in FILES]
        assert (batch.count, batch.files) == (1, 3)
        assert await settle(desk, row.job_id, EACH, []) == []

    play(story, tmp_path)


def test_the_same_event_makes_no_second_slot_and_another_content_does(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        row = await desk.ledger.save(job(EACH))
        await settle(desk, row.job_id, EACH)
        await settle(desk, row.job_id, BATCH)
        assert await settle(desk, row.job_id, EACH) == []
        assert await settle(desk, row.job_id, BATCH, FILES[::-1]) == []
        again = [File("/in/a", "changed", "d", 2), File("/in/a", "changed", "e", 1)]
        assert len(await settle(desk, row.job_id, EACH, again)) == 2

    play(story, tmp_path)


@pytest.mark.parametrize(
    ("do", "watch", "expected"),
    [
        ("once", EACH, [("due", "", 1)] * 3),
        ("all", BATCH, [("due", "", 1)]),
        ("skip", EACH, [("missed", "app_off", 3)]),
        ("skip", BATCH, [("missed", "app_off", 1)]),
        ("ask", EACH, [("parked", "answer", 1)]),
    ],
)
def test_what_changed_while_nobody_watched_follows_the_policy(
    tmp_path: Path, do: Literal["once", "all", "skip", "ask"], watch: Watch, expected: list[tuple[str, str, int]]
) -> None:
    async def story(desk: Desk) -> None:
        row = await desk.ledger.save(job(watch, missed=Missed(do=do)))
        slots = await settle(desk, row.job_id, watch, late=True)
        assert [(slot.state, slot.reason, slot.count) for slot in slots] == expected
        assert sum(slot.files for slot in slots) == 3

    play(story, tmp_path)


def test_a_paused_job_says_that_it_was_and_a_deleted_one_says_nothing(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        row = await desk.ledger.save(job(EACH))
        await desk.ledger.set_paused(row.job_id, "person")
        [slot] = await settle(desk, row.job_id, EACH)
        assert (slot.state, slot.reason, slot.count, slot.files) == ("skipped", "job_paused", 3, 3)
        await desk.clock.advance(timedelta(hours=1).total_seconds())
        await desk.ledger.set_paused(row.job_id, "")
        assert await desk.ledger.open_slots() == []
        await desk.ledger.delete(row.job_id)
        assert await settle(desk, row.job_id, EACH, [File("/in/c")]) == []

    play(story, tmp_path)
