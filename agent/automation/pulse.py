"""What makes it beat: clock, ear, machine and pause wake it, then it plans, and lets the dispatcher take its turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from agent.automation.desk import Desk
from agent.automation.dispatcher import AFTER_TROUBLE_S, Dispatcher
from agent.automation.planner import Planner
from agent.automation.plugin_slots import wanted
from agent.automation.ports import Alarm, Ear
from agent.errors import HomardError
from agent.jobs import JobRow, Watch
from agent.tasks import spawn

if TYPE_CHECKING:
    from agent.automation.watch.state import WatchState
    from agent.machine import Machine, MachineChange

KEEP = timedelta(days=400)
"""Ended slots older than this go."""
CLEAN_EVERY = timedelta(days=1)
_AT_LEAST = timedelta(seconds=1)
"""Between two turns that nothing but the clock asks for."""

_log = logging.getLogger(__name__)


class Pulse:
    """Listens from `start` to `stop`; in between it sleeps until something wakes it."""

    def __init__(self, desk: Desk, planner: Planner, dispatcher: Dispatcher) -> None:
        self._desk = desk
        self._planner = planner
        self._dispatcher = dispatcher
        self._woken = asyncio.Event()
        self._plan_at: datetime | None = None
        self._replan = True
        self._cleaned_at: datetime | None = None
        self._watches: Mapping[str, Sequence[Watch]] = {}
        self._plugins: Mapping[str, frozenset[str]] = {}
        self._ear: Ear | None = None
        self._machine: Machine | None = None
        self._alarm: Alarm | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def beats(self) -> bool:
        """Between `start` and `stop`."""
        return bool(self._tasks)

    @property
    def machine(self) -> Machine | None:
        """What listens to the machine; None: nothing does."""
        return self._machine

    def wake(self, *, plan: bool = False) -> None:
        """Look again soon; `plan`: jobs, clocks or time zone may have changed. On the loop."""
        self._replan |= plan
        self._woken.set()

    def states(self) -> Mapping[str, Sequence[WatchState]]:
        """How the watched folders are doing, by job id."""
        return self._ear.states() if self._ear is not None else {}

    async def start(self) -> None:
        """Take up what was left, and listen. Raises StorageError: then it does not listen."""
        await self._dispatcher.recover()
        self._machine = _open_machine(self._desk, self.machine_changed)
        self._alarm = _open_alarm(self._desk, lambda: self.wake(plan=True))
        self.wake(plan=True)
        self._tasks = [spawn(self._beat(), "automation"), spawn(self._follow_pause(), "automation: pause")]

    async def stop(self) -> None:
        """Listen no more; what is under way goes on."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        if self._alarm is not None:
            self._alarm.close()
        if self._machine is not None:
            await self._machine.close()
        if self._ear is not None:
            await self._ear.close()
        self._alarm = self._machine = self._ear = None
        self._watches = {}
        if self._plugins:
            self._want({})

    def machine_changed(self, change: MachineChange) -> None:
        """Take what the machine tells of itself."""
        if change == "woke":
            self._planner.woke()
        if change != "sleeping":
            self.wake(plan=change == "woke")

    async def _beat(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                at = await self.turn()
            except Exception as error:  # noqa: BLE001 - whatever it is, work must go on starting
                if isinstance(error, HomardError):
                    _log.warning("automation: %s", error)
                else:
                    _log.exception("automation: a turn failed")
                self._replan = True
                at = self._desk.now + timedelta(seconds=AFTER_TROUBLE_S)
            if self._alarm is not None:
                self._alarm.set(None if at is None else max(at, self._desk.now + _AT_LEAST))

    async def turn(self) -> datetime | None:
        """Plan where something may have come due, then dispatch; gives when to look again. Raises StorageError."""
        now = self._desk.now
        if self._replan or (self._plan_at is not None and self._plan_at <= now):
            self._replan = False
            planned = await self._planner.plan()
            self._plan_at = planned.wake_at
            await self._listen()
            await self._clean(now)
        look_at = await self._dispatcher.dispatch()
        return min((at for at in (look_at, self._plan_at) if at is not None), default=None)

    async def _listen(self) -> None:
        """Listen to the folders and plugins of the jobs that are not paused; nothing of it is imported for none."""
        rows = await self._desk.ledger.rows()
        watches = {row.job_id: found for row in rows if not row.paused and (found := _watches(row))}
        plugins = wanted(row.job for row in rows if not row.paused)
        if plugins != self._plugins:
            self._want(plugins)
        if watches == self._watches:
            return
        if self._ear is None:
            self._ear = self._open_ear()
        self._watches = watches
        self._ear.apply(watches)

    def _want(self, plugins: Mapping[str, frozenset[str]]) -> None:
        self._plugins = plugins
        if self._desk.ports.want_plugins is not None:
            self._desk.ports.want_plugins(plugins)

    def _open_ear(self) -> Ear:
        ports, record = self._desk.ports, self._desk.ledger.insert_file_slots
        if ports.open_ear is not None:
            return ports.open_ear(record, self.wake, self._notice)
        from agent.automation.watch.own import Nobody
        from agent.automation.watch.watcher import Watcher

        own = ports.own_writes or Nobody()
        database, folders = ports.store.database, ports.own_folders
        return Watcher(database, ports.clock, record, self.wake, own, self._notice, own_folders=folders)

    def _notice(self, job_id: str, note: str) -> None:
        spawn(self._tell(job_id, note), "automation: notice")

    async def _tell(self, job_id: str, note: str) -> None:
        self._desk.notice(await self._desk.ledger.row(job_id), note)

    async def _clean(self, now: datetime) -> None:
        if self._cleaned_at is None or abs(now - self._cleaned_at) >= CLEAN_EVERY:
            self._cleaned_at = now
            await self._desk.ledger.clean(now - KEEP)

    async def _follow_pause(self) -> None:
        while True:
            await self._desk.ports.pause.wait_for_change()
            self.wake()


def _watches(row: JobRow) -> tuple[Watch, ...]:
    return tuple(trigger for trigger in row.job.triggers if isinstance(trigger, Watch))


def _open_machine(desk: Desk, changed: Callable[[MachineChange], None]) -> Machine:
    from agent.machine import open_machine

    return (desk.ports.open_machine or open_machine)(changed)


def _open_alarm(desk: Desk, ring: Callable[[], None]) -> Alarm:
    from agent.automation.alarm import ClockAlarm

    own = desk.ports.open_alarm
    return own(ring) if own is not None else ClockAlarm(desk.ports.clock, lambda: desk.zone, ring)
