"""Runs, tool calls and usage, as functions over a connection; each runs inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable

from agent.events import StopReason
from agent.messages import ToolCall, ToolResult, Usage
from agent.storage.connection import Connection
from agent.storage.records import Run, clean, cleaned_call, to_micros


def insert_run(connection: Connection, run: Run) -> None:
    """Store a run that begins."""
    usage = run.usage
    connection.execute(
        "INSERT INTO runs (run_id, session_id, origin, model, prompt, started_at, input_tokens, cached_tokens,"
        " output_tokens, cost_usd, turns, dry_run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run.run_id,
            run.session_id,
            run.origin,
            clean(run.model),
            clean(run.prompt),
            to_micros(run.started_at),
            usage.input_tokens,
            usage.cached_tokens,
            usage.output_tokens,
            usage.cost_usd,
            run.turns,
            run.dry_run,
        ),
    )


def close_run(
    connection: Connection,
    run_id: str,
    now: int,
    *,
    stop_reason: StopReason,
    error: str | None,
    error_code: str | None,
    usage: Usage,
    turns: int,
) -> None:
    """Record how a run ended; a run that has ended already stays as it is."""
    connection.execute(
        "UPDATE runs SET finished_at = ?, stop_reason = ?, error = ?, error_code = ?, input_tokens = ?,"
        " cached_tokens = ?, output_tokens = ?, cost_usd = ?, turns = ? WHERE run_id = ? AND finished_at IS NULL",
        (
            now,
            stop_reason,
            None if error is None else clean(error),
            error_code,
            usage.input_tokens,
            usage.cached_tokens,
            usage.output_tokens,
            usage.cost_usd,
            turns,
            run_id,
        ),
    )


def reopen_run(connection: Connection, run_id: str) -> bool:
    """Let a parked run go on; False: it is not parked."""
    return bool(
        connection.execute(
            "UPDATE runs SET finished_at = NULL, stop_reason = NULL, error = NULL, error_code = NULL"
            " WHERE run_id = ? AND stop_reason = 'parked' RETURNING run_id",
            (run_id,),
        ).fetchall()
    )


def open_calls(connection: Connection, session_id: str, run_id: str, calls: Iterable[ToolCall], now: int) -> None:
    """Record that calls are about to start; one that is in flight already is not recorded twice."""
    for call in map(cleaned_call, calls):
        connection.execute(
            "INSERT INTO calls (call_id, run_id, session_id, name, arguments, started_at) SELECT ?, ?, ?, ?, ?, ?"
            " WHERE NOT EXISTS (SELECT 1 FROM calls WHERE session_id = ? AND call_id = ? AND finished_at IS NULL)",
            (call.call_id, run_id, session_id, call.name, call.arguments, now, session_id, call.call_id),
        )


def close_calls(connection: Connection, session_id: str, results: Iterable[ToolResult], now: int) -> None:
    """Record that calls in flight are over, each with the outcome of its result."""
    connection.executemany(
        "UPDATE calls SET finished_at = ?, outcome = ? WHERE session_id = ? AND call_id = ? AND finished_at IS NULL",
        [(now, result.outcome, session_id, clean(result.call_id)) for result in results],
    )


def insert_usage(
    connection: Connection, session_id: str, run_id: str | None, model: str, usage: Usage, now: int
) -> None:
    """Record what one model call took that no meter has recorded."""
    connection.execute(
        "INSERT INTO usage (session_id, run_id, provider, model, purpose, at, input_tokens, cached_tokens,"
        " output_tokens, cost_usd, state) VALUES (?, ?, ?, ?, 'turn', ?, ?, ?, ?, ?, 'settled')",
        (
            session_id,
            run_id,
            clean(model.partition("/")[0]),
            clean(model),
            now,
            usage.input_tokens,
            usage.cached_tokens,
            usage.output_tokens,
            usage.cost_usd,
        ),
    )


def usage_of_run(connection: Connection, run_id: str) -> Usage:
    """Add up what is recorded of a run; the price is unknown as soon as one is."""
    row = connection.execute(
        "SELECT COALESCE(SUM(input_tokens), 0), COALESCE(SUM(cached_tokens), 0), COALESCE(SUM(output_tokens), 0),"
        " CASE WHEN COUNT(*) = COUNT(cost_usd) THEN TOTAL(cost_usd) END FROM usage WHERE run_id = ?",
        (run_id,),
    ).get
    return Usage(*row)
