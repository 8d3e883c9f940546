"""What a job has spent of its budgets, and what its runs under way may still spend of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from agent.automation.desk import Desk
from agent.automation.holds import Spending, day_start, month_start
from agent.automation.work import Work
from agent.jobs import JobRow
from agent.storage.connection import Connection


async def spending_of(desk: Desk, row: JobRow, works: Sequence[Work]) -> Spending:
    """Add it up; nothing is asked of the database for a job without budgets. `works`: those of the job."""
    limits = row.job.limits
    if limits.usd_per_day is None and limits.usd_per_month is None and limits.runs_per_day is None:
        return Spending()
    # First what is kept back: a run that begins or spends meanwhile counts twice then, and not never.
    unborn = sum(not work.begun.is_set() for work in works)
    reserved = sum([await _kept_back(desk, work) for work in works])
    day = await desk.ledger.usage(row.job_id, day_start(desk.now, desk.zone))
    month = await desk.ledger.usage(row.job_id, month_start(desk.now, desk.zone))
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


def _cost(connection: Connection, session_id: str) -> float:
    return connection.execute("SELECT TOTAL(cost_usd) FROM usage WHERE session_id = ?", (session_id,)).get
