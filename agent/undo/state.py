"""What stands at a path, so exactly that it can be put back and told from anything else."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from hashlib import sha256
from typing import Literal

import msgspec

from agent.safety.door import READ_BLOCK, Changed, Door, Place

Kind = Literal["absent", "file", "folder", "link", "other", "blocked"]

ANY_MODE = -1
MAX_NAMES = 20_000
"""A folder with more entries is not listed: its time is not put back."""


class FileState(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file, a folder, a link or nothing, as it was at one moment."""

    kind: Kind = "absent"
    """`other`: a pipe, socket or device; `blocked`: a link has come into the path, so nobody looks behind it."""
    mode: int = ANY_MODE
    """Permission bits; ANY_MODE: not known, any will do."""
    mtime_ns: int = 0
    size: int = 0
    digest: str = ""
    """SHA-256 of a file's content; empty: it was not read."""
    target: bytes = b""
    """What a link says."""
    names: str = ""
    """SHA-256 of the sorted names in a folder; empty: not listed."""


ABSENT = FileState()


def same(one: FileState, other: FileState) -> bool:
    """Whether content and mode are the same. Times do not count, but for a content that was not read."""
    if one.kind != other.kind:
        return False
    if one.kind in ("file", "folder") and ANY_MODE not in (one.mode, other.mode) and one.mode != other.mode:
        return False
    if one.kind == "file":
        if one.digest and other.digest:
            return one.digest == other.digest
        return (one.size, one.mtime_ns) == (other.size, other.mtime_ns)
    return one.target == other.target


def look(door: Door, path: str, *, content: bool = True, names: bool = False) -> FileState:
    """Look at a path without following any link. `content`: read a file's content, `names`: list a folder's names.

    Raises OSError for what cannot be read.
    """
    try:
        with door.open_place(path) as place:
            found = state_of(place, content=content)
    except FileNotFoundError:
        return ABSENT
    except NotADirectoryError:  # what stands in the way may be a link, or a file
        above = look(door, os.path.dirname(path), content=False)
        return FileState("blocked") if above.kind in ("link", "blocked") else ABSENT
    except OSError as error:
        if isinstance(error, Changed) or error.errno in _LOOPS:
            return FileState("blocked")
        raise
    if names and found.kind == "folder":
        return msgspec.structs.replace(found, names=names_in(door, path))
    return found


def state_of(place: Place, *, content: bool = True) -> FileState:
    """Look at what stands at an open place. Raises OSError, FileNotFoundError for nothing."""
    found = place.stat()
    if stat.S_ISREG(found.st_mode) and content:
        file = place.open_file()
        try:
            return file_state(os.fstat(file), _digest(file))
        finally:
            os.close(file)
    return of_stat(found, os.fsencode(place.link_target()) if stat.S_ISLNK(found.st_mode) else b"")


def of_stat(found: os.stat_result, target: bytes = b"") -> FileState:
    """Make a state of what the system says, without the content."""
    mode = stat.S_IMODE(found.st_mode)
    if stat.S_ISREG(found.st_mode):
        return file_state(found, "")
    if stat.S_ISDIR(found.st_mode):
        return FileState("folder", mode, found.st_mtime_ns)
    if stat.S_ISLNK(found.st_mode):
        return FileState("link", ANY_MODE, found.st_mtime_ns, target=target)
    return FileState("other", mode, found.st_mtime_ns)


def file_state(found: os.stat_result, digest: str) -> FileState:
    """Make the state of a regular file."""
    return FileState("file", stat.S_IMODE(found.st_mode), found.st_mtime_ns, found.st_size, digest)


def names_in(door: Door, path: str) -> str:
    """Tell the names in a folder by one digest; empty where there are too many or they cannot be listed."""
    names: list[str] = []
    try:
        with door.open_folder(path) as folder:
            for entry in folder.entries():
                names.append(entry.name)
                if len(names) > MAX_NAMES:
                    return ""
    except OSError:
        return ""
    return names_digest(names)


def names_digest(names: Iterable[str]) -> str:
    """Tell a set of names by one digest."""
    return sha256(b"\0".join(sorted(map(os.fsencode, names)))).hexdigest()


def _digest(file: int) -> str:
    digest = sha256()
    while block := os.read(file, READ_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _loops() -> tuple[int, ...]:
    import errno

    return (errno.ELOOP, errno.ESTALE)


_LOOPS = _loops()
