"""What all parts of automation share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.automation.ledger import Ledger
from agent.automation.ports import Ports
from agent.automation.variables import MAX_FILES
from agent.automation.zone import here
from agent.commands import ActsAs
from agent.events import JobNoticed
from agent.jobs import JobRow
from agent.labels import USER, Label
from agent.safety.profile import profile_of


@dataclass(frozen=True)
class Desk:
    """The rows, and the ways out."""

    ports: Ports
    ledger: Ledger

    @property
    def now(self) -> datetime:
        """The moment, UTC."""
        return self.ports.clock.now()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of this machine now."""
        return (self.ports.zone or here)()

    def local(self, moment: datetime) -> datetime:
        """The moment on the wall clock of this machine."""
        return moment.astimezone(self.zone)

    async def label_of(self, files: Sequence[str]) -> Label | None:
        """Give the label of a prompt that names these files: a stranger's names may hold a stranger's words.

        None: there is nothing to know of them.
        """
        label = await asyncio.to_thread(self.ports.label_of, files[:MAX_FILES]) if files else USER
        return label if label.tainted or label.secrecy == "secret" else None

    def notice(self, row: JobRow, note: str) -> None:
        """Tell the person something about a job, once."""
        self.ports.publish(JobNoticed("", "", row.job_id, row.job.name, note))


def acts_as(row: JobRow, slot_id: int, run_id: str, label: Label | None = None) -> ActsAs:
    """For whom a run works, with the profile that is frozen now; `label`: see `Desk.label_of`."""
    return ActsAs(job_id=row.job_id, slot_id=slot_id, run_id=run_id, allow=profile_of(row.job), label=label)
