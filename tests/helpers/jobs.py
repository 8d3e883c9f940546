"""Jobs, a ledger and its planner around a clock that a test holds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.automation.ledger import Ledger
from agent.automation.planner import Planned, Planner
from agent.events import AnyEvent, SlotChanged
from agent.jobs import Job, Missed, Policies, Slot, Trigger
from agent.storage.database import Database
from tests.helpers.clock import HeldClock

BERLIN = ZoneInfo("Europe/Berlin")


def job(*triggers: Trigger, name: str = "look", missed: Missed | None = None, **more: object) -> Job:
    policies = Policies(missed=missed or Missed())
    return Job(name=name, prompt="look", folder="/somewhere", triggers=triggers, policies=policies, **more)  # pyright: ignore[reportArgumentType]


class Desk:
    """One process that plans. `restart` is another one, on the same database and in the same world."""

    def __init__(self, database: Database, clock: HeldClock, zone: ZoneInfo = BERLIN) -> None:
        self.database = database
        self.clock = clock
        self.zone = zone
        self.events: list[AnyEvent] = []
        self.ledger = Ledger(database, clock, self.events.append, zone=lambda: self.zone)
        self.planner = self._planner()

    def _planner(self) -> Planner:
        return Planner(self.ledger, self.clock, lambda: self.zone, spread_s=lambda: 20.0, chance=lambda: 0.5)

    def restart(self) -> None:
        self.planner = self._planner()

    async def plan(self) -> Planned:
        return await self.planner.plan()

    async def pass_to(self, moment: datetime) -> None:
        """Let time pass, with a tick whenever the planner asked for one, and every half minute if it is awake."""
        while self.clock.moment < moment:
            wake = (await self.plan()).wake_at
            until = moment if wake is None or wake > moment else max(wake, self.clock.moment)
            await self.clock.advance((until - self.clock.moment).total_seconds())
            await self.plan()

    async def sleep_to(self, moment: datetime) -> Planned:
        self.clock.suspend((moment - self.clock.moment).total_seconds())
        return await self.plan()

    async def off_to(self, moment: datetime) -> Planned:
        await self.clock.advance((moment - self.clock.moment).total_seconds())
        self.restart()
        return await self.plan()

    async def run_due(self) -> list[Slot]:
        """Begin what is due and may start, and let it be done."""
        ran: list[Slot] = []
        for slot in await self.ledger.open_slots():
            if slot.state == "due" and (slot.not_before is None or slot.not_before <= self.clock.moment):
                begun = await self.ledger.begin(slot.slot_id, session_id="s", run_id=f"r{slot.slot_id}")
                assert begun is not None
                ended = await self.ledger.end(slot.slot_id, "done")
                assert ended is not None
                ran.append(begun)
        return ran

    async def history(self, job_id: str = "") -> list[Slot]:
        """All slots, oldest first."""
        return (await self.ledger.slots(job_id, limit=100_000))[::-1]

    def told(self) -> list[Slot]:
        return [event.slot for event in self.events if isinstance(event, SlotChanged)]


@asynccontextmanager
async def desk(folder: Path, moment: datetime | None = None, zone: ZoneInfo = BERLIN) -> AsyncIterator[Desk]:
    clock = HeldClock() if moment is None else HeldClock(moment)
    database = await Database.open(folder / "homard.db")
    try:
        yield Desk(database, clock, zone)
    finally:
        await database.close()


def facts(slots: list[Slot]) -> list[tuple[str, str, str]]:
    return [(slot.key, slot.state, slot.reason) for slot in slots]


def later(moment: datetime, **more: float) -> datetime:
    return moment + timedelta(**more)
