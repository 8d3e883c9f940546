"""Where packs are fetched from: what a person typed, and which copy of it lies on this disk."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from agent.errors import ToolError, UsageError
from agent.file_lock import changing
from agent.packs.archive import SUFFIX
from agent.packs.state import Origin, State
from agent.safety.web_address import parse_address
from agent.skills.source import is_bare, is_url, page_of, source_of

LOCK: Final = "homard.lock"
"""The lock of a team, beside its packs."""
MIRRORS: Final = ".mirrors"
"""Beside the packs: a copy of all packs, statements and the lock of each place that was fetched from."""
NOTE: Final = "origin.json"
"""Beside the copied folder: of what it is a copy."""
BEFORE: Final = ".before"
"""Ends the name of a copy that another one is taking the place of."""
LEFT_S: Final = 3_600


def named_origin(named: str, cwd: Path, path: str = "") -> Origin | None:
    """Read what a person typed; None: it is a file or folder on their disk. Raises UsageError with the remedy."""
    named = named.strip()
    if not is_url(named) and not is_bare(Path(os.path.join(cwd, os.path.expanduser(named)))):
        if path:
            raise UsageError("--path is for what is fetched. Name the folder itself. Nothing was changed.")
        return None
    if (file := _file_at(named)) is not None:
        if path:
            raise UsageError("--path is for a repository. Name the file itself. Nothing was fetched.")
        return file
    source = source_of(named, cwd, path=path)
    return Origin("git", source.at, source.ref, source.path) if source.kind == "git" else None


def mirror_of(packs: Path, origin: Origin) -> Path:
    """Where the copy lies, or would lie, in the folder of packs; the same of one place at whatever time."""
    words = msgspec.json.encode((origin.kind, origin.at, origin.ref, origin.path))
    return packs / MIRRORS / hashlib.sha256(words).hexdigest()[:32]


def origin_at(packs: Path, path: Path) -> Origin | None:
    """Of what a file or folder is a copy, at which commit; None: it was not fetched. Blocks."""
    mirrors = packs / MIRRORS
    if not path.is_relative_to(mirrors) or path == mirrors:
        return None
    mirror = mirrors / path.relative_to(mirrors).parts[0]
    try:
        origin = msgspec.json.decode((mirror / NOTE).read_bytes(), type=Origin)
    except (OSError, msgspec.DecodeError):
        return None
    return origin if mirror_of(packs, origin) == mirror else None


def drop_unused(packs: Path, state: State, *keep: Path) -> None:
    """Remove copies that nothing here came from. Blocks; raises StorageError.

    Young ones stay: somebody may be about to take something of one.
    """
    mirrors = packs / MIRRORS
    if not mirrors.is_dir():
        return
    held = (*state.packs.values(), *((state.followed,) if state.followed is not None else ()))
    used = {*keep, *(mirror_of(packs, one.origin) for one in held if one.origin is not None)}
    with changing(mirrors / NOTE), suppress(OSError):
        for mirror in mirrors.iterdir():
            if mirror.suffix != BEFORE and mirror not in used and time.time() - mirror.stat().st_mtime > LEFT_S:
                shutil.rmtree(mirror, ignore_errors=True)


def _file_at(named: str) -> Origin | None:
    """A pack or a lock on a web server; None: it names something else. Raises UsageError."""
    scheme, _, rest = named.partition("://")
    place = rest.partition("#")[0].partition("?")[0]
    lock = place.rpartition("/")[2] == LOCK
    if scheme.lower() not in ("http", "https") or not (lock or place.lower().endswith(SUFFIX)):
        return None
    if page_of("/" + place.partition("/")[2]) is not None:
        return None
    if scheme.lower() == "http":
        raise UsageError(
            "Over plain http anybody on the way can read and change what comes. Name its https address. Nothing was "
            "fetched."
        )
    try:
        return Origin("lock" if lock else "file", str(parse_address(named)))
    except ToolError as error:
        raise UsageError(f"{error} Nothing was fetched.") from None
