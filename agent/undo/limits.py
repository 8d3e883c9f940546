"""How much is kept so that it can be put back."""

from __future__ import annotations

import msgspec


class UndoLimits(msgspec.Struct, frozen=True):
    """Bounds of what is kept; what passes them is said before it is done."""

    file_bytes: int = 64 << 20
    """The content of a larger file is not kept."""
    store_bytes: int = 2 << 30
    """Of all that is kept; beyond it the oldest runs can no longer be undone."""
    keep_days: float = 30
    """Older runs can no longer be undone."""
    tree_entries: int = 10_000
    """Of a folder that is deleted or moved."""
    tree_bytes: int = 1 << 30
    """Of a folder that is deleted or moved."""
    cover_entries: int = 50_000
    """Of the writable folders of a command; beyond it the command is not covered at all."""
    cover_bytes: int = 1 << 30
    """Of the content of the writable folders of a command; beyond it the largest files are not kept."""


def size_words(size: int) -> str:
    """Write a number of bytes for a person."""
    for unit, bytes_of in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= bytes_of:
            return f"{size / bytes_of:.3g} {unit}"
    return f"{size} bytes"
