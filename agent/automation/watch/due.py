"""Folders of a watch that are to be looked at, each at its time."""

from __future__ import annotations

from heapq import heappop, heappush

SOON_S = 0.05
"""Between a change and the first look, in which more changes may come."""
_REST = 8
"""So much longer than a look took its folder rests, where a look is work."""


class DueFolders:
    """A queue by time; a folder stands in it once. All times are seconds of one clock."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []
        self._not_before: dict[str, float] = {}

    def __bool__(self) -> bool:
        """Whether any folder waits."""
        return bool(self._at)

    def add(self, folder: str, now: float) -> None:
        """Let a folder be looked at soon, or when its rest is over; sooner than before, never later."""
        at = max(now + SOON_S, self._not_before.get(folder, 0.0))
        if at < self._at.get(folder, at + 1):
            self._at[folder] = at
            heappush(self._heap, (at, folder))

    def next(self) -> tuple[float, str]:
        """Tell which is the next, and when. There must be one."""
        while self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0]

    def take(self, folder: str) -> None:
        """Take a folder out: it is looked at now."""
        del self._at[folder]

    def looked(self, folder: str, now: float, cost_s: float) -> None:
        """Note what a look took: a large folder in which much happens must not keep the thread busy."""
        if cost_s > 0.01:
            self._not_before[folder] = now + _REST * cost_s
        else:
            self._not_before.pop(folder, None)

    def forget(self, folder: str) -> None:
        """Leave out a folder that is gone."""
        self._at.pop(folder, None)
        self._not_before.pop(folder, None)

    def clear(self) -> None:
        """Leave out all; what rests, rests on."""
        self._at.clear()
        self._heap.clear()
