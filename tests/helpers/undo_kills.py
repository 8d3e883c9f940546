"""Random changes of files with kills at random places, all taken back with kills too, and what that came to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.helpers.kill_loop import KILLED
from tests.helpers.undo import tree
from tests.helpers.unprivileged import NOBODY


class Killed(NamedTuple):
    """How often a process died."""

    working: int
    undoing: int


def change_and_undo(folder: Path, seed: str, count: int, *, rarely: int = 150) -> Killed:
    """Make a tree, change it `count` times, take all of it back, and compare bytes, modes and times.

    A child dies after 1 to `rarely` failpoints, so a smaller number means more kills.
    """
    random = Random(seed)
    home, worked_on = folder / "home", folder / "tree"
    for made in (home, worked_on):
        made.mkdir()
        if os.geteuid() == 0:
            os.chown(made, NOBODY, NOBODY)
    _until_done(["make", str(home), str(worked_on), seed], random, 1_000_000)
    before = tree(worked_on)
    working = _until_done(["work", str(home), str(worked_on), seed, str(count)], random, rarely)
    assert (home / "progress").stat().st_size == count
    assert tree(worked_on) != before
    undoing = _until_done(["undo", str(home)], random, rarely)
    after = tree(worked_on)
    assert after == before, _difference(before, after)
    return Killed(working, undoing)


def _until_done(arguments: list[str], random: Random, rarely: int) -> int:
    kills = 0
    while True:
        at = random.randrange(1, rarely * (1 + kills // 20))  # so that it ends
        done = subprocess.run(
            [sys.executable, "-m", "tests.helpers.undo_child", *arguments],
            env={**os.environ, "HOMARD_FAILPOINT": str(at)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode == 0:
            return kills
        assert done.returncode in KILLED, f"{done.stdout}\n{done.stderr}"
        kills += 1


def _difference(before: list[tuple[object, ...]], after: list[tuple[object, ...]]) -> str:
    lines = [f"- {str(one)[:200]}" for one in before if one not in after]
    return "\n".join([*lines, *(f"+ {str(one)[:200]}" for one in after if one not in before)])
