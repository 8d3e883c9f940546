"""What the audit costs: `python -m tests.bench.audit`. Prints a table, fails nothing."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.audit.body import INTENT, OUTCOME
from agent.audit.log import AuditLog
from agent.storage.connection import Connection
from tests.helpers.audit import open_audit

ROWS = 10_000
STEPS = 300
BODY = {
    "call_id": "call_0123456789",
    "tool": "shell",
    "principals": ["cli"],
    "digest": "0" * 64,
    "effects": ["run make test"],
    "label": {"integrity": "external", "secrecy": "private", "sources": ["external:example.org"]},
    "verdict": "ask",
    "rule": "default.proc.run",
    "reason": "run make test needs a person's yes",
    "sandbox": "isolated",
    "undo": "",
}


async def timed(work: Callable[[], Awaitable[object]], times: int = STEPS) -> str:
    """Median and 95th percentile in milliseconds."""
    spent: list[float] = []
    for _ in range(times):
        begun = time.perf_counter()
        await work()
        spent.append((time.perf_counter() - begun) * 1000)
    spent.sort()
    return f"{statistics.median(spent):8.3f} ms, p95 {spent[int(0.95 * (times - 1))]:.3f}"


def store(connection: Connection) -> None:
    """What a step of a run writes."""
    connection.execute("INSERT OR REPLACE INTO pause VALUES (1, ?)", (time.monotonic_ns(),))


async def measure(folder: Path) -> None:
    async with open_audit(folder) as audit:
        await audit.opened()
        await audit.flush()
        database = audit._database

        async def step() -> None:
            await database.call(store)

        async def with_rows() -> None:
            number = audit.record(INTENT, "r", "s", BODY)
            audit.record(OUTCOME, "r", "s", BODY)
            await database.call(store)
            await audit.settle(number)

        async def alone() -> None:
            await audit.intent(INTENT, "r", "s", BODY)

        async def record() -> None:
            audit.record(INTENT, "r", "s", BODY)

        print("a step without rows                ", await timed(step))
        print("the same with two rows in it       ", await timed(with_rows))
        print("a step without rows, again         ", await timed(step))
        print("an intent of its own               ", await timed(alone))
        print("record() alone                     ", await timed(record))
        await audit.flush()
        await fill(audit)
        begun = time.perf_counter()
        found = await audit.verify()
        print(f"verify {found.rows:,} rows, ok {found.ok}      {(time.perf_counter() - begun) * 1000:.0f} ms")


async def fill(audit: AuditLog) -> None:
    """Bring the chain to so many rows."""
    missing = ROWS - audit._chain.head.seq
    begun = time.perf_counter()
    for _ in range(missing):
        audit.record(INTENT, "r", "s", BODY)
    await audit.flush()
    print(f"{missing:,} rows in one batch            {(time.perf_counter() - begun) * 1000:.0f} ms")


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        asyncio.run(measure(Path(name)))
