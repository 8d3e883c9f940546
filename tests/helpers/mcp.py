"""MCP servers of a home that a test makes, and one call of a tool as a run makes it."""

from __future__ import annotations

import asyncio
import ipaddress
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from agent.events import Event, ExtensionChanged
from agent.mcp_client.house import House
from agent.mcp_client.servers import McpServers
from agent.safety.secrets import KeyringSecrets
from agent.settings import ServerSettings, load_settings
from agent.settings_file import change_settings
from agent.tools.egress import Egress
from agent.tools.egress_pass import EgressPass
from agent.tools.foreign import ForeignCall, ForeignResult

CHILD = Path(__file__).with_name("mcp_server_child.py")


def child(mode: str, **more: Any) -> ServerSettings:
    """Settings that start the server of mcp_server_child.py in a mode."""
    return ServerSettings(command=sys.executable, args=("-I", str(CHILD), mode), **more)


@dataclass
class Tried:
    """A home with servers, and what was told of them."""

    servers: McpServers
    house: House
    settings_file: Path
    events: list[ExtensionChanged] = field(default_factory=list[ExtensionChanged])
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list[tuple[str, "tuple[str, ...]"]])
    answers: list[str | None] = field(default_factory=list["str | None"])
    sampled: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    shown: list[str] = field(default_factory=list[str])

    async def trusted(self, name: str, settings: ServerSettings) -> None:
        """Add a server, ask it what it has, and agree to all of it."""
        self.servers.add(name, settings)
        await self.servers.test(name)
        assert self.servers.trust(name).status == "on"

    async def call(self, tool: str, egress: EgressPass | None = None, **arguments: Any) -> ForeignResult:
        """Call a tool by the name that a model uses."""
        for provider in self.servers.providers():
            for offer in provider.offers():
                if offer.name == tool:
                    exchange = provider.exchange / "one"
                    ask, complete = self._ask, self._complete
                    call = ForeignCall(offer, arguments, exchange, self.shown.append, no_tools, ask, complete, egress)
                    return await provider.call(call)
        raise AssertionError(f"{tool} is not offered")

    async def under_way(self) -> None:
        """Wait until a call has reached the server."""
        while True:
            live = self.servers.providers()[0].live
            if live.connection is not None and not live.connection.idle:
                return
            await asyncio.sleep(0.01)

    def offered(self) -> list[str]:
        """Names of all tools that runs would be given."""
        return [offer.name for provider in self.servers.providers() for offer in provider.offers()]

    def told(self, name: str) -> list[tuple[str, bool]]:
        """What was said of a server: status, and whether a person should be told."""
        return [(event.status, event.tell) for event in self.events if event.name == name]

    async def _ask(self, text: str, choices: Sequence[str]) -> str | None:
        self.asked.append((text, tuple(choices)))
        return self.answers.pop(0)

    async def _complete(self, system: str, user: str) -> str:
        self.sampled.append((system, user))
        return "four"


async def no_tools(name: str, _arguments: Any) -> Any:
    """What a provider gets that may call none of Homard's own tools."""
    raise AssertionError(name)


@asynccontextmanager
async def tried(folder: Path, egress: Egress | None = None, **more: Any) -> AsyncGenerator[Tried]:
    """A home with no servers in it yet."""
    file = folder / "settings.toml"
    house = House(
        folder / "servers",
        folder / "logs",
        lambda: load_settings(file).mcp,
        KeyringSecrets(),
        publish=lambda event: note(event),
        egress=egress or Egress(),
        **more,
    )
    one = Tried(McpServers(house, partial(change_settings, file)), house, file)

    def note(event: Event) -> None:
        assert isinstance(event, ExtensionChanged)
        one.events.append(event)

    try:
        yield one
    finally:
        await one.servers.close()


def names_on_loopback(*names: str) -> Egress:
    """A way out that takes these names for public ones, and finds each on this machine."""

    async def resolve(host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"] if host in names else []

    return Egress(resolve, lambda address: address == ipaddress.ip_address("127.0.0.1"))
