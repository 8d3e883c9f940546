"""A program that plans by the real clock: `real_clock_child.py HOME`.

Each line it reads is a tick, after which it does what is due; each line it writes is the history then.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from agent.automation.ledger import Ledger
from agent.automation.planner import Planner
from agent.clock import SystemClock
from agent.jobs import Cron, Slot
from agent.storage.database import Database
from tests.helpers.jobs import BERLIN, job


async def work(ledger: Ledger, slot: Slot) -> None:
    await ledger.begin(slot.slot_id, session_id="s", run_id=slot.key)
    await ledger.end(slot.slot_id, "done")


async def main(home: Path) -> None:
    database = await Database.open(home / "homard.db")
    clock = SystemClock()
    ledger = Ledger(database, clock, lambda _: None, zone=lambda: BERLIN)
    planner = Planner(ledger, clock, lambda: BERLIN, spread_s=lambda: 0.0)
    if not await ledger.rows():
        await ledger.save(job(Cron(fields="0 * * * *")))
    while await asyncio.to_thread(sys.stdin.readline):
        await planner.plan()
        for slot in await ledger.open_slots():
            await work(ledger, slot)
        history = [(slot.key, slot.state, slot.reason) for slot in await ledger.slots()]
        print(json.dumps(history[::-1]), flush=True)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
