"""Random changes of files with kills at random places, all taken back with kills too, and what that came to."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

from agent.errors import UsageError
from tests.helpers.kill_loop import KILLED
from tests.helpers.undo import tree, undo_service
from tests.helpers.unprivileged import NOBODY

STEPS = ("write", "delete", "move", "command")
"""The acts that are killed step by step."""
_STEP = (sys.executable, "-m", "tests.helpers.undo_step_child")


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


def fill(folder: Path) -> list[tuple[object, ...]]:
    """Make a small tree; give it as it is."""
    (folder / "sub/deep").mkdir(parents=True)
    (folder / "a.txt").write_text("alpha")
    (folder / "sub/deep/file").write_text("deep")
    (folder / "sub/link").symlink_to("../a.txt")
    return tree(folder)


def kill_act(at: Path, act: str, *, every: int = 1) -> int:
    """Kill an act at every so-many-th of its steps; each time all must come back. Returns the kills."""
    home, folder = at / "home", at / "folder"
    before: list[tuple[object, ...]] = []

    def fresh() -> None:
        for made in (home, folder):
            shutil.rmtree(made, ignore_errors=True)
        before[:] = fill(folder)

    return _kill([str(home), str(folder), act], fresh, lambda step: _check(home, folder, before, step), every)


def kill_undo(at: Path, *, every: int = 1) -> int:
    """Kill an undo at every so-many-th of its steps, and undo again; each time all must come back."""
    home, folder = at / "home", at / "folder"
    before = fill(folder)
    for act in ("write", "command"):
        subprocess.run([*_STEP, str(home), str(folder), act], check=True, timeout=60)
    for made in (home, folder):
        shutil.copytree(made, made.with_name(f"{made.name}-copy"), symlinks=True)

    def fresh() -> None:
        for made in (home, folder):
            shutil.rmtree(made)
            shutil.copytree(made.with_name(f"{made.name}-copy"), made, symlinks=True)

    return _kill([str(home), str(folder), "undo"], fresh, lambda step: _check(home, folder, before, step), every)


def _kill(arguments: list[str], fresh: Callable[[], None], check: Callable[[int], None], every: int) -> int:
    step = kills = 1
    while True:
        fresh()
        environment = {**os.environ, "HOMARD_FAILPOINT": str(step)}
        done = subprocess.run([*_STEP, *arguments], env=environment, capture_output=True, timeout=60, check=False)
        if done.returncode == 0:
            return kills - 1
        assert done.returncode in KILLED, (step, done)
        check(step)
        step, kills = step + every, kills + 1


def _check(home: Path, folder: Path, before: list[tuple[object, ...]], step: int) -> None:
    with undo_service(home) as undo:
        asyncio.run(undo.recover())
        try:
            plan = asyncio.run(undo.plan("r1"))
        except UsageError:
            plan = None  # nothing happened
        if plan is not None:
            assert not plan.conflicts, (step, plan)
            assert asyncio.run(undo.apply(plan)).complete, (step, plan)
        assert tree(folder) == before, step


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
