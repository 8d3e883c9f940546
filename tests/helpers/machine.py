"""Somebody who listens to a machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agent.machine import MachineChange

PATIENCE_S = 10.0


class Listener:
    """Keeps what it was told, and waits until it was told more."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._news = asyncio.Event()

    def __call__(self, change: MachineChange) -> None:
        self.heard.append(change)
        self._news.set()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until it is so, looking whenever something is told."""
        async with asyncio.timeout(PATIENCE_S):
            while not true():
                self._news.clear()
                await self._news.wait()
