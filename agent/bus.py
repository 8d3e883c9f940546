"""Events out: one publisher, any number of subscribers, in order, none dropped."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from agent.events import AnyEvent


class Subscription:
    """A subscriber's queue; an async iterator and a context manager."""

    def __init__(self, bus: Bus, session_id: str | None) -> None:
        self._bus = bus
        self._session_id = session_id
        self._queue: asyncio.Queue[AnyEvent] = asyncio.Queue()

    def offer(self, event: AnyEvent) -> None:
        """Take an event if it is of the subscribed session."""
        if self._session_id is None or event.session_id == self._session_id:
            self._queue.put_nowait(event)

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
        return await self._queue.get()


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
