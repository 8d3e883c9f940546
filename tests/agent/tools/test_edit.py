from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

import pytest

from agent.errors import ToolDenied, ToolFailed, ToolRetry
from agent.safety.effects import Effect
from agent.tools.edit import EditArguments, EditTool
from tests.helpers.tool_context import call, tool_context

EDIT = EditTool()


def edit(folder: Path, data: bytes, old: str, new: str, **more: object) -> bytes:
    """Edit a file of these bytes; its new bytes."""
    path = folder / "f.txt"
    path.write_bytes(data)
    call(EDIT, tool_context(folder), path="f.txt", old=old, new=new, **more)
    assert os.listdir(folder) == ["f.txt"]
    return path.read_bytes()


def refused(folder: Path, data: bytes, old: str, new: str = "new") -> str:
    with pytest.raises(ToolRetry) as error:
        edit(folder, data, old, new)
    assert (folder / "f.txt").read_bytes() == data
    return str(error.value)


def test_one_place(tmp_path: Path) -> None:
    path = tmp_path / "f.txt"
    path.write_text("a\nb\nc\n")
    path.chmod(0o755)
    context, args = tool_context(tmp_path), EditArguments("f.txt", "b", "beta")
    effects = tuple(Effect(verb, str(path), granted=True) for verb in ("fs.write", "fs.read"))
    assert EDIT.effects(args, context) == effects
    output = asyncio.run(EDIT.run(args, context))
    assert output.content == "Edited f.txt, line 2."
    diff = "@@ -1,3 +1,3 @@\n a\n-b\n+beta\n c"
    assert output.details == {"path": str(path), "created": False, "diff": diff}
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("a\nbeta\nc\n", 0o755)


def test_all_places(tmp_path: Path) -> None:
    assert edit(tmp_path, b"x\n" * 12, "x", "y", all=True) == b"y\n" * 12
    output = call(EDIT, tool_context(tmp_path), path="f.txt", old="y", new="", all=True)
    assert output.content == "Edited f.txt, 12 places: lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …."
    assert refused(tmp_path, b"x\na\nx\n", "x") == (
        "old occurs 2 times in f.txt (lines 1, 3); nothing was changed. Add lines around it to old, or set all."
    )


@pytest.mark.parametrize(
    ("data", "old", "new", "after"),
    [
        (b"a\r\nb\r\nc\r\n", "a\nb", "1\n2\n3", b"1\r\n2\r\n3\r\nc\r\n"),
        (b"a\r\nb\r\nc", "b", "x\ny", b"a\r\nx\r\ny\r\nc"),
        (b"a\r\nb\r\nc", "a\r\nb\r\n", "z\r\n", b"z\r\nc"),
        (b"a\nb\nc\r\nd\n", "c\nd", "e\nf", b"a\nb\ne\nf\n"),
        (b"a\nb\n", "a\n", "a\r\n", b"a\r\nb\n"),
        (b"\xef\xbb\xbfhead\nend", "head", "tail", b"\xef\xbb\xbftail\nend"),
        ("\ufeffzwei €".encode("utf-16-le"), "zwei", "drei ä", "\ufeffdrei ä €".encode("utf-16-le")),
        (b"caf\xe9 \x80 \x81", "café €", "thé", b"th\xe9 \x81"),
        ("größe".encode(), "größe", "λ", "λ".encode()),
        (b"a" * 70_000 + b" \xff b", "b", "c", b"a" * 70_000 + b" \xff c"),
        (b"no end", "no end", "still none", b"still none"),
        (b"1+1 (.*) $x\n", "1+1 (.*) $x", "\\1 \\g<0>", b"\\1 \\g<0>\n"),
    ],
)
def test_the_rest_of_the_file_stays_as_it_is(tmp_path: Path, data: bytes, old: str, new: str, after: bytes) -> None:
    assert edit(tmp_path, data, old, new) == after


def test_errors_that_help(tmp_path: Path) -> None:
    code = b"def f(x):\n\treturn x + 1\n\n\ndef g(y):\n    return y\n"
    assert refused(tmp_path, code, "def f(x):\n    return x + 1") == (
        "old does not occur in f.txt; nothing was changed. "
        "Only white space differs: lines 1-2 (· is a space, → a tab):\ndef·f(x):\n→return·x·+·1"
    )
    assert refused(tmp_path, code, "def g(z):\n    return y") == (
        "old does not occur in f.txt; nothing was changed. The nearest is lines 5-6:\ndef g(y):\n    return y"
    )
    assert "real line breaks" in refused(tmp_path, code, "def g(y):\\n    return y")
    assert refused(tmp_path, code, "something else altogether").endswith("Read the file and copy the passage exactly.")
    assert "the same" in refused(tmp_path, code, "return y", "return y")
    assert "old is empty" in refused(tmp_path, code, "")
    assert "which has no λ" in refused(tmp_path, b"caf\xe9", "caf", "λ")


def test_the_nearest_passage_of_a_large_file_is_found_in_time(tmp_path: Path) -> None:
    data = b"".join(b"line number %d of many lines that look alike\n" % n for n in range(30_000))
    message = refused(tmp_path, data, "line nmuber 7 of many lines that look alike")
    assert "The nearest is line " in message
    assert len(refused(tmp_path, b"x" * 3_000_000, "y" * 500_000)) < 1_000


def test_what_is_no_text_or_too_large_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match="no text file"):
        edit(tmp_path, bytes(range(256)), "a", "b")
    with (tmp_path / "big").open("wb") as file:
        file.truncate(30_000_000)
    with pytest.raises(ToolFailed, match="too large"):
        call(EDIT, tool_context(tmp_path), path="big", old="a", new="b")
    with pytest.raises(ToolRetry, match=r"Did you mean f\.txt\?"):
        call(EDIT, tool_context(tmp_path), path="g.txt", old="a", new="b")
    with pytest.raises(ToolRetry, match="is a folder"):
        call(EDIT, tool_context(tmp_path), path=".", old="a", new="b")


def test_nothing_is_read_before_the_call_is_judged(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("the code is 4711\n")
    (tmp_path / "blob").write_bytes(bytes(range(256)))
    for name in ("diary.txt", "blob", "absent"):
        target = str(tmp_path / name)
        found = EDIT.effects(EditArguments(name, "the code is 0", "x"), tool_context(tmp_path))
        assert found == tuple(Effect(verb, target, granted=True) for verb in ("fs.write", "fs.read"))


def test_outside_nothing_is_read_before_a_yes(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.txt").write_text("secret")
    context, args = tool_context(tmp_path / "in"), EditArguments("../out.txt", "guess", "x")
    target = str(tmp_path / "out.txt")
    assert EDIT.effects(args, context) == (Effect("fs.write", target), Effect("fs.read", target))
    with pytest.raises(ToolDenied):
        asyncio.run(EDIT.run(EditArguments("../out.txt", "secret", "x"), context))
    with pytest.raises(ToolRetry):
        asyncio.run(EDIT.run(args, context))
    assert (tmp_path / "out.txt").read_text() == "secret"
