"""Triggers of plugins that jobs wait for: kept running, begun anew after a failure, ended when nobody waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from agent.errors import ToolError, UsageError
from agent.tasks import spawn

RETRY_S: Final = (1.0, 30.0, 120.0, 600.0)
Run = Callable[[str, str], Awaitable[None]]
"""(plugin, trigger): run it until it ends. Raises ToolError, UsageError."""

_log = logging.getLogger(__name__)


class Watches:
    """One task for each trigger."""

    def __init__(self, run: Run, retry_s: Sequence[float] = RETRY_S) -> None:
        """`retry_s`: pauses after the first, second, … failure in a row."""
        self._run, self._retry_s = run, retry_s
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}

    def want(self, wanted: Mapping[str, frozenset[str]]) -> None:
        """Say which triggers jobs wait for, by plugin; the others end."""
        now = {(plugin, trigger) for plugin, triggers in wanted.items() for trigger in triggers}
        for key in self._tasks.keys() - now:
            self._tasks.pop(key).cancel()
        for plugin, trigger in now - self._tasks.keys():
            self._tasks[plugin, trigger] = spawn(self._keep(plugin, trigger), f"trigger-{plugin}-{trigger}")

    async def aclose(self) -> None:
        """End all of them."""
        tasks = list(self._tasks.values())
        self.want({})
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self, plugin: str, trigger: str) -> None:
        failures = 0
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self._run(plugin, trigger)
                return  # it says that nothing more will come
            except (ToolError, UsageError) as error:
                _log.info("the trigger %s of %s ended: %s", trigger, plugin, error)
            lasted = asyncio.get_running_loop().time() - began
            failures = 1 if lasted > self._retry_s[-1] else failures + 1
            await asyncio.sleep(self._retry_s[min(failures, len(self._retry_s)) - 1])
