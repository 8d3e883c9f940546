"""Follows a run from its message to its end, at one terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Protocol

from agent.commands import CancelRun
from agent.errors import UsageError
from agent.events import AnyEvent, RunFinished, RunStarted, SteeringDelivered
from agent.interfaces.cli.question import Questioner
from agent.interfaces.cli.terminal import Terminal
from agent.tasks import spawn

if TYPE_CHECKING:
    from agent.runtime import Runtime


class Display(Protocol):
    """Shows what happens."""

    def show(self, event: AnyEvent) -> None:
        """Show one event."""
        ...


class Follower:
    """Shows a run, asks its questions where somebody is there, and cancels it with Ctrl-C."""

    def __init__(self, terminal: Terminal, runtime: Runtime, display: Display, *, attended: bool) -> None:
        self._terminal = terminal
        self._runtime = runtime
        self._display = display
        self._questioner = Questioner(terminal, runtime) if attended else None
        self.run_id = ""
        """The run that is followed."""
        self.delivered = 0
        """Messages that entered the run while it worked."""

    async def follow(self, events: AsyncIterator[AnyEvent], run_id: str = "") -> RunFinished:
        """Follow the run that answers a message, or the next one; `events` must be older than the message.

        A message that steers a run may come too late for it; then the next run of the session answers it.
        """
        self.run_id, answering, late = run_id, False, not run_id
        with self._terminal.cancelling(self.cancel):
            async for event in events:
                if late and isinstance(event, RunStarted):
                    self.run_id, late = event.run_id, False
                if event.run_id != self.run_id:
                    continue
                answering = answering or isinstance(event, RunStarted | SteeringDelivered)
                self.delivered += isinstance(event, SteeringDelivered)
                self._display.show(event)
                if self._questioner is not None:
                    self._questioner.take(event)
                await self._terminal.drain()
                if isinstance(event, RunFinished):
                    if answering or event.stop_reason == "cancelled":
                        return event
                    late = True
        raise AssertionError("a subscription does not end by itself")

    def cancel(self) -> None:
        """Cancel the run that is followed; its end comes as an event."""
        spawn(self._cancel(self.run_id), "cancel")

    async def _cancel(self, run_id: str) -> None:
        try:
            await self._runtime.submit(CancelRun(run_id))
        except UsageError:
            return  # it has just ended by itself
