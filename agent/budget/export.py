# ruff: noqa: S608 - only constants of this module are put into the text of a query; values are bound
"""Usage as CSV (RFC 4180, but lines end with a line feed): what was added up, or each model call."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from agent.budget.report import UsageRow
from agent.storage.connection import Connection
from agent.storage.records import from_micros, to_micros

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
CALL_FIELDS = (
    "at", "provider", "model", "purpose", "job", "chat", "run_id", "session_id", "job_id", "input_tokens",
    "cached_tokens", "output_tokens", "cost_usd", "state",
)  # fmt: skip
"""Of a model call. `at` is local time with its offset; an unknown price is an empty `cost_usd`."""
PAGE = 5_000


def rows_csv(by: str, rows: Sequence[UsageRow]) -> str:
    """Rows that were added up, under a line of names; `by` names the first column."""
    return _csv((by, *UsageRow.__struct_fields__[1:]), map(msgspec.structs.astuple, rows))


def calls_csv(calls: Sequence[tuple[Any, ...]], *, head: bool) -> str:
    """Model calls from `calls_page`, one a line; `head`: under a line of names."""
    return _csv(CALL_FIELDS if head else (), calls)


def calls_page(
    connection: Connection, since: datetime, until: datetime, after: int = 0
) -> tuple[list[tuple[Any, ...]], int]:
    """Some thousand model calls of a time, as they were made; and after what to ask for more (0: there are none).

    Calls under way are left out.
    """
    query = f"""
        SELECT usage_id, at, provider, model, purpose, COALESCE((SELECT json_extract(body, '$.name') FROM job_versions v
                WHERE v.job_id = u.job_id ORDER BY version DESC LIMIT 1), ''),
            COALESCE((SELECT title FROM sessions s WHERE s.session_id = u.session_id), ''), COALESCE(run_id, ''),
            COALESCE(session_id, ''), COALESCE(job_id, ''), input_tokens, cached_tokens, output_tokens, cost_usd, state
        FROM usage u WHERE usage_id > :after AND +at >= :since AND +at < :until AND state <> 'reserved'
        ORDER BY usage_id LIMIT {PAGE}"""
    bindings = {"since": to_micros(since), "until": to_micros(until), "after": after}
    rows = connection.execute(query, bindings).fetchall()
    calls = [(from_micros(at).astimezone().isoformat(timespec="seconds"), *rest) for _row, at, *rest in rows]
    return calls, int(rows[-1][0]) if len(rows) == PAGE else 0


def _csv(head: Sequence[str], rows: Any) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if head:
        writer.writerow(head)
    for row in rows:
        writer.writerow([_safe(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()


def _safe(cell: str) -> str:
    """A title may come from a stranger: no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
