"""Pause everything: while it holds no run starts a model call. It outlasts a restart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from agent.errors import StorageError, UsageError
from agent.events import AnyEvent, RunsPaused, RunsResumed
from agent.ports import Clock
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.records import from_micros, to_micros
from agent.tasks import spawn, uninterrupted

RECHECK_S = 60.0
"""Longest sleep towards the end of a pause: a machine that was suspended, or whose clock was set, would sleep on."""
MORNING_HOUR = 6
"""When a pause until tomorrow ends, local time."""

_log = logging.getLogger(__name__)


class PauseState(msgspec.Struct, frozen=True):
    """Whether everything is paused."""

    paused: bool = False
    until: datetime | None = None
    """When it ends by itself, UTC; None: not before somebody resumes."""


_GOING = PauseState()


class Pause:
    """The switch that runs look at before each request, and its memory in the database."""

    def __init__(self, database: Database, clock: Clock, publish: Callable[[AnyEvent], None]) -> None:
        self._database = database
        self._clock = clock
        self._publish = publish
        self._state = _GOING
        self._changed = asyncio.Event()
        self._turning = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None

    @property
    def state(self) -> PauseState:
        """How it stands now."""
        return self._state

    async def load(self) -> None:
        """Take up a pause that was on when Homard ended; one whose time has passed meanwhile is over."""
        stored = await self._database.read(_stored)
        if stored.until is not None and stored.until <= self._clock.now():
            await self._database.call(lambda connection: _store(connection, _GOING), step="resume")
        elif stored.paused:
            self._turn(stored)

    async def begin(self, until: datetime | None) -> None:
        """Pause, or give a pause another end. Raises UsageError when the end is no moment to come."""
        if until is not None and (until.tzinfo is None or until <= self._clock.now()):
            raise UsageError("The end of a pause must be a moment to come, with its time zone. Nothing was changed.")
        state = PauseState(True, until.astimezone(UTC) if until is not None else None)
        await uninterrupted(self._begin(state), "pause")

    async def end(self) -> None:
        """Let the runs go on; where nothing is paused nothing happens."""
        await uninterrupted(self._end(), "resume")

    async def wait_for_change(self) -> None:
        """Wait until it is paused, resumed, or paused until another moment."""
        await self._changed.wait()

    def close(self) -> None:
        """Watch the time no more; what is stored stays."""
        self._unwatch()

    async def _begin(self, state: PauseState) -> None:
        async with self._turning:
            await self._database.call(lambda connection: _store(connection, state), step="pause")
            self._turn(state)
            self._publish(RunsPaused("", "", state.until))

    async def _end(self) -> None:
        async with self._turning:
            if not self._state.paused:
                return
            await self._database.call(lambda connection: _store(connection, _GOING), step="resume")
            self._turn(_GOING)
            self._publish(RunsResumed("", ""))

    def _turn(self, state: PauseState) -> None:
        self._unwatch()
        self._state = state
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        if state.until is not None:
            self._watch = spawn(self._over(state.until), "pause")

    def _unwatch(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None and watch is not asyncio.current_task():
            watch.cancel()

    async def _over(self, until: datetime) -> None:
        """End the pause when its time has come."""
        while (left := (until - self._clock.now()).total_seconds()) > 0:
            await self._clock.sleep(min(left, RECHECK_S))
        async with self._turning:
            self._turn(_GOING)
            self._publish(RunsResumed("", ""))
            try:
                await self._database.call(lambda connection: _store(connection, _GOING), step="resume")
            except StorageError:
                _log.warning("the end of a pause was not stored; the next start sees that its time has passed")


def next_morning(now: datetime) -> datetime:
    """When tomorrow begins for people: the next early morning, local time, over a change to summer time too."""
    local = now.astimezone()
    day = local.date() + timedelta(days=local.hour >= MORNING_HOUR)
    return datetime(day.year, day.month, day.day, MORNING_HOUR).astimezone()


def _stored(connection: Connection) -> PauseState:
    row = connection.execute("SELECT until FROM pause").fetchone()
    if row is None:
        return _GOING
    return PauseState(True, from_micros(row[0]) if row[0] is not None else None)


def _store(connection: Connection, state: PauseState) -> None:
    connection.execute("DELETE FROM pause")
    if state.paused:
        until = to_micros(state.until) if state.until is not None else None
        connection.execute("INSERT INTO pause (only_one, until) VALUES (1, ?)", (until,))
