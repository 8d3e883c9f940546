"""The working folder as a request finds it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

MAX_ENTRIES = 400
MAX_DEPTH = 4
_FOLDER_LINE = re.compile(r"^folder: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """Names only; relative paths with `/`."""

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


def look_around(context: str) -> Place:
    """List the folder that the volatile context names (`folder: PATH`), bounded, without hidden entries or links."""
    match = _FOLDER_LINE.search(context)
    if match is None or not os.path.isabs(match[1]):
        return Place()
    files: list[str] = []
    folders: list[str] = []
    for here, below, names in os.walk(match[1]):
        inside = Path(here).relative_to(match[1])
        prefix = "" if inside == Path() else inside.as_posix() + "/"
        below[:] = sorted(name for name in below if not name.startswith(".") and name != "node_modules")
        files += [prefix + name for name in sorted(names) if not name.startswith(".")]
        folders += [prefix + name for name in below]
        if len(inside.parts) + 1 >= MAX_DEPTH:
            below[:] = []
        if len(files) + len(folders) > MAX_ENTRIES:
            break
    return Place(tuple(files[:MAX_ENTRIES]), tuple(folders[:MAX_ENTRIES]))
