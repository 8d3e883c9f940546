"""Takes what is due, in order: what keeps it waits or is skipped, the rest starts, some at a time."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

import msgspec

from agent.automation.desk import Desk
from agent.automation.holds import EVENTS, Facts, Go, Skip, Spending, affordable, judge, turn
from agent.automation.loops import looping, told_too_often
from agent.automation.recovery import close_forgotten, take_up
from agent.automation.spending import capped, full_caps, spending_of, spent_in
from agent.automation.work import Work
from agent.budget.standing import Standing
from agent.errors import StorageError, UsageError
from agent.jobs import JobRow, PauseReason, Slot
from agent.machine.state import MachineState
from agent.storage.recovery import close_parked
from agent.tasks import spawn

AFTER_TROUBLE_S = 60.0
"""When something could not be stored, it is tried again so much later."""
CLOSE_S = 10.0
_BREATH = 50
"""Slots that are judged in one go before others on the loop have a turn."""

_FAILED = "It failed {count} times in a row and was paused. Look at the last runs, mend what is wrong, then resume it."
_CIRCLE = "It was paused. Let it ignore that file, or write elsewhere, then resume it."
_RUNAWAY = "It was paused. See what the plugin tells it; resume it, and it may run as often again."

_log = logging.getLogger(__name__)


class Dispatcher:
    """Holds the works under way. All changes are made one turn at a time."""

    def __init__(self, desk: Desk, machine: Callable[[], Awaitable[MachineState]]) -> None:
        self._desk = desk
        self._parked = desk.ports.parked
        self._machine = machine
        self._rows: dict[str, JobRow] = {}
        self._works: dict[int, Work] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turning = asyncio.Lock()
        self._told_budget: dict[str, date] = {}
        self._look_at: list[datetime] = []
        self._asking: Counter[str] = Counter()
        """Jobs of which a run waits for a person's leave."""
        self._spending: dict[tuple[str, tuple[int, ...]], Spending] = {}
        self._full: list[Standing] = []
        """Of a job while these slots of it are worked on, in this turn."""
        self.closing = False
        self.on_free: Callable[[], None] = lambda: None
        """Called when a work has ended: there may be room for the next one."""

    async def dispatch(self) -> datetime | None:
        """Bring every open slot one step further; gives when to look again, None: when something changes."""
        async with self._turning:
            self._look_at = []
            self._spending.clear()
            self._rows = {row.job_id: row for row in await self._desk.ledger.rows()}
            for row in tuple(self._rows.values()):
                if not row.paused and row.failures >= row.job.policies.pause_after:
                    await self._pause(row, "failures", _FAILED.format(count=row.failures))
            slots = [slot for slot in await self._desk.ledger.open_slots() if slot.slot_id not in self._works]
            await self._take_up([slot for slot in slots if slot.state == "running"])
            parked = [slot for slot in slots if slot.state == "parked" and slot.reason == "approval"]
            self._asking = Counter(slot.job_id for slot in parked)
            await self._answered(parked)
            if due := [slot for slot in slots if slot.state == "due"]:
                self._full = await full_caps(self._desk)
                await self._start_due(due)
            return min(self._look_at, default=None)

    async def recover(self) -> None:
        """Take up what an earlier process left running. Before the first plan: that decides about what never began."""
        async with self._turning:
            slots = await self._desk.ledger.open_slots()
            await self._take_up([slot for slot in slots if slot.state == "running" and slot.slot_id not in self._works])
            await close_forgotten(self._desk)

    async def run_now(self, row: JobRow, files: Sequence[str]) -> Slot:
        """Start a job because a person wants it; gives the slot once its run has begun, or ended without one.

        Of one whose run was refused it has no run id. Raises UsageError with the reason when the job's budget or an
        earlier run keeps it: nothing was done then.
        """
        async with self._turning:
            self._spending.clear()
            self._full = await full_caps(self._desk)
            self._desk.ports.resolve_model(row.job.model)
            wished = Slot(
                slot_id=0, job_id=row.job_id, key="", origin="manual", due_at=self._desk.now, state="due",
                version=row.version,
            )  # fmt: skip
            facts = await self._about(row, self._facts(MachineState()), newer=False)
            verdict = judge(wished, row, facts)
            if not isinstance(verdict, Go):
                raise UsageError(f"“{row.job.name}” cannot run now. {verdict.note}")
            slot = await self._desk.ledger.add_manual(row.job_id, files)
            work = await self._launch(slot, row, facts.spending)
        await work.begun.wait()
        begun = await self._desk.ledger.slot(slot.slot_id)
        return begun if work.taken else msgspec.structs.replace(begun, run_id="")

    async def close(self) -> None:
        """Wait until what the runs that have ended leave is written down; the rest is taken up at the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_S)
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _take_up(self, slots: Sequence[Slot]) -> None:
        for slot in slots:
            await take_up(self._desk, slot, await self._desk.ledger.row(slot.job_id))
            self.on_free()

    async def _answered(self, slots: Sequence[Slot]) -> None:
        """Go on with runs whose question was answered, and give up those that have waited too long."""
        if not slots:
            return
        await self._parked.give_up()
        waiting = {one.slot_id: one.event.parked_until for one in await self._parked.open()}
        for slot in slots:
            if slot.slot_id in waiting:
                self._look_at += [until for until in (waiting[slot.slot_id],) if until is not None]
            elif await self._parked.answers(slot.run_id):
                row = await self._desk.ledger.row(slot.job_id)
                if row.paused == "review":  # another file has taken its place meanwhile, which nobody has looked at
                    continue
                await self._launch(slot, row, await spending_of(self._desk, row, self._of(row)))
            else:
                note = "Nobody answered in time, so the run was given up. What was done before is kept."
                await close_parked(self._desk.ports.store, slot.run_id, "nobody answered in time", now=self._desk.now)
                await self._desk.ledger.end(slot.slot_id, "failed", "expired", note, tell=True)

    async def _start_due(self, due: Sequence[Slot]) -> None:
        """Scheduled ones first: ten thousand files must not make the clock late."""
        facts = self._facts(await self._machine())
        last = {slot.job_id: slot.slot_id for slot in due if slot.origin == "schedule"}
        ordered = sorted(due, key=lambda slot: (slot.origin in EVENTS, slot.due_at, slot.slot_id))
        for number, slot in enumerate(ordered):
            if number % _BREATH == 0:
                await asyncio.sleep(0)
            if (row := self._rows.get(slot.job_id)) is not None:
                newer = slot.origin == "schedule" and last[slot.job_id] != slot.slot_id
                await self._one(slot, row, await self._about(row, facts, newer=newer))

    async def _one(self, slot: Slot, row: JobRow, facts: Facts) -> None:
        verdict = judge(slot, row, facts)
        if isinstance(verdict, Go) and len(self._works) >= facts.settings.parallel:
            verdict = turn(slot, row, facts)
        if isinstance(verdict, Go):
            if slot.origin not in EVENTS or not await self._goes_in_circles(slot, row):
                await self._launch(slot, row, facts.spending)
            return
        if verdict.reason == "budget":
            self._tell_budget(row, verdict.note)
        if isinstance(verdict, Skip):
            await self._desk.ledger.end(slot.slot_id, "skipped", verdict.reason, verdict.note)
            return
        if verdict.until is not None:
            self._look_at.append(verdict.until)
        if verdict.reason and (slot.reason, slot.note) != (verdict.reason, verdict.note):
            await self._desk.ledger.hold(slot.slot_id, verdict.reason, verdict.note)

    def _facts(self, machine: MachineState) -> Facts:
        ports = self._desk.ports
        return Facts(self._desk.now, self._desk.zone, ports.pause.state, machine, ports.settings().automation)

    async def _about(self, row: JobRow, facts: Facts, *, newer: bool) -> Facts:
        works = self._of(row)
        known = (row.job_id, tuple(work.slot.slot_id for work in works))
        if known not in self._spending:
            self._spending[known] = await spending_of(self._desk, row, works)
        return replace(
            facts,
            spending=self._spending[known],
            working=len(works),
            asks=self._asking[row.job_id],
            newer=newer,
            capped=capped(self._desk, row, self._full),
        )

    def _of(self, row: JobRow) -> list[Work]:
        return [work for work in self._works.values() if work.row.job_id == row.job_id]

    async def _launch(self, slot: Slot, row: JobRow, spending: Spending) -> Work:
        spent = await spent_in(self._desk, slot.session_id)
        ceiling = affordable(row, spending, spent)
        work = Work(self._desk, slot, row, ceiling, spent, lambda: self.closing)
        self._works[slot.slot_id] = work
        task = spawn(self._see_through(work), f"slot {slot.slot_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return work

    async def _see_through(self, work: Work) -> None:
        try:
            await work.run()
        except StorageError as error:
            _log.warning("slot %d: %s", work.slot.slot_id, error)
            await self._desk.ports.clock.sleep(AFTER_TROUBLE_S)  # before it is looked at again
        finally:
            del self._works[work.slot.slot_id]
            self._spending.clear()  # it came and went in one turn: that is known to none of them
            self.on_free()

    async def _pause(self, row: JobRow, reason: PauseReason, note: str) -> None:
        """Pause a job with one notice."""
        self._rows[row.job_id] = await self._desk.ledger.set_paused(row.job_id, reason, note)
        self._desk.notice(row, note)

    async def _goes_in_circles(self, slot: Slot, row: JobRow) -> bool:
        now, rows, told = self._desk.now, list(self._rows.values()), slot.origin == "plugin"
        why = await self._desk.ports.store.database.read(
            lambda connection: told_too_often(connection, row, now) if told else looping(connection, row, rows, now)
        )
        if why:
            await self._pause(row, "loop", f"{why} {_RUNAWAY if told else _CIRCLE}")
            self.on_free()
        return bool(why)

    def _tell_budget(self, row: JobRow, note: str) -> None:
        """Once a day."""
        today = self._desk.local(self._desk.now).date()
        if self._told_budget.get(row.job_id) != today:
            self._told_budget[row.job_id] = today
            self._desk.notice(
                row, f"{note} It starts nothing until there is some again; raise the limit if that is too late."
            )
