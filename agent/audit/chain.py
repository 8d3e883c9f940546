"""The growing end of the chain: rows wait in memory and go into the next transaction, whoever asked for it.

So a row that stands beside a step of a run costs no commit of its own. The anchor follows each commit.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from agent.audit.anchor import Anchor, AnchorFile
from agent.audit.key import Key
from agent.audit.row import INSERT, NO_MAC, Draft, columns_of, draft_of, seal
from agent.failpoints import hit
from agent.storage.connection import Connection
from agent.storage.records import from_micros

BREAK = "audit.break"
"""Kind of the row that says: what should have been before it was not there."""

_log = logging.getLogger(__name__)


class Head(NamedTuple):
    """The end of a chain."""

    seq: int = 0
    mac: bytes = NO_MAC
    stored: int = 0
    """The highest number in the table; less than `seq` where rows at the end were taken away."""


class Chain:
    """The end of the chain. `add` belongs to the loop's thread, the rest to the database's; a lock is between them."""

    def __init__(self, anchor: AnchorFile) -> None:
        self._anchor = anchor
        self._guard = threading.Lock()
        self._waiting: deque[Draft] = deque()
        self._first: tuple[Draft, ...] = ()
        self._added = self._written = 0
        self._key: Key | None = None
        self._head = Head()

    @property
    def head(self) -> Head:
        """The last row that is committed."""
        return self._head

    @property
    def waiting(self) -> int:
        """Rows that are not yet committed."""
        return len(self._waiting) + len(self._first)

    def begin(self, key: Key, head: Head, first: Sequence[Draft]) -> None:
        """Set key and place; `first` come before all that waits already."""
        with self._guard:
            self._first, self._head, self._key = tuple(first), head, key

    def add(self, draft: Draft) -> int:
        """Let a row wait; gives its number for `is_written`."""
        with self._guard:
            self._waiting.append(draft)
            self._added += 1
            return self._added

    def is_written(self, number: int) -> bool:
        """Whether that row, and all before it, are committed."""
        return self._written >= number

    def write(self, connection: Connection) -> Callable[[], None]:
        """Put all that waits into this transaction; a `database.Participant`. Raises apsw.Error."""
        with self._guard:
            key, head, drafts, count = self._key, self._head, [*self._first, *self._waiting], len(self._waiting)
        if key is None or not drafts:
            return _nothing
        found = connection.execute("SELECT MAX(seq) FROM audit").get or 0
        if found != head.stored:
            at = from_micros(drafts[0].at)
            drafts.insert(0, break_row(at, expected=head.seq, found=found, why="changed_while_running"))
        seq, mac = max(head.seq, found), head.mac
        rows: list[tuple[object, ...]] = []
        for draft in drafts:
            seq, before = seq + 1, mac
            mac = seal(key.value, seq, before, draft)
            rows.append(columns_of(seq, draft, before, mac))
        connection.executemany(INSERT, rows)
        return partial(self._committed, count, Head(seq, mac, seq))

    def anchor(self, *, sync: bool = False) -> None:
        """Write the anchor. A disk that refuses leaves it behind, which is no harm: the log tells."""
        if self._key is None:
            return
        try:
            self._anchor.write(self.here(self._key), self._key.value, sync=sync)
        except OSError as error:
            _log.warning("the anchor of the audit was not written: %s", error)

    def here(self, key: Key) -> Anchor:
        """The anchor for the head as it is now."""
        return Anchor(self._head.seq, self._head.mac, key.fingerprint)

    def _committed(self, count: int, head: Head) -> None:
        hit("audit.committed")
        with self._guard:
            self._first = ()
            for _ in range(count):
                self._waiting.popleft()
            self._written += count
            self._head = head
        self.anchor()


def break_row(at: datetime, *, expected: int, found: int, why: str) -> Draft:
    """The row that says that rows are missing or were changed; `why` is a key of `check.MEANINGS`."""
    return draft_of(at, BREAK, None, None, {"expected": expected, "found": found, "why": why}, str)


def _nothing() -> None:
    return
