"""The real clock."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime


class SystemClock:
    """The `Clock` port on the machine's time."""

    def now(self) -> datetime:
        """The moment, aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def awake_and_asleep(self) -> float:
        """Seconds that never go back and count the machine's sleep, where the system tells; else `monotonic`."""
        if sys.platform == "linux":
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        if sys.platform == "darwin":
            # Python's monotonic() stands still in sleep there; CLOCK_MONOTONIC_RAW goes on (man 3 clock_gettime).
            return time.clock_gettime(time.CLOCK_MONOTONIC_RAW)
        return time.monotonic()  # Windows: GetTickCount64 and QueryPerformanceCounter count sleep

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
