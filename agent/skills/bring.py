"""Getting what a person named to where it can be looked at: a folder as it lies there, or a private copy."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import msgspec
import psutil

from agent.errors import ToolError, UsageError
from agent.safety.printable import printable
from agent.skills.archive import unpack
from agent.skills.marketplace import Plugin, chosen, inside, read_marketplace, skill_folders
from agent.skills.name import slug
from agent.skills.repository import fetch
from agent.skills.repository_tree import write_skills
from agent.skills.source import Source
from agent.tasks import uninterrupted

PRIVATE: Final = "homard-skills-"
"""Begins the name of a folder for what is fetched; the pid of its Homard follows."""


@dataclass(frozen=True)
class Brought:
    """Folders in which skills lie, until the block ends."""

    root: Path
    source: Source
    """With the commit that it is of."""
    folders: tuple[Path, ...]
    """Where skills are looked for: the root, or some below it."""
    refused: Mapping[Path, str] = field(default_factory=dict[Path, str])
    """Skills that did not come whole: why, as a sentence."""

    def path_of(self, folder: Path) -> str:
        """A skill's place in the source, with slashes; empty: the root."""
        path = os.path.relpath(folder, os.path.realpath(self.root)).replace(os.sep, "/")
        return "" if path == "." else path


@asynccontextmanager
async def brought(source: Source) -> AsyncGenerator[Brought]:
    """Get a source. Raises UsageError: nothing of it is left then."""
    place = Path(await asyncio.to_thread(_private_folder))
    try:
        yield await _brought(source, place)
    finally:
        await uninterrupted(asyncio.to_thread(shutil.rmtree, place, True), "clear up")


def _private_folder() -> str:
    """Make one for what is fetched, and remove those of a Homard that was killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PRIVATE}*"):
        owner = folder.name.removeprefix(PRIVATE).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
    return os.path.realpath(tempfile.mkdtemp(prefix=f"{PRIVATE}{os.getpid()}-"))


async def _brought(source: Source, place: Path) -> Brought:
    got = await _got(source, place / "source")
    if not source.plugin and not source.catalog:
        return got
    plugins = await asyncio.to_thread(read_marketplace, got.root, source)
    plugin = chosen(plugins, source.plugin, source)
    return await _plugin(got, plugin, place / "plugin")


async def _plugin(market: Brought, plugin: Plugin, place: Path) -> Brought:
    if isinstance(plugin.place, Source):
        await _require_public(plugin.place, market.source)
        there = await _got(plugin.place, place)
        market = replace(there, source=msgspec.structs.replace(market.source, commit=there.source.commit))
        root = there.root
    else:
        root = await asyncio.to_thread(inside, market.root, plugin.place)
    folders = await asyncio.to_thread(skill_folders, root, plugin)
    source = msgspec.structs.replace(market.source, plugin=plugin.name)
    return replace(market, source=source, folders=tuple(folders))


async def _require_public(source: Source, market: Source) -> None:
    """Raise UsageError where a list leads into this machine's own network, and the person did not go there."""
    if source.protocol != "https":
        return
    from agent.safety.web_address import parse_address
    from agent.tools.egress import Egress
    from agent.tools.egress_pass import ANYWHERE

    try:
        there = parse_address(source.at)
        if market.protocol == "https" and parse_address(market.at).authority == there.authority:
            return
        await Egress().addresses(there, ANYWHERE)
    except ToolError as error:
        raise UsageError(f"{printable(source.at)} was not fetched, to which the marketplace leads: {error}") from None


async def _got(source: Source, place: Path) -> Brought:
    await asyncio.to_thread(place.mkdir, mode=0o700)
    match source.kind:
        case "folder":
            root = await asyncio.to_thread(inside, Path(source.at), source.path)
            return Brought(root, source, (root,))
        case "zip":
            root = place / (slug(Path(source.at).stem) or "skill")
            root.mkdir(mode=0o700)
            await asyncio.to_thread(unpack, Path(source.at), root)
            root = await asyncio.to_thread(inside, root, source.path)
            return Brought(root, source, (root,))
        case "git":
            return await _cloned(source, place)


async def _cloned(source: Source, place: Path) -> Brought:
    store, commit = await fetch(source, place)
    root = place / source.called
    try:
        refused = await asyncio.to_thread(write_skills, store, commit, source.path, root)
    except OSError as error:
        raise UsageError(f"{printable(source.at)} cannot be written out ({error.strerror}).") from None
    return Brought(root, msgspec.structs.replace(source, commit=commit), (root,), refused)
