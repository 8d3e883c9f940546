"""A program whose clock makes jobs due and that does them, to be killed: `HOMARD_AT=HOME jobs_child.py`.

Each piece of work is a line in HOME/effects. It goes on where the last one was killed: its clock stands where the
newest row left it.
"""

from __future__ import annotations

import asyncio
import os
from datetime import datetime, timedelta
from pathlib import Path

from agent.jobs import Cron, Missed, Slot
from agent.storage.database import Database
from tests.helpers.clock import NOON, HeldClock
from tests.helpers.jobs import Desk, job

END = NOON + timedelta(minutes=4)
WORK = job(Cron(fields="*/2 * * * *"), name="work", missed=Missed(do="all", most=100))


def effects(home: Path) -> list[str]:
    path = home / "effects"
    return path.read_text().splitlines() if path.exists() else []


class Child:
    def __init__(self, home: Path, desk: Desk) -> None:
        self.home = home
        self.desk = desk

    async def live(self, end: datetime) -> None:
        """Take up what the last one left, then work until a moment."""
        desk = self.desk
        if not await desk.ledger.rows():
            await desk.ledger.save(WORK)
        for slot in await desk.ledger.open_slots():
            if slot.state == "running" and slot.run_id in effects(self.home):
                await desk.ledger.end(slot.slot_id, "done")
            elif slot.state == "running":
                await desk.ledger.requeue(slot.slot_id)
        while desk.clock.moment < end:
            await self.tick()
            await desk.clock.advance(60)
        await self.tick()

    async def tick(self) -> None:
        await self.desk.plan()
        for slot in await self.desk.ledger.open_slots():
            await self.work(slot)

    async def work(self, slot: Slot) -> None:
        ledger = self.desk.ledger
        if await ledger.begin(slot.slot_id, session_id="s", run_id=slot.key) is not None:
            descriptor = os.open(self.home / "effects", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            os.write(descriptor, f"{slot.key}\n".encode())
            os.close(descriptor)
            await ledger.end(slot.slot_id, "done")


async def live(home: Path, end: datetime) -> list[Slot]:
    """Live a life until a moment; returns the history then."""
    database = await Database.open(home / "homard.db")
    newest = await database.read(lambda connection: connection.execute("SELECT MAX(planned_to) FROM jobs").get)
    begun = NOON if newest is None else NOON + timedelta(microseconds=newest - int(NOON.timestamp()) * 1_000_000)
    desk = Desk(database, HeldClock(begun))
    await Child(home, desk).live(end)
    slots = await desk.history()
    await database.close()
    return slots


if __name__ == "__main__":
    asyncio.run(live(Path(os.environ["HOMARD_AT"]), END))
