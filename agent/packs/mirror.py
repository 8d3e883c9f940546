"""The copy of a place that packs are fetched from: written whole beside the one before, and then put in its place.

What is in it was only copied: nothing of it runs, and all of it is judged when it is taken, as from any other folder.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from agent.errors import UsageError
from agent.failpoints import hit
from agent.file_lock import changing
from agent.packs.origin import BEFORE, MIRRORS, NOTE, drop_unused, mirror_of
from agent.packs.repository_tree import write_packs
from agent.packs.state import Origin, State
from agent.packs.store import STAGE, Store
from agent.packs.web import bring_lock, bring_pack
from agent.safety.printable import printable
from agent.skills.repository import FETCH_S, MAX_STORE_BYTES, fetch
from agent.skills.source import Source
from agent.skills.tree import SKILL
from agent.tasks import uninterrupted

GOES_ON: Final = "What is installed goes on as it is."


class Bounds(NamedTuple):
    """How long a fetch may take, and how large what comes may be; tests have less."""

    timeout_s: int = FETCH_S
    store_bytes: int = MAX_STORE_BYTES


async def refreshed(store: Store, origin: Origin, state: State, bounds: Bounds | None = None) -> Path:
    """Fetch what is at an origin now; gives the folder in which its copy lies.

    `state`: copies that nothing in it came from go after a while. Raises UsageError: the copy before stays.
    """
    bounds = bounds or Bounds()
    mirror = mirror_of(store.folder, origin)
    try:
        await asyncio.to_thread(_tidied, store, state, mirror)
        async with _staged(store) as stage:
            hit("mirror.begun")
            folder, copied = await _brought(store, origin, state, stage, bounds)
            await asyncio.to_thread((folder.parent / NOTE).write_bytes, msgspec.json.encode(copied))
            hit("mirror.written")
            await uninterrupted(asyncio.to_thread(_swap, folder.parent, mirror), "swap a mirror")
            hit("mirror.swapped")
            return mirror / folder.name
    except OSError as error:
        raise UsageError(f"{mirror} cannot be written ({error.strerror}). {GOES_ON}") from None
    except UsageError as error:
        words = str(error).replace(" Nothing was changed.", "").rstrip()
        raise UsageError(f"{words} {GOES_ON}") from None


async def _brought(store: Store, origin: Origin, state: State, stage: Path, bounds: Bounds) -> tuple[Path, Origin]:
    """Write what is there below the folder `mirror` of a stage; gives its folder there, and of what it is a copy."""
    if origin.kind == "git":
        return await _repository(origin, stage, bounds)
    try:
        async with asyncio.timeout(bounds.timeout_s):
            if origin.kind == "lock":
                folder = await bring_lock(origin, state, stage / "mirror" / "team", bounds.timeout_s)
            else:
                folder = await bring_pack(store, origin, stage / "mirror" / "pack", bounds.timeout_s)
    except TimeoutError:
        raise UsageError(f"{printable(str(origin))} did not answer in full within {bounds.timeout_s} s.") from None
    hit("mirror.fetched")
    return folder, origin


async def _repository(origin: Origin, stage: Path, bounds: Bounds) -> tuple[Path, Origin]:
    source = Source("git", origin.at, origin.ref, origin.path)
    bare, commit = await fetch(
        source, stage, timeout_s=bounds.timeout_s, most_bytes=bounds.store_bytes, file_bytes=SKILL.zip_bytes
    )
    hit("mirror.fetched")
    folder = stage / "mirror" / source.called
    try:
        await asyncio.to_thread(write_packs, bare, commit, origin.path, folder)
    except UsageError as error:
        raise UsageError(f"{printable(str(origin))} was not taken. {error}") from None
    return folder, msgspec.structs.replace(origin, commit=commit)


@asynccontextmanager
async def _staged(store: Store) -> AsyncGenerator[Path]:
    stage = store.folder / f"{STAGE}{os.urandom(6).hex()}"
    try:
        await asyncio.to_thread(stage.mkdir, mode=0o700, parents=True)
        yield stage
    finally:
        await uninterrupted(asyncio.to_thread(shutil.rmtree, stage, True), "clear up")


def _swap(fresh: Path, mirror: Path) -> None:
    """Put a copy in the place of the one before. What is killed between is mended by `_tidied`."""
    before = mirror.with_name(f"{mirror.name}{BEFORE}")
    with changing(mirror):
        _mended(mirror, before)
        if mirror.exists():
            mirror.rename(before)
        hit("mirror.aside")
        try:
            fresh.rename(mirror)
        except OSError:
            _mended(mirror, before)
            raise
        shutil.rmtree(before, ignore_errors=True)


def _mended(mirror: Path, before: Path) -> None:
    if not before.exists():
        return
    if mirror.exists():
        shutil.rmtree(before)
    else:
        before.rename(mirror)


def _tidied(store: Store, state: State, mirror: Path) -> None:
    """Undo what a killed fetch left, and remove what is not needed any more."""
    store.clear()
    mirrors = store.folder / MIRRORS
    if not mirrors.is_dir():
        return
    with changing(mirrors / NOTE):
        for before in mirrors.glob(f"*{BEFORE}"):
            _mended(before.with_suffix(""), before)
    drop_unused(store.folder, state, mirror)
