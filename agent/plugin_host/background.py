"""What plugins do while nobody calls a tool of theirs: hear of events, and run the triggers that jobs wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from agent.bus import Bus
from agent.labels import Label
from agent.plugin_host.feed import Feed
from agent.plugin_host.running import Running
from agent.plugin_host.watches import RETRY_S, Watches
from agent.tasks import spawn


class Background:
    """Costs nothing as long as no plugin wants it."""

    def __init__(
        self,
        begin: Callable[[str], Awaitable[Running]],
        told: Callable[[str, Label], Awaitable[None]],
        retry_s: Sequence[float] = RETRY_S,
    ) -> None:
        """`begin` gives a plugin's process, started if need be; `told` notes what a plugin gets to know."""
        self._begin, self._told = begin, told
        self._bus: Bus | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._feed = Feed(self._tell)
        self._fed: Mapping[str, frozenset[str]] = {}
        self._listening: asyncio.Task[None] | None = None
        self._watches = Watches(self._run, retry_s)

    def start(self, bus: Bus) -> None:
        """From now on events can be handed on."""
        self._bus, self._loop = bus, asyncio.get_running_loop()

    def watch(self, wanted: Mapping[str, frozenset[str]]) -> None:
        """Say which triggers jobs wait for, by plugin."""
        self._watches.want(wanted)

    def wants(self, events: Mapping[str, frozenset[str]], offline: frozenset[str]) -> None:
        """Say which plugins are to hear of which events, and which of them reach nobody. From any thread."""
        if self._loop is not None and events != self._fed:
            self._loop.call_soon_threadsafe(self._hand_on, events, offline)

    async def aclose(self) -> None:
        """End all of it."""
        await self._watches.aclose()
        self._hand_on({}, frozenset())

    def _hand_on(self, events: Mapping[str, frozenset[str]], offline: frozenset[str]) -> None:
        self._fed = events
        self._feed.want(events, offline)
        if events and self._listening is None and self._bus is not None:
            self._listening = spawn(self._listen(self._bus), "plugin-events")
        elif not events and self._listening is not None:
            self._listening.cancel()
            self._listening = None

    async def _listen(self, bus: Bus) -> None:
        with bus.subscribe() as events:
            await self._feed.run(events)

    async def _tell(self, plugin: str, event: Mapping[str, Any], label: Label | None) -> None:
        running = await self._begin(plugin)
        if label is not None:
            await self._told(plugin, label)
        await running.tell(event)

    async def _run(self, plugin: str, trigger: str) -> None:
        await (await self._begin(plugin)).watch(trigger)
