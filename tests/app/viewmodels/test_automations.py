"""The list of jobs: read, searched, followed; quick with two hundred jobs and a burst of slots."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QModelIndex, Qt
from PySide6.QtWidgets import QApplication

from agent.automation.state import JobState
from agent.events import ApprovalRequested, ApprovalResolved, RunStarted, SlotChanged
from app.event_loop import run
from app.viewmodels.automations import JobsViewModel
from tests.helpers.job_desk import NOW, JobDesk, asked, job, row, slot


def desk_of_three() -> JobDesk:
    return JobDesk(
        row("j1", job("Mail")), row("j2", job("build log", prompt="Find the ERROR")), row("j3", job("Zebra")),
        slots=[slot(1), slot(2, "parked", "answer", "j3")],
    )  # fmt: skip


class Scene:
    def __init__(self, desk: JobDesk) -> None:
        self.desk = desk
        self.model = JobsViewModel(desk, lambda: NOW)
        desk.listeners.append(self.model.take)
        self.said: list[str] = []
        self.model.failed.connect(self.said.append)
        self.model.waiting_changed.connect(lambda: self.said.append("waiting"))

    async def read(self) -> None:
        self.model.refresh()
        await self.until(lambda: not self.model.is_reading)
        await asyncio.sleep(0)

    async def until(self, ready: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not ready():  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    def names(self) -> list[str]:
        return [self.model.index(at).data() for at in range(self.model.rowCount())]


def turn(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run on the loop of the app, where timers of Qt turn too."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    run(application, main)


def play(act: Callable[[Scene], Awaitable[None]], desk: JobDesk | None = None) -> Scene:
    scene: list[Scene] = []

    async def main() -> None:
        scene.append(Scene(desk or desk_of_three()))
        await act(scene[0])

    turn(main)
    return scene[0]


@pytest.fixture(autouse=True)
def british(qapp: QApplication) -> None:
    QLocale.setDefault(QLocale("en_GB"))


def test_what_needs_a_person_comes_first_and_then_the_alphabet() -> None:
    async def act(scene: Scene) -> None:
        assert scene.model.is_empty
        await scene.read()
        assert scene.names() == ["Zebra", "build log", "Mail"]
        assert [waiting.slot.slot_id for waiting in scene.model.waiting()] == [2]
        assert (
            scene.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("Zebra, Needs you, each weekday")
        )

    play(act)


def test_search_looks_at_name_task_and_triggers() -> None:
    async def act(scene: Scene) -> None:
        await scene.read()
        found = {}
        for text in ("", "zeb", "error find", "weekday", "nowhere"):
            scene.model.search(text)
            found[text] = scene.names()
        assert found == {
            "": ["Zebra", "build log", "Mail"],
            "zeb": ["Zebra"],
            "error find": ["build log"],
            "weekday": ["Zebra", "build log", "Mail"],
            "nowhere": [],
        }
        assert not scene.model.is_empty and scene.model.find("j1") is not None

    play(act)


def test_jobs_and_slots_are_followed() -> None:
    async def act(scene: Scene) -> None:
        await scene.read()
        desk, model = scene.desk, scene.model
        desk.tell(row("j4", job("Alpha")))
        assert scene.names() == ["Zebra", "Alpha", "build log", "Mail"]
        desk.tell(slot(2, "skipped", "answer", "j3"))
        assert scene.names() == ["Alpha", "build log", "Mail", "Zebra"] and model.waiting() == []
        desk.tell(row("j4", job("Alpha"), deleted_at=NOW))
        assert scene.names() == ["build log", "Mail", "Zebra"] and model.find("j4") is None
        desk.tell(slot(3, "running", job_id="j1"))
        item = model.find("j1")
        assert item is not None and item.standing == "working"
        model.take(RunStarted("s", "r", "user", "m", "p"))
        model.take(asked("r5"))
        desk.tell(slot(5, "parked", "approval", "j1", run_id="r5"))
        assert [waiting.approval for waiting in model.waiting("j1")] == [asked("r5")]
        model.take(ApprovalResolved("s9", "r5", "a1", True, "person"))
        assert [waiting.approval for waiting in model.waiting("j1")] == [None]

    play(act)


def test_what_happens_while_it_is_read_is_not_lost() -> None:
    class Slow(JobDesk):
        def __init__(self, desk: JobDesk) -> None:
            super().__init__(*desk.rows.values(), slots=desk.kept)
            self.gate = asyncio.Event()

        async def parked(self) -> list[ApprovalRequested]:
            await self.gate.wait()
            return []

    async def main() -> None:
        desk = Slow(desk_of_three())
        scene = Scene(desk)
        scene.model.refresh()
        await asyncio.sleep(0.01)
        desk.tell(slot(2, "skipped", "answer", "j3"))
        desk.tell(row("j9", job("New")))
        desk.gate.set()
        await scene.until(lambda: not scene.model.is_reading)
        assert scene.names() == ["build log", "Mail", "New", "Zebra"]

    turn(main)


def test_costs_are_read_again_while_somebody_looks() -> None:
    async def act(scene: Scene) -> None:
        await scene.read()
        scene.desk.standing = {"j1": JobState(spent_month_usd=0.5, next=NOW + timedelta(hours=1))}
        scene.desk.tell(slot(7))
        await asyncio.sleep(0.01)
        item = scene.model.find("j1")
        assert item is not None and item.state is None  # nobody looks
        scene.model.follow(following=True)
        scene.desk.tell(slot(8))
        await scene.until(lambda: (found := scene.model.find("j1")) is not None and found.cost_words() != "")
        assert scene.model.data(scene.model.index(2), JobsViewModel.ItemRole).cost_words() == "$0.50 this month"

    play(act)


def test_each_job_gets_its_forecast() -> None:
    async def act(scene: Scene) -> None:
        await scene.read()
        await scene.until(lambda: all(scene.model.find(key).forecast for key in ("j1", "j2", "j3")))  # type: ignore[union-attr]

    play(act)


def test_what_cannot_be_read_is_told() -> None:
    async def act(scene: Scene) -> None:
        scene.desk.error = "The disk is gone."
        await scene.read()

    assert play(act).said == ["The disk is gone."]


def test_it_stays_quick_with_many_jobs_and_a_burst_of_slots() -> None:
    """Ten thousand slots due, half of them begun; no list is built anew."""

    async def act(scene: Scene) -> None:
        await scene.read()
        resets: list[str] = []
        scene.model.modelReset.connect(lambda: resets.append("reset"))
        began = time.perf_counter()
        for state, count in (("due", 10_000), ("running", 5_000)):
            for number in range(count):
                scene.model.take(SlotChanged("", "", slot(number, state, job_id=f"j{number % 7}"), ""))
        spoken = [scene.model.data(scene.model.index(at), Qt.ItemDataRole.AccessibleTextRole) for at in range(200)]
        took = time.perf_counter() - began
        assert len(spoken) == 200 and resets == [] and took < 2

    play(act, JobDesk(*(row(f"j{number}", job(f"Job {number:03}")) for number in range(200))))


def test_nothing_belongs_to_no_index() -> None:
    model = JobsViewModel(JobDesk(), lambda: NOW)
    assert (model.data(QModelIndex()), model.rowCount(), model.row_of("x"), model.find("x")) == (None, 0, None, None)
