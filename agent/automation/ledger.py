"""The truth about jobs and their slots: what stands here happened, and nothing else did."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from agent.automation import file_slots, plugin_slots
from agent.automation.changes import Changes
from agent.automation.job_ledger import JobLedger, changed, living
from agent.automation.notes import note_for
from agent.automation.plugin_slots import Told, waits_for
from agent.errors import UsageError
from agent.events import AnyEvent
from agent.jobs import Change, JobRow, Slot, SlotOrigin, SlotReason, SlotState, Watch
from agent.ports import Clock
from agent.storage import jobs as job_table
from agent.storage import slots as slot_table
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.job_usage import JobUsage, usage_of_job
from agent.storage.jobs import JobVersion
from agent.storage.records import clean
from agent.storage.sessions import new_id
from agent.storage.slots import NewSlot, SlotEvent

__all__ = ["JobUsage", "JobVersion", "Ledger"]

EACH_DUE = 50
"""So many due slots of one job are looked at together: a burst of files of one keeps nobody else waiting."""


class Ledger(JobLedger):
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
        super().__init__(database, clock, publish, zone=zone)
        self._loop = asyncio.get_running_loop()
        self._made: list[int] = []
        database.join(self._take_part)

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
        self._made += file_slots.insert(connection, job_id, watch, settled, late=late, now=self.clock.now())

    async def add_plugin_event(self, told: Told) -> list[Slot]:
        """Make a slot for each job that waits for this; the same key makes one once only. Gives those that are due."""
        waiting = [row.job_id for row in await self.rows() if waits_for(row.job, told.plugin, told.trigger)]

        def work(connection: Connection, changes: Changes) -> list[Slot]:
            now = self.clock.now()
            made = [plugin_slots.insert(connection, job_id, told, now) for job_id in waiting]
            slots = [slot_table.slot_of(connection, slot_id) for slot_id in made if slot_id is not None]
            return [slot for slot in (changes.slot(connection, one) for one in slots) if slot.state == "due"]

        return await self.transact(work, step="add_plugin_event") if waiting else []

    async def event(self, slot_id: int) -> SlotEvent | None:
        """Read what a plugin told; None: none made this slot due."""
        return await self.database.read(lambda connection: slot_table.event_of(connection, slot_id))

    async def hold(self, slot_id: int, reason: SlotReason, note: str = "") -> Slot | None:
        """Say what a due slot waits for; None when it is not due any more. Nothing is written where that is known."""
        wanted = {"reason": reason, "note": clean(note or note_for(reason))}

        def work(connection: Connection, changes: Changes) -> Slot | None:
            slot = slot_table.read_slot(connection, slot_id)
            if slot is None or slot.state != "due" or (slot.reason, slot.note) == (reason, wanted["note"]):
                return slot if slot is not None and slot.state == "due" else None
            return changed(connection, changes, slot_id, ("due",), wanted)

        return await self.transact(work, step="hold_slot")

    async def begin(
        self, slot_id: int, *, session_id: str, run_id: str, inputs: str = "", known: JobRow | None = None
    ) -> Slot | None:
        """Let a due slot run: from now on it has been started once more. None when it is not due any more.

        `known`: the job as it was read. None too when it was changed or paused since; the slot is due all the same.
        """
        values = {"state": "running", "reason": "", "note": "", "session_id": session_id, "run_id": run_id}
        started = {"inputs": inputs, "started_at": self.clock.now(), "not_before": None}

        def work(connection: Connection, changes: Changes) -> Slot | None:
            slot = slot_table.slot_of(connection, slot_id)
            now = job_table.job_row(connection, slot.job_id)
            if known is not None and (now.version != known.version or (now.paused and not known.paused)):
                return None
            counted = {"attempts": slot.attempts + 1, "version": now.version}
            return changed(connection, changes, slot_id, ("due",), values | started | counted)

        return await self.transact(work, step="begin_slot")

    async def note_giving(self, slot_id: int, summary: str, note: str) -> Slot | None:
        """Note that the answer of a slot is about to be given away; None when it does not run.

        A slot that runs with the reason `outcome_unknown` has got so far: it is not given a second time.
        """
        values = {"reason": "outcome_unknown", "note": clean(note), "summary": slot_table.bounded(summary)}
        return await self._set(slot_id, ("running",), values, step="note_giving")

    async def requeue(self, slot_id: int, note: str = "") -> Slot | None:
        """Make a slot due again whose run never began; None when it does not run."""
        values = {"state": "due", "reason": "", "note": clean(note), "run_id": None, "started_at": None}
        return await self._set(slot_id, ("running",), values, step="requeue_slot")

    async def park(self, slot_id: int, reason: SlotReason, note: str = "", *, tell: bool = True) -> Slot | None:
        """Let a slot that runs or is due wait for a person, who is told if so wanted.

        None when it does neither, or its job was deleted: nothing waits of such a one.
        """
        values = {"state": "parked", "reason": reason, "note": clean(note or note_for(reason))}

        def work(connection: Connection, changes: Changes) -> Slot | None:
            slot = slot_table.slot_of(connection, slot_id)
            if job_table.job_row(connection, slot.job_id).deleted_at is not None:
                return None
            return changed(connection, changes, slot_id, ("running", "due"), values, tell=tell)

        return await self.transact(work, step="park_slot")

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
            values = {"state": "due", "reason": "answer", "not_before": None}
        else:
            values = {"state": "skipped", "reason": "cancelled", "finished_at": self.clock.now()}

        def work(connection: Connection, changes: Changes) -> Slot | None:
            slot = slot_table.read_slot(connection, slot_id)
            if slot is None or slot.reason not in ("answer", "outcome_unknown"):
                return None
            case = ("run" if slot.reason == "answer" else "go_on") if run else "no"
            noted = values | {"note": note_for("answer" if run else "cancelled", case)}
            return changed(connection, changes, slot_id, ("parked",), noted)

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
            "finished_at": self.clock.now(),
        }

        def work(connection: Connection, changes: Changes) -> Slot | None:
            slot = changed(connection, changes, slot_id, ("due", "running", "parked"), values, tell=tell)
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

    async def _set(
        self, slot_id: int, of: Sequence[SlotState], values: Mapping[str, object], *, step: str
    ) -> Slot | None:
        return await self.transact(
            lambda connection, changes: changed(connection, changes, slot_id, of, values), step=step
        )

    def _add_manual(
        self, connection: Connection, changes: Changes, *, job_id: str, files: tuple[str, ...], origin: SlotOrigin
    ) -> Slot:
        now = self.clock.now()
        known = living(connection, job_id)
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
                self._loop.call_soon_threadsafe(changes.publish, self.publish)

        return tell


def _nothing() -> None:
    return None
