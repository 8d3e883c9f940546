"""UPower, NetworkManager and logind as programs on a bus of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.asyncio import DBusConnection, DBusRouter, Proxy, open_dbus_connection

from agent.tasks import spawn

UPOWER = ("org.freedesktop.UPower", "/org/freedesktop/UPower", "org.freedesktop.UPower", "OnBattery")
NETWORK = ("org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager", "org.freedesktop.NetworkManager",
           "Metered")  # fmt: skip
LOGIN = "org.freedesktop.login1"
USER, SESSION, OTHER = (f"/org/freedesktop/login1/{end}" for end in ("user/self", "session/_32", "session/c3"))
PROPERTIES = "org.freedesktop.DBus.Properties"


class Told:
    """A program that answers Properties.Get from `values`, and says what changed."""

    def __init__(self, connection: DBusConnection) -> None:
        self.values: dict[tuple[str, str, str], tuple[str, Any]] = {}
        """(path, interface, property) to (signature, value)."""
        self.was_asked = asyncio.Event()
        self.caller = ""
        """Who asked last."""
        self.hold = asyncio.Event()
        """Answers wait until it is set."""
        self.hold.set()
        self._connection = connection

    async def change(self, path: str, interface: str, name: str, signature: str, value: Any) -> None:
        """Set a property and say so."""
        self.values[path, interface, name] = (signature, value)
        await self.say(path, interface, {name: (signature, value)}, [])

    async def say(self, path: str, interface: str, changed: dict[str, Any], invalid: list[str]) -> None:
        """Send PropertiesChanged."""
        await self.emit(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", interface, changed, invalid)

    async def emit(self, path: str, interface: str, member: str, signature: str, *body: Any) -> None:
        """Send a signal."""
        await self._connection.send(new_signal(DBusAddress(path, interface=interface), member, signature, body))

    async def emit_to(self, whom: str, path: str, interface: str, member: str, signature: str, *body: Any) -> None:
        """Send a signal to one program, which the bus delivers whether or not that asked for it."""
        signal = new_signal(DBusAddress(path, interface=interface), member, signature, body)
        signal.header.fields[HeaderFields.destination] = whom
        await self._connection.send(signal)

    async def serve(self) -> None:
        """Answer until cancelled."""
        while True:
            message = await self._connection.receive()
            if message.header.message_type is MessageType.method_call:
                key = (message.header.fields[HeaderFields.path], *message.body)
                self.was_asked.set()
                self.caller = message.header.fields[HeaderFields.sender]
                answered = (self.values[key],) if key in self.values else None
                await self.hold.wait()
                await self._connection.send(
                    new_method_return(message, "v", answered)
                    if answered
                    else new_error(message, "org.freedesktop.DBus.Error.UnknownProperty", "s", ("no such thing",))
                )


@asynccontextmanager
async def told_by(address: str, name: str) -> AsyncGenerator[Told, None]:
    """Own a name on the bus and serve it."""
    connection = await open_dbus_connection(address)
    made = Told(connection)
    async with DBusRouter(connection) as router:
        await Proxy(message_bus, router).RequestName(name)
    task = spawn(made.serve(), name)
    try:
        yield made
    finally:
        task.cancel()
        await connection.close()


@asynccontextmanager
async def upower(address: str, on_battery: bool) -> AsyncGenerator[Told, None]:
    """UPower."""
    async with told_by(address, UPOWER[0]) as made:
        made.values[UPOWER[1:]] = ("b", on_battery)
        yield made


@asynccontextmanager
async def network_manager(address: str, metered: int) -> AsyncGenerator[Told, None]:
    """NetworkManager."""
    async with told_by(address, NETWORK[0]) as made:
        made.values[NETWORK[1:]] = ("u", metered)
        yield made


@asynccontextmanager
async def logind(address: str, locked: bool, session: str = SESSION) -> AsyncGenerator[Told, None]:
    """logind, for which the person sits at `session`."""
    async with told_by(address, LOGIN) as made:
        made.values[USER, f"{LOGIN}.User", "Display"] = ("(so)", ("2", session))
        made.values[session, f"{LOGIN}.Session", "LockedHint"] = ("b", locked)
        yield made
