"""The list of runs over a real store: filtered, searched, followed, and quick with ten thousand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt

from agent.errors import StorageError
from agent.events import (
    ApprovalRequested,
    ApprovalResolved,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    RunStarted,
    TurnStarted,
)
from agent.messages import Usage
from agent.storage.records import CallRow, Run
from app.viewmodels.activity import SHOWN_CHARS, ActivityViewModel
from app.viewmodels.growing_list import PAGE
from tests.helpers.house import House, open_house

BEGAN = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
NOTHING = QModelIndex()


def at(minutes: float) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


def made(number: int, prompt: str = "", reason: Any = "end_turn", origin: Any = "user", **more: Any) -> Run:
    ended = {} if reason is None else {"finished_at": at(number + 0.5), "stop_reason": reason}
    return Run(f"r{number}", f"s{number}", origin, "p/m", prompt or f"prompt {number}", at(number), **ended, **more)


RUNS = [
    made(6, reason=None),
    made(5, "Sum up", "model_error", error="The server is away. Try again."),
    made(4, reason="loop", origin="schedule"),
    made(3, reason="cancelled", origin="cli"),
    made(2, "Sum of all", "interrupted"),
    made(1, reason="end_turn", origin="schedule"),
]


class Kept:
    """A store of runs, the newest first; answers when it is let."""

    def __init__(self, runs: list[Run]) -> None:
        self.kept = runs
        self.limits: list[int] = []
        self.gate: asyncio.Event | None = None
        self.error = ""

    async def runs(self, session_id: str | None = None, limit: int = 50) -> list[Run]:
        self.limits.append(limit)
        found = self.kept[:limit]
        if self.gate:
            await self.gate.wait()
        if self.error:
            raise StorageError(self.error)
        return found

    async def run(self, run_id: str) -> Run:
        return next(run for run in self.kept if run.run_id == run_id)

    async def calls(self, run_id: str) -> list[CallRow]:
        return []


def listed(model: ActivityViewModel) -> list[str]:
    return [model.item(row).run_id for row in range(model.rowCount())]


def play(act: Callable[[ActivityViewModel, Kept], Awaitable[None]], runs: list[Run] | None = None) -> None:
    async def main() -> None:
        store = Kept(list(RUNS) if runs is None else runs)
        await act(ActivityViewModel(store, lambda: at(60)), store)

    asyncio.run(main())


async def read(model: ActivityViewModel) -> None:
    model.refresh()
    await settle(model)


async def settle(model: ActivityViewModel) -> None:
    async with asyncio.timeout(30):
        while True:
            await asyncio.sleep(0)
            if not model.is_reading:
                return


@pytest.mark.parametrize(
    ("wanted", "runs"),
    [
        ("all", ["r6", "r5", "r4", "r3", "r2", "r1"]),
        ("attention", ["r5", "r4", "r2"]),
        ("failed", ["r5", "r2"]),
        ("working", ["r6"]),
        ("schedule", ["r4", "r1"]),
        ("acp", []),
    ],
)
def test_filters(wanted: Any, runs: list[str]) -> None:
    async def act(model: ActivityViewModel, _store: Kept) -> None:
        await read(model)
        model.set_filter(wanted)
        assert (listed(model), model.is_empty, model.filter) == (runs, False, wanted)

    play(act)


def test_a_search_looks_at_prompt_model_and_error_and_goes_with_the_filter() -> None:
    async def act(model: ActivityViewModel, _store: Kept) -> None:
        await read(model)
        found: dict[str, list[str]] = {}
        for text in ("SUM", "sum all", "server", "p/m 3", "nowhere"):
            model.search(text)
            found[text] = listed(model)
        assert found == {"SUM": ["r5", "r2"], "sum all": ["r2"], "server": ["r5"], "p/m 3": ["r3"], "nowhere": []}
        model.search("sum")
        model.set_filter("user")
        assert listed(model) == ["r5", "r2"]
        model.set_filter("schedule")
        assert listed(model) == []

    play(act)


def test_a_run_comes_asks_and_ends_without_a_reading() -> None:
    async def act(model: ActivityViewModel, _store: Kept) -> None:
        await read(model)
        seen: list[tuple[str, str]] = []
        model.updated.connect(lambda run_id: seen.append((run_id, model.item(0).ending)))
        for event in (
            RunStarted("s7", "r7", "user", "p/m", "new"),
            TurnStarted("s7", "r7", 1),
            ApprovalRequested("s7", "r7", "a", "c", "shell", ("run ls",), ""),
            QuestionAsked("s7", "r7", "q", "Which?"),
            ApprovalResolved("s7", "r7", "a", True, "person"),
            QuestionAnswered("s7", "r7", "q", "this"),
            RunFinished("s7", "r7", "max_turns", "", Usage(10, 0, 5, 0.1), "Too many steps. Ask again."),
        ):
            model.take(event)
        words = ["Working", "Needs you", "Needs you", "Needs you", "Working", "Step limit"]
        assert seen == [("r7", word) for word in words]
        assert listed(model)[:2] == ["r7", "r6"]
        ended = made(7, "new", "max_turns", error="Too many steps. Ask again.", usage=Usage(10, 0, 5, 0.1))
        times = {"started_at": at(60), "finished_at": at(60)}
        got = model.item(0).run
        assert (got.prompt, got.stop_reason, got.error, got.usage) == (
            ended.prompt, ended.stop_reason, ended.error, ended.usage,
        )  # fmt: skip
        assert (got.started_at, got.finished_at) == (times["started_at"], times["finished_at"])

    play(act)


def test_a_run_enters_and_leaves_the_filtered_list() -> None:
    async def act(model: ActivityViewModel, _store: Kept) -> None:
        await read(model)
        model.set_filter("attention")
        before = listed(model)
        model.take(ApprovalRequested("s6", "r6", "a", "c", "shell", (), ""))
        assert listed(model) == ["r6", *before]
        model.take(ApprovalResolved("s6", "r6", "a", False, "person"))
        assert listed(model) == before
        model.take(RunFinished("s6", "r6", "model_error", "", Usage(), "Away."))
        assert listed(model) == ["r6", *before]
        model.take(RunStarted("s7", "r7", "user", "p/m", "new"))
        assert listed(model) == ["r6", *before]

    play(act)


def test_a_run_that_ends_leaves_those_at_work() -> None:
    async def act(model: ActivityViewModel, _store: Kept) -> None:
        await read(model)
        model.set_filter("working")
        model.take(RunStarted("s7", "r7", "user", "p/m", "new"))
        assert listed(model) == ["r7", "r6"]
        model.take(RunFinished("s6", "r6", "end_turn", "", Usage()))
        assert listed(model) == ["r7"]

    play(act)


def test_what_happens_while_it_reads_is_not_lost() -> None:
    async def act(model: ActivityViewModel, store: Kept) -> None:
        await read(model)
        store.gate = asyncio.Event()
        model.refresh()
        await asyncio.sleep(0)
        model.take(RunFinished("s6", "r6", "end_turn", "", Usage()))
        model.take(RunStarted("s7", "r7", "user", "p/m", "new"))
        store.gate.set()
        await settle(model)
        assert [(item.run_id, item.ending) for item in map(model.item, range(2))] == [("r7", "Working"), ("r6", "Done")]

    play(act)


def test_a_store_that_fails_is_told_and_the_list_stays() -> None:
    async def act(model: ActivityViewModel, store: Kept) -> None:
        await read(model)
        told: list[str] = []
        model.failed.connect(told.append)
        store.error = "The disk is full. Free some space."
        await read(model)
        assert (told, listed(model)[:1]) == (["The disk is full. Free some space."], ["r6"])

    play(act)


def test_a_row_says_all_of_it() -> None:
    async def act(model: ActivityViewModel, _store: Kept) -> None:
        await read(model)
        said = [model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in (0, 2)]
        assert said == [
            "prompt 6, Working, 54 min ago, You · p/m",
            "prompt 4, Went in circles, 56 min ago, Schedule · p/m · 30.0 s",
        ]
        assert model.data(model.index(0)) == "prompt 6"
        assert model.data(NOTHING) is None

    play(act)


def test_ten_thousand_runs_come_in_few_readings_and_are_searched_without_another() -> None:
    runs = [made(number, reason="loop" if number % 4_999 == 0 else "end_turn") for number in range(10_000, 0, -1)]

    async def act(model: ActivityViewModel, store: Kept) -> None:
        await read(model)
        assert (model.rowCount(), store.limits) == (PAGE, [PAGE])
        while model.canFetchMore(NOTHING):
            model.fetchMore(NOTHING)
            await settle(model)
        assert (model.rowCount(), len(store.limits)) == (10_000, 10)
        for work in (
            lambda: model.search("prompt 77"),
            lambda: model.search(""),
            lambda: model.take(RunStarted("s", "new", "user", "p/m", "new")),
            lambda: model.take(RunFinished("s", "new", "end_turn", "", Usage())),
        ):
            work()
            assert len(store.limits) == 10  # nothing of it is read again

    play(act, runs)


def test_a_filter_looks_further_back_by_itself() -> None:
    runs = [made(number, reason="loop" if number % 999 == 0 else "end_turn") for number in range(2_000, 0, -1)]

    async def act(model: ActivityViewModel, _store: Kept) -> None:
        await read(model)
        model.set_filter("attention")
        await settle(model)
        assert listed(model) == ["r1998", "r999"]

    play(act, runs)


def test_a_megabyte_of_prompt_is_kept_short() -> None:
    async def act(model: ActivityViewModel, _store: Kept) -> None:
        await read(model)
        model.take(RunStarted("s", "r", "user", "p/m", "y" * 1_000_000))
        lengths = [len(model.item(row).run.prompt) for row in (0, 1)]
        assert lengths == [SHOWN_CHARS, SHOWN_CHARS]

    play(act, [made(1, "x" * 1_000_000)])


def test_runs_and_calls_of_a_real_store(tmp_path: Path) -> None:
    async def ask(house: House) -> None:
        model = ActivityViewModel(house.runtime.store)
        for event in await house.ask("look at it"):
            model.take(event)
        live = model.item(0)
        await read(model)
        stored = model.item(0)
        assert replace(live, run=stored.run) == stored
        assert (live.run_id, live.run.stop_reason, live.run.usage) == (
            stored.run_id, stored.run.stop_reason, stored.run.usage,
        )  # fmt: skip
        assert (stored.title, stored.ending) == ("look at it", "Done")
        assert [call.name for call in await model.calls(stored.run_id)] == ["look"]
        assert await model.find(stored.run_id) == stored
        assert await ActivityViewModel(house.runtime.store).find(stored.run_id) == stored
        assert await model.find("no such run") is None

    async def main() -> None:
        from agent.models.scripted import Reply

        script = [Reply("I look.", calls=[("look", {"at": "a.txt"})]), Reply("Done.")]
        async with open_house(tmp_path, script) as house:
            await ask(house)

    asyncio.run(main())
