# ruff: noqa: S608 - only constants of this module are put into the text of a query; values are bound
"""Where tokens and money went, and where the month is heading."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from agent.storage.connection import Connection
from agent.storage.records import from_micros, to_micros
from agent.storage.usage import local_midnight, local_month

By = Literal["day", "month", "model", "provider", "job", "session", "purpose"]
RECENT = timedelta(days=14)
"""What the rest of a month is judged by."""
_DAY = timedelta(days=1)

KEYS: dict[By, str] = {
    "day": "strftime('%Y-%m-%d', at / 1000000, 'unixepoch', 'localtime')",
    "month": "strftime('%Y-%m', at / 1000000, 'unixepoch', 'localtime')",
    "model": "model",
    "provider": "provider",
    "job": "COALESCE(job_id, '')",
    "session": "COALESCE(session_id, '')",
    "purpose": "purpose",
}
"""What a row of `usage` counts for, as SQL."""
NAMES: dict[By, str] = {
    "job": "SELECT json_extract(body, '$.name') FROM job_versions WHERE job_id = key ORDER BY version DESC LIMIT 1",
    "session": "SELECT title FROM sessions WHERE session_id = key",
}
"""What a `key` is called, as SQL; the others are their own names."""


class UsageRow(msgspec.Struct, frozen=True):
    """What the calls of one day, model, job, … took."""

    key: str
    """The day (`2026-11-26`), model, id, …; empty: of no job or session."""
    name: str
    """Of a job or session, for people; else empty."""
    calls: int
    input_tokens: int
    cached_tokens: int
    """Among the input tokens."""
    output_tokens: int
    cost_usd: float
    """Of the calls whose price is known."""
    unknown_calls: int
    """Their price is not known: it cost more than `cost_usd`, unless they were free."""
    estimated_calls: int
    """No provider said what they took: broken off, or under way when the process died (then at the worst case)."""


class Outlook(msgspec.Struct, frozen=True):
    """Where the month is heading, at the pace of the last days."""

    month: str
    spent_usd: float
    usd: float
    """By its end."""
    spent_tokens: int
    tokens: int
    days: int
    """How many days the pace was taken from."""


def usage_by(connection: Connection, by: By, since: datetime, until: datetime) -> list[UsageRow]:
    """Add up the calls from a moment until before another; days and months in order, all else the dearest first."""
    key, name = KEYS[by], NAMES.get(by)
    order = "key" if by in ("day", "month") else "cost DESC, read + written DESC, key"
    query = f"""
        WITH sums AS (
            SELECT {key} AS key, COUNT(*) AS calls, SUM(input_tokens) AS read, SUM(cached_tokens) AS cached,
                SUM(output_tokens) AS written, TOTAL(cost_usd) AS cost, COUNT(*) - COUNT(cost_usd) AS unknown,
                SUM(state <> 'settled') AS estimated
            FROM usage WHERE at >= :since AND at < :until AND state <> 'reserved' GROUP BY 1)
        SELECT key, COALESCE(({name or "''"}), ''), calls, read, cached, written, cost, unknown, estimated
        FROM sums ORDER BY {order}"""
    rows = connection.execute(query, {"since": to_micros(since), "until": to_micros(until)})
    return [UsageRow(*row) for row in rows]


def total_of(rows: list[UsageRow]) -> UsageRow:
    """Add up rows."""
    numbers = UsageRow.__struct_fields__[2:]
    return UsageRow("", "", *(sum(getattr(row, field) for row in rows) for field in numbers))


def outlook(connection: Connection, now: datetime) -> Outlook:
    """Say what the month will come to if its other days are like the last ones."""
    month = local_month(now)
    end = local_month(month + timedelta(days=32))
    first = connection.execute("SELECT MIN(at) FROM usage WHERE state <> 'reserved'").get
    begun = now if first is None else from_micros(first)
    since = max(local_midnight(now - RECENT + _DAY), local_midnight(begun))
    days = max((now - since) / _DAY, 1.0)
    rest = max((end - now) / _DAY, 0.0)
    spent, recent = _amounts(connection, month, now), _amounts(connection, since, now)
    usd, tokens = (whole + rest * part / days for whole, part in zip(spent, recent, strict=True))
    return Outlook(f"{month:%Y-%m}", spent[0], usd, int(spent[1]), round(tokens), round(days))


def _amounts(connection: Connection, since: datetime, now: datetime) -> tuple[float, float]:
    """USD and tokens. What a clock that was ahead has written counts as well."""
    return connection.execute(
        "SELECT TOTAL(cost_usd), TOTAL(input_tokens + output_tokens) FROM usage"
        " WHERE at >= ? AND at < ? AND state <> 'reserved'",
        (to_micros(since), to_micros(now + timedelta(hours=36))),
    ).get
