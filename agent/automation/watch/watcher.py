"""File watches of all jobs: what is to be watched goes in, what settled is recorded, each change once.

The ear's events only say where to look. What is found there is compared with the manifest in the store; a difference
that keeps still is recorded in the transaction that moves the manifest. So a crash loses nothing and doubles nothing,
and what changed while Homard was not running is found at the next start.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from agent.automation.watch.ear import Ear, open_ear
from agent.automation.watch.heard import Heard
from agent.automation.watch.matching import match, same_files
from agent.automation.watch.own import OwnWrites
from agent.automation.watch.pace import Pace
from agent.automation.watch.place import NETWORK, Mount, is_remote, mounts
from agent.automation.watch.state import Record, WatchState
from agent.jobs import Change, Watch
from agent.ports import Clock
from agent.roots import unled
from agent.storage.connection import Connection
from agent.storage.database import Database

if TYPE_CHECKING:
    from agent.automation.watch.desk import Desk
    from agent.automation.watch.manifest import Row
    from agent.automation.watch.tree import Tree
    from agent.automation.watch.worker import Worker

T = TypeVar("T")
_log = logging.getLogger(__name__)

CLOSE_S = 5.0


class Watcher:
    """The one that watches. Made and used on the event loop; it works in threads, none before the first watch."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        record: Record,
        wake: Callable[[], None],
        own: OwnWrites,
        notice: Callable[[str, str], None],
        *,
        own_folders: Sequence[str] = (),
        open_ear: Callable[[Heard], Ear] = open_ear,
        mounts: Callable[[], Sequence[Mount]] = mounts,
        scan_s: float = 20.0,
        real: Callable[[str], str] = lambda named: str(unled(named)),
    ) -> None:
        """`record` is called in the database's thread, inside a transaction; see `state.Record`.

        `wake` (after something was recorded) and `notice` (job id and a sentence that a person should see once) are
        called on the event loop. `own_folders`: Homard's own; nothing in them, nor beside its database, is looked at.
        `scan_s`: a folder of whose changes the system does not tell is looked through at most so often.
        `real`: see `Desk`; a folder in whose place somebody puts a link is away, for no run would use it.
        """
        self._database, self._clock, self._record, self._own = database, clock, record, own
        self._wake, self._notice = wake, notice
        self._own_folders = own_folders
        self._open_ear, self._mounts, self._scan_s = open_ear, mounts, scan_s
        self._real = real
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ear: Ear | None = None
        self._workers: dict[str, Worker] = {}
        self._trees: dict[int, tuple[str, Tree]] = {}
        self._wanted: dict[str, tuple[Watch, ...]] = {}
        self._following: dict[str, list[Tree]] = {}
        self._closed = False

    def apply(self, watches: Mapping[str, Sequence[Watch]]) -> None:
        """Watch for these jobs, by job id, and for no other; returns at once, the work is done in a thread.

        A watch that is new takes what is there as known. One of a job that is watched again, after a pause or a start,
        finds what changed meanwhile (`late`). Of a watch whose files are others now, the new ones are taken as known.
        """
        if self._closed:
            return
        self._wanted = {job_id: tuple(wanted) for job_id, wanted in watches.items() if wanted}
        if not self._wanted and not self._workers:
            return
        self._loop = asyncio.get_running_loop()
        self._worker("").order(self._follow)

    def states(self) -> dict[str, list[WatchState]]:
        """How each watch is doing, by job id, in the order of the job's watches."""
        following = self._following
        return {
            job_id: [tree.told for tree in following[job_id]]
            if len(following.get(job_id, ())) == len(wanted)
            else [WatchState(watch.folder, "events", "", 0) for watch in wanted]
            for job_id, wanted in self._wanted.items()
        }

    async def close(self) -> None:
        """Stop watching; what is found and not recorded yet is found again. Must end before the database is closed."""
        self._closed = True
        if self._workers:
            await asyncio.to_thread(self._end)

    def _end(self) -> None:
        if self._ear is not None:
            self._ear.close()
        for name, worker in list(self._workers.items()):
            worker.close(CLOSE_S if not name else 1.0)

    def _worker(self, name: str) -> Worker:
        from agent.automation.watch.worker import Worker

        if name not in self._workers:
            self._workers[name] = Worker(name or "files", self._clock.monotonic)
        return self._workers[name]

    def _hear(self, place: str, deep: bool) -> None:
        for worker in list(self._workers.values()):
            worker.hear(place, deep)

    # What follows is done in the thread of the first worker.

    def _follow(self) -> None:
        wanted = self._wanted
        since = int(self._clock.now().timestamp() * 1_000_000)
        known = {watch_id: tree.row.watch for watch_id, (_, tree) in self._trees.items()}
        matched = self._database.call_from_thread(
            lambda connection: match(connection, wanted, since), step="watch.apply"
        )
        mounted = self._mounts()
        before = self._trees
        trees: dict[int, tuple[str, Tree]] = {}
        following: dict[str, list[Tree]] = {}
        for job_id, pairs in matched.items():
            for row, old in pairs:
                kept = before.get(row.watch_id)
                if kept is not None and same_files(row.watch, known[row.watch_id]):
                    kept[1].change(row.watch)
                    trees[row.watch_id] = kept
                else:
                    trees[row.watch_id] = self._plant(row, old, mounted)
                following.setdefault(job_id, []).append(trees[row.watch_id][1])
        self._trees, self._following = trees, following
        for siblings in following.values():
            for number, tree in enumerate(siblings):
                tree.settling.told_elsewhere = _told_by(siblings[:number])
        for name in {"", *(name for name, _ in trees.values()), *(name for name, _ in before.values())}:
            own = [tree for of, tree in trees.values() if of == name]
            worker = self._worker(name)
            worker.order(lambda worker=worker, own=own: worker.take(own))
        for watch_id, (_, tree) in before.items():
            if self._ear is not None and trees.get(watch_id, (None, None))[1] is not tree:
                self._ear.forget(tree.settling.root)

    def _plant(self, row: Row, old: Watch | None, mounted: Sequence[Mount]) -> tuple[str, Tree]:
        from agent.automation.watch.scope import Scope
        from agent.automation.watch.tree import Tree

        named = os.path.abspath(os.path.expanduser(row.watch.folder))
        remote = is_remote(named, mounted)
        name = named if remote else ""
        tree = Tree(
            self._desk(self._worker(name)),
            row,
            named,
            remote=NETWORK if remote else "",
            old=Scope(old) if old else None,
        )
        return name, tree

    def _desk(self, worker: Worker) -> Desk:
        from agent.automation.watch.desk import Desk

        if self._ear is None:
            self._ear = self._open_ear(self._hear)
        pace = Pace(worker.rest)

        def call(work: Callable[[Connection], T], step: str) -> T:
            def timed(connection: Connection) -> tuple[T, float]:
                used = time.thread_time()
                return work(connection), time.thread_time() - used

            result, used = self._database.call_from_thread(timed, step=step)
            pace.add(used)
            return result

        folders = [os.path.dirname(self._database.path), *self._own_folders]
        return Desk(
            call=call,
            ear=self._ear,
            pace=pace,
            record=self._record,
            own=self._own,
            now=self._clock.monotonic,
            wall_ns=lambda: int(self._clock.now().timestamp() * 1_000_000_000),
            wake=lambda: self._post(self._wake),
            notice=lambda job_id, text: self._post(lambda: self._notice(job_id, text)),
            real=self._real,
            leave_out=frozenset(map(os.path.realpath, folders)),
            scan_s=self._scan_s,
        )

    def _post(self, work: Callable[[], None]) -> None:
        if self._loop is not None and not self._closed:
            try:
                self._loop.call_soon_threadsafe(work)
            except RuntimeError:  # the loop is closed: nobody is left to be told
                _log.debug("a finding came after the end of the event loop")


def _told_by(others: Sequence[Tree]) -> Callable[[str, Change], bool]:
    return lambda place, change: any(change in tree.watch.on and tree.covers(place) for tree in others)
