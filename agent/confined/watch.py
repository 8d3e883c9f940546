"""Looks after what confined programs use up: memory and processes of the whole tree, and what they store.

One thread for all, which sleeps while none runs. A program that computes is looked at ten times a second, one that
does nothing once in two seconds; one process alone is bounded by the system besides (RLIMIT_DATA).
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agent.confined.bounds import THREADS, Bounds
from agent.confined.ended import Reason
from agent.confined.family import Member, family, shared_out

_log = logging.getLogger(__name__)

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
    _busy: bool = True
    _store_due: float = 0.0

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
        self._due = time.monotonic() + IDLE_S
        members = family(self.root)
        cpu_s = sum(member.cpu_s for member in members)
        self._busy = cpu_s > self._cpu_s
        self._interval = BUSY_S if self._busy else min(IDLE_S, self._interval * 2)
        self._cpu_s = cpu_s
        self._due = time.monotonic() + self._interval
        excess = self._excess(members)
        if excess is not None:
            self.end(*excess)

    def count_stored(self) -> None:
        """Count what it stored, now and then, and end it when it is too much. The longer it takes, the rarer."""
        began = time.monotonic()
        if not self._busy or began < self._store_due:
            return
        if fills(self.bounds.home, self.bounds.home_mb << 20, self.bounds.home_files):
            self.end(
                "disk", f"it stored more than {self.bounds.home_mb} MB, or too many files, in its folder and was ended"
            )
        now = time.monotonic()
        self._store_due = now + max(STORE_S, (now - began) * REST)

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
                try:
                    one.look()
                except Exception:  # noqa: BLE001 - whatever it is, the others are looked after all the same
                    _log.exception("a program could not be looked at")
            took = time.monotonic() - began
            for one in due:
                one.count_stored()
            time.sleep(min(IDLE_S, took * REST))


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
