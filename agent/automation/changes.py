"""What a transaction on the ledger changed, for those who listen: told after the commit, and bounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from agent.events import AnyEvent, JobChanged, SlotChanged
from agent.jobs import JobRow, Slot
from agent.storage.connection import Connection
from agent.storage.jobs import job_row

MOST_SLOTS = 100
"""Of a job in one transaction are told one by one; who listens reads the rest when the job is said to have changed."""


@dataclass
class Changes:
    """Collects in the database's thread; `publish` belongs on the loop."""

    jobs: dict[str, JobRow] = field(default_factory=dict[str, JobRow])
    _named: dict[str, str] = field(default_factory=dict[str, str])
    _slots: dict[int, tuple[Slot, bool]] = field(default_factory=dict[int, tuple[Slot, bool]])
    _counts: dict[str, int] = field(default_factory=dict[str, int])

    def job(self, connection: Connection, job_id: str) -> JobRow:
        """Say that a job is another one now; returns it."""
        row = self.jobs[job_id] = job_row(connection, job_id)
        return row

    def slot(self, connection: Connection, slot: Slot, *, tell: bool = False) -> Slot:
        """Say how a slot is now; returns it."""
        if slot.job_id not in self._named:
            self._named[slot.job_id] = job_row(connection, slot.job_id).job.name
        if slot.slot_id not in self._slots:
            count = self._counts[slot.job_id] = self._counts.get(slot.job_id, 0) + 1
            if count > MOST_SLOTS:
                if slot.job_id not in self.jobs:
                    self.job(connection, slot.job_id)
                return slot
        self._slots[slot.slot_id] = (slot, tell)
        return slot

    def publish(self, publish: Callable[[AnyEvent], None]) -> None:
        """Tell it all: slots first, so that a list that reads anew at the job's event is complete."""
        for slot, tell in self._slots.values():
            publish(SlotChanged(slot.session_id, slot.run_id, slot, self._named[slot.job_id], tell))
        for row in self.jobs.values():
            publish(JobChanged("", "", row))
