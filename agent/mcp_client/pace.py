"""How fast things may come: a bucket that fills slowly."""

from __future__ import annotations

import asyncio
import time


class Pace:
    """So many at once, then so many a second; who takes more waits."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst, self._per_second = burst, per_second
        self._left, self._at = float(burst), time.monotonic()

    async def keep(self) -> None:
        """Wait until one more may be taken."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second)
        self._at = now
        self._left -= 1
        if self._left < 0:
            await asyncio.sleep(-self._left / self._per_second)
