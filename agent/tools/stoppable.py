"""Work for the disk beside the event loop, that ends soon after nobody waits for it any more."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

GRACE_S = 0.8
"""How long a cancelled call waits for its thread, so that nothing of it goes on behind its back."""


class Stopped(Exception):
    """Nobody waits for the work any more."""


class OutOfTime(Exception):
    """The work's own time is up; what it has so far still counts."""


class Stop:
    """Asked by the work, often: whether to go on."""

    def __init__(self, budget_s: float | None = None) -> None:
        self._event = threading.Event()
        self._deadline = None if budget_s is None else time.monotonic() + budget_s

    def set(self) -> None:
        """Make the next `check` raise Stopped."""
        self._event.set()

    def check(self) -> None:
        """Raise Stopped or OutOfTime if the work should end."""
        if self._event.is_set():
            raise Stopped
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise OutOfTime


async def in_thread(work: Callable[[Stop], T], budget_s: float | None = None) -> T:
    """Run `work(stop)` in a thread. When cancelled, stops it, waits for it a moment and re-raises."""
    stop = Stop(budget_s)
    future = asyncio.get_running_loop().run_in_executor(None, work, stop)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        stop.set()
        done, _ = await asyncio.wait({future}, timeout=GRACE_S)
        for ended in done:
            ended.exception()  # looked at, so that asyncio does not report it as lost
        raise
