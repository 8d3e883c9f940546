"""Asking again while something waits for an answer that the system does not announce."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from agent.tasks import spawn

EACH_S = 20.0


class Recheck:
    """Does `work` every 20 s as long as it returns True; nothing runs otherwise."""

    def __init__(self, work: Callable[[], Awaitable[bool]], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._work, self._sleep = work, sleep
        self._task: asyncio.Task[Any] | None = None

    def begin(self) -> None:
        """Go on until `work` says that nothing waits any more."""
        if self._task is None or self._task.done():
            self._task = spawn(self._run(), "machine, asked again")

    def stop(self) -> None:
        """Ask no more."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            await self._sleep(EACH_S)
            if not await self._work():
                return
