"""Undoing a run: what would happen is said first, all or some of it is done, and it can be done again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from agent.models.scripted import Reply
from agent.tools.registry import built_in_tools
from agent.undo.plan import Item, UndoPlan
from agent.undo.state import FileState
from app.viewmodels.undo import UndoViewModel, chosen, summary
from tests.helpers.house import House, open_house


def writes(**files: str) -> list[Reply]:
    calls = [("write", {"path": name.replace("_", "/"), "text": text}) for name, text in files.items()]
    return [Reply(calls=[(name, json.loads(json.dumps(given))) for name, given in calls]), Reply("Done.")]


@asynccontextmanager
async def changed(tmp_path: Path, script: list[Reply]) -> AsyncGenerator[tuple[House, str], None]:
    """A house in which a run has written files; and the run's id."""
    async with open_house(tmp_path, script, list(built_in_tools())) as house:
        (house.folder / "kept").write_text("before\n")
        finished = await house.finish("write")
        assert [call.is_error for call in finished.tool_calls] == [False] * len(finished.tool_calls)
        yield house, finished.run_id


def play(tmp_path: Path, script: list[Reply], act: Callable[[House, UndoViewModel], Awaitable[None]]) -> None:
    async def main() -> None:
        async with changed(tmp_path, script) as (house, run_id):
            model = UndoViewModel(house.runtime.undo, run_id)
            await model.load()
            await act(house, model)

    asyncio.run(main())


def shown(model: UndoViewModel) -> list[tuple[str, str]]:
    return [(Path(row.shown).name, row.words) for row in model.rows]


def test_all_is_put_back_and_done_again(qapp: QApplication, tmp_path: Path) -> None:
    async def act(house: House, model: UndoViewModel) -> None:
        assert shown(model) == [("kept", "Gets its old contents back"), ("new", "Was not there before: is removed")]
        assert (model.state, model.can_undo, model.can_redo, model.all_wanted) == ("ready", True, False, True)
        assert "2 path(s)" in summary(model)
        assert await model.diff(model.rows[0].path) == "@@ -1,1 +1,1 @@\n-after\n+before"
        await model.undo()
        assert (house.folder / "kept").read_text() == "before\n" and not (house.folder / "new").exists()
        assert shown(model) == [("kept", "Put back"), ("new", "Removed")]
        assert summary(model) == "Done. All that was wanted is as it was before." and model.can_redo
        again = UndoViewModel(house.runtime.undo, model.run_id)
        await again.load()
        assert (again.state, again.can_redo, again.can_undo) == ("undone", True, False)
        await model.redo()
        assert (house.folder / "kept").read_text() == "after\n" and (house.folder / "new").read_text() == "new\n"
        await again.load()
        assert (again.state, again.can_undo) == ("ready", True)

    play(tmp_path, writes(kept="after\n", new="new\n"), act)


def test_only_what_is_wanted_is_put_back(qapp: QApplication, tmp_path: Path) -> None:
    async def act(house: House, model: UndoViewModel) -> None:
        told: list[int] = []
        model.row_changed.connect(told.append)
        model.want(model.rows[0].path, False)
        assert (told, model.all_wanted, model.can_undo) == ([0], None, True)
        await model.undo()
        assert (house.folder / "kept").read_text() == "after\n" and not (house.folder / "new").exists()
        await model.load()
        model.want_all(False)
        assert (model.all_wanted, model.can_undo) == (False, False)
        await model.undo()
        assert (house.folder / "kept").read_text() == "after\n"
        model.want_all(True)
        assert model.can_undo

    play(tmp_path, writes(kept="after\n", new="new\n"), act)


@pytest.mark.parametrize(
    ("choice", "there", "words"),
    [
        ("theirs", {"kept": "mine\n"}, "Choose what becomes of it"),
        ("ours", {"kept": "before\n"}, "Put back"),
        ("both", {"kept": "mine\n", "kept (before {run})": "before\n"}, "Put beside it: {path}"),
    ],
)
def test_what_somebody_else_changed_since_goes_three_ways(
    qapp: QApplication, tmp_path: Path, choice: Any, there: dict[str, str], words: str
) -> None:
    async def act(house: House, model: UndoViewModel) -> None:
        (house.folder / "kept").write_text("mine\n")
        await model.load()
        assert [(row.choice, row.note) for row in model.rows] == [("theirs", "it was changed since the run")]
        model.want_all(False)
        model.choose(model.rows[0].path, choice)
        assert model.can_undo is (choice != "theirs")
        await model.undo()
        found = {path.name: path.read_text() for path in house.folder.glob("kept*")}
        assert found == {name.format(run=model.run_id): text for name, text in there.items()}
        beside = house.folder / f"kept (before {model.run_id})"
        assert [row.words for row in model.rows] == [words.format(path=beside)]

    play(tmp_path, writes(kept="after\n"), act)


def test_what_cannot_be_said_is_a_sentence(qapp: QApplication, tmp_path: Path) -> None:
    async def act(house: House, _model: UndoViewModel) -> None:
        lost = UndoViewModel(house.runtime.undo, "r404")
        assert summary(lost) == "Looking what can be undone…"
        await lost.load()
        assert (
            lost.state == "failed"
            and not lost.is_fault
            and "r404" in summary(lost)
            and not lost.can_undo
            and not lost.can_redo
        )

    play(tmp_path, writes(new="new\n"), act)


FOLDER, FILE, GONE = FileState("folder"), FileState("file", size=1), FileState()


def paths(plan: UndoPlan) -> list[str]:
    return [item.path for item in plan.items]


def test_a_folder_comes_back_for_what_was_in_it_and_stays_for_what_is() -> None:
    deleted = UndoPlan("r1", (Item("/a", "put back", FOLDER, GONE), Item("/a/b", "put back", FILE, GONE)))
    assert paths(chosen(deleted, {"/a/b"})) == ["/a", "/a/b"]
    assert paths(chosen(deleted, {"/a"})) == ["/a"]
    made = UndoPlan("r1", (Item("/a", "remove", GONE, FOLDER), Item("/a/b", "remove", GONE, FILE)))
    assert paths(chosen(made, {"/a"})) == []
    assert paths(chosen(made, {"/a/b"})) == ["/a/b"]
    assert chosen(made, {"/a", "/a/b"}) == made
