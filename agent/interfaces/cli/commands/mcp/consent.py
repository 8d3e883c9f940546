"""`homard mcp test|trust|login`: start or reach a server, and agree to what it is."""

from __future__ import annotations

import asyncio
import webbrowser
from typing import TYPE_CHECKING, Annotated

import typer

from agent.interfaces.cli.commands.mcp.group import AsJson, Name, Yes, app, as_data, mcp_work, say_server
from agent.interfaces.cli.commands.mcp.listing import described
from agent.interfaces.cli.failure import PERSON_EXIT
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.interfaces.cli.work import House, Work, print_json
from agent.tasks import spawn

if TYPE_CHECKING:
    from agent.mcp_client.servers import McpServers
    from agent.mcp_client.view import Server


@app.command("test")
def start_once(name: Name, as_json: AsJson = False) -> Work:
    """Start or reach a server once, and list what it has. Nothing is agreed to by it."""

    async def do(terminal: Terminal, _house: House, servers: McpServers) -> int:
        server = await _asked(terminal, servers, name)
        if as_json:
            print_json(terminal, as_data(server))
            return 0
        terminal.out("".join(f"{revealed(line)}\n" for line in described(server)))
        return say_server(terminal, server, as_json=False)

    return mcp_work(do, as_json=as_json)


async def _asked(terminal: Terminal, servers: McpServers, name: str) -> Server:
    terminal.status(f"{name} is started and asked what it has …")
    try:
        return await servers.test(name)
    finally:
        terminal.status("")


@app.command("trust")
def trust(
    name: Name,
    tool: Annotated[list[str] | None, typer.Option("--tool", help="Only this tool of its. Repeatable.")] = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> Work:
    """Agree to what a server may do and to its tools as they are now. What changes later waits for you."""

    async def do(terminal: Terminal, _house: House, servers: McpServers) -> int:
        server = await asyncio.to_thread(servers.server, name)
        if server.status != "unusable" and server.state.said.at is None:
            server = await _asked(terminal, servers, name)
        if not yes:
            for line in described(server):
                terminal.say(revealed(line))
            answer = await terminal.ask("Agree to this? [y/N] ", fresh=True) if terminal.attended else None
            if (answer or "").strip().lower() not in ("y", "yes", "j", "ja"):
                terminal.say(f"Nothing was agreed to; {name} is not used. With --yes you agree beforehand.")
                return PERSON_EXIT
        # What was shown is what is agreed to, whatever the server has said in the meantime.
        return say_server(terminal, await asyncio.to_thread(servers.trust, name, tool, server.state.said), as_json)

    return mcp_work(do, as_json=as_json)


@app.command("login")
def login(
    name: Name,
    client_id: Annotated[str, typer.Option("--client-id", help="Of a client that you registered yourself.")] = "",
    client_secret: Annotated[bool, typer.Option("--client-secret", help="Ask for the secret of that client.")] = False,
    scope: Annotated[str, typer.Option("--scope", help="Ask for these scopes too, separated by spaces.")] = "",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="Where the browser comes back; 0: any.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    as_json: AsJson = False,
) -> Work:
    """Sign in to a server in your browser (OAuth). The tokens go to the keyring."""

    async def do(terminal: Terminal, _house: House, servers: McpServers) -> int:
        from agent.mcp_client.sign_in import Client

        asked = await terminal.ask("Secret of the client: ", hidden=True) if client_secret else ""

        def show(address: str) -> None:
            terminal.say(revealed(f"Open this address to sign in:\n{address}"))
            if terminal.attended and not no_browser:
                spawn(asyncio.to_thread(webbrowser.open, address), "browser")

        client = Client(client_id, (asked or "").strip(), scope)
        return say_server(terminal, await servers.login(name, show, client, port=port), as_json)

    return mcp_work(do, as_json=as_json)
