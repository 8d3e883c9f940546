"""A journal of file changes in a temporary home, and a tree as it can be compared."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.safety.door import Door
from agent.storage.database import Database
from agent.undo.journal import Journal
from agent.undo.limits import UndoLimits
from agent.undo.service import UndoService


@contextmanager
def undo_service(home: Path, limits: UndoLimits | None = None, door: Door | None = None) -> Iterator[UndoService]:
    """Open what can be undone in a home, as the process that owns it; closed at the end."""
    database = asyncio.run(Database.open(home / "homard.db"))
    try:
        yield UndoService(Journal(database, home / "undo", limits or UndoLimits(), door=door, own=[home]))
    finally:
        asyncio.run(database.close())


def tree(folder: Path) -> list[tuple[Any, ...]]:
    """All in a folder and itself: name, kind and mode, time of modification in ns, content or target."""
    found: list[tuple[Any, ...]] = []
    top = os.fsencode(folder)
    below = (os.path.join(here, name) for here, folders, files in os.walk(top) for name in (*folders, *files))
    for path in sorted([top, *below]):
        status = os.lstat(path)
        content: bytes | str = ""
        if stat.S_ISLNK(status.st_mode):
            content = os.readlink(path)
        elif stat.S_ISREG(status.st_mode):
            with open(path, "rb") as file:
                content = file.read()
        found.append((path[len(top) :], stat.filemode(status.st_mode), status.st_mtime_ns, content))
    return found
