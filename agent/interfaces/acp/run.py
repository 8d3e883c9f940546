"""One `homard acp` process, from its streams to the home."""

from __future__ import annotations

from acp.agent.connection import AgentSideConnection

from agent.interfaces.acp.service import HomardAgent
from agent.interfaces.acp.transport import WireTransport
from agent.interfaces.serving.home import HomeDoor
from agent.interfaces.serving.wire import StandardWire
from agent.paths import Paths


async def run_agent(paths: Paths) -> None:
    """Serve an editor until it closes its end; what still works then is cancelled. Raises UsageError."""
    door = HomeDoor(paths)
    with StandardWire.taken() as wire:
        connection = AgentSideConnection(
            HomardAgent(door), WireTransport(wire), listening=False, use_unstable_protocol=True
        )
        try:
            await connection.listen()
        finally:
            await connection.close()
            await door.close()
