"""Jobs and slots as a test wants them, and a service that tells of them and writes down what it was asked to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec

from agent.automation.forecast import Forecast
from agent.automation.schedule import Schedule
from agent.automation.state import JobState
from agent.automation.templates import Template, templates
from agent.automation.zone import here
from agent.commands import DeleteJob, PauseJob, ResumeJob, SaveJob
from agent.errors import StorageError
from agent.events import ApprovalRequested, JobChanged, SlotChanged
from agent.jobs import Change, Cron, Job, JobRow, Slot

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
"""A Thursday."""


def job(name: str = "Mail summary", **more: Any) -> Job:
    """A job that is due each weekday at 8:30, unless told otherwise."""
    more.setdefault("triggers", (Cron(fields="30 8 * * 1-5"),))
    more.setdefault("folder", "/home/anna/Mail")
    return Job(name=name, prompt=more.pop("prompt", f"Do what {name} says."), **more)


def row(job_id: str = "j1", wanted: Job | None = None, **more: Any) -> JobRow:
    """A job as it is stored."""
    return JobRow(job_id=job_id, job=wanted or job(), **{"version": 1, "created_at": NOW, "updated_at": NOW, **more})


def slot(slot_id: int, state: Any = "done", reason: Any = "", job_id: str = "j1", **more: Any) -> Slot:
    """A slot that was due some minutes ago: the higher its id, the later."""
    due = more.pop("due_at", NOW - timedelta(days=1) + timedelta(minutes=slot_id))
    if state in ("done", "failed"):
        more = {"started_at": due, "finished_at": due + timedelta(seconds=20), "run_id": f"r{slot_id}", **more}
        more.setdefault("session_id", f"s{slot_id}")
    return Slot(
        slot_id=slot_id, job_id=job_id, key=f"k{slot_id}", due_at=due, state=state, reason=reason,
        **{"origin": "schedule", "version": 1, **more},
    )  # fmt: skip


def asked(run_id: str, approval_id: str = "a1") -> ApprovalRequested:
    """A run wants to send something, and waits."""
    return ApprovalRequested(
        "s9", run_id, approval_id, "c1", "http", ("send to https://example.org",), "No part of the job’s profile.",
        scopes=("once", "run"), parked_until=NOW + timedelta(hours=72),
    )  # fmt: skip


class JobDesk:
    """The service and the runtime's `submit`; commands change what is kept, as the real ones do."""

    def __init__(self, *rows: JobRow, slots: list[Slot] | None = None) -> None:
        self.rows = {each.job_id: each for each in rows}
        self.kept = slots or []
        self.approvals: list[ApprovalRequested] = []
        self.standing: dict[str, JobState] = {}
        self.known_files: dict[int, list[tuple[str, Change]]] = {}
        self.forecasts: dict[str, Forecast] = {}
        self.done: list[Any] = []
        self.asked: list[str] = []
        self.error = ""
        self.listeners: list[Any] = []
        self.ledger = self

    def _look(self, what: str) -> None:
        self.asked.append(what)
        if self.error:
            raise StorageError(self.error)

    async def jobs(self, deleted: bool = False) -> list[JobRow]:
        self._look("jobs")
        return [each for each in self.rows.values() if deleted or each.deleted_at is None]

    async def templates(self, language: str) -> Sequence[Template]:
        return templates(language)

    async def open_slots(self) -> list[Slot]:
        return [each for each in self.kept if each.state in ("due", "running", "parked")]

    async def states(self) -> Mapping[str, JobState]:
        self._look("states")
        return self.standing

    async def parked(self) -> list[ApprovalRequested]:
        return self.approvals

    async def forecast(self, job: Job) -> Forecast:
        return self.forecasts.get(job.name, Forecast(22.0, 1.2, ""))

    async def slots(self, job_id: str = "", *, before: datetime | None = None, limit: int = 100) -> list[Slot]:
        self._look(f"slots {job_id} {limit}")
        found = [each for each in self.kept if job_id in ("", each.job_id)]
        return sorted(found, key=lambda each: (each.due_at, each.slot_id), reverse=True)[:limit]

    async def files(self, slot_id: int) -> list[tuple[str, Change]]:
        return self.known_files.get(slot_id, [])

    async def upcoming(self, *, job_id: str = "", until: datetime, most: int = 500) -> list[Slot]:
        known = self.rows[job_id]
        if known.paused:
            return []
        moments = Schedule.of(known.job.triggers, here()).coming(NOW, until, most)
        return [slot(0, "scheduled", job_id=job_id, due_at=moment.at) for moment in moments]

    async def submit(self, command: Any) -> Any:
        """Write the command down, and do what it says as far as rows show it."""
        self.done.append(command)
        match command:
            case PauseJob(job_id):
                self.tell(msgspec.structs.replace(self.rows[job_id], paused="person"))
            case ResumeJob(job_id):
                self.tell(msgspec.structs.replace(self.rows[job_id], paused=""))
            case DeleteJob(job_id):
                self.tell(msgspec.structs.replace(self.rows[job_id], deleted_at=NOW))
            case SaveJob(job=wanted, job_id=job_id, review=review):
                made = job_id or f"new{len(self.rows)}"
                self.tell(row(made, wanted, paused="review" if review else ""))
                return SimpleNamespace(job_id=made, session_id="", run_id="")
            case _:
                pass
        return SimpleNamespace(job_id="", session_id="s", run_id="r")

    def tell(self, changed: JobRow | Slot) -> None:
        """Keep a job or a slot as it is now, and tell everybody."""
        if isinstance(changed, JobRow):
            self.rows[changed.job_id] = changed
            event: Any = JobChanged("", "", changed)
        else:
            self.kept = [*(each for each in self.kept if each.slot_id != changed.slot_id), changed]
            event = SlotChanged(changed.session_id, changed.run_id, changed, "")
        for take in self.listeners:
            take(event)
