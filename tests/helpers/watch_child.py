"""A process that watches a folder and writes what settled into its database: `DATABASE FOLDER SETTLE_S COUNT`.

It ends when COUNT differences were handled in all. With 0 it answers each line on its standard input with one line of
JSON: processor seconds, resident kilobytes, how the watch is doing; and ends when its input does.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from agent.automation.watch.own import Nobody
from agent.automation.watch.state import Settled
from agent.automation.watch.watcher import Watcher
from agent.clock import SystemClock
from agent.jobs import Watch
from agent.storage.connection import Connection
from agent.storage.database import Database

HANDLED = "CREATE TABLE IF NOT EXISTS handled (job_id TEXT, path BLOB, change TEXT, digest TEXT, generation INTEGER)"


def record(connection: Connection, job_id: str, _watch: Watch, settled: Sequence[Settled], _late: bool) -> None:
    connection.executemany(
        "INSERT INTO handled VALUES (?, ?, ?, ?, ?)",
        (
            (job_id, one.path.encode(errors="surrogateescape"), one.change, one.digest, one.generation)
            for one in settled
        ),
    )


async def watch(path: Path, folder: str, settle_s: float, count: int) -> None:
    database = await Database.open(path)
    await database.call(lambda connection: connection.execute(HANDLED))
    notices: list[str] = []
    handled = asyncio.Event()
    watcher = Watcher(database, SystemClock(), record, handled.set, Nobody(), lambda _job, text: notices.append(text))
    watcher.apply({"job": [Watch(folder=folder, settle_s=settle_s)]})
    while count and await database.read(lambda c: c.execute("SELECT COUNT(*) FROM handled").get) < count:
        handled.clear()
        await handled.wait()
    while not count and await asyncio.to_thread(sys.stdin.readline):
        states = watcher.states()["job"]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({
            "cpu_s": time.process_time(), "peak_kb": peak, "how": states[0].how, "files": states[0].files,
            "note": states[0].note, "notices": notices,
            "handled": await database.read(lambda c: c.execute("SELECT COUNT(*) FROM handled").get),
        }), flush=True)  # fmt: skip
    await watcher.close()
    await database.close()


if __name__ == "__main__":
    database, folder, settle_s, count = sys.argv[1:]
    asyncio.run(watch(Path(database), folder, float(settle_s), int(count)))
