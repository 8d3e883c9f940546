"""The rows of `usage` that the books write."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent.messages import Usage
from agent.ports import ModelRequest
from agent.storage.connection import Connection
from agent.storage.records import clean, to_micros

AHEAD = timedelta(hours=36)
"""Rows so far in the future were written by a clock that was wrong: they count as of now."""


def reserve(connection: Connection, request: ModelRequest, worst: Usage, now: datetime) -> int:
    """Write a call that is about to be made; gives its row."""
    account = request.account
    connection.execute(
        "INSERT INTO usage (session_id, run_id, job_id, provider, model, purpose, at, input_tokens, cached_tokens,"
        " output_tokens, cost_usd, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'reserved')",
        (
            request.session_id or None,
            account.run_id or None,
            account.job_id or None,
            clean(request.model.provider),
            clean(request.model.label),
            account.purpose,
            to_micros(now),
            worst.input_tokens,
            worst.cached_tokens,
            worst.output_tokens,
            worst.cost_usd,
        ),
    )
    return connection.last_insert_rowid()


def settle(connection: Connection, row: int | None, usage: Usage, state: str) -> None:
    """Write what a call under way took; `state` is `settled` or `estimated`. Nothing for one that is over."""
    connection.execute(
        "UPDATE usage SET input_tokens = ?, cached_tokens = ?, output_tokens = ?, cost_usd = ?, state = ?"
        " WHERE usage_id = ? AND state = 'reserved'",
        (usage.input_tokens, usage.cached_tokens, usage.output_tokens, usage.cost_usd, state, row),
    )


def give_back(connection: Connection, row: int | None) -> None:
    """Take out a call under way that was not made. Nothing for one that is over."""
    connection.execute("DELETE FROM usage WHERE usage_id = ? AND state = 'reserved'", (row,))


def lose(connection: Connection) -> None:
    """Leave all calls under way at their worst case: their process is gone."""
    connection.execute("UPDATE usage SET state = 'lost' WHERE state = 'reserved'")


def mend_clock(connection: Connection, now: datetime) -> bool:
    """Let money that was spent under a clock far ahead count today: neither for ever, nor not at all.

    Says whether there was any.
    """
    latest = connection.execute("SELECT MAX(at) FROM usage").get
    ahead = to_micros(now + AHEAD)
    if latest is None or latest <= ahead:
        return False
    connection.execute("UPDATE usage SET at = ? WHERE at > ?", (to_micros(now), ahead))
    return True
