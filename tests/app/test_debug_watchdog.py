from __future__ import annotations

import asyncio
import logging
import threading
import time

import pytest

from app.debug_watchdog import BEAT_S, LoopWatchdog, Stall, watching


def a_long_callback() -> None:
    time.sleep(0.12)


async def beats(count: int = 5) -> None:
    """Let the loop turn."""
    for _ in range(count):
        await asyncio.sleep(BEAT_S)


def watch(limit_s: float, busy: bool) -> tuple[list[Stall], LoopWatchdog]:
    """What is reported of a loop that is kept busy once, or not."""
    stalls: list[Stall] = []

    async def main() -> LoopWatchdog:
        loop = asyncio.get_running_loop()
        watchdog = LoopWatchdog(loop, stalls.append, limit_s=limit_s)
        watchdog.start()
        await beats()
        if busy:
            loop.call_soon(a_long_callback)
        await beats()
        watchdog.stop()
        return watchdog

    return stalls, asyncio.run(main())


def test_a_long_callback_is_reported_once_with_the_place_where_it_was() -> None:
    stalls, watchdog = watch(limit_s=0.06, busy=True)
    longest = max(stalls, key=lambda stall: stall.seconds)  # a busy machine may add shorter ones
    assert 0.1 < longest.seconds == watchdog.longest_s
    assert "in a_long_callback" in longest.stack
    assert longest.worked_s < 0.06  # it slept
    assert sum("in a_long_callback" in stall.stack for stall in stalls) == 1


def test_a_loop_that_turns_is_left_in_peace() -> None:
    stalls, watchdog = watch(limit_s=5.0, busy=True)
    assert stalls == []
    assert watchdog.longest_s > 0.1


def test_nothing_beats_on_after_the_end() -> None:
    _, watchdog = watch(limit_s=5.0, busy=False)
    assert "loop-watchdog" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(RuntimeError):
        watchdog.start()


async def stall_while_watching() -> LoopWatchdog | None:
    with watching() as watchdog:
        await beats()
        asyncio.get_running_loop().call_soon(a_long_callback)
        await beats()
        return watchdog


def test_the_log_tells_it_in_debug_mode(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("HOMARD_DEBUG", "1")
    with caplog.at_level(logging.WARNING, "app.debug_watchdog"):
        assert asyncio.run(stall_while_watching()) is not None
    assert "in a_long_callback" in caplog.text
    assert "ms at most." in caplog.messages[-1]


def test_it_costs_nothing_when_it_is_off(caplog: pytest.LogCaptureFixture) -> None:
    assert asyncio.run(stall_while_watching()) is None
    assert caplog.messages == []
