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
    """Let calls that were made under a clock far ahead count now: neither for ever, nor not at all.

    It may be this clock that is wrong, and far behind. So it is remembered what was moved until this one has gone for
    36 hours, and taken back once it has come to the time that they were made at. Says whether rows were changed.
    """
    moment, ahead = to_micros(now), to_micros(now + AHEAD)
    latest = connection.execute("SELECT MAX(at) FROM usage").get
    moved = latest is not None and latest > ahead
    if moved:
        connection.execute(
            "INSERT OR IGNORE INTO usage_moved SELECT usage_id, at, ? FROM usage WHERE at > ?", (moment, ahead)
        )
        connection.execute("UPDATE usage SET at = ? WHERE at > ?", (moment, ahead))
    kept, come = connection.execute("SELECT COUNT(*), COUNT(*) FILTER (WHERE at <= ?) FROM usage_moved", (moment,)).get
    if come:
        connection.execute(
            "UPDATE usage SET at = m.at FROM usage_moved m WHERE m.usage_id = usage.usage_id AND m.at <= ?", (moment,)
        )
    if kept:
        connection.execute("DELETE FROM usage_moved WHERE at <= ? OR moved_at < ?", (moment, to_micros(now - AHEAD)))
    return moved or come > 0
