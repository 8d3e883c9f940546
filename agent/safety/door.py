"""How one real path is opened, so that nothing else is: the seam between `Folders` and the operating system.

Every path given here is absolute and was resolved before: it holds no `..` and, as it was judged, no symbolic link. A
door opens exactly that path. If a link has come into it since, in whichever component, the door raises OSError.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from hashlib import sha256
from typing import Protocol

READ_BLOCK = 1 << 18
"""Bytes taken from a file at once."""

TEMP_PREFIX, TEMP_SUFFIX = ".homard-", ".tmp"

ABSENT = ""
"""As the expected SHA-256 of what is replaced: nothing may stand there."""


class NotAFile(OSError):
    """What stands there is no regular file; the text names what it is."""


class Changed(OSError):
    """What stands there is no longer what was judged or read."""


class OpenFolder(Protocol):
    """A folder that stays the same one for as long as it is open."""

    def entries(self) -> Iterator[os.DirEntry[str]]:
        """Go through what is in it, in no order. `DirEntry.stat` works while the folder is open."""
        ...

    def open_file(self, name: str) -> int:
        """Open a regular file in it; see `Door.open_file`."""
        ...

    def link_target(self, name: str) -> str:
        """Read what a symbolic link in it says."""
        ...


class Place(Protocol):
    """A name in a folder that stays the same one: every act is on exactly that name, and follows no link.

    All methods raise OSError. What changes something is durable when it returns.
    """

    def stat(self) -> os.stat_result:
        """Look at what stands there."""
        ...

    def open_file(self) -> int:
        """Open a regular file; see `Door.open_file`."""
        ...

    def link_target(self) -> str:
        """Read what a symbolic link says."""
        ...

    def put_file(
        self,
        fill: Callable[[int], None],
        mode: int,
        mtime_ns: int,
        *,
        temp: str,
        check: Callable[[], None],
        replacing: bool,
    ) -> None:
        """Let `fill` write a new file under the name `temp`, then give it this name, at once or not at all.

        `check` is called when all is written but nothing is visible yet. Unless `replacing`, nothing may stand there.
        """
        ...

    def put_link(self, target: str, mtime_ns: int) -> None:
        """Make a symbolic link; nothing may stand there."""
        ...

    def make_folder(self, mode: int | None) -> None:
        """Make a folder; nothing may stand there. `mode` None: as the system makes them for this user."""
        ...

    def remove(self, *, folder: bool, sync: bool = True) -> None:
        """Remove a file or link, or an empty folder. Unless `sync`, that is durable only later; see `sync`."""
        ...

    def sync(self) -> None:
        """Make durable what names there are in the folder of this place."""
        ...

    def set_attributes(self, mode: int | None, mtime_ns: int) -> None:
        """Set the mode (not of a link; None: leave it) and the time of modification."""
        ...

    def move_to(self, other: Place, *, replacing: bool = False) -> None:
        """Give it the name of another place of this door; unless `replacing`, nothing may stand there."""
        ...


class Door(Protocol):
    """Opens real paths. All methods raise OSError."""

    def stat(self, path: str) -> os.stat_result:
        """Look at what stands there, without following a link."""
        ...

    def open_file(self, path: str) -> int:
        """Open a regular file for reading; never waits, and refuses what is no regular file with NotAFile."""
        ...

    def open_folder(self, path: str) -> AbstractContextManager[OpenFolder]:
        """Open a folder to go through it."""
        ...

    def open_place(self, path: str) -> AbstractContextManager[Place]:
        """Open the folder of a path, to act on the path's name in it."""
        ...

    def replace(self, path: str, data: bytes, expected: str | None, commit: Callable[[], None], temp: str = "") -> bool:
        """Put `data` there at once or not at all, durably; make missing folders; True if there was nothing before.

        Keeps mode and owner. `expected`: the SHA-256 the old content must have (ABSENT: nothing may stand there), else
        Changed. `commit` is called when all is written but nothing is visible yet; what it raises leaves everything as
        it was. `temp`: the name under which the new content is written; empty: a fresh one.
        """
        ...


def require_regular(found: os.stat_result) -> None:
    """Raise NotAFile, or IsADirectoryError, unless this is a regular file."""
    if stat.S_ISREG(found.st_mode):
        return
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError("a folder")
    if stat.S_ISLNK(found.st_mode):
        raise Changed("a symbolic link")
    raise NotAFile(kind_of(found.st_mode))


def require_writable(found: os.stat_result) -> None:
    """Raise PermissionError for a file that is marked read-only: replacing it would go round that mark."""
    require_regular(found)
    if not found.st_mode & 0o222:
        raise PermissionError("the file is read-only")


def require_content(file: int, expected: str) -> None:
    """Raise Changed unless the open file has this SHA-256."""
    digest = sha256()
    while block := os.read(file, READ_BLOCK):
        digest.update(block)
    if digest.hexdigest() != expected:
        raise Changed("the file")


def kind_of(mode: int) -> str:
    """Name what a mode says, in words."""
    names = {
        stat.S_IFREG: "file",
        stat.S_IFDIR: "folder",
        stat.S_IFLNK: "link",
        stat.S_IFIFO: "pipe (FIFO)",
        stat.S_IFSOCK: "socket",
        stat.S_IFCHR: "device",
        stat.S_IFBLK: "device",
    }
    return names.get(stat.S_IFMT(mode), "special file")


def temp_name() -> str:
    """Make a name that stands in no folder yet."""
    return f"{TEMP_PREFIX}{secrets.token_hex(8)}{TEMP_SUFFIX}"


def fill(file: int, data: bytes, like: os.stat_result | None) -> None:
    """Write all of it to an open new file, give it mode and owner of the one it will replace, and sync it."""
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
    if like is not None and hasattr(os, "fchmod"):
        new = os.fstat(file)
        if (new.st_uid, new.st_gid) != (like.st_uid, like.st_gid):
            # Only root may give files away; else the writer owns the new file, as with any editor.
            with suppress(PermissionError):
                os.fchown(file, like.st_uid, like.st_gid)
        os.fchmod(file, stat.S_IMODE(like.st_mode))
    os.fsync(file)
