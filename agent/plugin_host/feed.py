"""Events for the plugins that were granted them, in order, one plugin never waiting for another."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import reduce
from typing import Any, Final

import msgspec

from agent.errors import HomardError
from agent.events import (
    AnyEvent,
    ApprovalRequested,
    EntriesStored,
    MessageDelta,
    MessageFinished,
    RunFinished,
    ToolCallFinished,
    ToolCallProgress,
)
from agent.labels import Label
from agent.messages import AssistantMessage, Message, ToolMessage, UserMessage
from agent.tasks import spawn

MAX_WAITING: Final = 200
"""Events of one plugin; of more the oldest are dropped."""
MAX_SECRET: Final = 10_000
"""Sessions that are known to hold what must not leave this machine; the longest known are forgotten."""
Tell = Callable[[str, Mapping[str, Any], Label | None], Awaitable[None]]
"""Hand an event with what is known of its label to a plugin, starting it if need be. Raises HomardError."""

_log = logging.getLogger(__name__)


class Feed:
    """From the bus to the plugins."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._wanted: Mapping[str, frozenset[str]] = {}
        self._waiting: dict[str, deque[tuple[dict[str, Any], Label | None]]] = {}
        self._secret: dict[str, Label] = {}
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
        name, label = type(event).__name__, self._label(event)
        stays = label is not None and label.secrecy == "secret"
        for plugin, names in self._wanted.items():
            if name in names and (plugin in self._offline or not stays):
                waiting = self._waiting.setdefault(plugin, deque(maxlen=MAX_WAITING))
                waiting.append((msgspec.to_builtins(event), label))
                if plugin not in self._working:
                    self._working[plugin] = spawn(self._work(plugin, waiting), f"events-{plugin}")

    def _label(self, event: AnyEvent) -> Label | None:
        """Of what it holds. Not every kind says: after one that was secret these are, in that session."""
        found = _labels(event)
        if found is None:
            return self._secret.get(event.session_id)
        labels = [label for label in found if label is not None]
        label = reduce(Label.join, labels) if labels else None
        if label is not None and label.secrecy == "secret" and event.session_id:
            self._secret[event.session_id] = label
            if len(self._secret) > MAX_SECRET:
                del self._secret[next(iter(self._secret))]
        return label

    async def _work(self, plugin: str, waiting: deque[tuple[dict[str, Any], Label | None]]) -> None:
        try:
            while waiting:
                await self._tell(plugin, *waiting.popleft())
        except HomardError as error:
            _log.warning("events for the plugin %s are dropped: %s", plugin, error)
            waiting.clear()
        finally:
            self._working.pop(plugin, None)


def _labels(event: AnyEvent) -> Sequence[Label | None] | None:
    """What an event says of the labels of what it holds; None: its kind says nothing."""
    match event:
        case RunFinished() | ApprovalRequested():
            return [event.label]
        case ToolCallFinished():
            return [event.result.label]
        case MessageFinished():
            return [event.message.label if event.message is not None else None]
        case EntriesStored():
            return [_label_of(entry.message) for entry in event.entries]
        case _:
            return None


def _label_of(message: Message) -> Label | None:
    if isinstance(message, ToolMessage):
        return message.result.label
    return message.label if isinstance(message, UserMessage | AssistantMessage) else None
