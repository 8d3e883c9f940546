"""The slots to come, as the schedules say; nothing of them is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.automation.schedule import Schedule
from agent.errors import HomardError
from agent.jobs import JobRow, Slot


def upcoming(rows: Sequence[JobRow], now: datetime, until: datetime, most: int, zone: ZoneInfo) -> list[Slot]:
    """List the first `most` slots of these jobs later than now and not later than `until`. Blocks: use a thread.

    What lies behind the last of them is of no interest for the next job: many busy jobs cost little more than one.
    """
    found: list[Slot] = []
    for row in rows:
        try:
            moments = Schedule.of(row.job.triggers, zone).coming(now, until, most)
        except HomardError:  # a zone that this machine does not know; the planner pauses the job
            continue
        found += [
            Slot(
                slot_id=0,
                job_id=row.job_id,
                key=moment.key,
                origin="schedule",
                due_at=moment.at,
                state="scheduled",
                version=row.version,
            )
            for moment in moments
        ]
        found.sort(key=lambda slot: slot.due_at)
        if len(found) > most:
            del found[most:]
            until = found[-1].due_at
    return found
