"""File tools from outside, in a folder full of traps. Whatever a link leads to here is a decoy of the test's own."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.command_line import homard, report

SECRET = "only for the owner of the outside"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Odd files, and links to a decoy outside."""
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "decoy.txt").write_text(SECRET)
    (folder / "out.txt").symlink_to(outside / "decoy.txt")
    (folder / "outdir").symlink_to(outside)
    (folder / "round").symlink_to("round")
    (folder / "a\nb.txt").write_text("two lines in a name")
    (folder / "long.txt").write_text("needle" + "z" * 2_000_000 + "\nend\n")
    os.mkfifo(folder / "fifo")
    with open(os.fsencode(folder) + b"/caf\xe9.txt", "w") as file:
        file.write("needle")
    return folder


def run(folder: Path, tool: str, **arguments: Any) -> tuple[int, dict[str, Any]]:
    """Exit code and object of `homard tool run` where nobody can be asked."""
    done = homard(folder.parent / "home", "tool", "run", tool, "--json", "--args", json.dumps(arguments), cwd=folder)
    return done.returncode, report(done)


@pytest.mark.parametrize("path", ["out.txt", "outdir/decoy.txt", "../outside/decoy.txt"])
def test_no_link_and_no_dots_lead_out_unasked(folder: Path, path: str) -> None:
    for tool, more in (("read", {}), ("write", {"text": "x"})):
        code, said = run(folder, tool, path=path, **more)
        assert code == 4 and said["is_error"] and SECRET not in json.dumps(said), said
    assert (folder.parent / "outside" / "decoy.txt").read_text() == SECRET


def test_odd_files_end_in_words(folder: Path) -> None:
    assert "pipe" in run(folder, "read", path="fifo")[1]["text"]
    assert "leads nowhere" in run(folder, "read", path="round")[1]["text"]
    code, said = run(folder, "read", path="long.txt")
    assert code == 0 and len(said["text"]) < 100_000
    assert "two lines in a name" in run(folder, "read", path="a\nb.txt")[1]["text"]
    code, said = run(folder, "find", text="needle")
    assert code == 0 and "2 matches in 2 files" in said["text"] and r"caf\xe9.txt" in said["text"]
