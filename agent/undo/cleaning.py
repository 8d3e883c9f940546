"""Keeping the store small: by age, then by size, the oldest runs first; never a run that is under way."""

from __future__ import annotations

import threading
from typing import NamedTuple

from agent.storage.connection import Connection
from agent.undo.journal import Journal

UNUSED_S = 86_400.0
"""A content of no change stays so long: the next command in the same folder needs not be copied for again."""
PRESSED_S = 900.0
"""The same when room is needed. Longer than anything takes from keeping a content to noting its change."""

_UNDER_WAY = (
    "SELECT run_id FROM runs WHERE finished_at IS NULL"
    " UNION SELECT run_id FROM file_changes WHERE state = 'intended' UNION SELECT run_id FROM file_covers"
)


class Cleaned(NamedTuple):
    """What was given up."""

    runs: int = 0
    """Runs that can no longer be undone."""
    bytes: int = 0
    """Freed on the disk."""


class Cleaner:
    """Cleans the store of one journal; its methods block and may be called from any thread."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._used: int | None = None
        journal.make_room = self.make_room

    def clean(self) -> Cleaned:
        """Forget runs older than `keep_days`, and the oldest ones while all is larger than `store_bytes`."""
        limits = self._journal.limits
        with self._lock:
            oldest = self._journal.now() - int(limits.keep_days * 86_400 * 1_000_000)
            runs = self._forget("GROUP BY run_id HAVING MAX(at) < ?", oldest)
            freed = self._sweep(UNUSED_S)
            more, freed_more = self._shrink(limits.store_bytes)
            return Cleaned(runs + more, freed + freed_more)

    def make_room(self, size: int) -> bool:
        """See Journal.make_room."""
        most = self._journal.limits.store_bytes
        with self._lock:
            if self._used is None or self._used + size > most:
                self._used = self._count()
            if self._used + size > most:
                self._shrink(most - size)
            if self._used + size > most:
                return False
            self._used += size
            return True

    def _shrink(self, most: int) -> tuple[int, int]:
        runs, freed = 0, 0
        if self._count() > most:
            freed += self._sweep(PRESSED_S)
        lately = self._journal.now() - int(PRESSED_S * 1_000_000)  # what is that new frees nothing yet
        while self._count() > most and self._forget(
            "GROUP BY run_id HAVING MAX(at) < ? ORDER BY MAX(at) LIMIT 1", lately
        ):
            runs += 1
            freed += self._sweep(PRESSED_S)
        self._used = self._count()
        return runs, freed

    def _forget(self, which: str, binding: int) -> int:
        """Delete the changes of the runs that this part of a SELECT names; how many runs."""

        def forget(connection: Connection) -> int:
            found = connection.execute(
                f"SELECT run_id FROM file_changes WHERE run_id NOT IN ({_UNDER_WAY}) {which}",  # noqa: S608
                (binding,),
            ).fetchall()
            connection.executemany("DELETE FROM file_changes WHERE run_id = ?", found)
            return len(found)

        return self._journal.database.call_from_thread(forget, step="undo.forget")

    def _sweep(self, unused_for_s: float) -> int:
        used = self._journal.database.call_from_thread(_referenced, step="undo.sweep")
        store = self._journal.store
        return sum(
            kept.size
            for kept in list(store.all())
            if kept.digest not in used and store.remove(kept.digest, unused_for_s=unused_for_s)
        )

    def _count(self) -> int:
        return sum(kept.size for kept in self._journal.store.all())


def _referenced(connection: Connection) -> set[str]:
    rows = connection.execute(
        "SELECT kept FROM file_changes WHERE kept IS NOT NULL UNION SELECT manifest FROM file_covers"
    )
    return {row[0] for row in rows}
