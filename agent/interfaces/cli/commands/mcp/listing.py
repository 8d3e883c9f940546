"""`homard mcp list|show|logs`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from agent.interfaces.cli.commands.mcp.group import STATUS, AsJson, Name, app, as_data, mcp_work
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import one_line, revealed
from agent.interfaces.cli.work import House, Work, print_json

if TYPE_CHECKING:
    from agent.mcp_client.servers import McpServers
    from agent.mcp_client.view import Server


@app.command("list")
def list_servers(as_json: AsJson = False) -> Work:
    """List the servers: which are on, how many tools they have, what they cost in each request."""

    async def do(terminal: Terminal, _house: House, servers: McpServers) -> int:
        every = await asyncio.to_thread(servers.servers)
        if as_json:
            print_json(terminal, [as_data(one) for one in every])
            return 0
        if not every:
            terminal.say("There is no MCP server yet. `homard mcp add NAME -- COMMAND` adds one, or --url ADDRESS.")
            return 0
        width = terminal.columns if terminal.stdout_tty else None
        terminal.out(table(("server", "status", "tools", "tokens", "where"), [_row(one) for one in every], width))
        for one in every:
            if one.why:
                terminal.say(one_line(f"{one.name}: {one.why}", 1_000))
            if one.waiting and one.status == "on":
                terminal.say(f"{one.name}: {len(one.waiting)} tools wait for you: homard mcp show {one.name}")
        return 0

    return mcp_work(do, as_json=as_json)


def _row(server: Server) -> tuple[str, ...]:
    settings = server.settings
    where = settings.url or " ".join((settings.command, *settings.args))
    return (server.name, STATUS[server.status], str(len(server.offers)), f"{server.prompt_tokens:,}", where)


@app.command("show")
def show(name: Name, as_json: AsJson = False) -> Work:
    """Show a server: what it may do, its tools, and what changed since you agreed."""

    async def do(terminal: Terminal, _house: House, servers: McpServers) -> int:
        server = await asyncio.to_thread(servers.server, name)
        if as_json:
            print_json(terminal, as_data(server))
        else:
            terminal.out("".join(f"{revealed(line)}\n" for line in described(server)))
        return 0

    return mcp_work(do, as_json=as_json)


def described(server: Server) -> list[str]:
    """A server in lines for a person."""
    said, bundle = server.state.said, server.state.bundle
    who = " ".join(word for word in (said.name, said.version) if word)
    lines = [f"{server.name}: {STATUS[server.status]}{f' ({server.why})' if server.why else ''}"]
    lines += [f"says that it is {who}, and speaks MCP {said.protocol}"] if said.protocol else []
    lines += [f"installed from {bundle.source} (version {bundle.version}, by {bundle.author or '?'})"] if bundle else []
    lines += server.words
    lines += [f"its log: {server.log}"]
    lines += [f"cannot be used: {one}" for one in said.unusable]
    for tool in server.tools:
        lines += ["", f"{tool.name or tool.own_name} ({tool.status.replace('_', ' ')})"]
        lines += [f"  {line}" for line in (tool.changes or tool.description.strip().splitlines())]
    return lines


@app.command("logs")
def logs(
    name: Name,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, max=10_000, help="The last so many.")] = 100,
) -> Work:
    """Print what the program of a server wrote to its standard error."""

    async def do(terminal: Terminal, _house: House, servers: McpServers) -> int:
        said = await asyncio.to_thread(servers.logs, name, lines)
        terminal.out("".join(f"{revealed(line)}\n" for line in said))
        if not said:
            terminal.say(f"{name} has written nothing.")
        return 0

    return mcp_work(do)
