"""What comes from a server, before the SDK sees it: at a pace, within a size, and without what it must not work on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from agent.confined.ended import Flooded, Gone, Stalled
from agent.confined.process import ConfinedProcess
from agent.mcp_client.pace import Pace
from agent.mcp_client.sdk import message_of
from agent.tasks import spawn

if TYPE_CHECKING:
    from mcp.client._transport import ReadStream
    from mcp.shared.message import SessionMessage

MOST_BYTES: Final = 4 << 20
"""Of one message. It is read on the event loop, which stands still for about 3 ms a megabyte (see `sdk.message_of`)."""
MOST_ITEMS: Final = 1_000
"""Of a list in an answer: tools, resources, pieces of content."""
BURST: Final = 500
PACE: Final = 300.0
"""Messages a second, after a burst: each takes about a tenth of a millisecond of the event loop."""
GARBAGE: Final = 2_000
"""Lines that are no message, one after the other, before a server is given up: banners and logs on its output."""
LONG_GARBAGE: Final = 100_000
"""Bytes of one such line: that is no banner, but an answer that somebody waits for."""

_log = logging.getLogger(__name__)


class Paced:
    """A stream of what a server says, as the SDK reads it."""

    def __init__(self, inner: ReadStream[SessionMessage | Exception]) -> None:
        self._inner = inner
        self._pace = Pace(BURST, PACE)

    @property
    def last_context(self) -> Any:
        """In which context the other side sent what was read last; the SDK goes on in it."""
        return getattr(self._inner, "last_context", None)

    async def receive(self) -> SessionMessage | Exception:
        """The next message."""
        await self._pace.keep()
        return _cleaned(await self._inner.receive())

    def __aiter__(self) -> Paced:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        await self._pace.keep()
        return _cleaned(await self._inner.__anext__())

    async def aclose(self) -> None:
        """Close it."""
        await self._inner.aclose()

    async def __aenter__(self) -> Paced:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()


def _cleaned(message: SessionMessage | Exception) -> SessionMessage | Exception:
    """Take out of an answer what the SDK must not work on, on the event loop.

    That is all of a list beyond what anybody can use, and what it would check results by: a stranger's schema with a
    stranger's patterns, of which one can take for ever. Homard looks at results itself.
    """
    if isinstance(message, Exception):
        return message
    result: Any = getattr(message.message, "result", None)
    if not isinstance(result, dict):
        return message
    for items in cast("dict[str, Any]", result).values():
        if isinstance(items, list):
            del cast("list[Any]", items)[MOST_ITEMS:]
    tools: Any = cast("dict[str, Any]", result).get("tools")
    for tool in cast("list[Any]", tools) if isinstance(tools, list) else []:
        if isinstance(tool, dict):
            cast("dict[str, Any]", tool).pop("outputSchema", None)
    return message


@asynccontextmanager
async def program_channel(process: ConfinedProcess) -> AsyncGenerator[Any]:
    """Speak with a program over its input and output, one JSON text a line (MCP's stdio transport)."""
    import anyio
    from mcp.shared.message import SessionMessage

    incoming, to_sdk = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    from_sdk, outgoing = anyio.create_memory_object_stream[SessionMessage](0)
    reader = spawn(_read(process, incoming), "mcp-read")
    writer = spawn(_write(process, outgoing, incoming), "mcp-write")
    try:
        yield Paced(to_sdk), from_sdk
    finally:
        for task in (reader, writer):
            task.cancel()
        await asyncio.gather(reader, writer, return_exceptions=True)
        for stream in (incoming, to_sdk, from_sdk, outgoing):
            stream.close()


async def _read(process: ConfinedProcess, incoming: Any) -> None:
    import anyio
    from mcp.shared.message import SessionMessage

    garbage = 0
    with incoming:
        while True:
            try:
                line = await process.receive(MOST_BYTES)
            except Flooded:
                return
            if line is None:
                return
            if not line.strip():
                continue
            try:
                message = SessionMessage(message_of(line))
            except ValueError:
                garbage += 1
                _log.debug("%s wrote a line that is no message of MCP", process.name)
                if garbage > GARBAGE or len(line) > LONG_GARBAGE:
                    _log.warning("%s writes what is no MCP; it is ended", process.name)
                    await process.end(0)
                    return
                await asyncio.sleep(0)
                continue
            garbage = 0
            try:
                await incoming.send(message)
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                return


async def _write(process: ConfinedProcess, outgoing: Any, incoming: Any) -> None:
    async with outgoing:
        async for message in outgoing:
            line = message.message.model_dump_json(by_alias=True, exclude_unset=True)
            try:
                await process.send(line.encode() + b"\n")
            except (Gone, Stalled):
                incoming.close()  # so that nobody waits for an answer
                return


@asynccontextmanager
async def web_channel(url: str, client: Any) -> AsyncGenerator[Any]:
    """Speak with a server by its address (MCP's streamable HTTP transport)."""
    from mcp.client.streamable_http import streamable_http_client

    async with streamable_http_client(url, http_client=client, max_sse_event_size=MOST_BYTES) as (read, write):
        yield Paced(read), write
