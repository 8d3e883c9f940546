"""What is on record of one run, as it is stored: the material that a trace is made of."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from agent.audit.row import Row
from agent.figures.seen import SeenCall
from agent.messages import Entry
from agent.run_name import LAST, find_run
from agent.storage.connection import Connection
from agent.storage.entries import path_up
from agent.storage.records import CallRow, Run
from agent.storage.sessions import Store
from agent.traces.span import Trace
from agent.traces.timeline import timeline


class Figures(Protocol):
    """How model calls went; `agent.figures.seen.Seen` is one."""

    async def of_run(self, run_id: str) -> list[SeenCall]:
        """The calls of a run, in the order in which they ended. Raises StorageError."""
        ...


class Audit(Protocol):
    """What was allowed and what left; `agent.audit.log.AuditLog` is one."""

    async def rows(self, run_id: str | None = None) -> Sequence[Row]:
        """The rows of a run, oldest first. Raises StorageError."""
        ...


@dataclass(frozen=True)
class Recorded:
    """One run as stored."""

    run: Run
    path: Sequence[Entry]
    """All that the run's model could have seen up to the last entry of the run, root first."""
    calls: Sequence[CallRow]
    seen: Sequence[SeenCall]
    rows: Sequence[Row]

    def trace(self) -> Trace:
        """Put it together. Counts the whole conversation: use a thread."""
        return timeline(self.run, self.path, self.calls, self.seen, self.rows)


class Traces:
    """Reads runs and makes traces of them. Methods raise StorageError."""

    def __init__(self, store: Store, seen: Figures, audit: Audit) -> None:
        self._store, self._seen, self._audit = store, seen, audit

    async def recorded(self, run_id: str = "") -> Recorded:
        """Read a run, named as in `agent.run_name`; empty: the newest. Raises UsageError."""
        found = await find_run(self._store.database, run_id or LAST)
        run = await self._store.run(found or run_id)
        path = await self._store.database.read(lambda connection: _path(connection, run.run_id))
        calls = await self._store.calls(run.run_id)
        seen = await self._seen.of_run(run.run_id)
        return Recorded(run, path, calls, seen, await self._audit.rows(run.run_id))

    async def of_run(self, run_id: str = "") -> Trace:
        """Trace a run; see `recorded`."""
        return await asyncio.to_thread((await self.recorded(run_id)).trace)


def _path(connection: Connection, run_id: str) -> list[Entry]:
    """Up to the run's last entry: what was said later in its chat does not belong to it."""
    last = connection.execute("SELECT MAX(entry_id) FROM entries WHERE run_id = ?", (run_id,)).get
    return path_up(connection, last)
