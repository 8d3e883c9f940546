"""One `homard mcp` process, from its streams to the home."""

from __future__ import annotations

import asyncio

from agent.interfaces.mcp_server.grant import Grant
from agent.interfaces.mcp_server.server import McpService, serve_mcp
from agent.interfaces.mcp_server.tools import Toolbox
from agent.interfaces.serving.home import HomeDoor
from agent.interfaces.serving.wire import StandardWire
from agent.paths import Paths


async def run_server(paths: Paths, grant: Grant) -> None:
    """Serve until the program closes its end. Raises UsageError where there are no streams."""
    empty = paths.cache / "mcp-nothing"
    await asyncio.to_thread(lambda: empty.mkdir(mode=0o700, parents=True, exist_ok=True))
    door = HomeDoor(paths)
    with StandardWire.taken() as wire:
        try:
            await serve_mcp(wire, McpService(Toolbox(door, grant, empty), grant))
        finally:
            await door.close()
