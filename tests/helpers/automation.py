"""Automation over a house, with clock, alarm, machine and ear in a test's hands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from agent.automation.service import Automation
from agent.automation.watch.state import Record, Settled, WatchState
from agent.commands import RunJob, SaveJob, SendMessage
from agent.events import AnyEvent, JobNoticed, SlotChanged
from agent.jobs import Cron, Job, Slot, SlotState, Watch
from agent.machine import MachineState, UnknownMachine
from agent.models.scripted import Reply, Script
from agent.runtime import Receipt
from agent.settings import AutomationSettings, EconomySettings
from agent.tools.tool import Tool
from tests.helpers.clock import HeldClock
from tests.helpers.house import House, open_house

BERLIN = ZoneInfo("Europe/Berlin")
EACH_MINUTE = Cron("* * * * *")
ENDED: tuple[SlotState, ...] = ("done", "failed", "parked", "skipped", "missed")


class HeldAlarm:
    """Rings when the test moves the clock far enough."""

    def __init__(self, clock: HeldClock) -> None:
        self.at: datetime | None = None
        self.closed = False
        self.ring: Callable[[], None] = lambda: None
        self._clock = clock

    def set(self, at: datetime | None) -> None:
        self.at = at
        if at is not None and at <= self._clock.now():
            asyncio.get_running_loop().call_soon(self.look)

    def look(self) -> None:
        """Ring if it is time."""
        if self.at is not None and self.at <= self._clock.now():
            self.at = None
            self.ring()

    def close(self) -> None:
        self.closed = True


class HeldEar:
    """Hears what the test says."""

    def __init__(self, record: Record, wake: Callable[[], None]) -> None:
        self.record = record
        self.wake = wake
        self.watches: Mapping[str, Sequence[Watch]] = {}

    def apply(self, watches: Mapping[str, Sequence[Watch]]) -> None:
        self.watches = dict(watches)

    def states(self) -> Mapping[str, Sequence[WatchState]]:
        return {
            job_id: [WatchState(watch.folder, "events", "", 0) for watch in watches]
            for job_id, watches in self.watches.items()
        }

    async def close(self) -> None:
        pass


class Office:
    """A house whose jobs start by the test's clock."""

    def __init__(self, house: House, clock: HeldClock) -> None:
        self.house = house
        self.clock = clock
        self.alarm = HeldAlarm(clock)
        self.machine = UnknownMachine()
        self.settings = AutomationSettings(spread_s=0.0)
        self.ear: HeldEar | None = None
        self.seen: list[AnyEvent] = []
        self.sent: list[SendMessage] = []
        self.automation = house.runtime.automation
        self._heard = 0

    @property
    def folder(self) -> Path:
        return self.house.folder

    def build(self) -> None:
        """Put the automation that a test holds in the place of the runtime's own."""
        runtime = self.house.runtime
        ports = replace(
            self.automation._ports,
            settings=lambda: msgspec.structs.replace(runtime.settings, automation=self.settings),
            open_machine=self._machine,
            open_alarm=self._alarm,
            open_ear=self._ear,
            zone=lambda: BERLIN,
            random=lambda: 0.5,
            submit=self._submit,
        )
        self.automation = runtime._jobs.__dict__["automation"] = Automation(ports)

    async def _submit(self, command: SendMessage) -> Receipt:
        self.sent.append(command)
        return await self.house.runtime.submit(command)

    def _machine(self, changed: Callable[[Any], None]) -> UnknownMachine:
        self.machine_changed = changed
        return self.machine

    def _alarm(self, ring: Callable[[], None]) -> HeldAlarm:
        self.alarm.ring = ring
        return self.alarm

    def _ear(self, record: Record, wake: Callable[[], None], notice: Callable[[str, str], None]) -> HeldEar:
        del notice
        self.ear = HeldEar(record, wake)
        return self.ear

    def job(self, name: str = "work", **more: Any) -> Job:
        more.setdefault("prompt", f"do {name}")
        more.setdefault("folder", str(self.folder))
        more.setdefault("model", "scripted/hello")
        return Job(name=name, **more)

    async def save(self, name: str = "work", job_id: str = "", **more: Any) -> str:
        """Save a job, as a person does; gives its id."""
        job = more.pop("job", None) or self.job(name, **more)
        return (await self.house.runtime.submit(SaveJob(job, job_id))).job_id

    async def run(self, job_id: str, **more: Any) -> Slot:
        """Run a job as a person does, and wait for its end."""
        receipt = await self.house.runtime.submit(RunJob(job_id, **more))
        return await self.ended(receipt.slot_id)

    def machine_is(self, **state: Any) -> None:
        """Let the machine be so from now on."""
        self.machine.state = MachineState(**state)
        self.machine_changed("changed")

    async def turn(self) -> None:
        """Let the automation have its turn now."""
        pulse = self.automation._pulse
        pulse.wake(plan=True)
        async with asyncio.timeout(20):
            self.alarm.set(await pulse.turn())

    async def pass_to(self, seconds: float) -> None:
        """Let time pass, and let the automation have its turn."""
        await self.clock.advance(seconds)
        await self.turn()

    async def settled(self, job_id: str, *paths: str, late: bool = False) -> None:
        """Let files settle in the first watched folder of a job."""
        assert self.ear is not None
        ear, watch = self.ear, self.ear.watches[job_id][0]
        known = sum(len(found) for found in (await self.slots(job_id),))
        files = [Settled(path, "changed", f"d{known}{path}", known * 100 + n) for n, path in enumerate(paths)]
        await self.house.runtime.store.database.call(
            lambda connection: ear.record(connection, job_id, watch, files, late), step="test"
        )
        ear.wake()

    async def slots(self, job_id: str = "") -> list[Slot]:
        """All slots, the oldest first."""
        return sorted(await self.automation.slots(job_id, limit=10_000), key=lambda slot: (slot.due_at, slot.slot_id))

    async def told(self, job_id: str = "") -> list[tuple[SlotState, str]]:
        """State and reason of all slots, the oldest first."""
        return [(slot.state, slot.reason) for slot in await self.slots(job_id)]

    async def ended(self, slot_id: int) -> Slot:
        """Wait until a slot has ended or parked."""
        return await self.until(lambda slot: slot.slot_id == slot_id and slot.state in ENDED, slot_id)

    async def until(self, wanted: Callable[[Slot], bool], slot_id: int = 0) -> Slot:
        """Wait until a slot is as wanted; what was told before counts too."""
        async with asyncio.timeout(20):
            while True:
                known = [await self.automation.slot(slot_id)] if slot_id else await self.slots()
                found = next(filter(wanted, known), None)
                if found is not None:
                    return found
                await self._more()

    async def all_ended(self, count: int, job_id: str = "") -> list[Slot]:
        """Wait until so many slots have ended or parked."""
        async with asyncio.timeout(60):
            while True:
                found = [slot for slot in await self.slots(job_id) if slot.state in ENDED]
                if len(found) >= count:
                    return found
                await self._more()

    async def _more(self) -> None:
        self.more.clear()
        await self.more.wait()

    async def follow(self, events: Any) -> None:
        """Keep what the bus says."""
        async for event in events:
            self.seen.append(event)
            if isinstance(event, SlotChanged):
                self.more.set()

    more: asyncio.Event

    @property
    def notices(self) -> list[str]:
        return [event.note for event in self.seen if isinstance(event, JobNoticed)]

    @property
    def tells(self) -> list[tuple[SlotState, str]]:
        """Of which ends a person was told."""
        return [
            (event.slot.state, event.slot.summary or event.slot.note)
            for event in self.seen
            if isinstance(event, SlotChanged) and event.tell
        ]


@asynccontextmanager
async def open_office(
    tmp_path: Path,
    script: Sequence[Reply] | Script,
    *,
    clock: HeldClock | None = None,
    tools: Iterable[Tool[Any]] | None = None,
    start: bool = True,
    reuse: bool = False,
    **settings: Any,
) -> AsyncGenerator[Office, None]:
    """Open a house with automation; it is started unless told otherwise.

    `reuse`: replies are given again to the very same request; where time stands still, each run of a job asks that.
    """
    clock = clock or HeldClock()
    async with open_house(tmp_path, script, tools, clock) as house:
        office = Office(house, clock)
        office.more = asyncio.Event()
        office.settings = msgspec.structs.replace(office.settings, **settings)
        house.runtime.settings = msgspec.structs.replace(
            house.runtime.settings, economy=EconomySettings(reuse_replies=reuse)
        )
        office.build()
        with house.runtime.subscribe() as events:
            follow = asyncio.create_task(office.follow(events))
            try:
                if start:
                    await office.automation.start()
                    await office.turn()
                yield office
            finally:
                follow.cancel()
