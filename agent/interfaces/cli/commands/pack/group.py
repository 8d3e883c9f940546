"""The group of commands and what they share."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from agent.errors import UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.interfaces.cli.work import House, Work, error_report

if TYPE_CHECKING:
    from agent.packs.service import Found, Packs
    from agent.plugin_host.manifest import Capability

app = new_app(help="Packs: skills, plugins, servers and job templates in one signed file.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="As `homard pack` lists it.")]
Trust = Annotated[str, typer.Option("--trust", metavar="FINGERPRINT", help="Of the key, as you compared it.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
KeyName = Annotated[str, typer.Option("--key", help="Which of your keys, if you have several.")]

T = TypeVar("T")


def packs_of(house: House) -> Packs:
    """The packs of this home. Their methods are called in threads."""
    from functools import partial

    from agent.packs.kinds import open_home
    from agent.settings import load_settings
    from agent.settings_file import change_settings

    paths = house.paths
    return open_home(
        paths.data,
        paths.skills,
        lambda: load_settings(paths.settings).mcp,
        partial(change_settings, paths.settings),
        partial(_enable_plugin, house),
    )


async def _enable_plugin(house: House, plugin: str, granted: Sequence[Capability]) -> None:
    from agent.interfaces.cli.commands.plugins.group import open_host

    async with open_host(house) as host:
        await host.enable(plugin, granted)


def work(
    do: Callable[[Packs, Terminal], T], say: Callable[[Terminal, House, T], int], *, as_json: bool = False
) -> Work:
    """A command that needs the disk and no runtime: `do` runs in a thread, `say` tells what came of it."""

    async def run(terminal: Terminal, house: House) -> int:
        found = await asyncio.to_thread(do, packs_of(house), terminal)
        tell(house)
        return say(terminal, house, found)

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


def tell(house: House) -> None:
    """Let a running Homard see what a pack changed in its settings."""
    if house.opened is not None:
        house.opened.reload_settings()


def place(terminal: Terminal, named: str) -> Path:
    """A path as the client means it, absolute."""
    return Path(os.path.abspath(os.path.join(terminal.cwd or "/", os.path.expanduser(named))))


def say_lines(terminal: Terminal, lines: Sequence[str]) -> None:
    """Say lines that a stranger may have written: nothing in them is hidden."""
    for line in lines:
        terminal.say(revealed(line))


async def confirmed(terminal: Terminal, question: str, *, yes: bool) -> None:
    """Go on only if the person wants it. Raises UsageError: nothing was done."""
    if yes:
        return
    if not terminal.attended:
        raise UsageError("Nobody is there to say yes. Nothing was changed; --yes does it.")
    answer = await terminal.ask(f"{question} [y/N] ", fresh=True)
    if (answer or "").strip().lower() not in ("y", "yes", "j", "ja"):
        raise UsageError("Nothing was changed.")


def as_data(found: Found) -> dict[str, Any]:
    """A pack for scripts."""
    from agent.packs.signing import fingerprint_of

    one = found.installed
    return {
        "name": found.name,
        "version": one.version,
        "status": found.status,
        "why": found.why or None,
        "description": one.description,
        "publisher": one.publisher,
        "fingerprint": fingerprint_of(one.key) if one.key else None,
        "hash": one.digest,
        "source": one.came_from,
        "team": one.team,
        "parts": [{"kind": part.kind, "name": part.name} for part in one.parts],
        "capabilities": [
            {"what": each.what, "to": list(each.targets), "reason": each.reason, "granted": each in one.granted}
            for each in one.asked
        ],
        "rules": len(one.rules),
        "requires": list(one.requires),
        "changes": list(found.changes),
        "before": [kept.version for kept in one.kept],
    }
