"""What model calls have cost, over all sessions."""

from __future__ import annotations

from datetime import date, datetime

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
    return day_begins(moment.astimezone().date())


def day_begins(day: date) -> datetime:
    """When a day begins where this machine is; in some countries summer time begins at midnight, and there is none."""
    begun = datetime(day.year, day.month, day.day).astimezone()
    return begun if begun.date() == day else datetime(day.year, day.month, day.day, fold=1).astimezone()


def local_month(moment: datetime) -> datetime:
    """When the month of a moment began where this machine is."""
    return day_begins(moment.astimezone().date().replace(day=1))
