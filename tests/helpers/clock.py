"""Clocks that a test holds in its hands."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class FakeClock:
    """Time that stands still; sleeping takes no time and is written down."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 22, 6, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    def awake_and_asleep(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class HeldClock(FakeClock):
    """Time that a test moves; who sleeps wakes when it has come that far."""

    def __init__(self, moment: datetime = NOON) -> None:
        super().__init__()
        self.moment = moment
        self._passed = 0.0
        self._asleep = 0.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self._passed

    def awake_and_asleep(self) -> float:
        return self._passed + self._asleep

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        woken = asyncio.Event()
        self._sleepers.append((self._passed + seconds, woken))
        await woken.wait()

    async def advance(self, seconds: float) -> None:
        """Let time pass, and let everybody who wakes by it act."""
        self.moment += timedelta(seconds=seconds)
        self._passed += seconds
        due = [woken for at, woken in self._sleepers if at <= self._passed]
        self._sleepers = [(at, woken) for at, woken in self._sleepers if at > self._passed]
        for woken in due:
            woken.set()
        for _ in range(5):
            await asyncio.sleep(0)

    def suspend(self, seconds: float) -> None:
        """The machine sleeps: nobody wakes, and what only counts its waking hours stands still."""
        self.moment += timedelta(seconds=seconds)
        self._asleep += seconds

    def set(self, moment: datetime) -> None:
        """Somebody sets the clock; no time passes."""
        self.moment = moment
