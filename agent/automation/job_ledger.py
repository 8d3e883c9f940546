"""Jobs in the database: made, changed, paused, deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from agent.automation import planning
from agent.automation.changes import Changes
from agent.automation.notes import note_for, pause_reason
from agent.errors import UsageError
from agent.events import AnyEvent
from agent.jobs import Every, Job, JobRow, PauseReason, Slot, SlotState
from agent.ports import Clock
from agent.storage import jobs as job_table
from agent.storage import slots as slot_table
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.jobs import JobVersion
from agent.storage.sessions import new_id
from agent.tasks import uninterrupted

T = TypeVar("T")


def _here() -> ZoneInfo:
    from agent.automation.zone import here

    return here()


class JobLedger:
    """The jobs of a database, and what a change of them means for their slots. Methods raise StorageError."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        publish: Callable[[AnyEvent], None],
        *,
        zone: Callable[[], ZoneInfo] | None = None,
    ) -> None:
        self.database = database
        self.zone = zone or _here
        self.clock = clock
        self.publish = publish

    async def save(
        self, job: Job, job_id: str = "", *, paused: PauseReason = "", note: str = "", version: int = 0
    ) -> JobRow:
        """Make a job, or give one another version; one that is saved as it is gets none.

        A new one, and one whose triggers changed, is due from now on; what its old schedule was still due is written
        down first. An `Every` without a start gets one. `paused`: it starts nothing until somebody resumes it; empty
        leaves a job as it is. A deleted one is back, with its history. `version`: what was changed, so that nobody's
        change is lost; 0: whatever is there. Raises UsageError for one that is not there, or is at another version.
        """
        return await self.transact(
            partial(self._save, job=job, job_id=job_id, paused=paused, note=note, version=version), step="save_job"
        )

    async def rows(self, deleted: bool = False) -> list[JobRow]:
        """List the jobs, by name; deleted ones too if wanted."""
        found = await self.database.read(lambda connection: job_table.plan_rows(connection, deleted=deleted))
        return [known.row for known in found]

    async def row(self, job_id: str) -> JobRow:
        """Read a job by its whole id, a deleted one too. Raises UsageError."""
        return await self.database.read(lambda connection: job_table.job_row(connection, job_id))

    async def find(self, named: str) -> JobRow:
        """Find a job by its id, its name, or the beginning of either that fits one only.

        A deleted one is found by its whole id. Raises UsageError that says which there are.
        """
        return await self.database.read(lambda connection: job_table.find_job(connection, named))

    async def versions(self, job_id: str) -> list[JobVersion]:
        """Read what a job has been, the first version first."""
        return await self.database.read(lambda connection: job_table.versions_of(connection, job_id))

    async def set_paused(self, job_id: str, reason: PauseReason, note: str = "") -> JobRow:
        """Pause a job, or let it go on (empty reason), which forgets its failures. Raises UsageError.

        What fell due while it was paused is recorded as skipped before it goes on, and slots that waited for that
        are skipped too. A person's own wishes (`add_manual`) are left alone.
        """
        return await self.transact(partial(self._set_paused, job_id=job_id, reason=reason, note=note), step="pause_job")

    async def delete(self, job_id: str) -> JobRow:
        """Remove a job; its slots that are due or parked end as skipped, its history stays. Raises UsageError."""
        return await self.transact(partial(self._delete, job_id=job_id), step="delete_job")

    async def transact(self, work: Callable[[Connection, Changes], T], *, step: str) -> T:
        """Run `work` in one transaction and tell what it says has changed. For this package."""
        return await uninterrupted(self._transact(work, step), f"ledger: {step}")

    async def _transact(self, work: Callable[[Connection, Changes], T], step: str) -> T:
        changes = Changes()
        result = await self.database.call(lambda connection: work(connection, changes), step=step)
        changes.publish(self.publish)
        return result

    def _save(
        self,
        connection: Connection,
        changes: Changes,
        *,
        job: Job,
        job_id: str,
        paused: PauseReason,
        note: str,
        version: int,
    ) -> JobRow:
        now, zone = self.clock.now(), self.zone()
        if not job_id:
            made = new_id()
            job_table.insert_job(connection, made, _anchored(job, None, now), now, zone.key, paused, note)
            return changes.job(connection, made)
        known = job_table.plan_row(connection, job_id)
        if version and version != known.row.version:
            raise UsageError(
                f"“{known.row.job.name}” was changed meanwhile: it is at version {known.row.version}, and this would "
                f"have changed version {version}. Nothing was saved; look at it and change it again."
            )
        old, new = known.row.job, _anchored(job, known.row.job, now)
        if known.row.deleted_at is not None:
            # Nothing was due while it was gone; its files are news from the new version on.
            job_table.revive(connection, job_id)
            job_table.set_planned(connection, job_id, now, zone.key)
            job_table.add_version(connection, job_id, new, now)
            old = new
        if new.triggers != old.triggers:
            self._write_down(connection, changes, known, now, zone)
            job_table.set_planned(connection, job_id, now, zone.key)
        if new != old:
            job_table.add_version(connection, job_id, new, now)
        if paused and paused != known.row.paused:
            job_table.set_pause(connection, job_id, paused, note, now)
        return changes.job(connection, job_id)

    def _set_paused(
        self, connection: Connection, changes: Changes, *, job_id: str, reason: PauseReason, note: str
    ) -> JobRow:
        now, zone = self.clock.now(), self.zone()
        known = living(connection, job_id)
        self._write_down(connection, changes, known, now, zone)
        if known.row.paused and not reason:
            why = pause_reason(known.row.paused)
            note_then = known.row.paused_note or note_for(why)
            values = {"state": "skipped", "reason": why, "note": note_then, "finished_at": now}
            for slot in planning.left_by_pause(connection, job_id):
                changed(connection, changes, slot.slot_id, ("due",), values)
        job_table.set_pause(connection, job_id, reason, note, now)
        return changes.job(connection, job_id)

    def _write_down(
        self, connection: Connection, changes: Changes, known: job_table.PlanRow, now: datetime, zone: ZoneInfo
    ) -> None:
        """Give what the schedule was due until now its rows, before something about the job changes."""
        for slot_id in planning.write_down(connection, known, now, zone):
            changes.slot(connection, slot_table.slot_of(connection, slot_id))

    def _delete(self, connection: Connection, changes: Changes, *, job_id: str) -> JobRow:
        now = self.clock.now()
        known = living(connection, job_id)
        self._write_down(connection, changes, known, now, self.zone())
        values = {"state": "skipped", "reason": "deleted", "note": note_for("deleted"), "finished_at": now}
        for slot in slot_table.open_of_job(connection, job_id):
            changed(connection, changes, slot.slot_id, ("due", "parked"), values)
        job_table.mark_deleted(connection, job_id, now)
        return changes.job(connection, job_id)


def changed(
    connection: Connection,
    changes: Changes,
    slot_id: int,
    of: Sequence[SlotState],
    values: Mapping[str, object],
    *,
    tell: bool = False,
) -> Slot | None:
    """Change a slot that is in one of these states, and say so; None when it is in another."""
    slot = slot_table.change(connection, slot_id, of, values)
    return None if slot is None else changes.slot(connection, slot, tell=tell)


def living(connection: Connection, job_id: str) -> job_table.PlanRow:
    """Read a job that is not deleted. Raises UsageError."""
    known = job_table.plan_row(connection, job_id)
    if known.row.deleted_at is not None:
        raise UsageError(
            f"The job “{known.row.job.name}” was deleted; nothing was done. Add it again to go on with it."
        )
    return known


def _anchored(job: Job, before: Job | None, now: datetime) -> Job:
    """Give each `Every` that has no start one: that of its like in the last version, else now."""
    starts = {every.seconds: every.start for every in (before.triggers if before else ()) if isinstance(every, Every)}
    triggers = tuple(
        msgspec.structs.replace(trigger, start=starts.get(trigger.seconds) or now)
        if isinstance(trigger, Every) and trigger.start is None
        else trigger
        for trigger in job.triggers
    )
    return job if triggers == job.triggers else msgspec.structs.replace(job, triggers=triggers)
