"""What the screen asks of the jobs' service (`agent.automation.service.Automation`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from agent.events import ApprovalRequested
from agent.jobs import Change, Job, JobRow, Slot

if TYPE_CHECKING:
    from agent.automation.forecast import Forecast
    from agent.automation.state import JobState
    from agent.automation.templates import Template


class OpenSlots(Protocol):
    """The part of the ledger that the screen needs."""

    async def open_slots(self) -> list[Slot]:
        """List the slots that are due, at work or waiting for a person."""
        ...


class JobService(Protocol):
    """Jobs and their slots; all may raise HomardError."""

    @property
    def ledger(self) -> OpenSlots:
        """Where slots are written down."""
        ...

    async def jobs(self, deleted: bool = False) -> list[JobRow]:
        """List the jobs."""
        ...

    async def templates(self, language: str) -> Sequence[Template]:
        """List what a job can begin with."""
        ...

    async def states(self) -> Mapping[str, JobState]:
        """Say how all jobs stand, by job id."""
        ...

    async def parked(self) -> list[ApprovalRequested]:
        """List the approvals for which runs wait."""
        ...

    async def forecast(self, job: Job) -> Forecast:
        """Say what a job will probably cost."""
        ...

    async def slots(self, job_id: str = "", *, before: datetime | None = None, limit: int = 100) -> list[Slot]:
        """Read the history, the newest first."""
        ...

    async def files(self, slot_id: int) -> list[tuple[str, Change]]:
        """List the files a slot is about."""
        ...

    async def upcoming(self, *, job_id: str = "", until: datetime, most: int = 500) -> list[Slot]:
        """List the slots to come, the next first."""
        ...
