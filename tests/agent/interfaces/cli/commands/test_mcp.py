"""`homard mcp` as a person or a script runs it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.helpers.command_line import homard
from tests.helpers.mcp import CHILD

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no sandbox for files there")


def test_from_adding_a_server_to_its_tools(tmp_path: Path) -> None:
    home, docs = tmp_path / "home", tmp_path / "docs"
    docs.mkdir()
    added = homard(home, "mcp", "add", "s", "--folder", "docs", "-e", "A=1", "--", sys.executable, "-I", str(CHILD))
    assert (added.returncode, "homard mcp trust s" in added.stderr) == (0, True)
    unasked = homard(home, "mcp", "trust", "s")
    assert unasked.returncode == 4
    assert f"It can read {docs} at any time.\nIt has no network.\nIt gets these settings: A=1." in unasked.stderr
    assert "echo (new)\n  Say it back." in unasked.stderr
    trusted = homard(home, "mcp", "trust", "s", "--tool", "echo", "--yes", "--json")
    assert json.loads(trusted.stdout)["status"] == "on"
    listed = json.loads(homard(home, "mcp", "list", "--json").stdout)
    assert [
        (one["name"], one["status"], [tool["name"] for tool in one["tools"] if tool["name"]]) for one in listed
    ] == [("s", "on", ["s_echo"])]
    assert "started as good" in homard(home, "mcp", "logs", "s").stdout
    assert "s_echo" in homard(home, "prompt").stdout
    more = homard(home, "mcp", "allow", "s", "--host", "example.org")
    assert "Its settings are others than what you agreed to" in more.stderr


def test_pasted_json_by_standard_input(tmp_path: Path) -> None:
    text = '{"mcpServers": {"My One": {"command": "python3", "env": {"API_KEY": "${input:key}", "X": "env:HOME"}}}}'
    added = homard(tmp_path / "home", "mcp", "add-json", stdin=text)
    assert added.returncode == 0
    for words in ("called 'my-one'", "homard mcp secret my-one API_KEY", "X names a key of yours"):
        assert words in added.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "Bad Name", "--", "x"), 2, "is no name for a server"),
        (("add", "s"), 2, "either a command or a url"),
        (("add", "s", "-e", "nonsense", "--", "x"), 2, "KEY=VALUE"),
        (("show", "s"), 2, "There is none yet"),
        (("install", "gone.mcpb"), 2, "There is no file"),
        (("add-json", "nothing"), 2, "neither JSON nor a file"),
        (("login", "s"), 2, "There is none yet"),
    ],
)
def test_what_cannot_be_done_says_what_to_do(tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    done = homard(tmp_path / "home", "mcp", *words)
    assert (done.returncode, said in done.stderr) == (code, True)
