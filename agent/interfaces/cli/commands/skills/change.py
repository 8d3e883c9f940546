"""`homard skills enable|disable|install|remove|new|trust`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.interfaces.cli.commands.skills.group import AsJson, Cwd, Name, app, as_data, place, work
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.interfaces.cli.work import House, Work, error_report, print_json

if TYPE_CHECKING:
    from agent.skills.shelf import Found, Shelf


@app.command("enable")
def enable(name: Name, as_json: AsJson = False, cwd: Cwd = "") -> Work:
    """Let a skill be used, as it stands now. A changed byte turns it off again."""
    return _one(lambda shelf, here: shelf.enable(name, here), as_json, cwd)


@app.command("disable")
def disable(name: Name, as_json: AsJson = False, cwd: Cwd = "") -> Work:
    """Let a skill be used no more; it stays where it is."""
    return _one(lambda shelf, here: shelf.disable(name, here), as_json, cwd)


@app.command("install")
def install_skill(
    source: Annotated[str, typer.Argument(help="A folder or a zip with one or more skills.")],
    names: Annotated[list[str] | None, typer.Option("--name", help="This one of several. Repeatable.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that are in it.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="In place of one that is there.")] = False,
    enable_too: Annotated[bool, typer.Option("--enable", help="Enable it at once.")] = False,
    as_json: AsJson = False,
) -> Work:
    """Copy a skill among yours. It is off until you have looked at it and enable it."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.skills.install import install
        from agent.skills.shelf import Shelf

        def do() -> list[Found]:
            shelf = Shelf(house.paths.skills)
            found = install(shelf, place(terminal, source), names=names or (), every=every, replace=replace)
            return [shelf.enable(one.skill.name) for one in found] if enable_too else found

        return _say(terminal, await asyncio.to_thread(do), as_json)

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


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
        return _say(terminal, found, as_json=False) if found else 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


def _one(do: Callable[[Shelf, Path], Found], as_json: bool, cwd: str) -> Work:
    def say(terminal: Terminal, _house: House, found: Found) -> int:
        return _say(terminal, [found], as_json)

    return work(do, say, cwd=cwd, as_json=as_json)


def _say(terminal: Terminal, found: Sequence[Found], as_json: bool) -> int:
    if as_json:
        print_json(terminal, [as_data(one) for one in found])
        return 0
    for one in found:
        skill = one.skill
        for warning in (*skill.warnings, *skill.comments):
            terminal.say(f"warning: {revealed(warning)}")
        terminal.say(revealed(f"{skill.name}: {skill.description}"))
        terminal.say(revealed(_state(one)))
    return 0


def _state(found: Found) -> str:
    skill = found.skill
    match found.status:
        case "on":
            cost = f"{found.prompt_tokens:,} tokens in each request, {skill.body_tokens:,} when it is read"
            return f"It is on: {cost}, {len(skill.tree.files)} files."
        case "unavailable" | "unusable":
            return f"It cannot be used: {found.why}"
        case "changed":
            return f"It changed and is off. Look at it, then: homard skills enable {skill.name}"
        case "off":
            return f"It is off, in {skill.folder}. Look at it, then: homard skills enable {skill.name}"
