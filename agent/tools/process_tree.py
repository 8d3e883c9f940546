"""Find and end everything that a command started.

A process belongs to a command when it is its descendant, lives in its session or process group, was seen to belong
before, or carries the command's random mark in its environment: the last finds daemons that forked twice, left the
session and lost their parent. One that did all of this *and* wiped its environment is not found; only a sandbox with
its own process namespace holds such a one.

Linux reads /proc. macOS and Windows go through psutil, which says the same things more slowly; Windows has no
sessions, groups or signals, so there it is descendants and the mark, and each is terminated at once.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MARK = "HOMARD_CALL"
"""Environment variable of every command: `owner pid:owner's birth:its pid namespace:random`, after those of commands
around it."""
TERM_GRACE_S = 0.3
"""From SIGTERM to SIGKILL."""
KILL_LIMIT_S = 0.5
"""Longest fight with processes that will not die; after it they are left and counted."""
LOOKS = 8
"""So often processes are listed anew while others were made during the look; on a busy machine some always are."""
EXEC_S = 0.1
"""So long is waited for one that is just becoming another program; on a busy machine that takes many milliseconds."""


class Process(NamedTuple):
    """A live process; `birth` tells it from a later one with the same pid."""

    pid: int
    birth: float
    parent: int
    group: int
    session: int


class ProcessTree:
    """What one command started. All methods block for milliseconds: call them from a thread."""

    def __init__(self) -> None:
        self.token = os.urandom(16).hex()
        around = os.environ.get(MARK, "")
        self.mark = f"{around} {os.getpid()}:{_birth(os.getpid())}:{_namespace()}:{self.token}".strip()
        """The value of `MARK` for the command's environment."""
        self._root: int | None = None
        self._contained = False
        self._born = 0.0
        self._seen: set[tuple[int, float]] = set()

    def started(self, pid: int, *, contained: bool = False) -> None:
        """Say which process is the root, a leader of its own session. Call before it can have been reaped.

        `contained`: the root is a sandbox whose end ends all at once; so it is not the one to be asked to end first.
        """
        self._root, self._born, self._contained = pid, _birth(pid), contained

    def find(self) -> list[Process]:
        """All of them that are alive now; none before `started`."""
        if self._root is None:
            return []
        found: list[Process] = []
        for _ in range(LOOKS):
            pids = set(_pids())
            everyone = list(_processes(pids))
            members = {process.pid for process in everyone if self._belongs(process)}
            found = [process for process in _with_descendants(everyone, members) if process.pid != os.getpid()]
            self._seen.update((process.pid, process.birth) for process in found)
            # One that was listed may have forked and ended before it was looked at: then its child came since.
            if pids.issuperset(_pids()):
                break
        return found

    def end(self) -> tuple[int, int]:
        """SIGTERM, then SIGKILL to all, and again until none is left. Returns (how many there were, how many remain).

        Takes at most TERM_GRACE_S + KILL_LIMIT_S, and a scan.
        """
        found = self.find()
        if not found:
            return 0, 0
        asked = [process for process in found if not (self._contained and process.pid == self._root)]
        _signal(asked, signal.SIGTERM, getattr(signal, "SIGCONT", signal.SIGTERM))
        deadline = time.monotonic() + TERM_GRACE_S
        while (left := self.find()) and time.monotonic() < deadline:
            time.sleep(0.02)
        deadline = time.monotonic() + KILL_LIMIT_S
        while left and time.monotonic() < deadline:
            self._kill(left)
            time.sleep(0.005)
            left = self.find()
        return len(found), len(left)

    def _kill(self, found: list[Process]) -> None:
        # All are frozen before the first is killed: a dying parent would hide the children it is just forking.
        frozen: set[Process] = set()
        if sys.platform != "win32":
            for _ in range(20):
                new = [process for process in found if process not in frozen]
                if not new:
                    break
                _signal(new, signal.SIGSTOP)
                frozen.update(new)
                found = self.find()
        _signal(frozen.union(found), getattr(signal, "SIGKILL", signal.SIGTERM))

    def _belongs(self, process: Process) -> bool:
        if self._root in (process.session, process.group, process.pid) or process[:2] in self._seen:
            return process.birth >= self._born
        return process.birth >= self._born and self.token.encode() in _environment(process.pid)


def end_abandoned() -> int:
    """End what commands of a Homard that was killed left running; return how many. Blocks: call from a thread."""
    everyone = {process.pid: process for process in _processes(_pids())}
    abandoned = [process for process in everyone.values() if _is_abandoned(process, everyone)]
    _signal(abandoned, getattr(signal, "SIGKILL", signal.SIGTERM))
    return len(abandoned)


def end_own() -> int:
    """Kill at once what commands of this process started, as it leaves without waiting; return how many."""
    own = (os.getpid(), str(_birth(os.getpid())).encode())
    mine = [process for process in _processes(_pids()) if _owner(process) == own]
    _signal(mine, getattr(signal, "SIGKILL", signal.SIGTERM))
    return len(mine)


def _is_abandoned(process: Process, everyone: dict[int, Process]) -> bool:
    owner = _owner(process)
    if owner is None:
        return False
    alive = everyone.get(owner[0])
    return alive is None or str(alive.birth).encode() != owner[1]


def _owner(process: Process) -> tuple[int, bytes] | None:
    """Pid and birth of the Homard whose command the process belongs to; None: it belongs to no command."""
    marks = [entry for entry in _environment(process.pid).split(b"\0") if entry.startswith(MARK.encode() + b"=")]
    if not marks or process.pid == os.getpid():
        return None
    owner = marks[0].rpartition(b" ")[2].rpartition(b"=")[2].split(b":")
    # The pid of an owner inside a container that we can see into means something else here; where the command itself
    # lives does not matter: a sandbox has a namespace of its own, and may outlive an owner that was killed early.
    is_of_here = len(owner) == 4 and owner[0].isdigit() and owner[2] == _namespace().encode()
    return (int(owner[0]), owner[1]) if is_of_here else None


def _with_descendants(everyone: list[Process], members: set[int]) -> list[Process]:
    children: dict[int, list[int]] = {}
    for process in everyone:
        children.setdefault(process.parent, []).append(process.pid)
    waiting = list(members)
    while waiting:
        new = [pid for pid in children.get(waiting.pop(), ()) if pid not in members]
        members.update(new)
        waiting.extend(new)
    return [process for process in everyone if process.pid in members]


def _signal(processes: Iterable[Process], *signals: signal.Signals) -> None:
    for process in processes:
        try:
            for number in signals:
                os.kill(process.pid, number)
        except OSError:
            continue  # gone already, or another user's (sudo): that one is not ours to end


if sys.platform == "linux":
    PF_KTHREAD = 0x00200000

    def _pids() -> list[int]:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]

    def _processes(pids: Iterable[int]) -> Iterator[Process]:
        for pid in pids:
            if (process := _read_stat(pid)) is not None:
                yield process

    def _read_stat(pid: int) -> Process | None:
        # Fields of proc(5): 3 state, 4 ppid, 5 pgrp, 6 session, 22 starttime; the name before them may hold anything.
        words = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
        if len(words) < 20 or words[0] in (b"Z", b"X"):
            return None
        return Process(pid, float(words[19]), int(words[1]), int(words[2]), int(words[3]))

    def _birth(pid: int) -> float:
        words = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
        return float(words[19]) if len(words) >= 20 else 0.0

    def _environment(pid: int) -> bytes:
        deadline = time.monotonic() + EXEC_S
        while True:
            try:
                with open(f"/proc/{pid}/environ", "rb", buffering=0) as file:
                    found = file.read()
            except OSError:
                return b""
            if found or time.monotonic() > deadline or not _is_in_exec(pid):
                return found
            time.sleep(0.001)

    def _is_in_exec(pid: int) -> bool:
        """Whether it is just being replaced by another program, so that it seems to have no environment."""
        # Fields of proc(5): 3 state, 9 flags, 50 env_start. What the kernel runs for itself never has one.
        words = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
        return (
            len(words) >= 48 and words[0] not in (b"Z", b"X") and not int(words[6]) & PF_KTHREAD and words[47] == b"0"
        )

    def _namespace() -> str:
        """Of the pids that this process knows others by."""
        try:
            return "".join(filter(str.isdigit, os.readlink("/proc/self/ns/pid")))
        except OSError:
            return ""

    def _read(path: str) -> bytes:
        try:
            with open(path, "rb", buffering=0) as file:
                return file.read()
        except OSError:
            return b""

else:

    def _pids() -> list[int]:
        import psutil

        return psutil.pids()

    def _processes(pids: Iterable[int]) -> Iterator[Process]:
        import psutil

        listed = set(pids)
        for found in psutil.process_iter(["ppid", "create_time", "status"]):
            if found.pid not in listed or found.info["status"] == psutil.STATUS_ZOMBIE:
                continue
            group, session = _group_and_session(found.pid)
            yield Process(found.pid, found.info["create_time"] or 0.0, found.info["ppid"] or 0, group, session)

    def _group_and_session(pid: int) -> tuple[int, int]:
        if sys.platform == "win32":
            return -1, -1
        try:
            return os.getpgid(pid), os.getsid(pid)
        except OSError:
            return -1, -1

    def _birth(pid: int) -> float:
        import psutil

        try:
            return psutil.Process(pid).create_time()
        except psutil.Error:
            return 0.0

    def _environment(pid: int) -> bytes:
        import psutil

        try:
            pairs = psutil.Process(pid).environ().items()
        except (psutil.Error, OSError):
            return b""
        return b"\0".join(f"{name}={value}".encode("utf-8", "surrogateescape") for name, value in pairs)

    def _namespace() -> str:
        return ""
