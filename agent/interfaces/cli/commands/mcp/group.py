"""The group of commands and what they share."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.errors import UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.commands.mcp.serve import serve
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json

if TYPE_CHECKING:
    from agent.mcp_client.servers import McpServers
    from agent.mcp_client.view import Server

app = new_app(help="MCP: servers whose tools Homard uses. Alone, without a terminal: Homard as a server for others.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="As `homard mcp list` lists it.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Agree to all of it, unasked.")]
Env = Annotated[list[str] | None, typer.Option("--env", "-e", help="KEY=VALUE for its program. Repeatable.")]
Folder = Annotated[list[str] | None, typer.Option("--folder", help="A folder that it may read. Repeatable.")]
Writable = Annotated[
    list[str] | None, typer.Option("--writable", help="A folder that it may change; not undone. Repeatable.")
]
Host = Annotated[
    list[str] | None, typer.Option("--host", help="A host that it may reach, HOST or HOST:PORT; * for any. Repeatable.")
]

STATUS = {
    "on": "on",
    "off": "off",
    "new": "new",
    "changed": "off: changed",
    "disabled": "off: it failed",
    "unusable": "unusable",
}


app.callback(invoke_without_command=True)(serve)


@asynccontextmanager
async def open_servers(house: House) -> AsyncGenerator[McpServers]:
    """The servers of this home: those of the running app, else in this process over the same files."""
    if (running := getattr(house.opened, "servers", None)) is not None:
        yield running
        return
    from agent.interfaces.cli.provider_setup import secrets_of
    from agent.mcp_client import house as mcp_house
    from agent.mcp_client.servers import McpServers
    from agent.sandbox.measure import known
    from agent.settings import load_settings
    from agent.settings_file import change_settings

    paths = house.paths
    settings = load_settings(paths.settings)
    servers = McpServers(
        mcp_house.House(
            paths.data / "servers",
            paths.logs / "servers",
            lambda: load_settings(paths.settings).mcp,
            secrets_of(house),
            measured=lambda: known(paths.cache),
            need=lambda: settings.safety.sandbox,
            hidden=lambda: [os.path.realpath(one) for one in (paths.data, paths.config, paths.cache, paths.logs)],
        ),
        partial(change_settings, paths.settings),
    )
    try:
        yield servers
    finally:
        await servers.close()


def mcp_work(do: Callable[[Terminal, House, McpServers], Awaitable[int]], *, as_json: bool = False) -> Work:
    """A command about servers."""

    async def run(terminal: Terminal, house: House) -> int:
        async with open_servers(house) as servers:
            try:
                return await do(terminal, house, servers)
            finally:
                if house.opened is not None:
                    house.opened.reload_settings()

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


def place(terminal: Terminal, named: str) -> Path:
    """A path as the client means it, absolute."""
    return Path(os.path.abspath(os.path.join(terminal.cwd or "/", os.path.expanduser(named))))


def pairs(given: list[str] | None, flag: str) -> dict[str, str]:
    """KEY=VALUE words as a table. Raises UsageError."""
    table: dict[str, str] = {}
    for one in given or []:
        key, equals, value = one.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"{flag} takes KEY=VALUE, not {one[:80]!r}. Nothing was changed.")
        table[key.strip()] = value
    return table


def as_data(server: Server) -> dict[str, Any]:
    """A server for scripts."""
    settings, state = server.settings, server.state
    return {
        "name": server.name,
        "status": server.status,
        "why": server.why or None,
        "command": [settings.command, *settings.args] if settings.command else None,
        "url": settings.url or None,
        "may": list(server.words),
        "tools": [
            {
                "name": one.name or None,
                "own_name": one.own_name,
                "status": one.status,
                "description": one.description,
                "changes": list(one.changes),
            }
            for one in server.tools
        ],
        "prompt_tokens": server.prompt_tokens,
        "protocol": state.said.protocol or None,
        "version": state.said.version or None,
        "bundle": state.bundle.version if state.bundle else None,
        "running": server.running,
        "calls": state.calls,
        "last_used": state.last_used.isoformat() if state.last_used else None,
        "log": str(server.log),
    }


def say_server(terminal: Terminal, server: Server, as_json: bool) -> int:
    """Tell how a server stands after a command."""
    from agent.interfaces.cli.text import revealed

    if as_json:
        print_json(terminal, as_data(server))
    elif server.status == "on":
        count = len(server.offers)
        waiting = f", {len(server.waiting)} wait for you" if server.waiting else ""
        words = f"{server.name} is on: {count} tools{waiting} ({server.prompt_tokens:,} tokens in each request)."
        terminal.say(revealed(words))
    else:
        terminal.say(revealed(f"{server.name} is not used. {server.why}"))
    return 0
