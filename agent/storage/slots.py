# ruff: noqa: S608 - only constants of this module are put into the text of a query; values are bound
"""Slots of jobs, as functions over a connection; each runs inside the caller's transaction."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from agent.errors import UsageError
from agent.jobs import Change, Slot, SlotOrigin, SlotReason, SlotState
from agent.labels import Label
from agent.storage.connection import Connection
from agent.storage.records import clean, from_disk, from_micros, to_micros

ENDED: tuple[SlotState, ...] = ("done", "failed", "skipped", "missed")
"""States in which a slot stays."""
OPEN = "state IN ('due', 'running', 'parked')"
"""A condition as the index of open slots has it: SQLite reads that index only where the very same text stands."""
SUMMARY_BYTES = 4_000
_COLUMNS = """s.slot_id, s.job_id, s.key, s.origin, s.due_at, s.until, s.count, s.not_before, s.state, s.reason, s.note,
    s.version, s.session_id, s.run_id, s.attempts, s.started_at, s.finished_at, s.summary, s.tokens, s.cost_usd,
    (SELECT COUNT(*) FROM slot_files f WHERE f.slot_id = s.slot_id)"""


class NewSlot(msgspec.Struct, frozen=True, kw_only=True):
    """A slot that gets a row."""

    key: str
    origin: SlotOrigin
    due_at: datetime
    until: datetime | None = None
    count: int = 1
    not_before: datetime | None = None
    state: SlotState = "due"
    reason: SlotReason = ""
    note: str = ""


class SlotEvent(msgspec.Struct, frozen=True):
    """What a plugin told."""

    text: str
    label: Label


def insert_slot(connection: Connection, job_id: str, version: int, new: NewSlot, now: datetime) -> int | None:
    """Give a slot its row; returns its id, None when the job has a slot of that key already."""
    found = connection.execute(
        "INSERT INTO slots (job_id, key, origin, due_at, until, count, not_before, state, reason, note, version,"
        " attempts, finished_at, inputs, summary, tokens) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, '', '', 0)"
        " ON CONFLICT DO NOTHING RETURNING slot_id",
        (
            job_id,
            new.key,
            new.origin,
            to_micros(new.due_at),
            None if new.until is None else to_micros(new.until),
            new.count,
            None if new.not_before is None else to_micros(new.not_before),
            new.state,
            new.reason,
            clean(new.note),
            version,
            to_micros(now) if new.state in ENDED else None,
        ),
    ).fetchone()
    return None if found is None else found[0]


def insert_files(connection: Connection, slot_id: int, files: Iterable[tuple[str, Change]]) -> None:
    """Record what files a slot is about."""
    connection.executemany(
        "INSERT OR REPLACE INTO slot_files VALUES (?, ?, ?)",
        ((slot_id, os.fsencode(path), change) for path, change in files),
    )


def files_of(connection: Connection, slot_id: int) -> list[tuple[str, Change]]:
    """Read what files a slot is about, by path."""
    found = connection.execute("SELECT path, change FROM slot_files WHERE slot_id = ? ORDER BY path", (slot_id,))
    return [(os.fsdecode(path), change) for path, change in found]


def insert_event(connection: Connection, slot_id: int, event: SlotEvent) -> None:
    """Record what a plugin told."""
    label = msgspec.json.encode(event.label).decode()
    connection.execute("INSERT INTO slot_events VALUES (?, ?, ?)", (slot_id, clean(event.text), label))


def event_of(connection: Connection, slot_id: int) -> SlotEvent | None:
    """Read what a plugin told; None: none made this slot due."""
    found = connection.execute("SELECT text, label FROM slot_events WHERE slot_id = ?", (slot_id,)).fetchone()
    return None if found is None else SlotEvent(found[0], msgspec.json.decode(found[1], type=Label))


def read_slot(connection: Connection, slot_id: int) -> Slot | None:
    """Read one slot."""
    found = connection.execute(f"SELECT {_COLUMNS} FROM slots s WHERE s.slot_id = ?", (slot_id,)).fetchone()
    return None if found is None else _slot(found)


def slot_of(connection: Connection, slot_id: int) -> Slot:
    """Read one slot. Raises UsageError when there is none."""
    slot = read_slot(connection, slot_id)
    if slot is None:
        raise UsageError(f"There is no slot {slot_id}. `homard jobs history` shows them.")
    return slot


def select(connection: Connection, where: str, bindings: dict[str, Any], *, order: str, limit: int = -1) -> list[Slot]:
    """Read the slots for which a condition (a constant of the caller, on `s`) holds."""
    query = f"SELECT {_COLUMNS} FROM slots s WHERE {where} ORDER BY {order} LIMIT :limit"
    return [_slot(row) for row in connection.execute(query, {**bindings, "limit": limit})]


def history(
    connection: Connection,
    job_id: str,
    *,
    before: datetime | None,
    below_id: int,
    limit: int,
    states: Sequence[SlotState],
) -> list[Slot]:
    """Read slots, newest first; see `Ledger.slots`."""
    where = ["TRUE"]
    bindings: dict[str, Any] = {"job_id": job_id, "limit": limit}
    if before is not None:
        where.append("(t.due_at, t.slot_id) < (:before, :below)")
        bindings |= {"before": to_micros(before), "below": below_id}
    if states:
        where.append("t.state IN (SELECT value FROM json_each(:states))")
        bindings["states"] = msgspec.json.encode(states).decode()
    # The newest of each job by the one index there is, then the newest of these: no walk through all the rows.
    query = f"""SELECT {_COLUMNS} FROM slots s WHERE s.slot_id IN (
            SELECT u.slot_id FROM jobs j JOIN slots u ON u.slot_id IN (
                SELECT t.slot_id FROM slots t WHERE t.job_id = j.job_id AND {" AND ".join(where)}
                ORDER BY t.due_at DESC, t.slot_id DESC LIMIT :limit)
            WHERE :job_id IN ('', j.job_id) ORDER BY u.due_at DESC, u.slot_id DESC LIMIT :limit)
        ORDER BY s.due_at DESC, s.slot_id DESC"""
    return [_slot(row) for row in connection.execute(query, bindings)]


def overlapping(connection: Connection, job_id: str, since: datetime, until: datetime, most: int) -> list[Slot]:
    """Read the slots of a job that were due in a time, and rows for many that reach into it, oldest first."""
    where = "s.job_id = :job_id AND s.due_at <= :until AND COALESCE(s.until, s.due_at) >= :since"
    bindings = {"job_id": job_id, "since": to_micros(since), "until": to_micros(until)}
    return select(connection, where, bindings, order="s.count > 1, s.due_at, s.slot_id", limit=most)


def open_slots(connection: Connection, each: int) -> list[Slot]:
    """Read all that run or are parked, and of each job the `each` oldest due ones; the oldest first."""
    # Fifty thousand files may be due: of each job only the first rows of an index are read, never all.
    query = f"""WITH open AS (SELECT slot_id FROM slots WHERE state IN ('running', 'parked')
            UNION ALL SELECT d.slot_id FROM jobs j CROSS JOIN slots d ON d.slot_id IN (
                SELECT slot_id FROM slots WHERE job_id = j.job_id AND state = 'due' ORDER BY due_at, slot_id LIMIT ?))
        SELECT {_COLUMNS} FROM open CROSS JOIN slots s ON s.slot_id = open.slot_id ORDER BY s.due_at, s.slot_id"""
    return [_slot(row) for row in connection.execute(query, (each,))]


def open_of_job(connection: Connection, job_id: str) -> list[Slot]:
    """Read what is due or parked of one job, oldest first."""
    where = f"s.job_id = :job_id AND s.{OPEN} AND s.state <> 'running'"
    return select(connection, where, {"job_id": job_id}, order="s.due_at, s.slot_id")


def last_done_inputs(connection: Connection, job_id: str) -> str:
    """Read the digest that the last slot that is done was begun with; empty: none was taken, or no slot is done."""
    found = connection.execute(
        "SELECT inputs FROM slots WHERE job_id = ? AND state = 'done' ORDER BY finished_at DESC, slot_id DESC LIMIT 1",
        (job_id,),
    ).fetchone()
    return "" if found is None else found[0]


def change(connection: Connection, slot_id: int, of: Sequence[SlotState], values: Mapping[str, object]) -> Slot | None:
    """Set columns of a slot that is in one of these states; returns it as it is then, None if it is in another.

    Datetimes are written as they are stored. The names of the columns are constants of the callers.
    """
    sets = ", ".join(f"{name} = :{name}" for name in values)
    bound = {name: to_micros(value) if isinstance(value, datetime) else value for name, value in values.items()}
    states = msgspec.json.encode(of).decode()
    changed = connection.execute(
        f"UPDATE slots SET {sets} WHERE slot_id = :the_slot AND state IN (SELECT value FROM json_each(:the_states))"
        " RETURNING slot_id",
        {**bound, "the_slot": slot_id, "the_states": states},
    ).fetchone()
    return None if changed is None else read_slot(connection, slot_id)


def known_keys(connection: Connection, job_id: str, keys: Iterable[str]) -> set[str]:
    """Tell which of these keys the job has slots of."""
    wanted = msgspec.json.encode(list(keys)).decode()
    return {
        row[0]
        for row in connection.execute(
            "SELECT key FROM slots WHERE job_id = ? AND key IN (SELECT value FROM json_each(?))", (job_id, wanted)
        )
    }


def first_planned(connection: Connection, job_id: str) -> datetime | None:
    """Find the moment of the oldest row of a job's schedule."""
    found = connection.execute(
        "SELECT due_at FROM slots WHERE job_id = ? AND origin = 'schedule' ORDER BY due_at LIMIT 1", (job_id,)
    ).fetchone()
    return None if found is None else from_micros(found[0])


def latest_planned(connection: Connection, job_id: str, now: datetime) -> Slot | None:
    """Read the newest row of a job's schedule up to now."""
    where = "s.job_id = :job_id AND s.origin = 'schedule' AND s.due_at <= :now"
    bindings = {"job_id": job_id, "now": to_micros(now)}
    return next(iter(select(connection, where, bindings, order="s.due_at DESC, s.slot_id DESC", limit=1)), None)


def count_planned(connection: Connection, job_id: str, after: datetime, until: datetime) -> int:
    """Count the slots of a job's schedule for which rows of a time (`after` exclusive) stand."""
    return connection.execute(
        "SELECT COALESCE(SUM(count), 0) FROM slots"
        " WHERE job_id = ? AND origin = 'schedule' AND due_at > ? AND due_at <= ?",
        (job_id, to_micros(after), to_micros(until)),
    ).get


def next_start(connection: Connection, after: datetime) -> datetime | None:
    """Find when the next due slot that waits for a moment may start."""
    found = connection.execute(
        f"SELECT MIN(not_before) FROM slots WHERE {OPEN} AND state = 'due' AND not_before > ?", (to_micros(after),)
    ).get
    return None if found is None else from_micros(found)


def erase(connection: Connection, slot_ids: Sequence[int]) -> None:
    """Remove rows of slots, with all that hangs on them."""
    listed = (msgspec.json.encode(slot_ids).decode(),)
    among = "WHERE slot_id IN (SELECT value FROM json_each(?))"
    for table in ("parked", "slot_files", "slot_events", "slots"):
        connection.execute(f"DELETE FROM {table} {among}", listed)


def old_slots(connection: Connection, before: datetime, *, keep: int, most: int) -> list[int]:
    """Find the ended slots of each job that are older than a moment or beyond its `most` newest; `keep` stay anyway."""
    query = f"""SELECT slot_id FROM (SELECT slot_id, due_at, ROW_NUMBER() OVER (
            PARTITION BY job_id ORDER BY due_at DESC, slot_id DESC) AS place FROM slots WHERE state IN {ENDED})
        WHERE (place > :keep AND due_at < :before) OR place > :most"""
    return [row[0] for row in connection.execute(query, {"keep": keep, "most": most, "before": to_micros(before)})]


def bounded(summary: str) -> str:
    """Cut a last answer to what a row holds, and make it storable."""
    whole = clean(summary).encode()
    return whole.decode() if len(whole) <= SUMMARY_BYTES else whole[: SUMMARY_BYTES - 3].decode(errors="ignore") + "…"


@from_disk
def _slot(row: tuple[Any, ...]) -> Slot:
    return Slot(
        slot_id=row[0],
        job_id=row[1],
        key=row[2],
        origin=row[3],
        due_at=from_micros(row[4]),
        until=_moment(row[5]),
        count=row[6],
        not_before=_moment(row[7]),
        state=row[8],
        reason=row[9],
        note=row[10],
        version=row[11],
        session_id=row[12] or "",
        run_id=row[13] or "",
        attempts=row[14],
        started_at=_moment(row[15]),
        finished_at=_moment(row[16]),
        summary=row[17],
        tokens=row[18],
        cost_usd=row[19],
        files=row[20],
    )


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
