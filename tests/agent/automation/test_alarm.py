"""The alarm rings on the real loop, and clocks that are moved do not make it deaf."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.automation.alarm import ClockAlarm
from agent.clock import SystemClock


class MovedClock(SystemClock):
    """The real clock, which a test may set."""

    def __init__(self) -> None:
        self.set_by = timedelta()

    def now(self) -> datetime:
        return super().now() + self.set_by


class Bell:
    def __init__(self) -> None:
        self.clock = MovedClock()
        self.zone = ZoneInfo("Europe/Berlin")
        self.rung = asyncio.Event()
        self.alarm = ClockAlarm(self.clock, lambda: self.zone, self.rung.set, recheck_s=0.05)

    def set(self, seconds: float) -> None:
        self.alarm.set(self.clock.now() + timedelta(seconds=seconds))

    async def rings(self, within: float = 5.0) -> bool:
        try:
            async with asyncio.timeout(within):
                await self.rung.wait()
        except TimeoutError:
            return False
        self.rung.clear()
        return True


def rung(check: Callable[[Bell], Awaitable[None]]) -> None:
    async def run() -> None:
        bell = Bell()
        try:
            await check(bell)
        finally:
            bell.alarm.close()

    asyncio.run(run())


def test_it_rings_once_at_its_moment_and_at_once_when_that_has_passed() -> None:
    async def check(bell: Bell) -> None:
        begun = datetime.now(UTC)
        bell.set(0.2)
        assert await bell.rings() and datetime.now(UTC) - begun >= timedelta(seconds=0.19)
        assert not await bell.rings(0.2), "once"
        bell.set(-3600)
        assert await bell.rings()

    rung(check)


def test_another_moment_takes_the_place_of_the_one_before() -> None:
    async def check(bell: Bell) -> None:
        bell.set(0.1)
        bell.alarm.set(None)
        assert not await bell.rings(0.3)
        bell.set(3600)
        bell.set(0.1)
        assert await bell.rings()

    rung(check)


@pytest.mark.parametrize("by", [timedelta(hours=2), timedelta(hours=-1), timedelta(days=-3650), timedelta(days=3650)])
def test_a_clock_that_is_set_is_noticed_soon(by: timedelta) -> None:
    async def check(bell: Bell) -> None:
        bell.set(3600)
        assert not await bell.rings(0.15)
        bell.clock.set_by = by
        assert await bell.rings()

    rung(check)


@pytest.mark.parametrize("by", [timedelta(hours=-1), timedelta(days=-3650)])
def test_a_clock_that_was_set_is_noticed_by_whoever_sets_the_alarm_anew(by: timedelta) -> None:
    """A work that ends sets it again, to a moment that is ten years away now."""

    async def check(bell: Bell) -> None:
        at = bell.clock.now() + timedelta(hours=1)
        bell.alarm.set(at)
        bell.clock.set_by = by
        bell.alarm.set(at)
        assert await bell.rings()
        bell.alarm.set(at)
        assert not await bell.rings(0.2), "once"

    rung(check)


def test_another_time_zone_is_noticed_soon() -> None:
    async def check(bell: Bell) -> None:
        bell.set(3600)
        bell.zone = ZoneInfo("Asia/Tokyo")
        assert await bell.rings()

    rung(check)


def test_nothing_runs_while_nothing_is_planned() -> None:
    async def check(bell: Bell) -> None:
        bell.alarm.set(None)
        assert bell.alarm._scheduler is None and bell.alarm._timer is None
        bell.set(3600)
        bell.alarm.set(None)
        scheduler = bell.alarm._scheduler
        assert bell.alarm._timer is None and scheduler is not None and scheduler.get_jobs() == []

    rung(check)
