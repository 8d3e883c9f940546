"""What a person named, on this disk: as it lies there, or a fresh copy of what is at a URL."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.errors import UsageError
from agent.interfaces.cli.commands.pack.group import place
from agent.interfaces.cli.terminal import Terminal

if TYPE_CHECKING:
    from agent.packs.service import Packs
    from agent.packs.state import Origin

SOURCE = "A file, a folder of packs or of an author, the URL of a git repository (#REF) or of a .pack file (https)."
Source = Annotated[str, typer.Argument(help=SOURCE)]
Inside = Annotated[str, typer.Option("--path", help="The folder of the repository that is meant.")]
Which = Annotated[str, typer.Option("--pack", metavar="NAME", help="Which, where there are several.")]


async def reached(terminal: Terminal, packs: Packs, named: str, inside: str = "") -> Path:
    """Give the place that a person named; what is a URL is fetched. Raises UsageError."""
    from agent.packs.origin import named_origin

    origin = await asyncio.to_thread(named_origin, named, place(terminal, "."), inside)
    return place(terminal, named) if origin is None else await fetched(terminal, packs, origin)


async def fetched(terminal: Terminal, packs: Packs, origin: Origin) -> Path:
    """Fetch what is at an origin now; gives the folder of the copy. Raises UsageError."""
    from agent.packs.mirror import refreshed

    terminal.status("Fetching …")
    try:
        return await refreshed(packs.store, origin, await asyncio.to_thread(packs.state))
    finally:
        terminal.status("")


def require_named(inside: str) -> None:
    """Raise UsageError for a folder of a repository that was not named."""
    if inside:
        raise UsageError("Name the URL of the repository too that --path is a folder of. Nothing was changed.")


async def reached_for(terminal: Terminal, packs: Packs, name: str, named: str, inside: str) -> Path | None:
    """Give the place that a person named for a pack; None: where it came from, fetched anew if that was a URL."""
    if named:
        return await reached(terminal, packs, named, inside)
    require_named(inside)
    installed = (await asyncio.to_thread(packs.find, name)).installed
    if installed.origin is None:
        return None
    folder = await fetched(terminal, packs, installed.origin)
    return None if Path(installed.source).is_relative_to(folder) else folder  # else this home lay elsewhere
