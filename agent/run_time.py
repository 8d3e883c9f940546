"""How long a run may take, and that its time stands still while everything is paused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager

from agent.events import AnyEvent, RunWaiting
from agent.pause import Pause


class RunTime:
    """The time of one run."""

    def __init__(self, session_id: str, run_id: str, pause: Pause, emit: Callable[[AnyEvent], None]) -> None:
        self._ids = (session_id, run_id)
        self._pause = pause
        self._emit = emit
        self._limit = asyncio.timeout(None)
        self._left: float | None = None
        self._waits = 0

    @property
    def over(self) -> bool:
        """The limit was reached."""
        return self._limit.expired()

    @asynccontextmanager
    async def limited(self, most_s: float) -> AsyncGenerator[None, None]:
        """End the block with TimeoutError after so long."""
        self._limit = asyncio.timeout(most_s)
        async with self._limit:
            yield

    async def admit(self) -> bool:
        """Wait while everything is paused, off the run's time; whether it was."""
        if not self._pause.state.paused:
            return False
        with self._standing_still():
            while (state := self._pause.state).paused:
                self._emit(RunWaiting(*self._ids, "paused", state.until))
                await self._pause.wait_for_change()
        return True

    @contextmanager
    def _standing_still(self) -> Generator[None]:
        """Stop the time until all who wait have waited: calls side by side may."""
        loop, limit = asyncio.get_running_loop(), self._limit
        if self._waits == 0:
            end = limit.when()
            self._left = None if end is None else end - loop.time()
            limit.reschedule(None)
        self._waits += 1
        try:
            yield
        finally:
            self._waits -= 1
            if self._waits == 0:
                limit.reschedule(None if self._left is None else loop.time() + self._left)
