"""The process dies anywhere: nothing is lost, and what is told of each change is true."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.undo import undo_service
from tests.helpers.undo_kills import STEPS, change_and_undo, fill, kill_act, kill_undo


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an ordinary user may enter: random changes are never made as root."""
    folder = Path(os.path.realpath(tempfile.mkdtemp()))
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(folder)


def test_random_changes_with_kills_are_taken_back_exactly(open_folder: Path) -> None:
    """The thousand of them are in tests/bench/undo.py."""
    killed = change_and_undo(open_folder, "gate", 40, rarely=250)
    assert killed.working + killed.undoing > 3


@pytest.mark.parametrize("act", STEPS)
def test_an_act_is_killed_at_its_steps(tmp_path: Path, act: str) -> None:
    assert kill_act(tmp_path, act, every=6) > 1


def test_an_undo_is_killed_at_its_steps(tmp_path: Path) -> None:
    assert kill_undo(tmp_path, every=10) > 3


def test_a_file_that_somebody_changed_after_the_crash_is_told_as_unclear(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "folder"
    fill(folder)
    program = [sys.executable, "-m", "tests.helpers.undo_step_child", str(home), str(folder), "write"]
    environment = {**os.environ, "HOMARD_FAILPOINT": "files.written"}
    assert os.spawnve(os.P_WAIT, sys.executable, program, environment) != 0
    leftovers = [name for name in os.listdir(folder) if name.endswith(".tmp")]
    (folder / "a.txt").write_text("by a person")
    with undo_service(home) as undo:
        recovered = asyncio.run(undo.recover())
        assert recovered is not None and recovered.changes == 2
        assert len(leftovers) == 1 and sorted(os.listdir(folder)) == ["a.txt", "sub"]
        (item,) = asyncio.run(undo.plan("r1")).conflicts
        assert (item.path, item.note) == (str(folder / "a.txt"), "it was changed since the run")
        report = asyncio.run(undo.apply(asyncio.run(undo.plan("r1")), default="both"))
        assert [one.result for one in report.outcomes] == ["put beside"]
    assert (folder / "a (before r1).txt").read_text() == "alpha"
    assert (folder / "a.txt").read_text() == "by a person"
    assert stat.S_IMODE((folder / "a (before r1).txt").stat().st_mode) == 0o644
