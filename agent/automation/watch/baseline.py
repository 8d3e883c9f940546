"""What was there before a watch began: it is known, and no news."""

from __future__ import annotations

from agent.automation.watch import manifest
from agent.automation.watch.content import Busy, digest_of
from agent.automation.watch.desk import Desk
from agent.automation.watch.manifest import Known, split
from agent.automation.watch.settling import Settling
from agent.automation.watch.state import Found

READ_NOW = 1_000_000
"""Bytes: a file is read up to this size, so that a mere touch is no change later."""
READ_NOW_ALL = 256_000_000
"""Bytes in all."""
_AT_ONCE = 1_000


class Baseline:
    """Collects files and stores many of them at once."""

    def __init__(self, desk: Desk, watch_id: int, settling: Settling) -> None:
        self._desk, self._watch_id, self._settling = desk, watch_id, settling
        self._files: list[tuple[str, Known]] = []
        self._folders: set[str] = set()
        self._left = READ_NOW_ALL

    @property
    def waiting(self) -> int:
        """How many are not stored yet."""
        return len(self._files)

    def holds(self, folder: str) -> bool:
        """Whether files of a folder are not stored yet."""
        return folder in self._folders

    def take(self, path: str, place: str, found: Found) -> None:
        """Take a file as known; its path below the watched folder, and the real one."""
        digest = ""
        if found.size <= min(READ_NOW, self._left):
            try:
                digest = digest_of(place, found, self._desk.pace.keep)
                self._left -= found.size
            except Busy:
                digest = ""
        self._files.append((path, Known(found, digest, 0)))
        self._folders.add(split(path)[0])

    def store(self, *, everything: bool = False) -> bool:
        """Store what is worth a transaction, or everything; whether there was any. Raises StorageError."""
        if not self._files or (len(self._files) < _AT_ONCE and not everything):
            return False
        while self._files:
            some = self._files[:_AT_ONCE]
            self._desk.call(lambda connection, some=some: manifest.put(connection, self._watch_id, some), "watch.known")
            del self._files[:_AT_ONCE]
            self._settling.files += len(some)
            self._settling.folders.update(split(path)[0] for path, _ in some)
            self._desk.pace.keep()
        self._folders.clear()
        return True
