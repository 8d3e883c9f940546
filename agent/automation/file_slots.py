"""Slots of files that settled in a watched folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from agent.automation.notes import note_for, pause_reason
from agent.jobs import Change, JobRow, SlotReason, SlotState, Watch
from agent.storage.connection import Connection
from agent.storage.jobs import job_row
from agent.storage.slots import NewSlot, insert_files, insert_slot


class SettledFile(Protocol):
    """A file that came, changed or went, and then kept still."""

    @property
    def path(self) -> str:
        """Absolute, as `os.fsdecode` has it."""
        ...

    @property
    def change(self) -> Change:
        """What happened to it."""
        ...

    @property
    def digest(self) -> str:
        """Of its content; empty: it is gone."""
        ...

    @property
    def generation(self) -> int:
        """Counts what happened at this path, so that the same content after another is handled again."""
        ...


def insert(
    connection: Connection, job_id: str, watch: Watch, settled: Sequence[SettledFile], *, late: bool, now: datetime
) -> list[int]:
    """Make the slots of files that settled together; returns their ids.

    One for each file or one for all, as the watch says. Of a paused job, and by the job's policy when the files
    changed while nobody watched (`late`), all stand in one row that is skipped, missed, or asks a person. What has a
    slot already gets no second one; a deleted job gets none.
    """
    row = job_row(connection, job_id)
    if not settled or row.deleted_at is not None:
        return []
    not_run = _not_run(row, late)
    singly = watch.per == "file" and not_run is None
    groups = [[file] for file in settled] if singly else [list(settled)]
    made: list[int] = []
    for group in groups:
        new = NewSlot(key=_key(group), origin="file_watch", due_at=now)
        if not_run is not None:
            count = len(settled) if watch.per == "file" and not_run[0] != "parked" else 1
            state, reason = not_run
            new = msgspec.structs.replace(new, count=count, state=state, reason=reason, note=note_for(reason))
        slot_id = insert_slot(connection, job_id, row.version, new, now)
        if slot_id is not None:
            insert_files(connection, slot_id, ((file.path, file.change) for file in group))
            made.append(slot_id)
    return made


def _not_run(row: JobRow, late: bool) -> tuple[SlotState, SlotReason] | None:
    if row.paused:
        return "skipped", pause_reason(row.paused)
    if late and row.job.policies.missed.do == "skip":
        return "missed", "app_off"
    if late and row.job.policies.missed.do == "ask":
        return "parked", "answer"
    return None


def _key(files: Sequence[SettledFile]) -> str:
    """Name what happened, so that the same event never makes two slots."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.path):
        for part in (os.fsencode(file.path), file.change.encode(), file.digest.encode(), str(file.generation).encode()):
            digest.update(len(part).to_bytes(4) + part)
    return f"files {digest.hexdigest()}"
