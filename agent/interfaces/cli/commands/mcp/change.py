"""`homard mcp add|add-json|install|allow|secret|enable|disable|remove`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from agent.errors import UsageError
from agent.interfaces.cli.commands.mcp.group import (
    AsJson,
    Env,
    Folder,
    Host,
    Name,
    Writable,
    app,
    as_data,
    mcp_work,
    pairs,
    place,
    say_server,
)
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.interfaces.cli.work import House, Work, print_json

if TYPE_CHECKING:
    from agent.mcp_client.servers import McpServers
    from agent.mcp_client.view import Server


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits, - and _.")],
    command: Annotated[list[str] | None, typer.Argument(help="Its program and arguments, after --.")] = None,
    url: Annotated[str, typer.Option("--url", help="Address of a server that speaks streamable HTTP.")] = "",
    env: Env = None,
    header: Annotated[list[str] | None, typer.Option("--header", help="KEY=VALUE for its address. Repeatable.")] = None,
    secret: Annotated[
        list[str] | None, typer.Option("--secret", help="KEY whose value is asked for and kept in the keyring.")
    ] = None,
    folder: Folder = None,
    writable: Writable = None,
    host: Host = None,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds for one call.")] = 60.0,
    replace: Annotated[bool, typer.Option("--replace", help="In place of one that is there.")] = False,
    as_json: AsJson = False,
) -> Work:
    """Add a server: a program (after --) or an address. It is not used before you agree: homard mcp trust NAME."""
    environment, headers = pairs(env, "--env"), pairs(header, "--header")

    async def do(terminal: Terminal, _house: House, servers: McpServers) -> int:
        from agent.settings import ServerSettings

        program, *arguments = command or [""]
        if os.sep in program:
            program = str(place(terminal, program))
        try:
            settings = msgspec.convert(
                {
                    "command": program,
                    "args": arguments,
                    "env": environment,
                    "url": url,
                    "headers": headers,
                    "folders": [str(place(terminal, one)) for one in folder or []],
                    "writable": [str(place(terminal, one)) for one in writable or []],
                    "hosts": host or [],
                    "timeout_s": timeout,
                },
                ServerSettings,
            )
        except msgspec.ValidationError as error:
            raise UsageError(f"That is no server: {error}. Nothing was added.") from None
        values = {key: await _hidden(terminal, key) for key in secret or []}
        server = await asyncio.to_thread(lambda: servers.add(name, settings, replacing=replace))
        for key, value in values.items():
            await servers.set_secret(name, key, value)
        return say_server(terminal, await asyncio.to_thread(servers.server, name) if values else server, as_json)

    return mcp_work(do, as_json=as_json)


async def _hidden(terminal: Terminal, key: str) -> str:
    if terminal.attended:
        value = await terminal.ask(f"{key}: ", hidden=True)
    else:
        value = await terminal.read_stdin()
    if not value or not value.strip():
        raise UsageError(f"No value was given for {key}. Nothing was changed.")
    return value.strip()


@app.command("add-json")
def add_json(
    text: Annotated[str, typer.Argument(help="The JSON itself, a file with it, or - for the standard input.")] = "-",
    as_json: AsJson = False,
) -> Work:
    """Add the servers of the usual `mcpServers` JSON (Claude, Cursor, VS Code). Keys in it go to the keyring."""

    async def do(terminal: Terminal, _house: House, servers: McpServers) -> int:
        pasted = await terminal.read_stdin() if text == "-" else text
        if not pasted.lstrip().startswith("{"):
            pasted = await asyncio.to_thread(_read, terminal, pasted)
        added = await servers.add_json(pasted)
        if as_json:
            print_json(terminal, [{**as_data(server), "notes": list(one.notes)} for one, server in added])
            return 0
        for one, server in added:
            say_server(terminal, server, as_json=False)
            for note in one.notes:
                terminal.say(revealed(f"  {note}"))
        return 0

    return mcp_work(do, as_json=as_json)


def _read(terminal: Terminal, named: str) -> str:
    path = place(terminal, named)
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            return file.read(1_000_000)
    except OSError as error:
        raise UsageError(f"{named[:200]!r} is neither JSON nor a file that can be read ({error.strerror}).") from None


@app.command("install")
def install(
    source: Annotated[str, typer.Argument(help="An .mcpb file; or a server that npx or uvx brings, to bring it now.")],
    value: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE that the bundle wants from you. Repeatable.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="In place of one that is there.")] = False,
    as_json: AsJson = False,
) -> Work:
    """Install a bundle (MCPB); or let a server bring its program from the internet once, to run without it after."""
    values = pairs(value, "--set")

    async def do(terminal: Terminal, _house: House, servers: McpServers) -> int:
        file = place(terminal, source)
        if await asyncio.to_thread(file.is_file):
            return say_server(terminal, await servers.install_bundle(file, replacing=replace, **values), as_json)
        if file.suffix in (".mcpb", ".dxt"):
            raise UsageError(f"There is no file {file}. Nothing was installed.")
        terminal.status(f"{source} is brought from the internet …")
        try:
            server = await servers.test(source, fetching=True)
        finally:
            terminal.status("")
        return say_server(terminal, server, as_json)

    return mcp_work(do, as_json=as_json)


@app.command("allow")
def allow(
    name: Name, folder: Folder = None, writable: Writable = None, host: Host = None, as_json: AsJson = False
) -> Work:
    """Let a server's program have more: folders to read or to change, hosts to reach. You agree to it with trust."""

    async def do(terminal: Terminal, _house: House, servers: McpServers) -> int:
        before = (await asyncio.to_thread(servers.server, name)).settings
        more = msgspec.structs.replace(
            before,
            folders=_more(before.folders, [str(place(terminal, one)) for one in folder or []]),
            writable=_more(before.writable, [str(place(terminal, one)) for one in writable or []]),
            hosts=_more(before.hosts, host or []),
        )
        return say_server(terminal, await asyncio.to_thread(lambda: servers.add(name, more, replacing=True)), as_json)

    return mcp_work(do, as_json=as_json)


def _more(there: tuple[str, ...], given: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*there, *given)))


@app.command("secret")
def secret(name: Name, key: Annotated[str, typer.Argument(help="As its documentation calls it.")]) -> Work:
    """Keep a key for a server in the keyring: of its environment, or a header of its address."""

    async def do(terminal: Terminal, _house: House, servers: McpServers) -> int:
        await asyncio.to_thread(servers.server, name)
        kept = await servers.set_secret(name, key, await _hidden(terminal, key))
        lasts = "until Homard ends, because there is no keyring here" if kept == "session" else f"in the {kept} store"
        terminal.say(f"{key} of {name} is kept {lasts}.")
        return 0

    return mcp_work(do)


@app.command("enable")
def enable(name: Name, as_json: AsJson = False) -> Work:
    """Let a server be used again, as far as you agreed."""
    return _one(lambda servers: asyncio.to_thread(servers.enable, name), as_json)


@app.command("disable")
def disable(name: Name, as_json: AsJson = False) -> Work:
    """Let a server be used no more, and end it. What you agreed to stays."""
    return _one(lambda servers: servers.disable(name), as_json)


def _one(do_one: Callable[[McpServers], Awaitable[Server]], as_json: bool) -> Work:
    async def do(terminal: Terminal, _house: House, servers: McpServers) -> int:
        return say_server(terminal, await do_one(servers), as_json)

    return mcp_work(do, as_json=as_json)


@app.command("remove")
def remove(name: Name, as_json: AsJson = False) -> Work:
    """Take a server out of the settings, with its files, its keys and what you agreed to."""

    async def do(terminal: Terminal, _house: House, servers: McpServers) -> int:
        await servers.remove(name)
        if as_json:
            print_json(terminal, {"removed": name})
        else:
            terminal.say(f"{name} is removed.")
        return 0

    return mcp_work(do, as_json=as_json)
