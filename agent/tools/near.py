"""What was probably meant when a path does not exist."""

from __future__ import annotations

import difflib
import os
from dataclasses import replace
from itertools import islice

from agent.errors import ToolError, ToolRetry
from agent.safety.file_errors import Missing
from agent.safety.folders import Folders, Located
from agent.safety.printable import printable

MAX_NAMES = 2_000
MAX_FOLDERS = 200


def with_suggestion(error: Missing, folders: Folders, located: Located) -> ToolRetry:
    """Add to the error what stands near; only for paths inside the granted folders."""
    if not located.inside:
        return error
    near = _similar(folders, located) or _elsewhere(folders, located)
    if near:
        return ToolRetry(f"{error} Did you mean {' or '.join(near)}?")
    return ToolRetry(f"{error} Use find to see what there is.")


def _similar(folders: Folders, located: Located) -> list[str]:
    """Names like it in the same folder, as paths."""
    parent = replace(located, real=os.path.dirname(located.real), shown=_parent_shown(located.shown))
    by_fold = {name.casefold(): name for name, _ in _entries(folders, parent)}
    close = difflib.get_close_matches(located.name.casefold(), by_fold, n=3, cutoff=0.6)
    return [parent.child(by_fold[name]).shown for name in close]


def _elsewhere(folders: Folders, located: Located) -> list[str]:
    """Files of exactly that name in nearby folders, nearest first."""
    wanted = located.name.casefold()
    root = located.root or ""
    pending = [Located(root, root, _root_shown(located))]
    found: list[str] = []
    for _ in range(MAX_FOLDERS):
        if not pending or len(found) >= 3:
            break
        folder = pending.pop(0)
        for name, is_folder in _entries(folders, folder):
            child = folder.child(name)
            if name.casefold() == wanted:
                found.append(child.shown)
            elif is_folder and name != ".git":
                pending.append(child)
    return found[:3]


def _entries(folders: Folders, folder: Located) -> list[tuple[str, bool]]:
    try:
        with folders.open_folder(folder) as opened:
            entries = islice(opened.entries(), MAX_NAMES)
            return sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except (ToolError, OSError):
        return []


def _parent_shown(shown: str) -> str:
    return os.path.dirname(shown) or "."


def _root_shown(located: Located) -> str:
    """How the granted folder is written if the missing path is written as `located.shown`."""
    below = printable(os.path.relpath(located.real, located.root or "")).replace(os.sep, "/")
    return located.shown.removesuffix(below).rstrip("/") or "."
