"""The truth about jobs and their slots: what stands here happened, and nothing else did."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from agent.automation import file_slots, planning
from agent.automation.changes import Changes
from agent.automation.notes import note_for, pause_reason
from agent.errors import UsageError
from agent.events import AnyEvent
from agent.jobs import Change, Every, Job, JobRow, PauseReason, Slot, SlotOrigin, SlotReason, SlotState, Watch
from agent.ports import Clock
from agent.storage import jobs as job_table
from agent.storage import slots as slot_table
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.job_usage import JobUsage, usage_of_job
from agent.storage.jobs import JobVersion
from agent.storage.records import clean
from agent.storage.sessions import new_id
from agent.storage.slots import NewSlot
from agent.tasks import uninterrupted

__all__ = ["JobUsage", "JobVersion", "Ledger"]

T = TypeVar("T")

EACH_DUE = 50
"""So many due slots of one job are looked at together: a burst of files of one keeps nobody else waiting."""


def _here() -> ZoneInfo:
    from agent.automation.zone import here

    return here()


class Ledger:
    """Jobs and slots in the database. To be made on the event loop; methods raise StorageError, and nothing changed.

    Each change is one transaction, named by `step` for its failpoints. After the commit it publishes a SlotChanged or
    JobChanged with what is stored now, even when its caller has been cancelled. Times are taken from `clock`; `zone`
    is that of this machine (None: what the system says).
    """

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
        self._clock = clock
        self._publish = publish
        self._loop = asyncio.get_running_loop()
        self._made: list[int] = []
        database.join(self._take_part)

    # Jobs

    async def save(self, job: Job, job_id: str = "", *, paused: PauseReason = "", note: str = "") -> JobRow:
        """Make a job, or give one another version; one that is saved as it is gets none.

        A new one, and one whose triggers changed, is due from now on; what its old schedule was still due is written
        down first. An `Every` without a start gets one. `paused`: it starts nothing until somebody resumes it; empty
        leaves a job as it is. Raises UsageError for a job that is not there, or was deleted.
        """
        return await self.transact(
            partial(self._save, job=job, job_id=job_id, paused=paused, note=note), step="save_job"
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

    # Slots

    async def slot(self, slot_id: int) -> Slot:
        """Read one slot. Raises UsageError."""
        return await self.database.read(lambda connection: slot_table.slot_of(connection, slot_id))

    async def slots(
        self,
        job_id: str = "",
        *,
        before: datetime | None = None,
        below_id: int = 0,
        limit: int = 100,
        states: Sequence[SlotState] = (),
    ) -> list[Slot]:
        """Read slots of a job, or of all, newest first.

        `before`: due earlier only. The next page after a slot: `before=slot.due_at, below_id=slot.slot_id`, so that
        none of those due at the same moment is lost.
        """
        read = partial(
            slot_table.history, job_id=job_id, before=before, below_id=below_id, limit=limit, states=tuple(states)
        )
        return await self.database.read(read)

    async def slots_at(self, job_id: str, since: datetime, until: datetime, *, most: int) -> list[Slot]:
        """Read the slots of a job that were due in a time, ends included, and rows for many that reach into it."""
        return await self.database.read(
            lambda connection: slot_table.overlapping(connection, job_id, since, until, most)
        )

    async def files(self, slot_id: int) -> list[tuple[str, Change]]:
        """Read what files a slot is about, by path."""
        return await self.database.read(lambda connection: slot_table.files_of(connection, slot_id))

    async def open_slots(self, each: int = EACH_DUE) -> list[Slot]:
        """Read what is due, runs or is parked, oldest first; of each job at most the `each` oldest due ones."""
        return await self.database.read(lambda connection: slot_table.open_slots(connection, each))

    async def add_manual(self, job_id: str, files: Sequence[str] = (), origin: SlotOrigin = "manual") -> Slot:
        """Make a slot because somebody wants it now. Raises UsageError when the job is not there, or was deleted."""
        return await self.transact(
            partial(self._add_manual, job_id=job_id, files=tuple(files), origin=origin), step="add_slot"
        )

    def insert_file_slots(
        self,
        connection: Connection,
        job_id: str,
        watch: Watch,
        settled: Sequence[file_slots.SettledFile],
        late: bool = False,
    ) -> None:
        """Make slots of files that settled, inside the caller's transaction and thread; they are told after its commit.

        See `file_slots.insert`. Must not be called on the loop.
        """
        self._made += file_slots.insert(connection, job_id, watch, settled, late=late, now=self._clock.now())

    async def hold(self, slot_id: int, reason: SlotReason, note: str = "") -> Slot | None:
        """Say what a due slot waits for; None when it is not due any more. Nothing is written where that is known."""
        wanted = {"reason": reason, "note": clean(note or note_for(reason))}

        def work(connection: Connection, changes: Changes) -> Slot | None:
            slot = slot_table.read_slot(connection, slot_id)
            if slot is None or slot.state != "due" or (slot.reason, slot.note) == (reason, wanted["note"]):
                return slot if slot is not None and slot.state == "due" else None
            return _changed(connection, changes, slot_id, ("due",), wanted)

        return await self.transact(work, step="hold_slot")

    async def begin(self, slot_id: int, *, session_id: str, run_id: str, inputs: str = "") -> Slot | None:
        """Let a due slot run: from now on it has been started once more. None when it is not due any more."""
        values = {"state": "running", "reason": "", "note": "", "session_id": session_id, "run_id": run_id}
        started = {"inputs": inputs, "started_at": self._clock.now(), "not_before": None}

        def work(connection: Connection, changes: Changes) -> Slot | None:
            begun = slot_table.change(connection, slot_id, ("due",), values | started)
            if begun is None:
                return None
            version = job_table.job_row(connection, begun.job_id).version
            counted = {"attempts": begun.attempts + 1, "version": version}
            return _changed(connection, changes, slot_id, ("running",), counted)

        return await self.transact(work, step="begin_slot")

    async def requeue(self, slot_id: int, note: str = "") -> Slot | None:
        """Make a slot due again whose run never began; None when it does not run."""
        values = {"state": "due", "reason": "", "note": clean(note), "run_id": None, "started_at": None}
        return await self._set(slot_id, ("running",), values, step="requeue_slot")

    async def go_on(self, slot_id: int, run_id: str) -> Slot | None:
        """Give a slot that runs another run, which takes up what the last one left; None when it does not run."""

        def work(connection: Connection, changes: Changes) -> Slot | None:
            slot = slot_table.read_slot(connection, slot_id)
            if slot is None:
                return None
            again = {"run_id": run_id, "attempts": slot.attempts + 1, "reason": "interrupted"}
            return _changed(connection, changes, slot_id, ("running",), again | {"note": note_for("interrupted")})

        return await self.transact(work, step="go_on_slot")

    async def park(self, slot_id: int, reason: SlotReason, note: str = "") -> Slot | None:
        """Let a slot that runs or is due wait for a person, who is told; None when it does neither."""
        values = {"state": "parked", "reason": reason, "note": clean(note or note_for(reason))}
        return await self._set(slot_id, ("running", "due"), values, step="park_slot", tell=True)

    async def unpark(self, slot_id: int, run_id: str = "") -> Slot | None:
        """Let a parked slot run on, with another run if one is named; None when it is not parked."""
        values = {"state": "running", "reason": "", "note": ""} | ({"run_id": run_id} if run_id else {})
        return await self._set(slot_id, ("parked",), values, step="unpark_slot")

    async def answered(self, slot_id: int, run: bool) -> Slot | None:
        """Do as a person says with a slot that was missed, or whose outcome is unknown: due again, or skipped.

        None when it waits for no such answer, or for none any more.
        """
        values: dict[str, object]
        if run:
            values = {"state": "due", "reason": "answer", "note": note_for("answer", "run"), "not_before": None}
        else:
            values = {"state": "skipped", "reason": "cancelled", "note": note_for("cancelled", "no")}
            values["finished_at"] = self._clock.now()

        def work(connection: Connection, changes: Changes) -> Slot | None:
            slot = slot_table.read_slot(connection, slot_id)
            if slot is None or slot.reason not in ("answer", "outcome_unknown"):
                return None
            return _changed(connection, changes, slot_id, ("parked",), values)

        return await self.transact(work, step="answer_slot")

    async def end(
        self,
        slot_id: int,
        state: SlotState,
        reason: SlotReason = "",
        note: str = "",
        *,
        summary: str = "",
        tokens: int = 0,
        cost_usd: float | None = None,
        tell: bool = False,
    ) -> Slot | None:
        """End a slot. One that ran counts for its job's runs and failures; None when it had ended already.

        `state` must be one of `storage.slots.ENDED`. `tell`: a person should be told.
        """
        values = {
            "state": state,
            "reason": reason,
            "note": clean(note or note_for(reason)),
            "summary": slot_table.bounded(summary),
            "tokens": tokens,
            "cost_usd": cost_usd,
            "finished_at": self._clock.now(),
        }

        def work(connection: Connection, changes: Changes) -> Slot | None:
            slot = _changed(connection, changes, slot_id, ("due", "running", "parked"), values, tell=tell)
            if slot is not None and slot.attempts and state in ("done", "failed"):
                failed = state == "failed" and reason != "cancelled"
                job_table.count_run(connection, slot.job_id, failed=failed, done=state == "done")
                changes.job(connection, slot.job_id)
            return slot

        return await self.transact(work, step="end_slot")

    async def usage(self, job_id: str, since: datetime) -> JobUsage:
        """Add up what the runs of a job have spent since a moment."""
        return await self.database.read(lambda connection: usage_of_job(connection, job_id, since))

    async def last_done_inputs(self, job_id: str) -> str:
        """Read the digest of what the last run that did its work depended on; empty: unknown, or there was none."""
        return await self.database.read(lambda connection: slot_table.last_done_inputs(connection, job_id))

    async def clean(self, before: datetime, *, keep: int = 100, most: int = 5_000) -> int:
        """Forget ended slots of before a moment, and those of a job beyond its `most` newest; `keep` of each stay.

        Those that stay prevent that a slot runs twice when somebody sets the clock far ahead, and back. Returns how
        many rows went.
        """

        def work(connection: Connection) -> int:
            old = slot_table.old_slots(connection, before, keep=keep, most=most)
            slot_table.erase(connection, old)
            return len(old)

        return await self.database.call(work, step="clean_slots")

    async def transact(self, work: Callable[[Connection, Changes], T], *, step: str) -> T:
        """Run `work` in one transaction and tell what it says has changed. For this package."""
        return await uninterrupted(self._transact(work, step), f"ledger: {step}")

    async def _transact(self, work: Callable[[Connection, Changes], T], step: str) -> T:
        changes = Changes()
        result = await self.database.call(lambda connection: work(connection, changes), step=step)
        changes.publish(self._publish)
        return result

    async def _set(
        self, slot_id: int, of: Sequence[SlotState], values: Mapping[str, object], *, step: str, tell: bool = False
    ) -> Slot | None:
        return await self.transact(
            lambda connection, changes: _changed(connection, changes, slot_id, of, values, tell=tell), step=step
        )

    def _save(
        self, connection: Connection, changes: Changes, *, job: Job, job_id: str, paused: PauseReason, note: str
    ) -> JobRow:
        now, zone = self._clock.now(), self.zone()
        if not job_id:
            made = new_id()
            job_table.insert_job(connection, made, _anchored(job, None, now), now, zone.key, paused, note)
            return changes.job(connection, made)
        known = _living(connection, job_id)
        old, new = known.row.job, _anchored(job, known.row.job, now)
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
        now, zone = self._clock.now(), self.zone()
        known = _living(connection, job_id)
        self._write_down(connection, changes, known, now, zone)
        if known.row.paused and not reason:
            why = pause_reason(known.row.paused)
            note_then = known.row.paused_note or note_for(why)
            values = {"state": "skipped", "reason": why, "note": note_then, "finished_at": now}
            for slot in planning.left_by_pause(connection, job_id):
                _changed(connection, changes, slot.slot_id, ("due",), values)
        job_table.set_pause(connection, job_id, reason, note, now)
        return changes.job(connection, job_id)

    def _write_down(
        self, connection: Connection, changes: Changes, known: job_table.PlanRow, now: datetime, zone: ZoneInfo
    ) -> None:
        """Give what the schedule was due until now its rows, before something about the job changes."""
        for slot_id in planning.write_down(connection, known, now, zone):
            changes.slot(connection, slot_table.slot_of(connection, slot_id))

    def _delete(self, connection: Connection, changes: Changes, *, job_id: str) -> JobRow:
        now = self._clock.now()
        known = _living(connection, job_id)
        self._write_down(connection, changes, known, now, self.zone())
        values = {"state": "skipped", "reason": "deleted", "note": note_for("deleted"), "finished_at": now}
        for slot in slot_table.open_of_job(connection, job_id):
            _changed(connection, changes, slot.slot_id, ("due", "parked"), values)
        job_table.mark_deleted(connection, job_id, now)
        return changes.job(connection, job_id)

    def _add_manual(
        self, connection: Connection, changes: Changes, *, job_id: str, files: tuple[str, ...], origin: SlotOrigin
    ) -> Slot:
        now = self._clock.now()
        known = _living(connection, job_id)
        new = NewSlot(key=f"{origin} {now:%Y-%m-%dT%H:%M:%S} {new_id()}", origin=origin, due_at=now)
        slot_id = slot_table.insert_slot(connection, job_id, known.row.version, new, now)
        if slot_id is None:
            raise UsageError("Two wishes got the same name; nothing was done. Try again.")
        slot_table.insert_files(connection, slot_id, ((path, "changed") for path in files))
        return changes.slot(connection, slot_table.slot_of(connection, slot_id))

    def _take_part(self, connection: Connection) -> Callable[[], None]:
        """Tell of slots that somebody else's transaction made, once it is committed; see `Database.join`."""
        if not self._made:
            return _nothing
        made, self._made = self._made, []
        changes = Changes()
        for slot_id in made:
            # An earlier transaction that was rolled back may have left its ids here; what is there is told as it is.
            if (slot := slot_table.read_slot(connection, slot_id)) is not None:
                changes.slot(connection, slot)

        def tell() -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
                self._loop.call_soon_threadsafe(changes.publish, self._publish)

        return tell


def _nothing() -> None:
    return None


def _changed(
    connection: Connection,
    changes: Changes,
    slot_id: int,
    of: Sequence[SlotState],
    values: Mapping[str, object],
    *,
    tell: bool = False,
) -> Slot | None:
    slot = slot_table.change(connection, slot_id, of, values)
    return None if slot is None else changes.slot(connection, slot, tell=tell)


def _living(connection: Connection, job_id: str) -> job_table.PlanRow:
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
