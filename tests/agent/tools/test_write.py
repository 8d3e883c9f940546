from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

import pytest

from agent.errors import ToolDenied, ToolFailed, ToolRetry
from agent.safety.effects import Effect
from agent.tools.write import WriteArguments, WriteTool
from agent.undo.limits import UndoLimits
from tests.helpers.tool_context import call, tool_context
from tests.helpers.undo import tree, undo_service

WRITE = WriteTool()


def test_a_new_file_and_its_folders(tmp_path: Path) -> None:
    output = call(WRITE, tool_context(tmp_path), path="a/b/note.md", text="# Größe\nend")
    assert output.content == "Created a/b/note.md (2 lines, 13 bytes)."
    path = tmp_path / "a/b/note.md"
    diff = "@@ -0,0 +1,2 @@\n+# Größe\n+end\n\\ No newline at end of file"
    assert output.details == {"path": str(path), "created": True, "diff": diff}
    assert path.read_bytes() == "# Größe\nend".encode()


def test_replacing_shows_the_difference(tmp_path: Path) -> None:
    path = tmp_path / "n.txt"
    path.write_text("".join(f"{n}\n" for n in range(20)))
    path.chmod(0o600)
    text = "".join("ten\n" if n == 10 else f"{n}\n" for n in range(20))
    output = call(WRITE, tool_context(tmp_path), path="n.txt", text=text)
    assert output.content == "Replaced n.txt (20 lines, 51 bytes)."
    diff = "@@ -8,7 +8,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13"
    assert output.details == {"path": str(path), "created": False, "diff": diff}
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == (text, 0o600)
    assert os.listdir(tmp_path) == ["n.txt"]


def test_a_newline_at_the_end_is_no_line_and_its_coming_is_a_change(tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_text("one")
    output = call(WRITE, tool_context(tmp_path), path="n.txt", text="one\n")
    assert output.details["diff"] == "@@ -1,1 +1,1 @@\n-one\n\\ No newline at end of file\n+one"
    output = call(WRITE, tool_context(tmp_path), path="n.txt", text="one\n\n")
    assert output.details["diff"] == "@@ -1,1 +1,2 @@\n one\n+"


def test_a_difference_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_text("".join(f"{n}\n" for n in range(90_000)))
    output = call(WRITE, tool_context(tmp_path), path="n.txt", text="".join(f"x{n}\n" for n in range(90_000)))
    assert output.details["diff"] == "@@ 90,000 lines replaced by 90,000 @@"
    (tmp_path / "l.txt").write_text("a" * 900_000)
    output = call(WRITE, tool_context(tmp_path), path="l.txt", text="b" * 900_000)
    assert len(output.details["diff"]) < 5_000
    (tmp_path / "b.bin").write_bytes(bytes(1000))
    assert call(WRITE, tool_context(tmp_path), path="b.bin", text="text").details["diff"] == ""


def test_the_effect_names_the_real_path(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link").symlink_to(tmp_path / "out.txt")
    context = tool_context(tmp_path / "in")
    inside = WRITE.effects(WriteArguments("new.txt", "äx"), context)
    target = str(tmp_path / "in/new.txt")
    assert inside == (Effect("fs.write", target, size=3, granted=True),)
    args = WriteArguments("link", "x")
    out = str(tmp_path / "out.txt")
    assert WRITE.effects(args, context) == (Effect("fs.write", out, size=1, granted=False),)
    with pytest.raises(ToolDenied):
        asyncio.run(WRITE.run(WriteArguments("link", "x"), context))
    assert not (tmp_path / "out.txt").exists()
    asyncio.run(WRITE.run(args, context))
    assert (tmp_path / "out.txt").read_text() == "x"


def test_it_can_be_undone_where_what_stands_there_is_kept(tmp_path: Path) -> None:
    folder, home = tmp_path / "folder", tmp_path / "home"
    folder.mkdir()
    (folder / "small").write_text("1234")
    (folder / "large").write_text("12345")
    before = tree(folder)
    with undo_service(home, UndoLimits(file_bytes=4)) as undo:
        context = tool_context(folder, journal=undo.of_run("s1", "r1"))
        can = {
            name: WRITE.effects(WriteArguments(name, "new"), context)[0].reversible for name in ("small", "large", "no")
        }
        assert can == {"small": True, "large": False, "no": True}
        call(WRITE, context, path="small", text="new")
        call(WRITE, context, path="a/b/no", text="new")
        report = asyncio.run(undo.apply(asyncio.run(undo.plan("r1"))))
        assert report.complete and tree(folder) == before
        call(WRITE, context, path="large", text="new")
        plan = asyncio.run(undo.plan("r1"))
        assert [(item.action, item.note) for item in plan.items if item.path.endswith("large")] == [
            ("impossible", "what it held was too large to be kept")
        ]


def test_nothing_is_written_when_what_stands_there_cannot_be_kept(tmp_path: Path) -> None:
    folder, home = tmp_path / "folder", tmp_path / "home"
    folder.mkdir()
    (folder / "a").write_text("old")
    with undo_service(home) as undo:
        (home / "undo").write_text("in the way")
        context = tool_context(folder, journal=undo.of_run("s1", "r1"))
        with pytest.raises(ToolFailed, match="could not be kept"):
            call(WRITE, context, path="a", text="new")
        assert (folder / "a").read_text() == "old" and asyncio.run(undo.runs()) == []


def test_what_cannot_be_written_is_said_before_anybody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    context = tool_context(tmp_path)
    for path in ("folder", "folder/", "new/", ".", ""):
        with pytest.raises(ToolRetry, match="is a folder"):
            WRITE.effects(WriteArguments(path, "x"), context)
    with pytest.raises(ToolRetry, match="surrogate"):
        WRITE.effects(WriteArguments("x", "\ud800"), context)
    with pytest.raises(ToolRetry, match="not a folder"):
        call(WRITE, context, path="file/below.txt", text="x")
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(ToolFailed, match="pipe"):
        call(WRITE, context, path="fifo", text="x")
    with pytest.raises(ToolRetry, match="too long"):
        call(WRITE, context, path="n" * 300, text="x")
