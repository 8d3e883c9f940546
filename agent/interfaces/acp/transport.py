"""The standard streams as the SDK's `Transport`; what is no message is answered, and the line stays open."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final, cast

from agent.interfaces.serving.wire import StandardWire, TooLong

LARGE_BYTES: Final = 1 << 18
"""A longer message is read in a thread."""
PARSE_ERROR, INVALID_REQUEST = -32700, -32600

Message = dict[str, Any]


class WireTransport:
    """JSON-RPC messages, one a line."""

    def __init__(self, wire: StandardWire) -> None:
        self._wire = wire

    async def receive(self) -> Message | None:
        """Wait for the next message that is one; None: the program closed its end."""
        while True:
            try:
                line = await self._wire.receive()
                if line is None:
                    return None
                message = await _parsed(line)
            except TooLong:
                await self._refuse(INVALID_REQUEST, "The message is too long.")
                continue
            except (ValueError, RecursionError):
                await self._refuse(PARSE_ERROR, "This is no JSON.")
                continue
            if is_message(message):
                return cast("Message", message)
            await self._refuse(INVALID_REQUEST, "This is no JSON-RPC message.")

    async def send(self, message: Message) -> None:
        """Send a message. One to a program that is gone is dropped."""
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        await self._wire.send(text.encode("utf-8", "replace"))  # half a character would void the message for many

    async def close(self) -> None:
        """Nothing: the streams belong to whoever took them."""

    async def _refuse(self, code: int, words: str) -> None:
        await self.send({"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": words}})


async def _parsed(line: bytes) -> Any:
    return json.loads(line) if len(line) <= LARGE_BYTES else await asyncio.to_thread(json.loads, line)


def is_message(value: Any) -> bool:
    """Whether the SDK can take it: it trusts that a message is an object, its id a plain value, its method a text."""
    if not isinstance(value, dict):
        return False
    message = cast("Message", value)
    if not isinstance(message.get("id"), str | int | None) or not isinstance(message.get("error", {}), dict | None):
        return False
    return isinstance(message.get("method"), str) or ("method" not in message and "id" in message)
