"""The slots of a job: read in pages, filtered, followed; quick with ten thousand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import QLocale, QModelIndex, Qt

from app.viewmodels.job_history import PAGE, SlotHistory, SlotItem
from tests.helpers.job_desk import NOW, JobDesk, slot

NOTHING = QModelIndex()
SLOTS = [
    slot(1), slot(2, "failed", "run_failed"), slot(3, "skipped", "battery"), slot(4, "missed", "asleep"),
    slot(5, "running", run_id="r5"), slot(6, "due"), slot(7, job_id="j2"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def british() -> None:
    QLocale.setDefault(QLocale("en_GB"))


def play(desk: JobDesk, act: Callable[[SlotHistory], Awaitable[None]]) -> None:
    async def main() -> None:
        model = SlotHistory(desk, lambda: NOW)
        model.show_job("j1")
        await settled(model)
        await act(model)

    asyncio.run(main())


async def settled(model: SlotHistory) -> None:
    async with asyncio.timeout(20):
        while model.is_reading:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def ids(model: SlotHistory) -> list[int]:
    return [model.index(row).data(SlotHistory.ItemRole).slot.slot_id for row in range(model.rowCount())]


def test_the_newest_first_and_only_some_if_wanted() -> None:
    async def act(model: SlotHistory) -> None:
        found = {}
        for wanted in ("all", "ran", "not_run", "failed"):
            model.set_filter(wanted)
            found[wanted] = ids(model)
        assert found == {"all": [6, 5, 4, 3, 2, 1], "ran": [5, 2, 1], "not_run": [4, 3], "failed": [2]}
        model.set_filter("failed")
        model.show_job("j2")
        await settled(model)
        assert ids(model) == [] and not model.is_empty

    play(JobDesk(slots=list(SLOTS)), act)


def test_it_follows_what_happens() -> None:
    async def act(model: SlotHistory) -> None:
        changed: list[int] = []
        model.updated.connect(changed.append)
        model.take(slot(8, "due"))
        model.take(slot(8, "skipped", "overlap"))
        model.take(slot(9, job_id="j2"))
        model.take(slot(0, "missed", "app_off"))
        assert ids(model) == [8, 6, 5, 4, 3, 2, 1, 0] and changed == [8, 8, 0]
        model.set_filter("not_run")
        model.take(slot(3, "due"))
        model.take(slot(6, "skipped", "overlap"))
        assert ids(model) == [8, 6, 4, 0]
        assert (model.row_of(6), model.row_of(5)) == (1, None)
        found = model.find(5)
        assert found is not None and found.state == "running" and model.find(77) is None

    play(JobDesk(slots=list(SLOTS)), act)


def test_older_ones_come_as_it_is_scrolled() -> None:
    desk = JobDesk(slots=[slot(number) for number in range(1, 251)])

    async def act(model: SlotHistory) -> None:
        resets: list[None] = []
        model.modelReset.connect(lambda: resets.append(None))
        counts = [model.rowCount()]
        while model.canFetchMore(NOTHING):
            model.fetchMore(NOTHING)
            await settled(model)
            counts.append(model.rowCount())
        assert counts == [PAGE, 200, 250] and resets == []

    play(desk, act)


def test_a_filter_that_finds_little_looks_further() -> None:
    desk = JobDesk(slots=[slot(number, "missed" if number < 5 else "done") for number in range(1, 2_000)])

    async def act(model: SlotHistory) -> None:
        model.set_filter("not_run")
        async with asyncio.timeout(20):
            while model.rowCount() < 4:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        assert ids(model) == [4, 3, 2, 1]

    play(desk, act)


def test_ten_thousand_and_a_burst_are_quick() -> None:
    desk = JobDesk(slots=[slot(number) for number in range(1, 10_001)])

    async def act(model: SlotHistory) -> None:
        began = time.perf_counter()
        while model.canFetchMore(NOTHING):
            model.fetchMore(NOTHING)
            await settled(model)
        for number in range(10_001, 13_001):
            model.take(slot(number, "due"))
        took = time.perf_counter() - began
        assert model.rowCount() == 13_000 and ids(model)[:2] == [13_000, 12_999] and took < 3

    play(desk, act)


def test_what_cannot_be_read_is_told() -> None:
    async def act(model: SlotHistory) -> None:
        said: list[str] = []
        model.failed.connect(said.append)
        desk.error = "The disk is gone."
        model.refresh()
        await settled(model)
        assert said == ["The disk is gone."] and model.rowCount() == 6

    desk = JobDesk(slots=list(SLOTS))
    play(desk, act)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (slot(1, cost_usd=0.012, summary="Two\nmails"), "20.0 s · $0.01 · Two mails"),
        (slot(1, origin="manual", files=3), "20.0 s · 3 file(s) · started by hand"),
        (slot(1, "failed", "run_failed"), "20.0 s · Its run did not succeed."),
        (slot(1, "skipped", "battery", summary="x"), "The computer was on battery, and the job does not start then."),
        (slot(1, "running"), ""),
        (slot(1, "due", "overlap"), "It waits until its earlier run is done."),
    ],
)
def test_the_second_line(shown: object, words: str) -> None:
    assert SlotItem(shown).second_line() == words  # type: ignore[arg-type]


def test_many_moments_in_one_row() -> None:
    item = SlotItem(slot(1, "missed", "app_off", count=14, due_at=NOW, until=NOW + timedelta(minutes=5)))
    assert item.title(NOW).startswith("14 moment(s): today ") and " – today " in item.title(NOW)
    assert item.spoken(NOW).endswith("Homard was not running then. This line stands for 14 moment(s) in a row.")


def test_nothing_belongs_to_no_index() -> None:
    model = SlotHistory(JobDesk(), lambda: NOW)
    assert (model.data(NOTHING), model.rowCount(), model.canFetchMore(NOTHING)) == (None, 0, False)
    assert model.data(NOTHING, Qt.ItemDataRole.AccessibleTextRole) is None
