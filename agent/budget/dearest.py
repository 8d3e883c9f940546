# ruff: noqa: S608 - only constants of this module are put into the text of a query; values are bound
"""What cost most: the dearest runs, and what runs cost that a skill was opened in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from agent.budget.report import KEYS, NAMES, By, UsageRow
from agent.storage.connection import Connection
from agent.storage.records import from_micros, to_micros
from agent.storage.tool_use import SKILL

_PROMPT_CHARS = 300
_AMOUNTS = """COUNT(*) AS calls, SUM(input_tokens) AS read, SUM(cached_tokens) AS cached, SUM(output_tokens) AS written,
    TOTAL(cost_usd) AS cost, COUNT(*) - COUNT(cost_usd) AS unknown, SUM(state <> 'settled') AS estimated"""
_SPAN = "at >= :since AND at < :until AND state <> 'reserved'"


class Step(NamedTuple):
    """A day, or whatever calls are put together by over time."""

    key: str
    since: datetime
    until: datetime
    """Not itself."""


class DearRun(msgspec.Struct, frozen=True):
    """A run and what its calls took in a time."""

    run_id: str
    session_id: str
    """Empty: of no chat."""
    title: str
    """Of its chat; else of its job; else empty."""
    prompt: str
    """How what was asked begins; empty: it is no run of a chat or a job (a comparison, …)."""
    purpose: str
    """Of its calls, the first by the alphabet."""
    begun: datetime
    """When its first call of this time was allowed, UTC."""
    models: tuple[str, ...]
    """Those that answered, in no order."""
    row: UsageRow


def dearest_runs(connection: Connection, since: datetime, until: datetime, most: int = 10) -> list[DearRun]:
    """The runs that cost most from a moment until before another; those of unknown price by their tokens, behind."""
    query = f"""
        WITH sums AS (
            SELECT run_id, MAX(session_id) AS session_id, MAX(job_id) AS job_id, MIN(purpose) AS purpose,
                MIN(at) AS begun, json_group_array(DISTINCT model) AS models, {_AMOUNTS}
            FROM usage WHERE {_SPAN} AND run_id IS NOT NULL
            GROUP BY run_id ORDER BY cost DESC, read + written DESC, run_id LIMIT :most)
        SELECT run_id, COALESCE(session_id, ''), COALESCE((SELECT title FROM sessions s
                WHERE s.session_id = sums.session_id), (SELECT json_extract(body, '$.name') FROM job_versions v
                WHERE v.job_id = sums.job_id ORDER BY version DESC LIMIT 1), ''),
            COALESCE((SELECT substr(prompt, 1, {_PROMPT_CHARS}) FROM runs r WHERE r.run_id = sums.run_id), ''),
            purpose, begun, models, calls, read, cached, written, cost, unknown, estimated
        FROM sums ORDER BY cost DESC, read + written DESC, run_id"""
    rows = connection.execute(query, {"since": to_micros(since), "until": to_micros(until), "most": most})
    return [
        DearRun(
            run_id, session_id, title, prompt, purpose, from_micros(begun),
            msgspec.json.decode(models, type=tuple[str, ...]), UsageRow(run_id, title, *amounts),
        )
        for run_id, session_id, title, prompt, purpose, begun, models, *amounts in rows
    ]  # fmt: skip


def usage_by_skill(connection: Connection, since: datetime, until: datetime) -> list[UsageRow]:
    """Add up the calls of all runs in which a skill was opened, or chosen with `/skill`; the dearest first.

    A run counts for each of its skills, so the rows may come to more than was spent. The row without a key is what
    runs took that opened none.
    """
    query = f"""
        WITH its AS (
            SELECT run_id, json_extract(arguments, '$.name') AS skill FROM calls
                WHERE name = '{SKILL}' AND json_valid(arguments) AND started_at >= :before AND started_at < :until
            UNION SELECT run_id, substr(trim(substr(prompt, 8)) || ' ', 1, instr(trim(substr(prompt, 8)) || ' ', ' ')
                - 1) FROM runs WHERE prompt GLOB '/skill *' AND started_at >= :before AND started_at < :until),
        sums AS (
            SELECT COALESCE(skill, '') AS key, {_AMOUNTS}
            FROM usage LEFT JOIN its USING (run_id) WHERE {_SPAN} GROUP BY 1)
        SELECT key, '', calls, read, cached, written, cost, unknown, estimated
        FROM sums ORDER BY cost DESC, read + written DESC, key"""
    day = 86_400_000_000
    bindings = {"since": to_micros(since), "until": to_micros(until), "before": to_micros(since) - 7 * day}
    return [UsageRow(str(key), name, *amounts) for key, name, *amounts in connection.execute(query, bindings)]


def usage_over_time(connection: Connection, by: By, steps: Sequence[Step]) -> list[tuple[str, UsageRow]]:
    """Add up the calls of each step for each model, job, …: (key of the step, row), in no order.

    Quicker than `usage_by` for a long time: no date is made of each call. The rows have no names; see `names_of`.
    """
    query = f"""
        WITH steps (step, since, until) AS (
            SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(:steps))
        SELECT step, {KEYS[by]} AS key, {_AMOUNTS}
        FROM steps CROSS JOIN usage
        WHERE at >= steps.since AND at < steps.until AND state <> 'reserved' GROUP BY 1, 2"""
    spans = [(step.key, to_micros(step.since), to_micros(step.until)) for step in steps]
    rows = connection.execute(query, {"steps": msgspec.json.encode(spans).decode()})
    return [(step, UsageRow(key, "", *amounts)) for step, key, *amounts in rows]


def names_of(connection: Connection, by: By, keys: Iterable[str]) -> dict[str, str]:
    """What jobs or chats are called; empty for what is its own name."""
    if (name := NAMES.get(by)) is None:
        return {}
    query = f"SELECT key, COALESCE(({name}), '') FROM (SELECT value AS key FROM json_each(?))"
    return dict(connection.execute(query, (msgspec.json.encode(list(keys)).decode(),)))
