"""A watcher over a real folder and a real store, with all that it records."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from agent.automation.watch.own import Nobody, OwnWrites
from agent.automation.watch.state import Settled, WatchState
from agent.automation.watch.watcher import Watcher
from agent.clock import SystemClock
from agent.jobs import Change, Watch
from agent.storage.connection import Connection
from agent.storage.database import Database

SETTLE_S = 0.15
LONG_S = 30.0
EVERYTHING: tuple[Change, ...] = ("created", "changed", "removed", "moved")


class Told(NamedTuple):
    """One finding, short."""

    change: str
    path: str
    """Below the folder."""
    old: str = ""
    late: bool = False
    job: str = "job"


class Watching:
    """One watcher. The folder is `folder`; the store outlives it."""

    def __init__(self, home: Path, **more: Any) -> None:
        self.home, self.folder = home, home / "folder"
        self.folder.mkdir(exist_ok=True)
        self.told: list[Told] = []
        self.batches: list[list[str]] = []
        self.settled: list[Settled] = []
        self.notices: list[tuple[str, str]] = []
        self.broken = False
        self._heard = asyncio.Event()
        self._more = more
        self.database: Database
        self.watcher: Watcher

    def watch(self, **fields: Any) -> Watch:
        return Watch(**{"folder": str(self.folder), "settle_s": SETTLE_S, "on": EVERYTHING} | fields)

    async def open(self, own: Callable[[Database], OwnWrites] = lambda _database: Nobody()) -> None:
        self.database = await Database.open(self.home / "data" / "homard.db")
        more: dict[str, Any] = {"clock": SystemClock()} | self._more
        clock = more.pop("clock")
        self.watcher = Watcher(
            self.database, clock, self._record, self._heard.set, own(self.database), self._notice, **more
        )

    async def close(self) -> None:
        await self.watcher.close()
        await self.database.close()

    async def begin(self, **jobs: Sequence[Watch]) -> None:
        """Watch, and wait until what is there is known."""
        edge = time.time_ns() + 50_000_000  # file systems have coarse clocks: what is there is to be older than that
        while time.time_ns() < edge:
            await asyncio.to_thread(os.sched_yield)
        self.watcher.apply(jobs or {"job": [self.watch()]})
        await self.known()

    async def known(self) -> None:
        """Wait until all watches have looked at everything once."""
        async with asyncio.timeout(LONG_S):
            while await self.database.read(
                lambda c: c.execute("SELECT COUNT(*) = 0 OR SUM(complete = 0) > 0 FROM watches").get
            ):
                await asyncio.to_thread(os.sched_yield)

    async def until(self, *paths: str) -> list[Told]:
        """Wait until these were told, and give all that was told since the last time."""
        return await self.when(lambda: {one.path for one in self.told} >= set(paths))

    async def when(self, is_so: Callable[[], bool]) -> list[Told]:
        """Wait until something is so; looked at after each finding and each notice."""
        async with asyncio.timeout(LONG_S):
            while not is_so():
                self._heard.clear()
                await self._heard.wait()
        told, self.told = sorted(self.told), []
        return told

    async def after(self, name: str = "last.txt") -> list[Told]:
        """Give all that is told until a file that is made now has settled; without that one."""
        (self.folder / name).write_text(f"{name} is there")
        told = await self.until(name)
        return [one for one in told if one.path != name]

    async def becomes(self, *expected: Any, of: Callable[[WatchState], Any], job: str = "job") -> None:
        """Wait until the states of a job's watches are as expected; they are told a moment after the findings."""
        async with asyncio.timeout(LONG_S):
            while tuple(of(state) for state in self.states(job)) != expected:
                await asyncio.to_thread(os.sched_yield)

    def states(self, job: str = "job") -> list[WatchState]:
        return self.watcher.states()[job]

    def write(self, name: str, text: str = "content") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def _record(self, _connection: Connection, job_id: str, _watch: Watch, some: Sequence[Settled], late: bool) -> None:
        if self.broken:
            raise RuntimeError("nothing can be recorded")
        self.settled.extend(some)
        self.batches.append([self._below(one.path) for one in some])
        self.told.extend(
            Told(one.change, self._below(one.path), self._below(one.old_path), late, job_id) for one in some
        )

    def _below(self, path: str) -> str:
        return path and os.path.relpath(path, os.path.realpath(self.folder))

    def _notice(self, job_id: str, text: str) -> None:
        self.notices.append((job_id, text))
        self._heard.set()


@asynccontextmanager
async def watching(home: Path, **more: Any) -> AsyncIterator[Watching]:
    one = Watching(home, **more)
    await one.open()
    try:
        yield one
    finally:
        await one.close()
