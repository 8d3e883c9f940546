"""One run that a program asked for, from its message to its end."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import msgspec

from agent.commands import CancelRun, SendMessage
from agent.errors import HomardError
from agent.events import AnyEvent, RunFinished
from agent.interfaces.serving.desk import Desk, Receipt


@dataclass(frozen=True)
class RunUnderWay:
    """A run and its events; they end with its RunFinished."""

    desk: Desk
    receipt: Receipt
    events: AsyncIterator[AnyEvent]

    async def cancel(self) -> None:
        """Stop it; its end comes as an event. Nothing happens where it is over."""
        with suppress(HomardError):
            await self.desk.submit(CancelRun(self.receipt.run_id))


@asynccontextmanager
async def asked(desk: Desk, message: SendMessage) -> AsyncGenerator[RunUnderWay]:
    """Send a message that gets a run of its own, tied to this connection. Raises UsageError, StorageError."""
    message = msgspec.structs.replace(message, follow_up=True)
    async with desk.listening(message.session_id) as events:
        receipt = await desk.submit(message, tied=True)
        yield RunUnderWay(desk, receipt, _of_run(events, receipt.run_id))


async def _of_run(events: AsyncIterator[AnyEvent], run_id: str) -> AsyncIterator[AnyEvent]:
    async for event in events:
        if event.run_id == run_id:
            yield event
            if isinstance(event, RunFinished):
                return
