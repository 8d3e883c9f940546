"""A Linux machine: what its services say on the system bus, and the kernel's own word on power where UPower is not.

Signals, not polling. A bus that goes is looked for a few times within two minutes, then when somebody asks.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from agent.machine.bus import Bus, BusError, Signal
from agent.machine.recheck import Recheck
from agent.machine.services import NETWORK, UPOWER, Field, Service, Session
from agent.machine.state import MachineChange, MachineState
from agent.tasks import spawn

FIRST_S = 2.0
AGAIN_S = (1, 2, 4, 8, 16, 32, 60)
SUPPLIES = Path("/sys/class/power_supply")


class LinuxMachine:
    """The `Machine` port over D-Bus."""

    def __init__(
        self,
        on_change: Callable[[MachineChange], None],
        *,
        bus: str = "SYSTEM",
        supplies: Path = SUPPLIES,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._on_change, self._address, self._supplies, self._sleep = on_change, bus, supplies, sleep
        self._services = (Service(UPOWER), Service(NETWORK), Session(self._slept))
        self._kernel: bool | None = None
        self._state = MachineState()
        self._news, self._first = asyncio.Event(), asyncio.Event()
        self._recheck = Recheck(self._ask_again, sleep)
        self._task: asyncio.Task[Any] = spawn(self._live(), "machine")
        self._is_closed = False

    @property
    def state(self) -> MachineState:
        """What is known now."""
        if self._kernel and not self._is_closed:
            self._recheck.begin()
        return self._state

    async def refresh(self) -> MachineState:
        """Wait for the first answers; look again for a bus that was not there, and for power where nobody tells."""
        if self._task.done() and not self._is_closed:
            self._first.clear()
            self._task = spawn(self._live(), "machine")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_S):
                await self._first.wait()
                await self._ask_kernel()
        return self.state

    async def close(self) -> None:
        """Hang up."""
        self._is_closed = True
        self._recheck.stop()
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _live(self) -> None:
        failures = 0
        try:
            while failures <= len(AGAIN_S):
                failures = 0 if await self._listen() else failures + 1
                await self._ask_kernel()
                self._first.set()
                if failures <= len(AGAIN_S):
                    await self._sleep(AGAIN_S[max(0, failures - 1)])
        finally:
            self._first.set()

    async def _listen(self) -> bool:
        """Follow the bus until it goes; False: there was none."""
        try:
            bus = await Bus.open(self._address, self._hear, self._news.set)
        except BusError:
            return False
        try:
            await self._follow(bus)
        except BusError:
            return False
        finally:
            for service in self._services:
                service.forget()
            self._tell()
            await bus.close()
        return True

    async def _follow(self, bus: Bus) -> None:
        for rule in sorted({rule for service in self._services for rule in service.rules()}):
            await bus.listen(rule)
        while bus.is_open:
            self._news.clear()
            await asyncio.gather(*(self._read(service, bus) for service in self._services if service.stale))
            if not self._first.is_set():
                await self._ask_kernel()
                self._first.set()
            if bus.is_open and not any(service.stale for service in self._services):
                await self._news.wait()

    async def _read(self, service: Service, bus: Bus) -> None:
        await service.read(bus)
        self._tell()

    def _hear(self, signal: Signal) -> None:
        for service in self._services:
            service.hear(signal)
        self._tell()
        self._news.set()

    def _slept(self, begins: bool) -> None:
        if not self._is_closed:
            self._on_change("sleeping" if begins else "woke")

    async def _ask_kernel(self) -> None:
        """Read the power supplies where UPower says nothing, and tell what is new."""
        power = self._services[0]
        self._kernel = await asyncio.to_thread(on_battery, self._supplies) if power.value is None else None
        self._tell()

    async def _ask_again(self) -> bool:
        await self._ask_kernel()
        return self._kernel is True

    def _tell(self) -> None:
        if self._is_closed:
            return
        known: dict[Field, bool | None] = {service.source.field: service.value for service in self._services}
        told = [service.source.label for service in self._services if service.value is not None]
        if known["on_battery"] is None and self._kernel is not None:
            known["on_battery"] = self._kernel
            told.insert(0, "kernel")
        state = MachineState(**known, told_by=", ".join(told))
        if state != self._state:
            self._state = state
            self._on_change("changed")


def on_battery(supplies: Path) -> bool | None:
    """Tell from the kernel's power supplies whether a battery alone feeds the machine; None: there is nothing to read.

    A battery that feeds something else (a mouse, a keyboard) has the scope `Device`. See the kernel's
    Documentation/ABI/testing/sysfs-class-power.
    """
    mains: list[bool] = []
    empties = False
    for supply in sorted(supplies.glob("*")):
        kind = _word(supply / "type")
        if _word(supply / "scope") == "Device":
            continue
        if kind == "Battery":
            empties = empties or _word(supply / "status") == "Discharging"
        elif kind in ("Mains", "USB") and (online := _word(supply / "online")):
            mains.append(online != "0")
    if empties:
        return not any(mains)
    return False if any(mains) else None


def _word(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
