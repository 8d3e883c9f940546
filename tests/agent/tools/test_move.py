from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from agent.errors import ToolDenied, ToolRetry
from agent.safety.effects import Effect
from agent.tools.move import MoveArguments, MoveTool
from agent.undo.limits import UndoLimits
from tests.helpers.tool_context import call, tool_context
from tests.helpers.undo import tree, undo_service

MOVE = MoveTool()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    (folder / "from/deep").mkdir(parents=True)
    (folder / "from/deep/file.txt").write_text("deep")
    (folder / "a.txt").write_text("alpha")
    (folder / "link").symlink_to("a.txt")
    (folder / "there").mkdir()
    return folder


def test_files_links_and_trees_move_and_come_back(tmp_path: Path, folder: Path) -> None:
    before = tree(folder)
    with undo_service(tmp_path / "home") as undo:
        context = tool_context(folder, journal=undo.of_run("s1", "r1"))
        output = call(MOVE, context, path="a.txt", to="new/place/b.txt")
        assert output.content == "Moved a.txt to new/place/b.txt."
        assert output.details == {"path": str(folder / "new/place/b.txt"), "from": str(folder / "a.txt")}
        assert call(MOVE, context, path="from", to="there").content == "Moved from to there/from."
        assert call(MOVE, context, path="link", to="there/from/deep/").content == "Moved link to there/from/deep/link."
        assert call(MOVE, context, path="new/place/b.txt", to="A.txt").content == "Moved new/place/b.txt to A.txt."
        assert (folder / "there/from/deep/file.txt").read_text() == "deep"
        assert os.readlink(folder / "there/from/deep/link") == "a.txt"
        assert asyncio.run(undo.apply(asyncio.run(undo.plan("r1")))).complete
    assert tree(folder) == before


def test_no_content_is_kept_for_a_move_alone(tmp_path: Path, folder: Path) -> None:
    with undo_service(tmp_path / "home", UndoLimits(file_bytes=1)) as undo:
        context = tool_context(folder, journal=undo.of_run("s1", "r1"))
        old, new = MOVE.effects(MoveArguments("a.txt", "b.txt"), context)
        assert old == Effect("fs.delete", str(folder / "a.txt"), reversible=True, granted=True)
        assert new == Effect("fs.write", str(folder / "b.txt"), size=5, reversible=True, granted=True)
        call(MOVE, context, path="a.txt", to="b.txt")
        assert list(undo.journal.store.all()) == []
        assert asyncio.run(undo.apply(asyncio.run(undo.plan("r1")))).complete
    assert (folder / "a.txt").read_text() == "alpha"


def test_nothing_is_ever_put_over_what_is_there(tmp_path: Path, folder: Path) -> None:
    (folder / "b.txt").write_text("beta")
    (folder / "there/from").touch()
    before, context = tree(folder), tool_context(folder)
    for path, to, words in [
        ("a.txt", "b.txt", "there already"),
        ("a.txt", "link", "there already"),
        ("from", "there", "there already"),
        ("from", "from/deep/er", "into itself"),
        ("a.txt", "a.txt", "there already"),
        ("nothing", "c.txt", "no nothing"),
        (".", "there", "granted folder"),
    ]:
        with pytest.raises(ToolRetry, match=words):
            call(MOVE, context, path=path, to=to)
    assert tree(folder) == before


def test_outside_and_closed_places(tmp_path: Path, folder: Path) -> None:
    context = tool_context(folder)
    args = MoveArguments("a.txt", "../out.txt")
    assert [effect.granted for effect in MOVE.effects(args, context)] == [True, False]
    with pytest.raises(ToolDenied):
        asyncio.run(MOVE.run(MoveArguments("a.txt", "../other.txt"), context))
    (folder / "from/hooks").mkdir()
    (folder / "from/hooks/pre-commit").write_text("evil")
    with pytest.raises(ToolDenied, match="git runs"):
        call(MOVE, context, path="from", to=".git")
    asyncio.run(MOVE.run(args, context))
    assert (tmp_path / "out.txt").read_text() == "alpha"


@pytest.fixture
def project(folder: Path) -> Path:
    """A project with git's own beside its files."""
    for path in ("hooks/pre-commit.sample", "modules/lib/config", "config", "HEAD"):
        place = folder / "project/.git" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(path)
    (folder / "project/main.py").write_text("print()")
    return folder / "project"


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("project/.git", "project/g2"),
        ("project/.git/modules/lib", "lib"),
        ("project/.git/HEAD", "HEAD"),
        ("from", "project/.git/modules/new"),
        ("from", "there/.git"),
        ("a.txt", "there/.git"),
        ("a.txt", "project/.git/commondir"),
        ("from", "project/.git"),
        ("a.txt", "from/HEAD"),
    ],
)
def test_what_git_runs_is_not_moved_nor_put_in_place(folder: Path, project: Path, path: str, to: str) -> None:
    before = tree(folder)
    with pytest.raises(ToolDenied, match="git runs"):
        call(MOVE, tool_context(folder), path=path, to=to)
    assert tree(folder) == before


def test_a_whole_project_is_moved_with_what_git_keeps_in_it(folder: Path, project: Path) -> None:
    (project / "old").mkdir()
    (project / "old/HEAD").write_text("ref: refs/heads/main")
    call(MOVE, tool_context(folder), path="project", to="there/renamed")
    assert (folder / "there/renamed/old/HEAD").exists()
    assert (folder / "there/renamed/.git/modules/lib/config").read_text() == "modules/lib/config"
    assert not project.exists()
