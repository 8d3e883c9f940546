"""What the runs of a job have spent."""

from __future__ import annotations

from datetime import datetime

import msgspec

from agent.storage.connection import Connection
from agent.storage.records import to_micros

_ITS_RUNS = """
    SELECT run_id FROM slots WHERE job_id = :job AND run_id IS NOT NULL
    UNION SELECT r.run_id FROM runs r JOIN sessions s USING (session_id) WHERE s.job_id = :job
    UNION SELECT r.run_id FROM runs r JOIN slots t USING (session_id) WHERE t.job_id = :job AND r.origin <> 'user'
"""
"""Of its slots now, of its sessions, and those of its slots that were cut off and gone on with by another."""


class JobUsage(msgspec.Struct, frozen=True):
    """What was spent in a time."""

    usd: float | None
    """Of the calls whose price is known; None: there were calls, and of none it is."""
    tokens: int
    """Input plus output."""
    runs: int
    """That began."""


def usage_of_job(connection: Connection, job_id: str, since: datetime) -> JobUsage:
    """Add up the model calls of a job's runs from a moment on."""
    bindings = {"job": job_id, "since": to_micros(since)}
    calls, known, usd, tokens = connection.execute(
        f"WITH its AS MATERIALIZED ({_ITS_RUNS})"  # noqa: S608 - a constant
        " SELECT COUNT(*), COUNT(cost_usd), TOTAL(cost_usd), COALESCE(SUM(input_tokens + output_tokens), 0)"
        " FROM usage WHERE at >= :since AND run_id IN its",
        bindings,
    ).get
    runs = connection.execute(
        f"SELECT COUNT(*) FROM runs WHERE started_at >= :since AND run_id IN ({_ITS_RUNS})",  # noqa: S608 - a constant
        bindings,
    ).get
    return JobUsage(None if calls and not known else usd, tokens, runs)
