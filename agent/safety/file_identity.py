"""Which file stands at a path: to find out whether what a person agreed to is still what is there."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from agent.safety.effects import Effect
from agent.safety.printable import from_printable, printable
from agent.safety.request import FileIdentity


def identities_of(effects: Iterable[Effect], cwd: Path) -> tuple[FileIdentity, ...]:
    """Give the files of the effects as they are now, and for a command its working folder. Follows no link."""
    paths = [
        str(cwd) if effect.verb == "proc.run" else from_printable(effect.target)
        for effect in effects
        if effect.verb.startswith("fs.") or effect.verb == "proc.run"
    ]
    return tuple(_identity(path) for path in dict.fromkeys(paths))


def first_changed(identities: Iterable[FileIdentity]) -> str | None:
    """Look again; name the first that is another one, or None."""
    return next((old.path for old in identities if _identity(from_printable(old.path)) != old), None)


def _identity(path: str) -> FileIdentity:
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return FileIdentity(printable(path))
    if stat.S_ISDIR(found.st_mode):  # what is in it may change; that it is the same folder is what counts
        return FileIdentity(printable(path), found.st_dev, found.st_ino)
    return FileIdentity(
        printable(path), found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
    )
