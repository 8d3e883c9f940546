"""Random changes of files under a journal, or taking them back, in a process of its own, to be killed.

`python -m tests.helpers.undo_child work HOME FOLDER SEED COUNT` goes on where the one before was killed, as a new run;
`… undo HOME` takes back all runs, the latest first. Both begin by putting the journal in order.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from importlib import import_module
from pathlib import Path
from random import Random

from agent.errors import ToolError
from agent.tools.delete import DeleteTool
from agent.tools.move import MoveTool
from agent.tools.tool import ToolContext
from agent.tools.write import WriteTool
from agent.undo.cover import covering
from agent.undo.service import UndoService
from tests.helpers.tool_context import call, tool_context
from tests.helpers.undo import undo_service
from tests.helpers.unprivileged import NOBODY

NAMES = (
    "a",
    "b.txt",
    "B.TXT",
    "c d",
    "größe",
    "\udcff\udc80",
    "two\nlines",
    "\u202etxt.exe",
    "back\\slash",
    ".hidden",
    "e",
)
MODES = {True: (0o700, 0o755, 0o750, 0o500), False: (0o600, 0o644, 0o755, 0o400, 0o4755)}

NEEDED = ("ctypes", "zlib", "fcntl", "concurrent.futures.thread", "agent.undo.cover", "agent.tools.diff", "pathspec")
"""What is imported later on: the interpreter's own folder may be closed to an ordinary user."""


def paths(folder: Path) -> list[str]:
    """All in a folder, sorted; without itself."""
    return sorted(os.path.join(here, name) for here, *below in os.walk(folder) for part in below for name in part)


def content(random: Random) -> bytes:
    size = random.choice([0, 1, 20, 20, 3_000, 1_200_000 if random.random() < 0.05 else 500])
    return random.randbytes(size)


def some_path(random: Random, folder: Path) -> str:
    """A path below a folder that is there, free or not."""
    folders = [str(folder), *(path for path in paths(folder) if os.path.isdir(path) and not os.path.islink(path))]
    return os.path.join(random.choice(folders), random.choice(NAMES))


def make_tree(folder: Path, random: Random) -> None:
    """Something to begin with."""
    for _ in range(25):
        command(random, folder)


def command(random: Random, folder: Path) -> None:
    """What a command may do, behind our back. All links lead into the folder, and none is written through."""
    path, found = some_path(random, folder), paths(folder)
    other = random.choice(found) if found else path
    if os.geteuid() == 0:
        raise PermissionError("random acts on files are never done as root")
    if os.path.islink(path) or not all(Path(one).parent.resolve().is_relative_to(folder) for one in (path, other)):
        return
    try:
        match random.randrange(14):
            case 0 | 1:
                Path(path).write_bytes(content(random))
            case 2:
                with os.fdopen(os.open(other, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW), "ab") as file:
                    file.write(b"more")
            case 3:
                with os.fdopen(os.open(other, os.O_WRONLY | os.O_NOFOLLOW), "wb") as file:
                    file.truncate(3)
            case 4:
                if not os.path.islink(other):
                    os.chmod(other, random.choice(MODES[os.path.isdir(other)]))
            case 5:
                os.utime(other, ns=(1, random.randrange(2 * 10**18)), follow_symlinks=False)
            case 6:
                os.symlink(random.choice(["nowhere", ".", "\udcfe"]), path)
            case 7 | 8:
                os.mkdir(path)
            case 9:
                os.rename(other, path)
            case 10:
                os.unlink(other)
            case 11:
                if random.random() < 0.3:
                    shutil.rmtree(other)
            case 12:
                os.unlink(other)
                os.mkdir(other)
            case _:
                os.link(other, path)
    except (OSError, shutil.Error):
        return


def act(random: Random, context: ToolContext, folder: Path) -> None:
    """One change through a tool, or a few by a command."""
    assert context.journal is not None
    path, found = some_path(random, folder), paths(folder)
    other = random.choice(found) if found else path
    try:
        match random.randrange(10):
            case 0 | 1 | 2:
                deep = os.path.join(path, "new", "deep") if random.random() < 0.2 else path
                call(WriteTool(), context, path=deep, text=content(random).hex())
            case 3:
                call(WriteTool(), context, path=other, text=content(random).hex())
            case 4:
                call(DeleteTool(), context, path=other)
            case 5 | 6:
                call(MoveTool(), context, path=other, to=path)
            case _:
                asyncio.run(covered(random, context, folder))
    except ToolError:
        return


async def covered(random: Random, context: ToolContext, folder: Path) -> None:
    assert context.journal is not None
    async with covering(context.journal, [folder]) as coverage:
        assert coverage.undoable, coverage
        for _ in range(random.randrange(1, 5)):
            command(random, folder)


def work(undo: UndoService, home: Path, folder: Path, seed: str, count: int) -> None:
    progress = home / "progress"
    done = progress.stat().st_size if progress.exists() else 0
    run_id = f"r{len(asyncio.run(undo.runs(10_000)))}-{done}-{os.getpid()}"
    context = tool_context(folder, journal=undo.of_run("s", run_id))
    for number in range(done, count):
        act(Random(f"{seed}-{number}"), context, folder)
        with progress.open("ab") as file:
            file.write(b".")


def take_back(undo: UndoService) -> None:
    for run in asyncio.run(undo.runs(100_000)):
        if run.undoes is None and not run.undone:
            plan = asyncio.run(undo.plan(run.run_id))
            report = asyncio.run(undo.apply(plan))
            assert report.complete, "\n".join(
                f"{one} {item}"
                for one, item in zip(report.outcomes, plan.items, strict=True)
                if one.result not in ("put back", "removed", "as before")
            )


def main(mode: str, home: str, *more: str) -> None:
    if os.geteuid() == 0:  # an ordinary user cannot do harm, and meets modes as people do
        for name in NEEDED:
            import_module(name)
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    with undo_service(Path(home)) as undo:
        asyncio.run(undo.recover())
        if mode == "make":
            make_tree(Path(more[0]), Random(more[1]))
        elif mode == "work":
            folder, seed, count = more
            work(undo, Path(home), Path(folder), seed, int(count))
        else:
            take_back(undo)


if __name__ == "__main__":
    main(*sys.argv[1:])
