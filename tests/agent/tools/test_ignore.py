"""The same files as git itself takes in."""

from __future__ import annotations

import random
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from agent.safety.folders import Folders
from agent.tools.stoppable import Stop
from agent.tools.walk import Walk

NAMES = ["a", "b", "c.py", "d.txt", "build", "x y", "#h", "!n"]
RULES = [
    "a", "b/", "/a", "a/b", "*.py", "!*.py", "!c.py", "**/b", "a/**", "a/*", "!a/b", "a/**/d.txt", "build/",
    "/build/*", "!build/a", "*", "!*/", "[ab]", "c.*", "a//b", "*/", "?", "!b", "**", "/*", "!/a", "b/**/", "d.txt/",
    "**/a/c.py", "!a/", "[", "/", "\\#h", "\\!n", "x y", "x\\ y/", "# a", "a\r",
]  # fmt: skip


def grow(folder: Path, dice: random.Random) -> None:
    """A random tree with random rules in some of its folders."""
    for _ in range(25):
        path = folder.joinpath(*dice.choices(NAMES, k=dice.randint(1, 4)))
        with suppress(FileExistsError, NotADirectoryError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    folders = sorted(path for path in folder.rglob("*") if path.is_dir())
    for ruled in [folder, *dice.sample(folders, min(2, len(folders)))]:
        (ruled / ".gitignore").write_bytes("\n".join(dice.sample(RULES, dice.randint(1, 4))).encode())


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_what_git_leaves_out_is_left_out(tmp_path: Path) -> None:
    dice = random.Random(2026)
    for number in range(40):
        folder = tmp_path / str(number)
        folder.mkdir()
        grow(folder, dice)
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        listing = ["git", "-c", "core.excludesFile=", "ls-files", "-z", "--others", "--exclude-standard"]
        output = subprocess.run(listing, cwd=folder, check=True, capture_output=True, text=True).stdout
        folders = Folders([folder])
        items = Walk(folders, folders.locate(".", folder), Stop()).items(deep=True)
        assert sorted(item.shown for item in items if not item.is_folder) == sorted(filter(None, output.split("\0")))
