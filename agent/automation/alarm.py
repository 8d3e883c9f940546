"""The clock: APScheduler rings at the next moment; a look in between notices that clocks or time zone were moved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from agent.ports import Clock

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs]

RECHECK_S = 30.0
"""Between two looks while something is planned."""
JUMP_S = 2.0
"""Wall clock and running clock may part by so much between two looks, by their corrections."""


class ClockAlarm:
    """The `Alarm` port on APScheduler. Built and used on the event loop; nothing runs while nothing is planned.

    WORKAROUND(APScheduler 3.11): it counts its way to a moment by the wall clock of when it last looked. Over a suspend
    or a clock set forward it oversleeps, and after one set back by a year it would be deaf for a year. So a timer of
    the loop, which no wall clock moves, looks every 30 s.
    """

    def __init__(
        self, clock: Clock, zone: Callable[[], ZoneInfo], ring: Callable[[], None], *, recheck_s: float = RECHECK_S
    ) -> None:
        self._clock = clock
        self._recheck_s = recheck_s
        self._zone = zone
        self._ring = ring
        self._at: datetime | None = None
        self._scheduler: AsyncIOScheduler | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._seen = self._look()

    def set(self, at: datetime | None) -> None:
        """Ring at this moment, UTC; None: there is nothing to wait for."""
        self._forget()
        if at is None:
            return
        self._at = at
        # Clocks that were moved since the last look are told all the same: whoever sets it need not have looked.
        wait_s = 0.0 if self._moved(self._look()) else self._recheck_s
        self._timer = asyncio.get_running_loop().call_later(wait_s, self._recheck)
        self._plan(at)

    def close(self) -> None:
        """Ring no more."""
        self._forget()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    def _forget(self) -> None:
        self._at = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._scheduler is not None:
            self._scheduler.remove_all_jobs()  # pyright: ignore[reportUnknownMemberType]

    def _plan(self, at: datetime) -> None:
        from apscheduler.triggers.date import DateTrigger  # pyright: ignore[reportMissingTypeStubs]

        options: dict[str, Any] = {"id": "next", "misfire_grace_time": None}  # never too late
        self._started().add_job(self._due, DateTrigger(at), **options)  # pyright: ignore[reportUnknownMemberType]

    def _started(self) -> AsyncIOScheduler:
        if self._scheduler is None:
            from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs]

            self._scheduler = AsyncIOScheduler(event_loop=asyncio.get_running_loop(), timezone="UTC")
            self._scheduler.start()
        return self._scheduler

    async def _due(self) -> None:
        if self._at is not None:
            self._forget()
            self._ring()

    def _recheck(self) -> None:
        at, seen = self._at, self._look()
        if at is None:
            return
        moved, self._seen = self._moved(seen), seen
        if moved or self._clock.now() >= at:
            self._forget()
            self._ring()
            return
        self._timer = asyncio.get_running_loop().call_later(self._recheck_s, self._recheck)

    def _moved(self, seen: tuple[float, str]) -> bool:
        return abs(seen[0] - self._seen[0]) > JUMP_S or seen[1] != self._seen[1]

    def _look(self) -> tuple[float, str]:
        """How far wall and running clock are apart, and the time zone."""
        return self._clock.now().timestamp() - self._clock.monotonic(), self._zone().key
