"""The three services of a Linux desktop that know: UPower, NetworkManager and logind; one value of each is followed.

A signal says what is new; an answer that was asked for before the signal came does not undo it. A service that leaves
the bus, or comes back, is asked anew, and what it said before holds until then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from agent.machine.bus import DAEMON, PROPERTIES, Bus, BusError, Signal, value_of

Field = Literal["on_battery", "metered", "locked"]
LOGIN = "org.freedesktop.login1"
LOGIN_SESSION = f"{LOGIN}.Session"
LOGIN_MANAGER = f"{LOGIN}.Manager"


@dataclass(frozen=True)
class Property:
    """Where a value is, and what it means."""

    field: Field
    label: str
    name: str
    path: str
    """Empty: looked for, see `Session`."""
    interface: str
    member: str
    meaning: Callable[[object], bool | None]
    start: bool = False
    """The bus may start the service for our question."""


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _costs(value: object) -> bool | None:
    """NMMetered: 0 unknown, 1 yes, 2 no, 3 yes as it guesses (a phone's hot spot), 4 no as it guesses."""
    return {1: True, 2: False, 3: True, 4: False}.get(value) if isinstance(value, int) else None


UPOWER = Property(
    "on_battery", "UPower", "org.freedesktop.UPower", "/org/freedesktop/UPower", "org.freedesktop.UPower", "OnBattery",
    _truth, start=True,
)  # fmt: skip
NETWORK = Property(
    "metered", "NetworkManager", "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager",
    "org.freedesktop.NetworkManager", "Metered", _costs,
)  # fmt: skip
SCREEN = Property("locked", "logind", LOGIN, "", LOGIN_SESSION, "LockedHint", _truth)


class Service:
    """Follows one property of one service."""

    def __init__(self, source: Property) -> None:
        self.source = source
        self.value: bool | None = None
        self.stale = True
        """`read` has something to find out."""
        self.path = source.path
        self._owner = ""
        self._signals = 0
        self._was_asked = False

    def forget(self) -> None:
        """Know nothing, and want to be read: on a new connection."""
        self.value, self.stale, self.path = None, True, self.source.path
        self._owner, self._was_asked = "", False

    def rules(self) -> tuple[str, ...]:
        """The match rules of the signals it wants."""
        name, interface = self.source.name, self.source.interface
        return (
            f"type='signal',sender='{DAEMON}',interface='{DAEMON}',member='NameOwnerChanged',arg0='{name}'",
            f"type='signal',sender='{name}',interface='{PROPERTIES}',member='PropertiesChanged',arg0='{interface}'",
        )

    async def read(self, bus: Bus) -> None:
        """Ask for the value. It is None when nobody answers."""
        self.stale = False
        asked = self._signals
        try:
            await self._find_owner(bus)
            value = await self.ask(bus)
        except BusError:
            value = None
        if self._signals == asked and not self.stale:
            self.value = self.source.meaning(value)

    async def _find_owner(self, bus: Bus) -> None:
        """Find out whose signals to believe. Raises BusError if there is nobody, and nobody may be started."""
        try:
            owner = await bus.call(DAEMON, "/org/freedesktop/DBus", f"{DAEMON}.GetNameOwner", "s", self.source.name)
            self._owner = str(owner[0])
        except BusError:
            self._owner = ""
            if not self.source.start:
                raise

    async def ask(self, bus: Bus) -> object:
        """Get the value. Raises BusError."""
        source = self.source
        start = source.start and not self._was_asked  # one that somebody stopped, or that crashes, is left alone
        self._was_asked = True
        return await bus.get(source.name, self.path, source.interface, source.member, start=start)

    def hear(self, signal: Signal) -> None:
        """Take what a signal says. Signals that others sent in the service's name are not heard."""
        if (signal.sender, signal.member) == (DAEMON, "NameOwnerChanged"):
            if signal.body[:1] == (self.source.name,):
                self.stale = True
        elif signal.sender == self._owner:
            self.said(signal)

    def said(self, signal: Signal) -> None:
        """Take what the service itself said."""
        if (signal.interface, signal.member, signal.path) != (PROPERTIES, "PropertiesChanged", self.path):
            return
        interface, changed, invalid = (*signal.body, None, None, None)[:3]
        if interface != self.source.interface:
            return
        if isinstance(changed, dict) and self.source.member in changed:
            self._signals += 1
            self.value = self.source.meaning(value_of(changed[self.source.member]))
        elif isinstance(invalid, list) and self.source.member in invalid:
            self.stale = True


class Session(Service):
    """The session at whose screen this person sits: as logind elects it, and wherever we run ourselves.

    A service of `systemd --user`, and a program that a desktop starts as one, is in no session.
    """

    def __init__(self, sleeps: Callable[[bool], None]) -> None:
        super().__init__(SCREEN)
        self._sleeps = sleeps

    def rules(self) -> tuple[str, ...]:
        """The match rules of the signals it wants."""
        manager = f"type='signal',sender='{LOGIN}',interface='{LOGIN_MANAGER}',member="
        members = ("PrepareForSleep", "SessionNew", "SessionRemoved")
        return (*super().rules(), *(f"{manager}'{member}'" for member in members))

    async def ask(self, bus: Bus) -> object:
        """Find the session, then whether its screen is locked. Raises BusError."""
        match await bus.get(LOGIN, "/org/freedesktop/login1/user/self", f"{LOGIN}.User", "Display"):
            case (str(), str() as path) if path != "/":
                self.path = path
                return await super().ask(bus)
            case _:
                self.path = ""
                return None

    def said(self, signal: Signal) -> None:
        """Take what logind said."""
        if signal.interface != LOGIN_MANAGER:
            super().said(signal)
        elif signal.member == "PrepareForSleep":
            self._sleeps(signal.body[:1] == (True,))
        elif signal.member == "SessionNew" or signal.body[1:2] == (self.path,):
            self.stale = True
