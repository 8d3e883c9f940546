"""Looks after what confined programs use up: memory and processes of the whole tree, and what they store.

One thread for all, which sleeps while none runs. A program that computes is looked at ten times a second, one that
does nothing once in two seconds; one process alone is bounded by the system besides (RLIMIT_DATA).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from agent.confined.bounds import THREADS, Bounds
from agent.confined.ended import Reason
from agent.confined.family import Member, family, shared_out

BUSY_S, IDLE_S = 0.1, 2.0
REST = 10
"""So much longer than it looked it sleeps: many that are busy must not keep Homard itself busy."""
STORE_S = 1.0
"""How often what a busy program stored is counted."""
OURS = 5
"""Processes of the sandbox itself, at most."""


@dataclass
class Watched:
    """One program, and what is done when it uses more than it may."""

    root: int
    bounds: Bounds
    end: Callable[[Reason, str], None]
    resident: int = 0
    """Bytes in memory when it was last looked at."""
    _due: float = 0.0
    _interval: float = BUSY_S
    _cpu_s: float = -1.0
    _stored_at: float = field(default_factory=time.monotonic)

    def kick(self) -> bool:
        """Something is asked of it: look soon. Says whether that is sooner than it was to be."""
        due = time.monotonic() + BUSY_S
        if due >= self._due:
            return False
        self._interval, self._due = BUSY_S, due
        return True

    def due_in(self, now: float) -> float:
        """Seconds until it is to be looked at."""
        return self._due - now

    def look(self) -> None:
        """Look at it, and end it when it is too much."""
        members = family(self.root)
        cpu_s = sum(member.cpu_s for member in members)
        busy = cpu_s > self._cpu_s
        self._interval = BUSY_S if busy else min(IDLE_S, self._interval * 2)
        self._cpu_s = cpu_s
        self._due = time.monotonic() + self._interval
        excess = self._excess(members) or (self._stored() if busy else None)
        if excess is not None:
            self.end(*excess)

    def _excess(self, members: list[Member]) -> tuple[Reason, str] | None:
        bounds = self.bounds
        self.resident = sum(member.resident for member in members)
        threads = sum(member.threads for member in members)
        if len(members) > bounds.processes + OURS or threads > (bounds.processes + OURS) * THREADS:
            return "processes", f"it started more than {bounds.processes} processes and was ended"
        most = bounds.memory_mb << 20
        if self.resident > most:
            self.resident = shared_out(members)
            if self.resident > most:
                return "memory", exceeded(bounds)
        return None

    def _stored(self) -> tuple[Reason, str] | None:
        now = time.monotonic()
        if now - self._stored_at < STORE_S:
            return None
        self._stored_at = now
        if fills(self.bounds.home, self.bounds.home_mb << 20, self.bounds.home_files):
            return "disk", f"it stored more than {self.bounds.home_mb} MB in its folder and was ended"
        return None


class Watch:
    """The thread and those it looks after."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._all: list[Watched] = []
        self._runs = False

    def add(self, watched: Watched) -> None:
        """Look after it from now on."""
        with self._changed:
            self._all.append(watched)
            self._changed.notify()
            if not self._runs:
                self._runs = True
                threading.Thread(target=self._run, name="confined-watch", daemon=True).start()

    def remove(self, watched: Watched) -> None:
        """It has ended."""
        with self._changed:
            self._all.remove(watched)
            self._changed.notify()

    def kick(self, watched: Watched) -> None:
        """Something is asked of it: look soon."""
        with self._changed:
            if watched.kick():
                self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._all:
                    self._runs = False
                    return
                now = time.monotonic()
                due = [one for one in self._all if one.due_in(now) <= 0]
                if not due:
                    self._changed.wait(min(one.due_in(now) for one in self._all))
                    continue
            began = time.monotonic()
            for one in due:
                one.look()
            time.sleep(min(IDLE_S, (time.monotonic() - began) * REST))


@cache
def watch() -> Watch:
    """The one of this process."""
    return Watch()


def exceeded(bounds: Bounds) -> str:
    """What is said of a program that wanted too much memory."""
    return f"it used more than {bounds.memory_mb} MB of memory and was ended"


def fills(folder: Path, most_bytes: int, most_files: int) -> bool:
    """Whether more is stored in a folder than may be. Follows no link. Blocks for the disk."""
    stored = files = 0
    waiting = [os.fspath(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    files += 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        stored += _size(entry)
                    if stored > most_bytes or files > most_files:
                        return True
        except OSError:
            continue
    return False


def _size(entry: os.DirEntry[str]) -> int:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return 0
    return getattr(status, "st_blocks", status.st_size // 512) * 512
