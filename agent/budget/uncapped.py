"""Calls for which no cap holds: there is nothing to overdraw, so their rows wait for no disk, and no disk for them.

They are written with the next transaction, whosever it is, and a moment after the request has left at the latest: not
while it leaves, which would hold it up.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import NamedTuple

import apsw

from agent.budget import rows
from agent.budget.reservation import Posting, Reservation
from agent.storage.connection import Connection
from agent.storage.database import Database

BEHIND_S = 0.01
"""What no step of a run took along is written after so long."""


_log = logging.getLogger(__name__)


class _Entry(NamedTuple):
    at: datetime
    posting: Posting | None
    """None: the call is under way."""


class Uncapped:
    """Those that are not written yet. `write` belongs to the thread of the database, the rest to the loop."""

    def __init__(
        self, database: Database, forget_sums: Callable[[], None], settle_later: Callable[[Posting], None]
    ) -> None:
        self._database, self._forget_sums, self._settle_later = database, forget_sums, settle_later
        self._guard = threading.Lock()
        self._waiting: dict[Reservation, _Entry] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, reservation: Reservation, now: datetime) -> None:
        """Take a call that is about to be made."""
        with self._guard:
            first = not self._waiting
            self._waiting[reservation] = _Entry(now, None)
        if reservation.request.account.purpose != "turn":
            self._late()  # no step of a run is stored soon that could take it along
        elif first or self._timer is None:
            self._write_soon()

    def take(self, posting: Posting) -> bool:
        """Take what came of a call; False: it stands in the books already."""
        with self._guard:
            entry = self._waiting.get(posting.reservation)
            if entry is not None:
                self._waiting[posting.reservation] = _Entry(entry.at, posting)
                self._write_soon()  # the reply is a step, and is stored in this moment
            return entry is not None

    def close(self) -> bool:
        """Write nothing more by itself; whether something waits."""
        if self._timer is not None:
            self._timer.cancel()
        return bool(self._waiting)

    def write(self, connection: Connection) -> Callable[[], None]:
        """Put all that wait into this transaction; what is returned is to be called after the commit."""
        with self._guard:
            waiting = dict(self._waiting)
        if waiting and rows.mend_clock(connection, max(entry.at for entry in waiting.values())):
            self._forget_sums()
        written = [
            (reservation, entry, _write(connection, reservation, entry)) for reservation, entry in waiting.items()
        ]
        return partial(self._written, written)

    def _written(self, written: Iterable[tuple[Reservation, _Entry, int | None]]) -> None:
        for reservation, entry, row in written:
            reservation.row, reservation.judged = row, True
            with self._guard:
                now = self._waiting.pop(reservation)
            if now.posting is not None and now.posting is not entry.posting:  # it ended meanwhile
                self._settle_later(now.posting)

    def _write_soon(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(BEHIND_S, self._late)

    def _late(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            self._database.post(_nothing, step="reserve")


def _write(connection: Connection, reservation: Reservation, entry: _Entry) -> int | None:
    try:
        if entry.posting is None:
            return rows.reserve(connection, reservation.request, reservation.worst.usage, entry.at)
        if entry.posting.usage is None:
            return None
        row = rows.reserve(connection, reservation.request, entry.posting.usage, entry.at)
        rows.settle(connection, row, entry.posting.usage, entry.posting.state)
    except apsw.Error:
        raise
    except Exception:  # noqa: BLE001 - whatever it is
        # The transaction is somebody else's step, and what is odd about this call must not undo it.
        _log.exception("a call to %s is not in the books", reservation.request.model.label)
        return None
    return row


def _nothing(_connection: Connection) -> None:
    """A transaction for those who take part in it."""
