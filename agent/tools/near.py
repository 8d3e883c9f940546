"""What was probably meant when a path does not exist."""

from __future__ import annotations

import difflib
import os
from collections import deque
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from agent.errors import ToolError, ToolRetry
from agent.safety.file_errors import Missing
from agent.safety.folders import Folders, Located

MAX_NAMES = 2_000
MAX_FOLDERS = 200


def with_suggestion(error: Missing, folders: Folders, located: Located, cwd: Path) -> ToolRetry:
    """Add to the error what stands near; only for paths inside the granted folders."""
    if located.root is None:
        return error
    near = _similar(folders, located) or _elsewhere(folders, folders.locate(located.root, cwd), located.name)
    if near:
        return ToolRetry(f"{error} Did you mean {' or '.join(near)}?")
    return ToolRetry(f"{error} Use find to see what there is.")


def _similar(folders: Folders, located: Located) -> list[str]:
    """Names like it in the same folder, as paths."""
    parent = replace(located, real=os.path.dirname(located.real), shown=os.path.dirname(located.shown) or ".")
    by_fold = {name.casefold(): name for name, _ in _entries(folders, parent)}
    close = difflib.get_close_matches(located.name.casefold(), by_fold, n=3, cutoff=0.6)
    return [parent.child(by_fold[name]).shown for name in close]


def _elsewhere(folders: Folders, root: Located, name: str) -> list[str]:
    """Files of that name in nearby folders, nearest first."""
    wanted = name.casefold()
    pending = deque([root])
    found: list[str] = []
    for _ in range(MAX_FOLDERS):
        if not pending or len(found) >= 3:
            break
        folder = pending.popleft()
        for entry, is_folder in _entries(folders, folder):
            child = folder.child(entry)
            if entry.casefold() == wanted:
                found.append(child.shown)
            elif is_folder and entry != ".git":
                pending.append(child)
    return found[:3]


def _entries(folders: Folders, folder: Located) -> list[tuple[str, bool]]:
    try:
        with folders.open_folder(folder) as opened:
            entries = islice(opened.entries(), MAX_NAMES)
            return sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except (ToolError, OSError):
        return []
