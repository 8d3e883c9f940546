"""Fetching from a web server: one pack, or the lock of a team with the packs beside it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

import msgspec

from agent.errors import ToolError, UsageError
from agent.packs.archive import SUFFIX
from agent.packs.lock import open_lock
from agent.packs.origin import LOCK
from agent.packs.repository_tree import MAX_ALL_BYTES
from agent.packs.signing import MAX_BYTES
from agent.packs.state import Origin, State
from agent.packs.store import Store
from agent.safety.printable import printable
from agent.skills.name import same_names, slug
from agent.skills.tree import SKILL
from agent.tools.egress_named import fetch_named

_GONE: Final = (404, 410)
_KNOWN_ONLY: Final = (401, 403)


async def bring_pack(store: Store, origin: Origin, folder: Path, timeout_s: float) -> Path:
    """Write one pack into a new folder, which is given. Raises UsageError, also for what is no pack."""
    body = await _got(origin, SKILL.zip_bytes, timeout_s)
    return await asyncio.to_thread(_keep, store, origin, folder, body)


async def bring_lock(origin: Origin, state: State, folder: Path, timeout_s: float) -> Path:
    """Write a lock into a new folder, which is given, and of the packs that it names those that are not installed.

    Who signed it is asked later, as of any lock. Raises UsageError.
    """
    body = await _got(origin, MAX_BYTES, timeout_s)
    await asyncio.to_thread(_write, folder / LOCK, body)
    lock, _key = await asyncio.to_thread(open_lock, folder / LOCK, str(origin))
    here = {(name, one.digest) for name, one in state.packs.items()}
    missing = sorted({one.file for one in lock.packs if (one.name, one.digest) not in here})
    if LOCK in missing or same_names([LOCK, *missing]):
        raise UsageError(f"{printable(str(origin))} names files that cannot lie beside each other.")
    left = MAX_ALL_BYTES
    for file in missing:
        body = await _got(_beside(origin, file), min(left, SKILL.zip_bytes), timeout_s)
        left -= len(body)
        await asyncio.to_thread(_write, folder.joinpath(*file.split("/")), body)
    return folder


def _beside(origin: Origin, file: str) -> Origin:
    """A file that the lock names by its path: on the same server, with the same query."""
    place, question, query = origin.at.partition("?")
    return msgspec.structs.replace(origin, at=f"{place.rpartition('/')[0]}/{quote(file)}{question}{query}")


async def _got(origin: Origin, most: int, timeout_s: float) -> bytes:
    try:
        answer = await fetch_named(origin.at, max_bytes=most, timeout_s=timeout_s)
    except ToolError as error:
        words = str(error).replace(origin.at, str(origin))  # what its query may hold of a secret is not repeated
        raise UsageError(f"{printable(str(origin))} was not fetched: {words}") from None
    if why := _refusal(answer.status) or (f"it is larger than {most:,} bytes" if answer.truncated else ""):
        raise UsageError(f"{printable(str(origin))} was not fetched: {why}.")
    return answer.body


def _refusal(status: int) -> str:
    if status == 200:
        return ""
    if status in _KNOWN_ONLY:
        return f"its server gives it to those who are known to it only (status {status})"
    if status in _GONE:
        return f"there is no such file (status {status})"
    return f"its server did not give it (status {status})"


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(body)


def _keep(store: Store, origin: Origin, folder: Path, body: bytes) -> Path:
    """Keep a pack under the name and version that stand in it, so that it is found as among published ones."""
    last = unquote(origin.at.partition("?")[0].rpartition("/")[2]).removesuffix(SUFFIX)
    came = folder / f"{slug(last) or 'fetched'}{SUFFIX}"
    _write(came, body)
    with store.opened(came) as pack:
        came.rename(folder / f"{pack.manifest.name}-{pack.manifest.version}{SUFFIX}")
    return folder
