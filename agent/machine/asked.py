"""A machine whose system is asked when somebody wants to know, and that tells some of its changes (macOS, Windows)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from agent.machine.recheck import Recheck
from agent.machine.services import Field
from agent.machine.state import MachineChange, MachineState
from agent.tasks import spawn

ANSWER_S = 2.0
_log = logging.getLogger(__name__)


class System(Protocol):
    """What differs between those systems."""

    silent: tuple[Field, ...]
    """The fields whose changes the system does not tell."""

    def read(self) -> MachineState:
        """Ask for everything; called in a thread. What cannot be read is None. Must not raise."""
        ...

    def listen(self, tell: Callable[[MachineChange], None]) -> None:
        """Let the system call `tell`, from whichever thread, when something happens. Must not block or raise."""
        ...

    def stop(self) -> None:
        """Listen no more."""
        ...


class AskedMachine:
    """The `Machine` port over a `System`.

    Whoever saw that a silent field is True may wait for it: then it is asked for every 20 s until it is not. Nothing
    runs otherwise.
    """

    def __init__(
        self,
        on_change: Callable[[MachineChange], None],
        system: System,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._on_change, self._system = on_change, system
        self._loop = asyncio.get_running_loop()
        self._state = MachineState()
        self._reading: asyncio.Task[None] | None = None
        self._is_closed = False
        self._recheck = Recheck(self._ask_again, sleep)
        system.listen(self._tell)
        self._read_soon()

    @property
    def state(self) -> MachineState:
        """What is known now."""
        if self._waits() and not self._is_closed:
            self._recheck.begin()
        return self._state

    async def refresh(self) -> MachineState:
        """Ask the system; what it does not answer within 2 s is announced when it comes."""
        if not self._is_closed:
            await asyncio.wait({self._read_soon()}, timeout=ANSWER_S)
        return self.state

    async def close(self) -> None:
        """Listen no more."""
        self._is_closed = True
        self._recheck.stop()
        self._system.stop()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})

    def _read_soon(self) -> asyncio.Task[None]:
        """Give the reading that has begun, or begin one."""
        if self._reading is None or self._reading.done():
            self._reading = spawn(self._read(), "machine")
        return self._reading

    async def _read(self) -> None:
        state = await asyncio.to_thread(self._system.read)
        if state != self._state:
            self._state = state
            self._on_change("changed")

    async def _ask_again(self) -> bool:
        await self.refresh()
        return self._waits()

    def _waits(self) -> bool:
        return any(getattr(self._state, field) for field in self._system.silent)

    def _tell(self, change: MachineChange) -> None:
        try:
            self._loop.call_soon_threadsafe(self._told, change)
        except RuntimeError:
            _log.info("the machine tells %s after the end", change)

    def _told(self, change: MachineChange) -> None:
        if self._is_closed:
            return
        if change != "changed":
            self._on_change(change)
        if change != "sleeping":
            self._read_soon()
