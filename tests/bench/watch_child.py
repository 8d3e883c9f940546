"""The process that watches in the burst of `tests.bench.automation`: HOME FOLDER COUNT [off].

Prints `ready`, reads when the burst began, and prints what it saw and cost as one JSON object. With `off` it begins to
watch again only when it has read that.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.automation.ledger import Ledger
from agent.automation.watch.own import Nobody
from agent.automation.watch.state import Settled
from agent.automation.watch.watcher import Watcher
from agent.clock import SystemClock
from agent.jobs import Job, Watch
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.tasks import spawn

PATIENCE_S = 600.0
SETTLE_S = 2.0
SAMPLE_S = 5.0
PROBE = "probe.txt"


class Seen:
    """Counts what is recorded, as it is written to the store."""

    def __init__(self, ledger: Ledger) -> None:
        self.files = 0
        self.last = 0.0
        self._ledger = ledger

    def record(self, connection: Connection, job_id: str, watch: Watch, files: Sequence[Settled], late: bool) -> None:
        self._ledger.insert_file_slots(connection, job_id, watch, files, late=late)
        self.files += len(files)
        self.last = time.monotonic()


class Gauge:
    """What the process spends, and how long its loop stands still."""

    def __init__(self, seen: Seen) -> None:
        self.gap = 0.0
        self.samples: list[tuple[float, float]] = []
        self._seen = seen

    async def run(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.02)
            now = time.monotonic()
            self.gap = max(self.gap, now - before - 0.02)
            if not self.samples or now - self.samples[-1][0] >= SAMPLE_S:
                self.samples.append((now, time.process_time()))
                print(f"  {self._seen.files:,} files, {self.samples[-1][1]:.1f} s of CPU", file=sys.stderr)

    def worst(self) -> float:
        """The largest share of a core in five seconds."""
        pairs = zip(self.samples, self.samples[1:], strict=False)
        return max(((after[1] - before[1]) / (after[0] - before[0]) for before, after in pairs), default=0.0)


def memory_mib() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


async def until(true: Any) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true() and time.monotonic() < deadline:  # noqa: ASYNC110 nobody tells: this is what is measured
        await asyncio.sleep(0.25)


async def main(home: Path, folder: Path, count: int, is_off: bool) -> None:
    database = await Database.open(home / "homard.db")
    ledger = Ledger(database, SystemClock(), lambda _event: None)
    watch = Watch(folder=str(folder), settle_s=SETTLE_S)
    row = await ledger.save(Job(name="burst", prompt="{file}", folder=str(folder), triggers=(watch,)))
    seen = Seen(ledger)

    def begin() -> Watcher:
        watcher = Watcher(database, SystemClock(), seen.record, lambda: None, Nobody(), lambda _job, text: print(text))
        watcher.apply({row.job_id: [watch]})
        return watcher

    watcher = begin()
    await asyncio.sleep(1)
    (folder / PROBE).write_text("probe\n")
    await until(lambda: seen.files)
    gauge = Gauge(seen)
    sampling = spawn(gauge.run(), "gauge")
    if is_off:
        await watcher.close()
    before, cpu = memory_mib(), time.process_time()
    print("ready", flush=True)
    begun = float(await asyncio.to_thread(sys.stdin.readline))
    if is_off:
        watcher = begin()
    await until(lambda: seen.files > count)
    done, spent = seen.last, time.process_time() - cpu
    await asyncio.sleep(SETTLE_S + 5)  # who is counted twice would be by now
    sampling.cancel()
    rows, distinct = await database.read(lambda connection: counted(connection, os.fsencode(folder / PROBE)))
    await watcher.close()
    await database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({
        "rows": rows, "distinct": distinct, "seconds": done - begun, "share": spent / (done - begun),
        "worst": gauge.worst(), "before_mib": before, "peak_mib": peak, "gap_ms": gauge.gap * 1000,
    }), flush=True)  # fmt: skip


def counted(connection: Connection, probe: bytes) -> tuple[int, int]:
    """How many rows there are, and about how many files, without the probe."""
    words = "SELECT count(*), count(DISTINCT path) FROM slot_files WHERE path != ?"
    rows, distinct = next(iter(connection.execute(words, (probe,))))
    return rows, distinct


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:] == ["off"]))
