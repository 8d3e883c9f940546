"""The owner's end of a connection: frames in and out, one JSON object a line."""

from __future__ import annotations

import asyncio
import json
import socket
from typing import Any, Protocol, cast

from agent.interfaces.cli.wire import MAX_FRAME_BYTES

Frame = dict[str, Any]


class Link(Protocol):
    """A connection to one client."""

    async def receive(self) -> Frame | None:
        """Wait for the next frame; None: the client hung up or does not speak our language."""
        ...

    def send(self, frame: Frame) -> None:
        """Queue a frame. Must not raise: a client that went away is noticed by `receive`."""
        ...

    async def drain(self) -> None:
        """Wait until the client has taken most of what was queued."""
        ...

    async def close(self) -> None:
        """Send what is queued and hang up."""
        ...


class StreamLink:
    """A link over asyncio streams."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def over(cls, sock: socket.socket) -> StreamLink:
        """Use a connected socket."""
        reader, writer = await asyncio.open_connection(sock=sock, limit=MAX_FRAME_BYTES)
        return cls(reader, writer)

    async def receive(self) -> Frame | None:
        """Wait for the next frame."""
        try:
            line = await self._reader.readline()
        except (OSError, ValueError):
            return None
        return parse(line) if line.endswith(b"\n") else None

    def send(self, frame: Frame) -> None:
        """Queue a frame."""
        if not self._writer.is_closing():
            self._writer.write(json.dumps(frame).encode() + b"\n")

    async def drain(self) -> None:
        """Wait until the client has taken most of it."""
        try:
            await self._writer.drain()
        except OSError:
            return

    async def close(self) -> None:
        """Send what is queued and hang up."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            return


def parse(line: bytes) -> Frame | None:
    """Read a frame; None if it is none."""
    try:
        frame: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return cast("Frame", frame) if isinstance(frame, dict) else None
