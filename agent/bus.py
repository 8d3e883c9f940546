"""Events out: one publisher, any number of subscribers, in order, no stored one dropped."""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType
from typing import Self

import msgspec

from agent.events import AnyEvent, MessageDelta, ToolCallProgress

MANY_WAITING = 1_000
"""Events; a reader further behind gets what is not stored in larger pieces, so that a stuck one costs little memory."""


class Subscription:
    """A subscriber's queue; an async iterator for one reader, and a context manager."""

    def __init__(self, bus: Bus, session_id: str | None) -> None:
        self._bus = bus
        self._session_id = session_id
        self._queue: deque[AnyEvent] = deque()
        self._filled = asyncio.Event()

    def offer(self, event: AnyEvent) -> None:
        """Take an event if it is of the subscribed session."""
        if self._session_id is not None and event.session_id != self._session_id:
            return
        if len(self._queue) >= MANY_WAITING:
            event = self._joined(event)
        self._queue.append(event)
        self._filled.set()

    def _joined(self, event: AnyEvent) -> AnyEvent:
        last = self._queue[-1]
        match last, event:
            case MessageDelta(), MessageDelta() if (last.run_id, last.thinking) == (event.run_id, event.thinking):
                self._queue.pop()
                return msgspec.structs.replace(last, text=last.text + event.text)
            case ToolCallProgress(), ToolCallProgress() if last.call_id == event.call_id:
                self._queue.pop()  # the result holds the output
                return event
            case _:
                return event

    def __enter__(self) -> Self:
        self._bus.attach(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bus.detach(self)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AnyEvent:
        while not self._queue:
            self._filled.clear()
            await self._filled.wait()
        return self._queue.popleft()


class Bus:
    """Fans events out to whoever listens now."""

    def __init__(self) -> None:
        self._subscriptions: list[Subscription] = []

    def publish(self, event: AnyEvent) -> None:
        """Hand an event to every subscriber. Must not raise."""
        for subscription in tuple(self._subscriptions):
            subscription.offer(event)

    def subscribe(self, session_id: str | None = None) -> Subscription:
        """Listen to one session, or to all; use as a context manager."""
        return Subscription(self, session_id)

    def attach(self, subscription: Subscription) -> None:
        """Begin to deliver."""
        self._subscriptions.append(subscription)

    def detach(self, subscription: Subscription) -> None:
        """Cease to deliver."""
        self._subscriptions.remove(subscription)
