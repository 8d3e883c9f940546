"""What a job has spent of its budgets, and what its runs under way may still spend of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from agent.automation.desk import Desk
from agent.automation.holds import Spending, day_start, month_start
from agent.automation.work import Work
from agent.budget.standing import reached_for
from agent.errors import UsageError
from agent.jobs import JobRow
from agent.storage.connection import Connection
from agent.storage.job_usage import JobUsage, usage_of_job

if TYPE_CHECKING:
    from agent.budget.standing import Standing


async def spending_of(desk: Desk, row: JobRow, works: Sequence[Work]) -> Spending:
    """Add it up; nothing is asked of the database for a job without budgets. `works`: those of the job."""
    limits = row.job.limits
    if limits.usd_per_day is None and limits.usd_per_month is None and limits.runs_per_day is None:
        return Spending()
    # First what is kept back: what a run spends meanwhile counts twice then, and not never.
    reserved = sum([await _kept_back(desk, work) for work in works])
    days = day_start(desk.now, desk.zone), month_start(desk.now, desk.zone)
    begun = [work.slot.run_id for work in works]

    def read(connection: Connection) -> tuple[JobUsage, JobUsage, int]:
        """At one moment: a run that begins meanwhile counts once, as a work or by its row."""
        day, month = (usage_of_job(connection, row.job_id, since) for since in days)
        return day, month, len(begun) - _with_rows(connection, begun)

    day, month, unborn = await desk.ports.store.database.read(read)
    return Spending(day.usd or 0.0, month.usd or 0.0, day.runs + unborn, reserved)


async def spent_in(desk: Desk, session_id: str) -> float:
    """USD of all known prices in a session, which is that of one slot."""
    if not session_id:
        return 0.0
    return await desk.ports.store.database.read(partial(_cost, session_id=session_id))


async def _kept_back(desk: Desk, work: Work) -> float:
    """What is reserved for a run under way and not spent yet."""
    if work.ceiling_usd is None:
        return 0.0
    return max(0.0, work.ceiling_usd - await spent_in(desk, work.slot.session_id))


def _with_rows(connection: Connection, run_ids: Sequence[str]) -> int:
    listed = msgspec.json.encode(run_ids).decode()
    query = "SELECT COUNT(*) FROM runs WHERE run_id IN (SELECT value FROM json_each(?))"
    return connection.execute(query, (listed,)).get


def _cost(connection: Connection, session_id: str) -> float:
    return connection.execute("SELECT TOTAL(cost_usd) FROM usage WHERE session_id = ?", (session_id,)).get


async def full_caps(desk: Desk) -> list[Standing]:
    """The caps of the settings that have nothing left now."""
    caps = desk.ports.caps
    return [] if caps is None else [cap for cap in await caps() if cap.left == 0]


def capped(desk: Desk, row: JobRow, full: Sequence[Standing]) -> tuple[str, datetime | None] | None:
    """Which of them holds for the job's model, as a sentence, and until when; None: it may be called."""
    if not full:
        return None
    try:
        model = desk.ports.resolve_model(row.job.model)
    except UsageError:
        return None  # its run will say what is wrong
    cap = reached_for(full, model)
    if cap is None:
        return None
    until = "" if cap.renewed_at is None else f" It counts anew from {desk.local(cap.renewed_at):%Y-%m-%d %H:%M}."
    return f"The budget {cap.setting} is spent or in use.{until}", cap.renewed_at
