"""The group of commands and what they share."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report

if TYPE_CHECKING:
    from agent.skills.shelf import Found, Shelf

app = new_app(help="Skills: folders with a SKILL.md that say how something is done.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="As `homard skills` lists it.")]
Cwd = Annotated[str, typer.Option("--cwd", help="Working folder whose own skills count too; default: the current one.")]

T = TypeVar("T")


def work(
    do: Callable[[Shelf, Path], T], say: Callable[[Terminal, House, T], int], *, cwd: str = "", as_json: bool = False
) -> Work:
    """A command that needs the disk and no runtime: `do` runs in a thread, `say` tells what came of it."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.skills.shelf import Shelf

        here = place(terminal, cwd or ".")
        return say(terminal, house, await asyncio.to_thread(do, Shelf(house.paths.skills), here))

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


def place(terminal: Terminal, named: str) -> Path:
    """A path as the client means it, absolute."""
    return Path(os.path.abspath(os.path.join(terminal.cwd or "/", os.path.expanduser(named))))


def as_data(found: Found) -> dict[str, Any]:
    """A skill for scripts."""
    import msgspec

    from agent.skills.allowed import allowed_words

    skill = found.skill
    return {
        "name": skill.name,
        "status": found.status,
        "why": found.why or None,
        "description": skill.description,
        "folder": str(skill.folder),
        "from": "project" if found.project else "own",
        "prompt_tokens": found.prompt_tokens,
        "body_tokens": skill.body_tokens,
        "files": len(skill.tree.files),
        "bytes": skill.tree.size,
        "tree": skill.tree.digest,
        "license": skill.license,
        "compatibility": skill.compatibility,
        "source": found.source or None,
        "origin": None if found.origin is None else msgspec.to_builtins(found.origin),
        "allowed": allowed_words(skill.allowed) or None,
        "by_name": skill.by_name,
        "only": list(found.only),
        "never": list(found.never),
        "changed_since_install": found.changed_since_install,
        "changes": list(found.changes),
        "warnings": list(skill.warnings),
        "comments": list(skill.comments),
    }
