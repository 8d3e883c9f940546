"""How each job stands: what it has cost, what ran last, what comes next."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from agent.automation.desk import Desk
from agent.automation.holds import day_start, month_start
from agent.automation.schedule import Schedule
from agent.errors import HomardError
from agent.jobs import JobRow, Slot
from agent.storage.connection import Connection
from agent.storage.records import to_micros
from agent.storage.slots import select

if TYPE_CHECKING:
    from agent.automation.watch.state import WatchState


class JobState(msgspec.Struct, frozen=True, kw_only=True):
    """A job's standing, for a list of jobs."""

    spent_today_usd: float = 0.0
    """Since local midnight; of the calls whose price is known."""
    spent_month_usd: float = 0.0
    """Since the first of the month."""
    last: Slot | None = None
    """The slot that ran, or did not, at the latest moment."""
    next: datetime | None = None
    """When its schedule is due next; None: it has none, it is paused, or nothing comes."""
    watches: tuple[WatchState, ...] = ()
    """How its folders are watched now; empty when nobody listens."""


class Costs(msgspec.Struct, frozen=True):
    """What the calls of one job's runs have cost, USD."""

    today: float = 0.0
    month: float = 0.0


async def states_of(
    desk: Desk, rows: Sequence[JobRow], watches: Mapping[str, Sequence[WatchState]]
) -> dict[str, JobState]:
    """Say how these jobs stand, with one look at the database."""
    now, zone = desk.now, desk.zone
    day, month = day_start(now, zone), month_start(now, zone)
    spent, last = await desk.ports.store.database.read(
        lambda connection: (costs(connection, day, month), _last(connection))
    )
    coming = await asyncio.to_thread(lambda: {row.job_id: _next(row, now, zone) for row in rows})
    states: dict[str, JobState] = {}
    for row in rows:
        cost = spent.get(row.job_id, Costs())
        states[row.job_id] = JobState(
            spent_today_usd=cost.today,
            spent_month_usd=cost.month,
            last=last.get(row.job_id),
            next=coming[row.job_id],
            watches=tuple(watches.get(row.job_id, ())),
        )
    return states


def _next(row: JobRow, now: datetime, zone: ZoneInfo) -> datetime | None:
    if row.paused or row.deleted_at is not None:
        return None
    try:
        moment = Schedule.of(row.job.triggers, zone).next(now)
    except HomardError:  # a zone that this machine does not know; the planner pauses the job
        return None
    return moment.at if moment is not None else None


_NEWEST = """s.slot_id IN (SELECT (
    SELECT slot_id FROM slots n WHERE n.job_id = j.job_id ORDER BY n.due_at DESC, n.slot_id DESC LIMIT 1)
    FROM jobs j)"""


def _last(connection: Connection) -> dict[str, Slot]:
    found = select(connection, _NEWEST, {}, order="s.slot_id")
    return {slot.job_id: slot for slot in found}


def costs(connection: Connection, day: datetime, month: datetime) -> dict[str, Costs]:
    """Add up what each job spent since two moments. One query over the index by time."""
    query = """
        SELECT job_id, TOTAL(CASE WHEN at >= :day THEN cost_usd END), TOTAL(cost_usd) FROM (
            SELECT COALESCE(sessions.job_id, slots.job_id) AS job_id, usage.at, usage.cost_usd
            FROM usage JOIN sessions USING (session_id) LEFT JOIN slots ON slots.run_id = usage.run_id
            WHERE usage.at >= :month)
        WHERE job_id IS NOT NULL GROUP BY job_id"""
    rows = connection.execute(query, {"day": to_micros(day), "month": to_micros(month)})
    return {job_id: Costs(today, whole) for job_id, today, whole in rows}
