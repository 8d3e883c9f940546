"""In debug mode (HOMARD_DEBUG=1): tells which callback kept the loop, and with it the screen, from moving."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

LIMIT_S = 0.05
BEAT_S = 0.01
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stall:
    """The loop did nothing else for this long."""

    seconds: float
    stack: str
    """Where its thread was when the limit passed; empty when another thread could not look meanwhile."""
    worked_s: float = 0.0
    """Processor time of that thread meanwhile; much less than `seconds`: it waited, or the machine was too busy."""


class LoopWatchdog:
    """Beats on the loop every 10 ms; a thread that misses the beat writes down where the loop's thread is.

    Measures from outside, so that Qt's own painting and layout count too.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, report: Callable[[Stall], None], *, limit_s: float = LIMIT_S
    ) -> None:
        """`report` is called on the loop after each stall; must not raise."""
        self.longest_s = 0.0
        """The longest time away so far, also below the limit."""
        self._loop = loop
        self._report = report
        self._limit_s = limit_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, name="loop-watchdog", daemon=True)
        self._watched = 0
        self._beat_at = 0.0
        self._worked_s = 0.0
        self._seen: tuple[float, str] = (0.0, "")
        """The beat after which the loop stayed away, and where it was then."""
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin; call it on the loop's thread."""
        self._watched = threading.get_ident()
        self._beat_at, self._worked_s = time.monotonic(), time.thread_time()
        self._timer = self._loop.call_later(BEAT_S, self._beat)
        self._thread.start()

    def stop(self) -> None:
        """End; call it on the loop's thread."""
        self._stopped.set()
        self._thread.join()
        if self._timer is not None:
            self._timer.cancel()

    def _beat(self) -> None:
        now, worked_s = time.monotonic(), time.thread_time()
        before, self._beat_at = self._beat_at, now
        worked_before, self._worked_s = self._worked_s, worked_s
        away = now - before - BEAT_S
        self.longest_s = max(self.longest_s, away)
        if away > self._limit_s:
            seen_at, stack = self._seen
            self._report(Stall(away, stack if seen_at == before else "", worked_s - worked_before))
        self._timer = self._loop.call_later(BEAT_S, self._beat)

    def _look(self) -> None:
        while not self._stopped.wait(BEAT_S):
            beat_at = self._beat_at
            if time.monotonic() - beat_at > self._limit_s + BEAT_S and self._seen[0] != beat_at:
                self._seen = (beat_at, self._stack())

    def _stack(self) -> str:
        frame = sys._current_frames().get(self._watched)  # pyright: ignore[reportPrivateUsage] - the only way to see another thread
        return "".join(traceback.format_stack(frame)) if frame is not None else ""


@contextmanager
def watching() -> Generator[LoopWatchdog | None, None, None]:
    """Watch the running loop while the block runs, if HOMARD_DEBUG is 1; else do nothing and give None.

    Each callback of more than 50 ms becomes a warning in the log with the stack; at the end, the longest of all.
    """
    if os.environ.get("HOMARD_DEBUG") != "1":
        yield None
        return
    watchdog = LoopWatchdog(asyncio.get_running_loop(), _write)
    watchdog.start()
    try:
        yield watchdog
    finally:
        watchdog.stop()
        _log.warning("The loop was away for %.0f ms at most.", watchdog.longest_s * 1000)


def _write(stall: Stall) -> None:
    words = "The loop was away for %.0f ms, working %.0f ms of it:\n%s"
    _log.warning(words, stall.seconds * 1000, stall.worked_s * 1000, stall.stack or "(nobody could look)")
