"""Heights of many rows: sums and searches in O(log n) (a Fenwick tree)."""

from __future__ import annotations

from collections.abc import Sequence


class HeightTree:
    """Whole numbers in a row, each ≥ 0. Changing one, summing and searching cost O(log n); inserting costs O(n)."""

    def __init__(self, heights: Sequence[int] = ()) -> None:
        self._heights: list[int] = []
        self._sums: list[int] = []
        self._build(list(heights))

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, index: int) -> int:
        return self._heights[index]

    def __setitem__(self, index: int, height: int) -> None:
        change = height - self._heights[index]
        if not change:
            return
        self._heights[index] = height
        at = index + 1
        while at < len(self._sums):
            self._sums[at] += change
            at += at & -at

    def insert(self, at: int, heights: Sequence[int]) -> None:
        """Put `heights` before index `at`."""
        if at == len(self._heights):
            for height in heights:
                self._append(height)
        else:
            self._build([*self._heights[:at], *heights, *self._heights[at:]])

    def remove(self, at: int, count: int) -> None:
        """Take `count` out, from index `at`."""
        self._build([*self._heights[:at], *self._heights[at + count :]])

    def sum(self, end: int) -> int:
        """The sum of the first `end`: where row `end` begins."""
        total = 0
        while end > 0:
            total += self._sums[end]
            end -= end & -end
        return total

    def total(self) -> int:
        """The sum of all."""
        return self.sum(len(self._heights))

    def find(self, position: int) -> int:
        """The row that covers `position`; the first or the last when it lies outside."""
        at, left = 0, max(position, 0)
        step = 1 << max(len(self._heights).bit_length() - 1, 0)
        while step:
            if at + step < len(self._sums) and self._sums[at + step] <= left:
                at += step
                left -= self._sums[at]
            step >>= 1
        return max(min(at, len(self._heights) - 1), 0)

    def _append(self, height: int) -> None:
        self._heights.append(height)
        at = len(self._heights)
        self._sums.append(self.sum(at - 1) - self.sum(at - (at & -at)) + height)

    def _build(self, heights: list[int]) -> None:
        sums = [0, *heights]
        for at in range(1, len(sums)):
            above = at + (at & -at)
            if above < len(sums):
                sums[above] += sums[at]
        self._heights, self._sums = heights, sums
