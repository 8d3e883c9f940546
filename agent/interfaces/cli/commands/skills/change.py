"""`homard skills enable|disable|remove|new|trust`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.errors import UsageError
from agent.interfaces.cli.commands.skills.group import AsJson, Cwd, Name, app, as_data, place, work
from agent.interfaces.cli.commands.skills.said import say_found
from agent.interfaces.cli.target import find_session
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json

if TYPE_CHECKING:
    from agent.skills.shelf import Found, Shelf


InSession = Annotated[str, typer.Option("--session", "-s", help="Only in this session.")]
ForJob = Annotated[str, typer.Option("--job", help="Only for this job.")]
Seen = Annotated[str, typer.Option("--tree", help="Only if it is still this one, as `show` says it.")]


@app.command("enable")
def enable(
    name: Name, session: InSession = "", job: ForJob = "", tree: Seen = "", as_json: AsJson = False, cwd: Cwd = ""
) -> Work:
    """Let a skill be used, as it stands now. A changed byte turns it off again."""
    return _one(lambda shelf, here, scope: shelf.enable(name, here, scope=scope, seen=tree), as_json, cwd, session, job)


@app.command("disable")
def disable(name: Name, session: InSession = "", job: ForJob = "", as_json: AsJson = False, cwd: Cwd = "") -> Work:
    """Let a skill be used no more; it stays where it is."""
    return _one(lambda shelf, here, scope: shelf.disable(name, here, scope=scope), as_json, cwd, session, job)


@app.command("remove")
def remove(name: Name, as_json: AsJson = False) -> Work:
    """Delete one of your own skills from the disk."""

    def say(terminal: Terminal, _house: House, folder: Path) -> int:
        if as_json:
            print_json(terminal, {"removed": str(folder)})
        else:
            terminal.say(f"{folder} is deleted.")
        return 0

    return work(lambda shelf, _here: shelf.remove(name), say, as_json=as_json)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens: meeting-notes.")],
    description: Annotated[str, typer.Option("--description", "-d", help="What it does and when to use it.")] = "",
    into: Annotated[str, typer.Option("--in", help="Folder to make it in; default: among your skills.")] = "",
    as_json: AsJson = False,
) -> Work:
    """Begin a skill: a folder with a SKILL.md to fill in."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.skills.new import create
        from agent.skills.skill import FILE

        target = place(terminal, into) if into else house.paths.skills
        folder = await asyncio.to_thread(create, target, name, description)
        if as_json:
            print_json(terminal, {"folder": str(folder)})
            return 0
        terminal.out(f"{folder / FILE}\n")
        after = f"`homard skills enable {name}`" if not into else f"`homard skills validate {folder}`"
        terminal.say(f"Write down what is to be done in this file, then {after}.")
        return 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


@app.command("trust")
def trust(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A working folder.")] = ".",
    off: Annotated[bool, typer.Option("--off", help="Trust it no more: its skills are not used.")] = False,
    as_json: AsJson = False,
) -> Work:
    """Let a working folder bring skills of its own (.agents/skills, .claude/skills), and enable those now there."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.skills.shelf import Shelf

        target = place(terminal, folder)
        found = await asyncio.to_thread(Shelf(house.paths.skills).trust, target, trusted=not off)
        if as_json:
            print_json(terminal, {"folder": str(target), "trusted": not off, "skills": [as_data(one) for one in found]})
            return 0
        terminal.say(f"{target} is {'no longer ' if off else ''}trusted with skills of its own.")
        return say_found(terminal, found, as_json=False) if found else 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


def _one(do: Callable[[Shelf, Path, str], Found], as_json: bool, cwd: str, session: str = "", job: str = "") -> Work:
    async def run(terminal: Terminal, house: House) -> int:
        from agent.skills.shelf import Shelf

        scope = await _scope(house, session, job)
        shelf, here = Shelf(house.paths.skills), place(terminal, cwd or ".")
        return say_found(terminal, [await asyncio.to_thread(do, shelf, here, scope)], as_json)

    return Work(run, needs_runtime=bool(session or job), report=error_report if as_json else None)


async def _scope(house: House, session: str, job: str) -> str:
    """What `--session` or `--job` names, whole; empty: everywhere. Raises UsageError."""
    if session and job:
        raise UsageError("A run is of a session of yours, or of a job. Name one of them.")
    if session:
        return f"session:{(await find_session(house.runtime.store, session)).session_id}"
    return f"job:{(await house.runtime.automation.find(job)).job_id}" if job else ""
