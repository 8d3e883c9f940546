"""A session bus of its own, and on it a notification service that does as the test says."""

from __future__ import annotations

import os
import subprocess
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.asyncio import DBusConnection, DBusRouter, Proxy, open_dbus_connection

from agent.tasks import spawn
from tests.helpers.desktop import BUS_CONFIG

NOTIFICATIONS = "org.freedesktop.Notifications"


@contextmanager
def private_bus(folder: Path) -> Generator[str, None, None]:
    """Run a bus without any service; its address."""
    config = folder / "bus.conf"
    config.write_text(BUS_CONFIG.format(folder=folder))
    reading, writing = os.pipe()
    words = ("dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", f"--print-address={writing}")
    with (folder / "bus.log").open("wb") as log:
        process = subprocess.Popen(words, pass_fds=[writing], stdout=log, stderr=log)
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            yield pipe.readline().strip().partition(",guid=")[0]
    finally:
        process.kill()
        process.wait()


class Service:
    """A program on the bus: `answers` maps a method to the signature and the body of its answer."""

    def __init__(self, connection: DBusConnection, name: str, path: str) -> None:
        self.answers: dict[str, tuple[str, tuple[Any, ...]]] = {}
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.caller = ""
        """Who called last."""
        self._connection = connection
        self._name, self._path = name, path

    def called(self, method: str) -> list[tuple[Any, ...]]:
        """The bodies of the calls of a method so far."""
        return [body for name, body in self.calls if name == method]

    async def emit(self, member: str, signature: str, *body: Any, interface: str = "", path: str = "") -> None:
        """Send a signal."""
        address = DBusAddress(path or self._path, interface=interface or self._name)
        await self._connection.send(new_signal(address, member, signature, body))

    async def serve(self) -> None:
        """Answer calls until cancelled."""
        while True:
            message = await self._connection.receive()
            if message.header.message_type is not MessageType.method_call:
                continue
            method = message.header.fields[HeaderFields.member]
            self.calls.append((method, message.body))
            self.caller = message.header.fields[HeaderFields.sender]
            if method in self.answers:
                signature, body = self.answers[method]
                answer = new_method_return(message, signature or None, body)
            else:
                answer = new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "s", (method,))
            await self._connection.send(answer)


@asynccontextmanager
async def service(address: str, name: str = NOTIFICATIONS, path: str = "") -> AsyncGenerator[Service, None]:
    """Own a name on the bus and answer calls."""
    connection = await open_dbus_connection(address)
    async with DBusRouter(connection) as router:
        await Proxy(message_bus, router).RequestName(name)
    made = Service(connection, name, path or "/" + name.replace(".", "/"))
    task = spawn(made.serve(), f"service {name}")
    try:
        yield made
    finally:
        task.cancel()
        await connection.close()


def notification_answers(capabilities: tuple[str, ...] = ("body", "actions", "body-markup")) -> dict[str, Any]:
    """What a notification service answers: the first notice has the number 1, and so have all others."""
    return {
        "GetCapabilities": ("as", (list(capabilities),)),
        "Notify": ("u", (1,)),
        "CloseNotification": ("", ()),
    }
