"""The port: what is known of the machine now, and a call when that changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

MachineChange = Literal["changed", "sleeping", "woke"]
"""`changed`: a field of the state has another value. `sleeping`: the machine is about to sleep. `woke`: it slept."""


@dataclass(frozen=True)
class MachineState:
    """What the system says. None is “it does not say”, and means that nothing waits for it."""

    on_battery: bool | None = None
    """It runs on battery, or on a power supply that has one and no mains (UPS)."""
    metered: bool | None = None
    """The network costs by volume, or the system guesses so."""
    locked: bool | None = None
    """The screen of this person is locked."""
    told_by: str = ""
    """Who said so, for people: `UPower, NetworkManager`; empty: nobody."""


class Machine(Protocol):
    """The machine as the system describes it. Nothing here blocks or raises."""

    @property
    def state(self) -> MachineState:
        """What is known now: at once, without asking anybody."""
        ...

    async def refresh(self) -> MachineState:
        """Ask the system where it does not tell by itself, then give the state; after 2 s at the latest.

        Call it before something is decided by the state. Where the system tells (Linux) it returns at once, except
        right after the opening, when it waits for the first answers. A difference is announced like any other.
        """
        ...

    async def close(self) -> None:
        """Listen no more. The callback is not called afterwards."""
        ...


class UnknownMachine:
    """A machine that says nothing: for tests, and for systems we do not know."""

    def __init__(self, state: MachineState | None = None) -> None:
        self.state = state or MachineState()

    async def refresh(self) -> MachineState:
        """Give the state."""
        return self.state

    async def close(self) -> None:
        """Nothing was opened."""
