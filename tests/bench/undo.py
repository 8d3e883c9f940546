"""What undo costs and withstands: `python -m tests.bench.undo [SEED …]`. Prints a table; a tree that differs fails it.

1,000 random changes with kills for each seed, every step of each act and of an undo killed once, then the price of a
write and of a command.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.tools.tool import ToolContext
from agent.tools.write import WriteTool
from agent.undo.cover import covering
from tests.helpers.tool_context import call, tool_context
from tests.helpers.undo import undo_service
from tests.helpers.undo_kills import STEPS, change_and_undo, kill_act, kill_undo

FILES = 5_000
WRITES = 100


def main(*seeds: str) -> None:
    with TemporaryDirectory() as made:
        folder = Path(os.path.realpath(made))
        folder.chmod(0o755)
        for seed in seeds or ("1",):
            begun = time.perf_counter()
            at = folder / f"seed-{seed}"
            at.mkdir()
            killed = change_and_undo(at, seed, 1_000, rarely=100)
            print(f"1,000 changes, seed {seed}: killed {killed.working} times while working, {killed.undoing} while "
                  f"undoing; equal; {time.perf_counter() - begun:.0f} s")  # fmt: skip
        for act in STEPS:
            (folder / act).mkdir()
            print(f"{act}: killed at each of {kill_act(folder / act, act)} steps, all came back")
        (folder / "undo").mkdir()
        print(f"undo: killed at each of {kill_undo(folder / 'undo')} steps, all came back")
        costs(folder)


def costs(folder: Path) -> None:
    work = folder / "costs"
    for number in range(FILES):
        path = work / f"{number // 100}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(4_000))
    with undo_service(folder / "costs-home") as undo:
        context, bare = tool_context(work, journal=undo.of_run("s", "r")), tool_context(work)
        print(f"write without a journal: {timed(lambda number: write(bare, number))}")
        print(f"write with one: {timed(lambda number: write(context, number))}")
        time.sleep(2.5)  # what was written just now is read again
        for words in ("first command", "second command", "third command"):
            print(f"{words} in {FILES:,} files of 4 kB: {command(context):.0f} ms around it")


def write(context: ToolContext, number: int) -> None:
    call(WriteTool(), context, path=f"0/{number % 100}.txt", text=f"text {time.monotonic_ns()}")


def command(context: ToolContext) -> float:
    journal = context.journal
    assert journal is not None

    async def covered() -> None:
        async with covering(journal, context.folders.roots):
            return

    begun = time.perf_counter()
    asyncio.run(covered())
    return (time.perf_counter() - begun) * 1000


def timed(work: Callable[[int], None]) -> str:
    spent: list[float] = []
    for number in range(WRITES):
        begun = time.perf_counter()
        work(number)
        spent.append((time.perf_counter() - begun) * 1000)
    return f"{statistics.median(spent):.1f} ms, p95 {sorted(spent)[int(0.95 * WRITES)]:.1f} ms"


if __name__ == "__main__":
    main(*sys.argv[1:])
