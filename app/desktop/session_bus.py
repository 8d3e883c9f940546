"""The desktop's session bus, on our own loop.

WORKAROUND(PySide6 6.11.3): QtDBus turns every Python number into an INT32 and aborts the process where another type is
declared. Notifications and portals want UINT32, so they are called through jeepney, which keyring brings on Linux.
Imported where it is first needed: it costs 30 ms.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

from agent.tasks import spawn

CONNECT_S = 3.0
CALL_S = 5.0
BUS = "org.freedesktop.DBus"

_log = logging.getLogger(__name__)


class BusError(Exception):
    """A call failed: the other side's word for it, or ours where nobody answered."""


class SessionBus:
    """One connection to the bus: method calls, and signals handed to whoever listens."""

    def __init__(self, jeepney: Any, connection: Any) -> None:
        self._jeepney = jeepney
        self._connection = connection
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._listeners: list[tuple[str, str, str, Callable[..., None]]] = []
        self._reader = spawn(self._read(), "session bus")

    @classmethod
    async def open(cls) -> SessionBus | None:
        """Connect; None: there is no bus here, or it does not answer."""
        try:
            jeepney, connect = await asyncio.to_thread(_import_jeepney)
            async with asyncio.timeout(CONNECT_S):
                return cls(jeepney, await connect("SESSION"))
        except (ImportError, OSError, EOFError, KeyError, ValueError, RuntimeError) as error:
            _log.info("no session bus: %s", error)
            return None

    @property
    def is_open(self) -> bool:
        """Whether the bus still listens."""
        return not self._reader.done()

    @property
    def unique_name(self) -> str:
        """Our name on the bus (`:1.42`)."""
        return str(self._connection.unique_name)

    async def call(
        self,
        name: str,
        path: str,
        interface: str,
        method: str,
        signature: str = "",
        *body: Any,
        timeout_s: float = CALL_S,
    ) -> tuple[Any, ...]:
        """Call a method of a program on the bus and wait for its answer. Raises BusError."""
        if not self.is_open:
            raise BusError("the session bus has gone")
        address = self._jeepney.DBusAddress(path, name, interface)
        message = self._jeepney.new_method_call(address, method, signature or None, body)
        serial = next(self._connection.outgoing_serial)
        answer = self._waiting[serial] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout_s):
                await self._connection.send(message, serial=serial)
                reply = await answer
        except (OSError, EOFError, TimeoutError) as error:
            raise BusError(f"{name} does not answer ({type(error).__name__})") from error
        finally:
            del self._waiting[serial]
        if reply.header.message_type is self._jeepney.MessageType.error:
            raise BusError(" ".join(str(word) for word in (self._field(reply, "error_name"), *reply.body[:1])))
        return tuple(reply.body)

    async def listen(self, interface: str, member: str, callback: Callable[..., None], path: str = "") -> None:
        """Call `callback` with the body of each signal of that name, of one object or of all. Raises BusError."""
        self._listeners.append((interface, member, path, callback))
        rule = f"type='signal',interface='{interface}',member='{member}'" + (f",path='{path}'" if path else "")
        await self.call(BUS, "/org/freedesktop/DBus", BUS, "AddMatch", "s", rule)

    async def wait_closed(self) -> None:
        """Wait until the bus has gone."""
        await asyncio.wait({self._reader})

    async def close(self) -> None:
        """Hang up."""
        self._reader.cancel()
        with contextlib.suppress(OSError):
            await self._connection.close()

    async def _read(self) -> None:
        try:
            while True:
                self._dispatch(await self._connection.receive())
        except (OSError, EOFError):
            _log.info("the session bus has gone")
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(EOFError("the session bus has gone"))

    def _dispatch(self, message: Any) -> None:
        serial = self._field(message, "reply_serial")
        if serial is not None:
            if (answer := self._waiting.get(serial)) is not None and not answer.done():
                answer.set_result(message)
        elif message.header.message_type is self._jeepney.MessageType.signal:
            came = tuple(self._field(message, name) for name in ("interface", "member", "path"))
            for interface, member, path, callback in tuple(self._listeners):
                if came[:2] == (interface, member) and path in ("", came[2]):
                    callback(*message.body)

    def _field(self, message: Any, name: str) -> Any:
        return message.header.fields.get(self._jeepney.HeaderFields[name])


def _import_jeepney() -> tuple[Any, Any]:
    import jeepney  # pyright: ignore[reportMissingTypeStubs]
    from jeepney.io.asyncio import (  # pyright: ignore[reportMissingTypeStubs]
        open_dbus_connection,  # pyright: ignore[reportUnknownVariableType]
    )

    return jeepney, open_dbus_connection
