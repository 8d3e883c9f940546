"""Undo as a person meets it: runs that changed files, by tools and by commands, taken back."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from agent.errors import UsageError
from agent.storage.connection import Connection
from agent.tools.delete import DeleteTool
from agent.tools.edit import EditTool
from agent.tools.move import MoveTool
from agent.tools.tool import ToolContext
from agent.tools.write import WriteTool
from agent.undo.cover import covering
from agent.undo.plan import Choice
from agent.undo.service import UndoReport, UndoService
from tests.helpers.tool_context import call, tool_context
from tests.helpers.undo import tree, undo_service


class Home:
    """A folder, a service, and runs that change things."""

    def __init__(self, folder: Path, service: UndoService) -> None:
        self.folder, self.service = folder, service

    def context(self, run_id: str = "r1") -> ToolContext:
        return tool_context(self.folder, journal=self.service.of_run("s1", run_id).for_call("c1"))

    def write(self, path: str, text: str, run_id: str = "r1") -> None:
        call(WriteTool(), self.context(run_id), path=path, text=text)

    def command(self, act: Callable[[], object], run_id: str = "r1") -> None:
        async def covered() -> None:
            journal = self.context(run_id).journal
            assert journal is not None
            async with covering(journal, [self.folder]) as coverage:
                assert coverage == (True, "")
                act()

        asyncio.run(covered())

    def undo(
        self, run_id: str = "r1", paths: Sequence[str] = (), choices: dict[str, Choice] | None = None, **more: Any
    ) -> UndoReport:
        async def story() -> UndoReport:
            plan = await self.service.plan(run_id, [str(self.folder / path) for path in paths])
            wanted: dict[str, Choice] = {str(self.folder / path): choice for path, choice in (choices or {}).items()}
            return await self.service.apply(plan, wanted, **more)

        return asyncio.run(story())

    def results(self, report: UndoReport) -> dict[str, str]:
        return {os.path.relpath(one.path, self.folder): one.result for one in report.outcomes}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("alpha\n")
    (folder / "a.txt").chmod(0o640)
    (folder / "sub/b.bin").write_bytes(bytes(range(256)))
    (folder / "sub/link").symlink_to("../a.txt")
    for path in ("a.txt", "sub/b.bin", "sub", "."):
        os.utime(folder / path, ns=(1_600_000_000_123_456_789, 1_600_000_000_123_456_789))
    with undo_service(tmp_path / "home") as service:
        yield Home(folder, service)


def test_a_run_of_all_tools_and_a_command_is_taken_back_and_done_again(home: Home) -> None:
    before, folder = tree(home.folder), home.folder
    home.write("a.txt", "one\n")
    home.write("new/deep/c.txt", "c")
    call(EditTool(), home.context(), path="a.txt", old="one", new="two")
    call(MoveTool(), home.context(), path="sub", to="moved")
    call(DeleteTool(), home.context(), path="moved/link")
    home.command(lambda: [(folder / "moved/b.bin").unlink(), (folder / "a.txt").chmod(0o600)])
    home.command(lambda: [(folder / "moved").rmdir(), (folder / "moved").write_text("a file now")])
    after = tree(folder)
    report = home.undo()
    assert report.complete and tree(folder) == before
    again = home.undo(report.undo_id)
    assert again.complete and tree(folder) == after
    assert home.undo().complete and tree(folder) == before
    with pytest.raises(UsageError, match="nothing to undo"):
        asyncio.run(home.service.last())


def test_the_latest_run_and_what_it_changed_are_told(home: Home) -> None:
    home.write("a.txt", "one\n")
    home.write("n/c.txt", "c", "r2")
    call(DeleteTool(), home.context("r2"), path="sub/link")
    runs = asyncio.run(home.service.runs())
    assert [(run.run_id, run.session_id, run.paths, run.undoes, run.undone) for run in runs] == [
        ("r2", "s1", 3, None, False),
        ("r1", "s1", 1, None, False),
    ]
    assert asyncio.run(home.service.last()) == "r2"
    changes = asyncio.run(home.service.changes("r2"))
    assert [(os.path.relpath(one.path, home.folder), one.kind) for one in changes] == [
        ("n", "created"),
        ("n/c.txt", "created"),
        ("sub/link", "deleted"),
    ]
    assert asyncio.run(home.service.undoable("r2")) == ""
    assert "Nothing is known" in asyncio.run(home.service.undoable("r3"))


def test_a_run_is_taken_back_file_by_file(home: Home) -> None:
    before, folder = tree(home.folder), home.folder
    home.write("a.txt", "one\n")
    call(DeleteTool(), home.context(), path="sub")
    assert home.results(home.undo(paths=["sub/b.bin"])) == {"sub": "put back", "sub/b.bin": "put back"}
    assert (folder / "sub/b.bin").read_bytes() == bytes(range(256)) and (folder / "a.txt").read_text() == "one\n"
    assert home.results(home.undo(paths=["a.txt"])) == {"a.txt": "put back"}
    assert home.results(home.undo()) == {"sub/link": "put back"}
    assert tree(folder) == before


def test_a_conflict_is_solved_in_three_ways(home: Home) -> None:
    folder = home.folder
    for name in ("theirs", "ours", "both.txt", "gone"):
        (folder / name).write_text(f"old {name}")
    for name in ("theirs", "ours", "both.txt", "gone", "made"):
        home.write(name, "by the run")
        (folder / name).write_text("by a person")
    (folder / "gone").unlink()
    plan = asyncio.run(home.service.plan("r1"))
    assert {os.path.basename(item.path): (item.action, item.note) for item in plan.conflicts} == {
        "theirs": ("put back", "it was changed since the run"),
        "ours": ("put back", "it was changed since the run"),
        "both.txt": ("put back", "it was changed since the run"),
        "gone": ("put back", "it was changed since the run"),
        "made": ("remove", "it was changed since the run"),
    }
    report = home.undo(choices={"theirs": "theirs", "ours": "ours", "both.txt": "both", "gone": "ours"})
    assert home.results(report) == {
        "theirs": "kept", "ours": "put back", "both.txt": "put beside", "gone": "put back", "made": "kept",
    }  # fmt: skip
    assert not report.complete
    assert {path.name: path.read_text() for path in folder.iterdir() if path.is_file() and path.name != "a.txt"} == {
        "theirs": "by a person",
        "ours": "old ours",
        "both.txt": "by a person",
        "both (before r1).txt": "old both.txt",
        "gone": "old gone",
        "made": "by a person",
    }
    back = home.undo(report.undo_id, default="ours")
    assert back.complete and (folder / "ours").read_text() == "by a person"
    assert not (folder / "both (before r1).txt").exists() and not (folder / "gone").exists()


def test_what_another_run_or_a_person_changed_in_between_is_a_conflict(home: Home) -> None:
    home.write("a.txt", "one\n")
    home.write("a.txt", "two\n", "r2")
    (conflict,) = asyncio.run(home.service.plan("r1")).conflicts
    assert conflict.note == "it was changed since by run r2"
    assert home.undo("r2").complete and home.undo("r1").complete
    home.write("a.txt", "one\n", "r3")
    (home.folder / "a.txt").write_text("by a person\n")
    home.write("a.txt", "two\n", "r3")
    (conflict,) = asyncio.run(home.service.plan("r3")).conflicts
    assert conflict.note == "somebody else changed it while the run was under way"
    assert home.results(home.undo("r3")) == {"a.txt": "kept"}
    assert (home.folder / "a.txt").read_text() == "two\n"


def test_things_of_others_in_a_folder_of_the_run_are_never_removed(home: Home) -> None:
    folder = home.folder
    home.write("made/by/run.txt", "x")
    (folder / "made/mine.txt").write_text("mine")
    report = home.undo()
    assert home.results(report) == {"made": "stays", "made/by": "removed", "made/by/run.txt": "removed"}
    assert os.listdir(folder / "made") == ["mine.txt"]
    home.command(lambda: [shutil.rmtree(folder / "sub"), (folder / "sub").write_text("file")], "r2")
    (folder / "sub").unlink()
    (folder / "sub").mkdir()
    (folder / "sub/mine.txt").write_text("mine")
    assert home.undo("r2", default="ours").complete
    assert sorted(os.listdir(folder / "sub")) == ["b.bin", "link", "mine.txt"]
    home.command(lambda: [(folder / "a.txt").unlink(), (folder / "a.txt").mkdir()], "r3")
    (folder / "a.txt/mine.txt").write_text("mine")
    assert home.results(home.undo("r3", default="ours")) == {"a.txt": "failed"}
    assert home.results(home.undo("r3", default="both")) == {"a.txt": "put beside"}
    assert (folder / "a (before r3).txt").read_text() == "alpha\n" and (folder / "a.txt/mine.txt").exists()


def test_a_whole_folder_is_put_beside_a_file_that_took_its_place(home: Home) -> None:
    folder = home.folder
    call(DeleteTool(), home.context(), path="sub")
    (folder / "sub").write_text("mine")
    report = home.undo(choices={"sub": "both"})
    assert home.results(report) == {"sub": "put beside", "sub/b.bin": "put beside", "sub/link": "put beside"}
    assert (folder / "sub").read_text() == "mine"
    assert (folder / "sub (before r1)/b.bin").read_bytes() == bytes(range(256))


def test_a_link_that_came_into_a_path_is_never_followed(home: Home, tmp_path: Path) -> None:
    folder, outside = home.folder, tmp_path / "outside"
    outside.mkdir()
    (outside / "b.bin").write_bytes(b"by the run")
    home.write("sub/b.bin", "by the run")
    shutil.move(folder / "sub", folder / "away")
    (folder / "sub").symlink_to(outside)
    report = home.undo(default="ours")
    assert home.results(report) == {"sub/b.bin": "impossible"}
    assert report.outcomes[0].note == "a link has come into its path"
    assert (outside / "b.bin").read_bytes() == b"by the run"
    (folder / "sub").unlink()
    shutil.move(folder / "away", folder / "sub")
    home.command(lambda: [shutil.rmtree(folder / "sub"), (folder / "sub").symlink_to(outside)], "r2")
    assert home.undo("r2").complete and (folder / "sub/b.bin").read_text() == "by the run"
    assert os.listdir(outside) == ["b.bin"]


def test_a_damaged_copy_is_told_and_never_written_over_a_file(home: Home) -> None:
    home.write("a.txt", "new\n")
    home.write("sub/b.bin", "new")
    store = home.service.journal.store
    rows = asyncio.run(home.service.changes("r1"))
    store.path(rows[0].before.digest).write_bytes(b"ALPHA\n")  # as long as it was
    store.path(rows[1].before.digest).unlink()
    report = home.undo()
    assert home.results(report) == {"a.txt": "failed", "sub/b.bin": "impossible"}
    assert [one.note for one in report.outcomes] == [
        "The kept content is damaged. It was left as it is.",
        "what it held is no longer kept",
    ]
    assert (home.folder / "a.txt").read_text() == "new\n" and (home.folder / "sub/b.bin").read_text() == "new"


def test_a_run_that_is_under_way_is_not_undone(home: Home) -> None:
    home.write("a.txt", "new\n")

    def begin(connection: Connection) -> None:
        connection.execute("INSERT INTO sessions (session_id, title, cwd, model, created_at, updated_at)"
                           " VALUES ('s1', '', x'2f', '', 0, 0)")  # fmt: skip
        columns = (
            "run_id, session_id, origin, model, prompt, started_at, input_tokens, cached_tokens, output_tokens, turns"
        )
        connection.execute(f"INSERT INTO runs ({columns}) VALUES ('r1', 's1', 'cli', '', '', 0, 0, 0, 0, 0)")

    asyncio.run(home.service.journal.database.call(begin))
    with pytest.raises(UsageError, match="still working"):
        home.undo()
    assert (home.folder / "a.txt").read_text() == "new\n"


def test_names_of_any_bytes(home: Home) -> None:
    names = ["\udcff\udcfe", "two\nlines", "\u202etxt.exe", "back\\slash", "größe", " ", "Case", "cASE", "x" * 255]
    for name in names:
        (home.folder / name).write_text("old")
    before = tree(home.folder)
    for name in names:
        home.command(lambda name=name: (home.folder / name).write_text("new"))
    call(DeleteTool(), home.context(), path="Case")
    call(MoveTool(), home.context(), path="cASE", to="Case")
    assert home.undo().complete
    assert tree(home.folder) == before


def test_the_difference_is_shown_before(home: Home) -> None:
    home.write("a.txt", "new\n")
    home.write("sub/b.bin", "new")
    home.write("made.txt", "made\n")

    def difference(path: str) -> str:
        return asyncio.run(home.service.diff("r1", str(home.folder / path)))

    assert difference("a.txt") == "@@ -1,1 +1,1 @@\n-new\n+alpha"
    assert difference("sub/b.bin") == "@@ 3 bytes now, 256 bytes before @@"
    assert difference("made.txt") == "@@ -1,1 +0,0 @@\n-made"
