"""What model calls have cost, over all sessions."""

from __future__ import annotations

from datetime import datetime

import msgspec

from agent.storage.connection import Connection
from agent.storage.records import to_micros


class Spent(msgspec.Struct, frozen=True):
    """What was spent in a time."""

    usd: float
    """Of the calls whose price is known."""
    unknown_tokens: int
    """Input plus output tokens of the calls whose price is not known: the cost is at least `usd` then."""
    tokens: int
    """Input plus output tokens of all calls."""
    runs: int
    """That made a model call."""


def spent_since(connection: Connection, since: datetime) -> Spent:
    """Add up all model calls from a moment on, those under way left out. One query over one index."""
    row = connection.execute(
        "SELECT TOTAL(cost_usd), COALESCE(SUM(CASE WHEN cost_usd IS NULL THEN input_tokens + output_tokens END), 0),"
        " COALESCE(SUM(input_tokens + output_tokens), 0), COUNT(DISTINCT run_id) FROM usage"
        " WHERE at >= ? AND state <> 'reserved'",
        (to_micros(since),),
    ).get
    return Spent(*row)


def local_midnight(moment: datetime) -> datetime:
    """When the day of a moment began where this machine is, over a change to summer time too."""
    day = moment.astimezone()
    return datetime(day.year, day.month, day.day).astimezone()


def local_month(moment: datetime) -> datetime:
    """When the month of a moment began where this machine is."""
    day = moment.astimezone()
    return datetime(day.year, day.month, 1).astimezone()
