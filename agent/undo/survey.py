"""What a delete or a move would touch, and whether it could be put back: known before it is done."""

from __future__ import annotations

from typing import NamedTuple

from agent.safety.door import Door
from agent.safety.printable import printable
from agent.undo.limits import UndoLimits, size_words
from agent.undo.tree import Entry, Tree

MOST_ENTRIES = 200_000
"""Beyond it a tree is not touched at all."""


class Survey(NamedTuple):
    """A file, link or folder tree as it stands."""

    entries: list[Entry]
    """A folder before what is in it."""
    why_not: str
    """Why it could not be put back, as words that follow "cannot be undone: "; empty: it could."""

    @property
    def files(self) -> int:
        """How many are no folders."""
        return sum(entry.state.kind != "folder" for entry in self.entries)

    @property
    def size(self) -> int:
        """Bytes in all files."""
        return sum(entry.state.size for entry in self.entries)


def survey(door: Door, path: str, limits: UndoLimits, *, moving: bool = False) -> Survey:
    """Look through a tree without reading any content. Raises OSError, and tree.TooMany beyond MOST_ENTRIES.

    `moving`: contents stay, under another name, so that nothing has to be kept of them.
    """
    tree = Tree(door, MOST_ENTRIES)
    entries = list(tree.entries(path))
    if tree.closed:
        return Survey(entries, f"{printable(tree.closed[0])} cannot be looked into")
    return Survey(entries, _why_not(entries, limits, moving=moving))


def _why_not(entries: list[Entry], limits: UndoLimits, *, moving: bool) -> str:
    if len(entries) > limits.tree_entries:
        return f"there are more than {limits.tree_entries:,} files and folders in it"
    if sum(entry.state.size for entry in entries) > limits.tree_bytes:
        return f"it holds more than {size_words(limits.tree_bytes)}"
    for entry in entries:
        if entry.state.kind == "other":
            return f"{printable(entry.path)} is no plain file"
        if not moving and entry.state.size > limits.file_bytes:
            return f"{printable(entry.path)} is larger than {size_words(limits.file_bytes)}"
    return ""
