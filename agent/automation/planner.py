"""The planner: at each tick every moment that has passed gets its row, and it says when to look again."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.automation.changes import Changes
from agent.automation.ledger import Ledger
from agent.automation.notes import note_for
from agent.automation.planning import (
    LATE,
    Tick,
    free_from_far_waits,
    not_begun,
    plan_job,
    rewind,
    schedule_of,
)
from agent.automation.schedule import Schedule
from agent.errors import HomardError
from agent.jobs import Cron, JobRow, Slot, SlotReason
from agent.ports import Clock
from agent.storage.connection import Connection
from agent.storage.jobs import PlanRow, plan_rows, set_pause
from agent.storage.slots import change, next_start, slot_of

GRACE_S = 100.0
"""A clock that is more than a day behind may be one whose battery is empty: the network sets it right in a minute.

Less than `LATE_S`, so that nothing is late when it turns out to be right.
"""
ASLEEP_S = 30.0
"""The clocks that count sleep and those that do not differ by more after a sleep."""
CLOCK_SET_S = 60.0
"""The wall clock and the one that never goes back differ by more when somebody set it; less is a correction."""
DAY_S = 86_400.0
TRANSACTION_S = 0.2
"""A transaction takes no more jobs after so long: everybody else's waits meanwhile."""

_DAY = timedelta(seconds=DAY_S)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Planned:
    """What a tick found."""

    wake_at: datetime | None
    """When something comes due next, or may start (`not_before`), UTC; None: nothing is to come."""
    jumped: bool
    """Clocks moved as they do not by themselves: the process is new, the machine slept, the clock or zone was set."""


@dataclass(frozen=True)
class _Reading:
    """The clocks and the zone at one moment."""

    wall: datetime
    awake: float
    ever: float
    zone: str


@dataclass(frozen=True)
class _Gap:
    """What happened since the last tick."""

    reason: SlotReason
    """Why something due since then was not run in time."""
    first: bool = False
    back: bool = False
    travelled: bool = False
    since: datetime | None = None
    """When the clock was first seen to be back, by what it shows."""
    doubt_s: float = 0.0
    """So long it is not believed if it is back by more than a day."""

    @property
    def jumped(self) -> bool:
        return self.first or self.back or self.travelled or self.reason != "busy"


@dataclass(frozen=True)
class _Known:
    """The next moment of a job, as long as the rest is as it was."""

    version: int
    planned_to: datetime
    zone: str
    next_at: datetime | None
    broken: bool = False


@dataclass(frozen=True)
class _Survey:
    """What the database says before anything is written."""

    work: bool
    wake_at: datetime | None


class Planner:
    """Writes down what has come due; see `planning`. One tick at a time; to be called on the loop.

    `zone` is that of this machine now. `spread_s`: after a start or wake-up what is late, or just in time, begins
    within so many seconds; `chance` gives numbers from 0 to 1 for that.
    """

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        zone: Callable[[], ZoneInfo],
        *,
        spread_s: Callable[[], float] = lambda: 20.0,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._zone = zone
        self._spread_s = spread_s
        self._chance = chance
        self._last: _Reading | None = None
        self._began: datetime | None = None
        self._woke = False
        self._ahead = False
        self._doubted: _Reading | None = None
        self._known: dict[str, _Known] = {}
        self._ticking = asyncio.Lock()

    def woke(self) -> None:
        """Take notice that the system says that the machine woke, for systems whose clocks do not tell."""
        self._woke = True

    async def plan(self) -> Planned:
        """Do one tick. Nothing is written when nothing came due. Raises StorageError; the next tick makes up for it.

        The first one also decides, by the policies for missed runs, about what an earlier process left due and did not
        begin: take up its runs (recovery) before.
        """
        async with self._ticking:
            zone = self._zone()
            reading = _Reading(self._clock.now(), self._clock.monotonic(), self._clock.awake_and_asleep(), zone.key)
            gap = self._gap(reading)
            began = reading.wall if self._began is None else min(self._began, reading.wall)
            tick = self._tick(reading, zone, gap, began)
            survey = await self._ledger.database.read(lambda connection: self._survey(connection, tick, gap))
            if survey.work:
                planned: set[str] = set()
                while await self._ledger.transact(
                    lambda connection, changes: self._write(connection, changes, tick, gap, planned), step="plan"
                ):
                    pass
                survey = await self._ledger.database.read(lambda connection: self._survey(connection, tick, gap))
            self._last, self._began, self._woke = reading, began, False
            return Planned(survey.wake_at, gap.jumped)

    def _gap(self, now: _Reading) -> _Gap:
        last = self._last
        if last is None:
            self._doubted = now
            return self._doubting(_Gap("app_off", first=True), now)
        asleep = (now.ever - last.ever) - (now.awake - last.awake)
        set_by = (now.wall - last.wall).total_seconds() - (now.ever - last.ever)
        reason: SlotReason = "busy"
        if set_by > CLOCK_SET_S and set_by > asleep:
            reason = "clock_set"
        elif asleep > ASLEEP_S or self._woke:
            reason = "asleep"
        back = set_by < -CLOCK_SET_S
        if back:  # who has seen it go far ahead believes that it was set right
            self._doubted = None if self._ahead else now
        self._ahead = not back and (self._ahead or set_by > DAY_S)
        return self._doubting(_Gap(reason, back=back, travelled=now.zone != last.zone), now)

    def _doubting(self, gap: _Gap, now: _Reading) -> _Gap:
        if self._doubted is None:
            return gap
        left = GRACE_S - (now.ever - self._doubted.ever)
        return replace(gap, since=self._doubted.wall, doubt_s=max(0.0, left))

    def _tick(self, reading: _Reading, zone: ZoneInfo, gap: _Gap, began: datetime) -> Tick:
        spread = None
        if gap.jumped:
            within = self._spread_s()

            def wait() -> timedelta:
                return timedelta(seconds=self._chance() * within)

            spread = wait
        return Tick(reading.wall, zone, lambda at: "app_off" if at <= began else gap.reason, spread)

    def _survey(self, connection: Connection, tick: Tick, gap: _Gap) -> _Survey:
        """Look whether anything is to be written, and when to look again. In the database's thread."""
        if gap.back:
            self._known.clear()
        rows = plan_rows(connection)
        self._known = {known.row.job_id: self._look(known, tick) for known in rows}
        work = gap.back or any(self._has_work(known, tick, gap) for known in rows)
        if gap.jumped and not work:
            work = bool(not_begun(connection, tick.now - LATE))
        waits = [self._known[known.row.job_id].next_at for known in rows if not known.row.paused]
        if any(known.planned_to > tick.now + _DAY for known in rows):
            waits.append(tick.now + timedelta(seconds=gap.doubt_s))
        coming = [at for at in (*waits, next_start(connection, tick.now)) if at is not None and at > tick.now]
        return _Survey(work, min(coming, default=None))

    def _look(self, known: PlanRow, tick: Tick) -> _Known:
        """Find the next moment of a job, where that may be another one than at the last look."""
        marks = (known.row.version, known.planned_to, tick.zone.key)
        before = self._known.get(known.row.job_id)
        if before is not None and (before.version, before.planned_to, before.zone) == marks:
            return before
        schedule = _schedule(known.row, tick)
        moment = None if schedule is None else schedule.next(known.planned_to)
        return _Known(*marks, moment.at if moment else None, broken=schedule is None)

    def _has_work(self, known: PlanRow, tick: Tick, gap: _Gap) -> bool:
        look = self._known[known.row.job_id]
        if look.broken:
            return not known.row.paused
        if known.planned_to > tick.now + LATE:
            return _is_back(known, tick, gap)
        if known.planned_in != tick.zone.key and _goes_by_the_wall(known.row):
            return True
        return not known.row.paused and _is_past(look, tick)

    def _write(self, connection: Connection, changes: Changes, tick: Tick, gap: _Gap, planned: set[str]) -> bool:
        """Write what one transaction should; tells whether there is more. `planned` are the jobs that are done."""
        end = self._clock.monotonic() + TRANSACTION_S
        stale = self._stale(connection, changes, tick, gap)
        for known in plan_rows(connection):
            if known.row.job_id in planned:
                continue
            if self._clock.monotonic() > end:
                return True
            planned.add(known.row.job_id)
            look = self._known[known.row.job_id] = self._look(known, tick)
            waiting = stale.get(known.row.job_id, ())
            if not (waiting or self._has_work(known, tick, gap) or _is_past(look, tick)):
                continue
            schedule = _schedule(known.row, tick)
            if schedule is None:
                self._pause_broken(connection, changes, known.row, tick)
            else:
                self._write_job(connection, changes, known, schedule, tick, gap, waiting)
        if gap.back:
            free_from_far_waits(connection, tick.now)
        return False

    def _write_job(
        self,
        connection: Connection,
        changes: Changes,
        known: PlanRow,
        schedule: Schedule,
        tick: Tick,
        gap: _Gap,
        waiting: Sequence[Slot],
    ) -> None:
        if _is_back(known, tick, gap):
            known = rewind(connection, known, schedule, tick, gap.since or tick.now)
            changes.job(connection, known.row.job_id)
        for slot_id in plan_job(connection, known, schedule, tick, waiting):
            slot = slot_of(connection, slot_id)
            changes.slot(connection, slot, tell=slot.state == "parked")

    def _stale(self, connection: Connection, changes: Changes, tick: Tick, gap: _Gap) -> dict[str, list[Slot]]:
        """Find, by job, what is due since long and was not begun; a wish that old is given up after a start."""
        found: dict[str, list[Slot]] = {}
        for slot in not_begun(connection, tick.now - LATE) if gap.jumped else ():
            if slot.origin == "schedule":
                found.setdefault(slot.job_id, []).append(slot)
            elif slot.origin == "manual" and gap.first:
                values = {"state": "missed", "reason": "app_off", "note": note_for("app_off", "wish")}
                ended = change(connection, slot.slot_id, ("due",), {**values, "finished_at": tick.now})
                if ended is not None:
                    changes.slot(connection, ended, tell=True)
        return found

    def _pause_broken(self, connection: Connection, changes: Changes, row: JobRow, tick: Tick) -> None:
        """Its triggers could be read when it was saved: a zone is gone, or an older Homard wrote them."""
        try:
            schedule_of(row, tick.zone, tick.now)
        except HomardError as error:
            set_pause(connection, row.job_id, "broken", f"{error} Change the job, then resume it.", tick.now)
            changes.job(connection, row.job_id)


def _schedule(row: JobRow, tick: Tick) -> Schedule | None:
    try:
        return schedule_of(row, tick.zone, tick.now)
    except HomardError as error:
        _log.warning("the triggers of job %s cannot be read: %s", row.job_id, error)
        return None


def _is_back(known: PlanRow, tick: Tick, gap: _Gap) -> bool:
    """Whether the clock was set back before what is planned, and is believed."""
    ahead = known.planned_to - tick.now
    return ahead > LATE and (gap.doubt_s <= 0 or ahead <= _DAY)


def _is_past(look: _Known, tick: Tick) -> bool:
    return look.next_at is not None and look.next_at <= tick.now


def _goes_by_the_wall(row: JobRow) -> bool:
    return any(isinstance(trigger, Cron) and not trigger.zone for trigger in row.job.triggers)
