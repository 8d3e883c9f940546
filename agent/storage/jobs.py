"""Jobs and their versions, as functions over a connection; each runs inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from agent.errors import UsageError
from agent.jobs import Job, JobRow, PauseReason
from agent.storage.connection import Connection
from agent.storage.records import clean, from_disk, from_micros, to_micros

_COLUMNS = """j.job_id, v.body, j.version, j.paused, j.paused_note, j.failures, j.runs, j.created_at, j.updated_at,
    j.deleted_at, j.planned_to, j.planned_in"""
_FROM = "FROM jobs j JOIN job_versions v ON v.job_id = j.job_id AND v.version = j.version"
_NAMED_AT_MOST = 8


class JobVersion(msgspec.Struct, frozen=True):
    """What a job was from a moment on."""

    version: int
    at: datetime
    job: Job


class PlanRow(msgspec.Struct, frozen=True):
    """A job with what the planner knows of it."""

    row: JobRow
    planned_to: datetime
    """Every slot of its schedule up to this moment has a row."""
    planned_in: str
    """The time zone of the machine then."""


def insert_job(
    connection: Connection, job_id: str, job: Job, now: datetime, zone: str, paused: PauseReason, note: str
) -> None:
    """Store a new job, planned up to now."""
    at = to_micros(now)
    connection.execute(
        "INSERT INTO jobs (job_id, version, paused, paused_note, failures, runs, planned_to, planned_in, created_at,"
        " updated_at) VALUES (?, 1, ?, ?, 0, 0, ?, ?, ?, ?)",
        (job_id, paused, clean(note), at, zone, at, at),
    )
    connection.execute("INSERT INTO job_versions VALUES (?, 1, ?, ?)", (job_id, at, _encoded(job)))


def add_version(connection: Connection, job_id: str, job: Job, now: datetime) -> None:
    """Change a job: the change is its newest version, and the older ones are kept."""
    at = to_micros(now)
    connection.execute(
        "UPDATE jobs SET version = version + 1, updated_at = MAX(updated_at, ?) WHERE job_id = ?", (at, job_id)
    )
    connection.execute(
        "INSERT INTO job_versions SELECT job_id, version, ?, ? FROM jobs WHERE job_id = ?", (at, _encoded(job), job_id)
    )


def set_pause(connection: Connection, job_id: str, reason: PauseReason, note: str, now: datetime) -> None:
    """Pause a job, or let it go on (empty reason), which forgets its failures."""
    connection.execute(
        "UPDATE jobs SET paused = ?1, paused_note = ?2, updated_at = MAX(updated_at, ?3),"
        " failures = CASE WHEN ?1 = '' THEN 0 ELSE failures END WHERE job_id = ?4",
        (reason, clean(note), to_micros(now), job_id),
    )


def set_planned(connection: Connection, job_id: str, to: datetime, zone: str) -> None:
    """Record that every slot up to a moment has a row."""
    connection.execute("UPDATE jobs SET planned_to = ?, planned_in = ? WHERE job_id = ?", (to_micros(to), zone, job_id))


def mark_deleted(connection: Connection, job_id: str, now: datetime) -> None:
    """Remove a job from the list; nothing of its history is erased."""
    at = to_micros(now)
    connection.execute(
        "UPDATE jobs SET deleted_at = ?, updated_at = MAX(updated_at, ?) WHERE job_id = ?", (at, at, job_id)
    )


def revive(connection: Connection, job_id: str) -> None:
    """Take a deletion back."""
    connection.execute("UPDATE jobs SET deleted_at = NULL WHERE job_id = ?", (job_id,))


def count_run(connection: Connection, job_id: str, *, failed: bool, done: bool) -> None:
    """Count a slot that ran to an end; what worked ends a row of failures, what was called off does neither."""
    connection.execute(
        "UPDATE jobs SET runs = runs + 1,"
        " failures = CASE WHEN :failed THEN failures + 1 WHEN :done THEN 0 ELSE failures END WHERE job_id = :job_id",
        {"failed": failed, "done": done, "job_id": job_id},
    )


def job_row(connection: Connection, job_id: str) -> JobRow:
    """Read a job by its whole id, a deleted one too. Raises UsageError."""
    return plan_row(connection, job_id).row


def plan_row(connection: Connection, job_id: str) -> PlanRow:
    """Read a job with what the planner knows of it. Raises UsageError."""
    found = connection.execute(f"SELECT {_COLUMNS} {_FROM} WHERE j.job_id = ?", (job_id,)).fetchone()
    if found is None:
        raise UsageError(f"There is no job {job_id}. `homard jobs list` shows them all.")
    return _plan_row(found)


def plan_rows(connection: Connection, *, deleted: bool = False) -> list[PlanRow]:
    """Read all jobs, by name; deleted ones too if wanted."""
    where = "" if deleted else "WHERE j.deleted_at IS NULL"
    found = connection.execute(f"SELECT {_COLUMNS} {_FROM} {where} ORDER BY j.created_at, j.job_id")
    return sorted(map(_plan_row, found), key=lambda known: known.row.job.name.casefold())


def find_job(connection: Connection, named: str) -> JobRow:
    """Find a job that is not deleted by its id, its name, or the beginning of either that fits one only.

    A deleted one is found by its whole id. Raises UsageError that says which there are.
    """
    rows = [known.row for known in plan_rows(connection, deleted=True)]
    wanted = named.strip()
    if wanted and (whole := [row for row in rows if row.job_id == wanted]):
        return whole[0]
    there = [row for row in rows if row.deleted_at is None]
    folded = wanted.casefold()
    ways = (
        [row for row in there if row.job.name == wanted],
        [row for row in there if row.job.name.casefold() == folded],
        [row for row in there if folded and row.job_id.startswith(folded)],
        [row for row in there if folded and row.job.name.casefold().startswith(folded)],
    )
    fitting = next((found for found in ways if found), list[JobRow]())
    if len(fitting) == 1:
        return fitting[0]
    raise UsageError(_not_found(named, fitting, there))


def versions_of(connection: Connection, job_id: str) -> list[JobVersion]:
    """Read what a job has been, the first version first."""
    return [
        _version(row)
        for row in connection.execute(
            "SELECT version, at, body FROM job_versions WHERE job_id = ? ORDER BY version", (job_id,)
        )
    ]


def triggers_since(connection: Connection, row: JobRow) -> datetime:
    """Tell since when a job has had the triggers it has."""
    since = row.created_at
    for version in reversed(versions_of(connection, row.job_id)):
        if version.job.triggers != row.job.triggers:
            break
        since = version.at
    return since


def _not_found(named: str, fitting: list[JobRow], there: list[JobRow]) -> str:
    if fitting:
        return f"“{named}” may be {_listed(fitting)}. Give more of the id; nothing was done."
    if not there:
        return f"There is no job “{named}”: there are none yet. `homard jobs add` makes one."
    return f"There is no job “{named}”. There are {_listed(there)}."


def _listed(rows: list[JobRow]) -> str:
    shown = [f"“{row.job.name}” ({row.job_id[:8]})" for row in rows[:_NAMED_AT_MOST]]
    more = len(rows) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _encoded(job: Job) -> str:
    try:
        body = msgspec.json.encode(job).decode()
        msgspec.json.decode(body, type=Job)  # what the types leave open (infinity, a length) must not come back to us
    except UnicodeEncodeError:
        raise UsageError(
            "A name or folder of the job holds bytes that are no text, so it cannot be stored. "
            "Rename the folder, or choose another one; nothing was saved."
        ) from None
    except msgspec.ValidationError as error:
        raise UsageError(f"The job cannot be stored as it is: {error}. Change that; nothing was saved.") from None
    return body


@from_disk
def _version(row: tuple[Any, ...]) -> JobVersion:
    number, at, body = row
    return JobVersion(number, from_micros(at), msgspec.json.decode(body, type=Job))


@from_disk
def _plan_row(row: tuple[Any, ...]) -> PlanRow:
    job_id, body, version, paused, note, failures, runs, created, updated, deleted, planned_to, planned_in = row
    known = JobRow(
        job_id=job_id,
        job=msgspec.json.decode(body, type=Job),
        version=version,
        paused=paused,
        paused_note=note,
        failures=failures,
        runs=runs,
        created_at=from_micros(created),
        updated_at=from_micros(updated),
        deleted_at=None if deleted is None else from_micros(deleted),
    )
    return PlanRow(known, from_micros(planned_to), planned_in)
