"""A process and all below it, with what they use up. Milliseconds: call it from a thread."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple


class Member(NamedTuple):
    """A live process; `birth` tells it from a later one with the same pid."""

    pid: int
    birth: float
    cpu_s: float
    resident: int
    """Bytes in memory, those it shares with others included."""
    threads: int


if sys.platform == "linux":
    _TICKS = os.sysconf("SC_CLK_TCK")
    _PAGE = os.sysconf("SC_PAGESIZE")

    def family(root: int, most: int = 5_000) -> list[Member]:
        """The process and its descendants, at most so many. In a process namespace nobody can leave them."""
        found: dict[int, Member] = {}
        waiting = [root]
        while waiting and len(found) < most:
            pid = waiting.pop()
            if pid not in found and (member := _member(pid)) is not None:
                found[pid] = member
                waiting += _children(pid)
        return list(found.values())

    def shared_out(members: list[Member]) -> int:
        """Bytes in memory, where pages that several share count once. Slow: walks their page tables."""
        return sum(_share(member) for member in members)

    def _member(pid: int) -> Member | None:
        # Fields of proc(5): 3 state, 14 utime, 15 stime, 20 num_threads, 22 starttime, 24 rss.
        words = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
        if len(words) < 22 or words[0] in (b"Z", b"X"):
            return None
        cpu = (int(words[11]) + int(words[12])) / _TICKS
        return Member(pid, float(words[19]), cpu, int(words[21]) * _PAGE, int(words[17]))

    def _children(pid: int) -> list[int]:
        try:
            threads = os.listdir(f"/proc/{pid}/task")
        except OSError:
            return []
        return [int(word) for thread in threads for word in _read(f"/proc/{pid}/task/{thread}/children").split()]

    def _share(member: Member) -> int:
        for line in _read(f"/proc/{member.pid}/smaps_rollup").splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
        return member.resident

    def _read(path: str) -> bytes:
        try:
            with open(path, "rb", buffering=0) as file:
                return file.read()
        except OSError:
            return b""

else:

    def family(root: int, most: int = 5_000) -> list[Member]:
        """The process and its descendants, at most so many."""
        import psutil

        found: list[Member] = []
        try:
            parent = psutil.Process(root)
            for process in [parent, *parent.children(recursive=True)][:most]:
                with process.oneshot():
                    used = process.cpu_times()
                    found.append(
                        Member(
                            process.pid,
                            process.create_time(),
                            used.user + used.system,
                            process.memory_info().rss,
                            process.num_threads(),
                        )
                    )
        except psutil.Error:
            return found
        return found

    def shared_out(members: list[Member]) -> int:
        """Bytes in memory; what several share counts for each of them here."""
        return sum(member.resident for member in members)
