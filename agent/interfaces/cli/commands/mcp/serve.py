"""`homard mcp`: let another agent use Homard, within a grant of its own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

import typer

from agent.errors import UsageError
from agent.interfaces.cli.target import granted_folders, model_name
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work


@dataclass(frozen=True)
class Wanted:
    """The flags of `homard mcp`, as they were given."""

    name: str
    folders: tuple[str, ...]
    write: bool
    commands: bool
    hosts: tuple[str, ...]
    jobs: tuple[str, ...]
    model: str
    max_usd: float | None
    max_minutes: float | None
    questions: bool


def serve(
    ctx: typer.Context,
    name: Annotated[str, typer.Option("--name", help="Of the program; its sessions go by it.")] = "client",
    folder: Annotated[
        list[str] | None, typer.Option("--folder", help="A folder that it may read; default: the current. Repeatable.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="It may change what is in the folders, where it can be undone.")
    ] = False,
    commands: Annotated[
        bool, typer.Option("--commands", help="It may have commands run in the folders, offline; each is asked.")
    ] = False,
    host: Annotated[
        list[str] | None, typer.Option("--host", help="A host it may fetch pages from; each is asked. Repeatable.")
    ] = None,
    job: Annotated[
        list[str] | None, typer.Option("--job", help="A job it may start, by name; * is all. Repeatable.")
    ] = None,
    model: Annotated[str, typer.Option("--model", "-m", help="provider/model for its requests.")] = "",
    max_usd: Annotated[float | None, typer.Option("--max-usd", min=0, help="What one request may cost.")] = None,
    max_minutes: Annotated[
        float | None, typer.Option("--max-minutes", min=0.01, help="How long one request may take.")
    ] = None,
    questions: Annotated[
        bool, typer.Option(help="Ask the person at the program, where it can show a form; else it is a no.")
    ] = True,
) -> Work | None:
    """MCP servers whose tools Homard uses. Alone: Homard as an MCP server for other agents, over stdin and stdout."""
    if ctx.invoked_subcommand is not None:
        return None
    help_text = ctx.get_help()
    lists = (tuple(values or ()) for values in (folder, host, job))
    folders, hosts, jobs = lists
    wanted = Wanted(name, folders, write, commands, hosts, jobs, model, max_usd, max_minutes, questions)

    async def run(terminal: Terminal, house: House) -> int:
        if terminal.stdin_tty:
            terminal.out(f"{help_text}\n")
            return 0
        return await _serve(wanted, terminal, house)

    return Work(run, needs_runtime=False)


async def _serve(wanted: Wanted, terminal: Terminal, house: House) -> int:
    if house.opened is not None:
        raise UsageError("`homard mcp` serves the streams of its own process. Start it as a command of its own.")
    from agent.interfaces.mcp_server.grant import Grant, checked, usable
    from agent.safety.printable import printable

    folders = granted_folders(terminal, wanted.folders, "--folder")
    if not wanted.folders and terminal.cwd:
        folders = await asyncio.to_thread(usable, [terminal.cwd])
        if not folders:
            terminal.say(f"homard: {printable(terminal.cwd)} cannot be granted as a whole; name folders with --folder.")
    grant = await asyncio.to_thread(checked, Grant(
        name=wanted.name,
        folders=folders,
        write=wanted.write,
        commands=wanted.commands,
        hosts=wanted.hosts,
        jobs=wanted.jobs,
        model=model_name(terminal, wanted.model),
        max_usd=wanted.max_usd,
        max_time_s=None if wanted.max_minutes is None else wanted.max_minutes * 60,
        questions=wanted.questions,
    ))  # fmt: skip
    for line in grant.words():
        terminal.say(f"homard: {grant.principal} may {line}")
    from agent.interfaces.mcp_server.run import run_server

    await run_server(house.paths, grant)
    return 0
