"""The system's message bus, on our own loop: calls, and signals handed on in the order in which they came.

jeepney is imported when a bus is opened: it costs 30 ms.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from agent.tasks import spawn

CONNECT_S = 3.0
CALL_S = 3.0
DAEMON = "org.freedesktop.DBus"
PROPERTIES = "org.freedesktop.DBus.Properties"
_SAID = ("sender", "path", "interface", "member")


class BusError(Exception):
    """Nobody is there, or a call failed: the other side's word for it, or ours."""


@dataclass(frozen=True)
class Signal:
    """What a program on the bus said."""

    sender: str
    """Its unique name (`:1.42`); `org.freedesktop.DBus`: the bus itself, which nobody can pretend to be."""
    path: str
    interface: str
    member: str
    body: tuple[Any, ...]


class Bus:
    """One connection. `heard` is called with each signal, and `closed` when the bus has gone; they must not raise."""

    def __init__(
        self, jeepney: Any, connection: Any, heard: Callable[[Signal], None], closed: Callable[[], None]
    ) -> None:
        self._jeepney = jeepney
        self._connection = connection
        self._heard, self._closed = heard, closed
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._is_open = True
        self._reader = spawn(self._read(), "system bus")

    @classmethod
    async def open(cls, address: str, heard: Callable[[Signal], None], closed: Callable[[], None]) -> Bus:
        """Connect to `SYSTEM` or an address. Raises BusError."""
        try:
            jeepney, connect = await asyncio.to_thread(_import_jeepney)
            async with asyncio.timeout(CONNECT_S):
                return cls(jeepney, await connect(address), heard, closed)
        except (ImportError, OSError, EOFError, ValueError, RuntimeError, StopIteration) as error:
            raise BusError(f"no system bus: {error}") from error

    @property
    def is_open(self) -> bool:
        """Whether the bus is still there."""
        return self._is_open

    async def call(
        self, name: str, path: str, member: str, signature: str = "", *body: Any, start: bool = False
    ) -> tuple[Any, ...]:
        """Call `interface.method` of a program and give its answer. Raises BusError.

        `start`: the bus may start the program for it.
        """
        if not self._is_open:
            raise BusError("the system bus has gone")
        interface, _, method = member.rpartition(".")
        message = self._jeepney.new_method_call(
            self._jeepney.DBusAddress(path, name, interface), method, signature or None, body
        )
        if not start:
            message.header.flags |= self._jeepney.MessageFlag.no_auto_start
        reply = await self._exchange(message, name)
        if reply.header.message_type is self._jeepney.MessageType.error:
            raise BusError(" ".join(str(word) for word in (self._field(reply, "error_name"), *reply.body[:1])))
        return tuple(reply.body)

    async def get(self, name: str, path: str, interface: str, member: str, *, start: bool = False) -> object:
        """Read a property. Raises BusError."""
        body = await self.call(name, path, f"{PROPERTIES}.Get", "ss", interface, member, start=start)
        return value_of(body[0] if body else None)

    async def listen(self, rule: str) -> None:
        """Hear the signals of a match rule. Raises BusError."""
        await self.call(DAEMON, "/org/freedesktop/DBus", f"{DAEMON}.AddMatch", "s", rule)

    async def close(self) -> None:
        """Hang up."""
        self._reader.cancel()
        with contextlib.suppress(OSError):
            await self._connection.close()

    async def _exchange(self, message: Any, name: str) -> Any:
        serial = next(self._connection.outgoing_serial)
        answer = self._waiting[serial] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(CALL_S):
                await self._connection.send(message, serial=serial)
                return await answer
        except (OSError, EOFError, TimeoutError) as error:
            raise BusError(f"{name} does not answer ({type(error).__name__})") from error
        finally:
            del self._waiting[serial]

    async def _read(self) -> None:
        try:
            while True:
                self._dispatch(await self._connection.receive())
        except (OSError, EOFError, ValueError):
            self._connection.writer.close()
        finally:
            self._is_open = False
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(EOFError("the system bus has gone"))
            self._closed()

    def _dispatch(self, message: Any) -> None:
        serial = self._field(message, "reply_serial")
        if serial is not None:
            if (answer := self._waiting.get(serial)) is not None and not answer.done():
                answer.set_result(message)
        elif message.header.message_type is self._jeepney.MessageType.signal:
            sender, path, interface, member = (str(self._field(message, name)) for name in _SAID)
            self._heard(Signal(sender, path, interface, member, tuple(message.body)))

    def _field(self, message: Any, name: str) -> Any:
        return message.header.fields.get(self._jeepney.HeaderFields[name])


def value_of(variant: Any) -> object:
    """Take the value out of a variant, which jeepney gives as (signature, value); None where it is something else."""
    pair = cast("tuple[Any, ...]", variant) if isinstance(variant, tuple) else ()
    return pair[1] if len(pair) == 2 else None


def _import_jeepney() -> tuple[Any, Any]:
    import jeepney  # pyright: ignore[reportMissingTypeStubs]
    from jeepney.io.asyncio import (  # pyright: ignore[reportMissingTypeStubs]
        open_dbus_connection,  # pyright: ignore[reportUnknownVariableType]
    )

    return jeepney, open_dbus_connection
