"""Jobs that start themselves: a file that comes again and again, or two jobs that feed each other."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from agent.jobs import JobRow, Watch
from agent.safety.printable import printable
from agent.storage.connection import Connection
from agent.storage.records import to_micros

MOST_IN_AN_HOUR = 20
"""Runs for one path, or of each of two jobs for files of the other's output folder; the next is one too many."""
MOST_TOLD_IN_AN_HOUR = 60
"""Runs for what plugins tell; a person who looks at it and resumes the job lets as many follow."""
HOUR = timedelta(hours=1)

_SAME_PATH = """
    SELECT path, COUNT(*) FROM slot_files JOIN slots USING (slot_id)
    WHERE job_id = :job AND started_at >= :since AND due_at >= :since AND origin = 'file_watch'
    GROUP BY path HAVING COUNT(*) >= :most LIMIT 1"""
_RECENT = """
    SELECT path FROM slot_files JOIN slots USING (slot_id)
    WHERE job_id = :job AND started_at >= :since AND due_at >= :since AND origin = 'file_watch'"""

_TOLD = "SELECT COUNT(*) FROM slots WHERE job_id = ? AND started_at >= ? AND due_at >= ? AND origin = 'plugin'"


def told_too_often(connection: Connection, row: JobRow, now: datetime) -> str:
    """Say in a sentence that plugins start a job without end; empty: they do not. See `looping`."""
    since = to_micros(max(now - HOUR, row.updated_at))
    count = connection.execute(_TOLD, (row.job_id, since, since)).get
    return f"Plugins started it {count} times within an hour." if count >= MOST_TOLD_IN_AN_HOUR else ""


def looping(connection: Connection, row: JobRow, rows: Sequence[JobRow], now: datetime) -> str:
    """Say in a sentence in what circle a job that watches files goes; empty: in none that shows in the last hour.

    What was before a person resumed or changed the job does not count: they have looked at it.
    """
    since, most = to_micros(max(now - HOUR, row.updated_at)), MOST_IN_AN_HOUR
    found = connection.execute(_SAME_PATH, {"job": row.job_id, "since": since, "most": most}).fetchone()
    if found is not None:
        path = printable(os.fsdecode(found[0]))
        return (
            f"{path} started it {found[1]} times within an hour: something changes the file whenever the job has run."
        )
    own = _recent(connection, row, since)
    if len(own) < most or not row.job.output:
        return ""
    for other in rows:
        if other.job_id == row.job_id or not other.job.output or not _watches(other):
            continue
        if _inside(own, other.job.output) >= most:
            theirs = _recent(connection, other, since)
            if _inside(theirs, row.job.output) >= most:
                return (
                    f"It and the job “{other.job.name}” start each other: each writes into a folder the other watches."
                )
    return ""


def _recent(connection: Connection, row: JobRow, since: int) -> list[str]:
    return [os.fsdecode(found[0]) for found in connection.execute(_RECENT, {"job": row.job_id, "since": since})]


def _watches(row: JobRow) -> bool:
    return any(isinstance(trigger, Watch) for trigger in row.job.triggers)


def _inside(paths: Sequence[str], folder: str) -> int:
    above = Path(folder).expanduser()
    return sum(above in Path(path).parents for path in paths)
