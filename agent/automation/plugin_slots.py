"""Slots of what plugins tell."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from agent.automation.notes import note_for, pause_reason
from agent.jobs import Job, JobRow, PluginEvent, SlotReason
from agent.labels import Label
from agent.safety.printable import printable
from agent.storage import slots as slot_table
from agent.storage.connection import Connection
from agent.storage.jobs import job_row
from agent.storage.records import to_micros
from agent.storage.slots import NewSlot, SlotEvent, insert_event, insert_slot

MOST_WAITING: Final = 100
"""So many events of one job wait; what is told while they do is counted, and skipped."""
MAX_TEXT: Final = 20_000
"""Characters of an event's text that are kept."""
_MAX_KEY = 100
_FULL = f"{MOST_WAITING} earlier events of plugins waited for this job already."


@dataclass(frozen=True)
class Told:
    """One thing that a plugin told."""

    plugin: str
    trigger: str
    key: str
    """The plugin's name for it: the same starts a job once."""
    text: str
    label: Label

    @property
    def slot_key(self) -> str:
        """Its name within a job; of a long or strange key its SHA-256."""
        plain = len(self.key) <= _MAX_KEY and printable(self.key) == self.key and "#" not in self.key
        key = self.key if plain else f"#{hashlib.sha256(self.key.encode('utf-8', 'surrogatepass')).hexdigest()}"
        return f"plugin {self.plugin}:{self.trigger} {key}"


def waits_for(job: Job, plugin: str, trigger: str) -> bool:
    """Whether a trigger of a plugin makes a job due."""
    return PluginEvent(plugin=plugin, trigger=trigger) in job.triggers


def wanted(jobs: Iterable[Job]) -> dict[str, frozenset[str]]:
    """The triggers that jobs wait for, by plugin."""
    found: dict[str, set[str]] = {}
    for job in jobs:
        for one in job.triggers:
            if isinstance(one, PluginEvent):
                found.setdefault(one.plugin, set()).add(one.trigger)
    return {plugin: frozenset(triggers) for plugin, triggers in found.items()}


def insert(connection: Connection, job_id: str, told: Told, now: datetime) -> int | None:
    """Make a job's slot of what was told; returns its id, None if it has had it already, or waits for no such thing.

    Of a paused job, and while too many wait, the slot is skipped at once; those that follow share its row.
    """
    row = job_row(connection, job_id)
    if row.deleted_at is not None or not waits_for(row.job, told.plugin, told.trigger):
        return None
    reason, note = _not_run(connection, row)
    new = NewSlot(key=told.slot_key, origin="plugin", due_at=now)
    if reason:
        if slot_table.known_keys(connection, job_id, [new.key]):
            return None
        if (counted := _counted_in(connection, job_id, reason, now)) is not None:
            return counted
        new = msgspec.structs.replace(new, state="skipped", reason=reason, note=note)
    slot_id = insert_slot(connection, job_id, row.version, new, now)
    if slot_id is not None and not reason:
        insert_event(connection, slot_id, SlotEvent(told.text[:MAX_TEXT], told.label))
    return slot_id


def _not_run(connection: Connection, row: JobRow) -> tuple[SlotReason, str]:
    if row.paused:
        reason = pause_reason(row.paused)
        return reason, note_for(reason)
    waiting = connection.execute(
        "SELECT COUNT(*) FROM (SELECT 1 FROM slots WHERE job_id = ? AND state = 'due' LIMIT ?)",
        (row.job_id, MOST_WAITING),
    ).get
    return ("too_many", _FULL) if waiting >= MOST_WAITING else ("", "")


def _counted_in(connection: Connection, job_id: str, reason: SlotReason, now: datetime) -> int | None:
    """Count one more in the job's newest row, if that is of events that were skipped for the same reason."""
    return connection.execute(
        "UPDATE slots SET count = count + 1, until = ?, finished_at = ? WHERE slot_id = ("
        " SELECT slot_id FROM slots WHERE job_id = ? ORDER BY due_at DESC, slot_id DESC LIMIT 1)"
        " AND origin = 'plugin' AND state = 'skipped' AND reason = ? RETURNING slot_id",
        (to_micros(now), to_micros(now), job_id, reason),
    ).get
