from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from agent.errors import ToolDenied, ToolError, ToolFailed, ToolRetry
from agent.safety.effects import Effect
from agent.tools.delete import DeleteArguments, DeleteTool, remove_tree, survey_tree
from agent.tools.stoppable import Stop
from agent.undo.limits import UndoLimits
from tests.helpers.tool_context import call, tool_context
from tests.helpers.undo import tree, undo_service

DELETE = DeleteTool()


def fill(folder: Path) -> Path:
    """A folder with everything in it."""
    (folder / "project/deep/er").mkdir(parents=True)
    (folder / "project/deep/er/file.txt").write_text("deep")
    (folder / "project/größe").write_bytes(b"\0\1")
    (folder / "project/link").symlink_to("../kept.txt")
    (folder / "project/empty").touch(mode=0o600)
    (folder / "kept.txt").write_text("kept")
    return folder


def test_a_file_a_link_and_a_tree_go_and_come_back(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    before = tree(folder)
    with undo_service(tmp_path / "home") as undo:
        context = tool_context(folder, journal=undo.of_run("s1", "r1"))
        assert call(DELETE, context, path="project/link").content == "Deleted project/link (0 bytes)."
        assert (folder / "kept.txt").read_text() == "kept"
        output = call(DELETE, context, path="project")
        assert output.content == "Deleted project (3 files, 3 folders, 6 bytes)."
        assert output.details == {"path": str(folder / "project"), "deleted": True}
        assert os.listdir(folder) == ["kept.txt"]
        assert asyncio.run(undo.apply(asyncio.run(undo.plan("r1")))).complete
    assert tree(folder) == before


def test_the_effect_says_what_goes_and_whether_it_can_come_back(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    target = str(folder / "project")
    assert DELETE.effects(DeleteArguments("project"), tool_context(folder)) == (
        Effect("fs.delete", target, size=6, granted=True),
    )
    with undo_service(tmp_path / "home", UndoLimits(file_bytes=4, tree_entries=6)) as undo:
        context = tool_context(folder, journal=undo.of_run("s1", "r1"))
        assert DELETE.effects(DeleteArguments("project"), context)[0].reversible is False  # seven entries
        (folder / "project/empty").unlink()
        assert DELETE.effects(DeleteArguments("project"), context)[0].reversible is True
        (folder / "project/größe").write_bytes(b"12345")
        assert DELETE.effects(DeleteArguments("project"), context)[0].reversible is False
        outside = DELETE.effects(DeleteArguments("../other"), context)
        assert outside == (Effect("fs.delete", str(tmp_path / "other")),)
        call(DELETE, context, path="project")  # a person may want it all the same: what fits is kept
        report = asyncio.run(undo.apply(asyncio.run(undo.plan("r1"))))
        results = {os.path.basename(one.path): one.result for one in report.outcomes}
        assert results == {
            "project": "put back", "deep": "put back", "er": "put back", "file.txt": "put back", "link": "put back",
            "größe": "impossible",
        }  # fmt: skip


def test_nothing_goes_when_it_cannot_be_kept(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    before = tree(folder)
    with undo_service(tmp_path / "home") as undo:
        (tmp_path / "home/undo").write_text("in the way")
        with pytest.raises(ToolFailed, match="could not be kept"):
            call(DELETE, tool_context(folder, journal=undo.of_run("s1", "r1")), path="project")
    assert tree(folder) == before


def test_what_must_not_go_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fill(tmp_path / "folder")
    monkeypatch.setenv("HOME", str(folder))
    (folder / "inner/.ssh").mkdir(parents=True)
    (folder / ".ssh").mkdir()
    (folder / ".ssh/id").write_text("key")
    before, context = tree(folder), tool_context(folder)
    for path, error in [(".", ToolRetry), ("../folder", ToolRetry), ("project/..", ToolRetry), ("nothing", ToolRetry),
                        (".ssh", ToolDenied), (".ssh/id", ToolDenied)]:  # fmt: skip
        with pytest.raises(error):
            call(DELETE, context, path=path)
    with pytest.raises(ToolDenied):
        asyncio.run(DELETE.run(DeleteArguments("../other"), context))
    assert tree(folder) == before


def test_a_tree_that_changes_meanwhile_is_not_deleted_further(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    late = folder / "project/deep/er/late.txt"
    with undo_service(tmp_path / "home") as undo:
        context = tool_context(folder, journal=undo.of_run("s1", "r1"))
        located = context.folders.locate("project", folder)
        found = survey_tree(context, located, "deleted")
        late.write_text("late")
        assert context.journal is not None
        with pytest.raises(ToolError, match="not be deleted whole"), context.journal.deleting(located, found):
            remove_tree(context.folders, located, found.entries, Stop())
        assert late.read_text() == "late"
        asyncio.run(undo.apply(asyncio.run(undo.plan("r1"))))
    late.unlink()
    assert {name for name, *_ in tree(folder)} == {name for name, *_ in tree(fill(tmp_path / "again"))}


def test_what_git_runs_is_deleted_with_its_whole_project_only(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    for path in ("repo/.git/modules/lib/config", "repo/main.py", "tree/.git"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)
    before, context = tree(folder), tool_context(folder)
    for path in ("repo/.git", "repo/.git/modules/lib", "tree/.git"):
        with pytest.raises(ToolDenied, match="git runs"):
            call(DELETE, context, path=path)
    assert tree(folder) == before
    call(DELETE, context, path="repo")
    assert not (folder / "repo").exists()
