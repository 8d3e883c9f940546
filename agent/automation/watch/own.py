"""What Homard wrote itself: it never starts a job."""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from typing import Protocol

import msgspec

from agent.automation.watch.state import Found
from agent.errors import HomardError
from agent.storage.connection import Connection
from agent.undo.state import FileState
from agent.undo.store import PreImages

_LATE_US = 3_600 * 1_000_000
"""A file that changed so long after we wrote there is another one with the same content."""


class OwnWrites(Protocol):
    """Knows what Homard wrote. Both are asked inside a transaction."""

    def under_way(self, connection: Connection) -> Sequence[str]:
        """Folders in which a command is working: what changes there cannot be told from its doing yet."""
        ...

    def last(self, connection: Connection, path: str, found: Found | None, digest: str, after: int) -> tuple[bool, int]:
        """Whether what stands at a path (None: nothing) is what we left there, and the last change of ours there.

        `after`: changes up to this one were taken into account before.
        """
        ...


class Nobody:
    """Wrote nothing."""

    def under_way(self, connection: Connection) -> Sequence[str]:
        """See `OwnWrites.under_way`."""
        return ()

    def last(self, connection: Connection, path: str, found: Found | None, digest: str, after: int) -> tuple[bool, int]:
        """See `OwnWrites.last`."""
        return False, after


class _Roots(msgspec.Struct):
    """Of a kept manifest, only what is needed here."""

    roots: tuple[bytes, ...]


class JournalWrites:
    """Reads the journal of the undo."""

    def __init__(self, store: PreImages) -> None:
        """`store`: where the journal keeps contents; what commands under way may change is written there."""
        self._store = store
        self._covers: dict[int, tuple[str, ...]] = {}

    def under_way(self, connection: Connection) -> Sequence[str]:
        """See `OwnWrites.under_way`."""
        covers = connection.execute("SELECT cover_id, manifest FROM file_covers").fetchall()
        if not covers:
            self._covers.clear()
            return ()
        for cover_id, manifest in covers:
            if cover_id not in self._covers:
                self._covers[cover_id] = self._roots(manifest)
        return [root for cover_id, _ in covers for root in self._covers[cover_id]]

    def last(self, connection: Connection, path: str, found: Found | None, digest: str, after: int) -> tuple[bool, int]:
        """See `OwnWrites.last`."""
        row = connection.execute(
            "SELECT change_id, after, at FROM file_changes WHERE path = ? AND change_id > ? AND act <> 'touch'"
            " ORDER BY change_id DESC LIMIT 1",
            (os.fsencode(path), after),
        ).fetchone()
        if row is None:
            return False, after
        change_id, state, at = row
        return _same(_DECODER.decode(state), found, digest, at), change_id

    def _roots(self, manifest: str) -> tuple[str, ...]:
        try:
            with self._store.open(manifest) as file:
                decoded = msgspec.msgpack.decode(zlib.decompress(file.read()), type=_Roots)
        except (HomardError, OSError, ValueError, zlib.error):
            return ()  # it ended just now, and its changes are in the journal
        return tuple(map(os.fsdecode, decoded.roots))


def _same(state: FileState, found: Found | None, digest: str, at: int) -> bool:
    if found is None:
        return state.kind == "absent"
    if state.kind != "file" or found.ctime_ns // 1_000 > at + _LATE_US:
        return False
    if state.digest and not digest.startswith("~"):
        return state.digest == digest
    return state.size == found.size and state.mtime_ns in (0, found.mtime_ns)


_DECODER = msgspec.json.Decoder(FileState)
