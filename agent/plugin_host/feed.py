"""Events for the plugins that were granted them, in order, one plugin never waiting for another."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec

from agent.errors import ToolError, UsageError
from agent.events import AnyEvent, MessageDelta, RunFinished, ToolCallProgress
from agent.tasks import spawn

MAX_WAITING: Final = 200
"""Events of one plugin; of more the oldest are dropped."""
Tell = Callable[[str, Mapping[str, Any]], Awaitable[None]]
"""Hand an event to a plugin, starting it if need be. Raises ToolError, UsageError."""

_log = logging.getLogger(__name__)


class Feed:
    """From the bus to the plugins."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._wanted: Mapping[str, frozenset[str]] = {}
        self._waiting: dict[str, deque[dict[str, Any]]] = {}
        self._offline: frozenset[str] = frozenset()
        self._working: dict[str, asyncio.Task[None]] = {}

    def want(self, wanted: Mapping[str, frozenset[str]], offline: frozenset[str]) -> None:
        """Say which plugin wants which events, and which plugins reach nobody."""
        self._wanted, self._offline = wanted, offline

    async def run(self, events: AsyncIterator[AnyEvent]) -> None:
        """Hand on all events of a subscription."""
        async for event in events:
            self.take(event)

    def take(self, event: AnyEvent) -> None:
        """Hand on one event."""
        if isinstance(event, MessageDelta | ToolCallProgress):
            return  # many a second; what they lead to is told whole
        name = type(event).__name__
        for plugin, names in self._wanted.items():
            if name in names and (plugin in self._offline or not _is_secret(event)):
                waiting = self._waiting.setdefault(plugin, deque(maxlen=MAX_WAITING))
                waiting.append(msgspec.to_builtins(event))
                if plugin not in self._working:
                    self._working[plugin] = spawn(self._work(plugin, waiting), f"events-{plugin}")

    async def _work(self, plugin: str, waiting: deque[dict[str, Any]]) -> None:
        try:
            while waiting:
                await self._tell(plugin, waiting.popleft())
        except (ToolError, UsageError) as error:
            _log.warning("events for the plugin %s are dropped: %s", plugin, error)
            waiting.clear()
        finally:
            self._working.pop(plugin, None)


def _is_secret(event: AnyEvent) -> bool:
    """Whether it holds what must not leave this machine, and the plugin could take it elsewhere."""
    return isinstance(event, RunFinished) and event.label is not None and event.label.secrecy == "secret"
