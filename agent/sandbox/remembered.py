"""A place on the disk as it was: remembered within bounds, compared, and restored piece by piece.

POSIX only. Nothing here follows a link: every folder is opened by its name in an opened folder.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_ENTRIES = 20_000


class Entry(NamedTuple):
    """One file, folder or link."""

    mode: int
    content: bytes | None
    """Of a file, or the target of a link. None: too large to be remembered."""
    identity: tuple[int, ...] = ()
    """Of a file: what changes with its content."""

    def same(self, other: Entry | None) -> bool:
        """Whether it is as it was."""
        if other is None or self.mode != other.mode:
            return False
        if self.content is None or other.content is None:
            return self.identity == other.identity
        return self.content == other.content


@dataclass
class Remembered:
    """Everything at and below a path, by its name from there; the path itself is ""."""

    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    complete: bool = True
    """False: there was more than MAX_ENTRIES, or something that could not be looked at."""
    held: int = 0
    """Bytes of content."""

    def same(self, other: Remembered) -> bool:
        """Whether nothing is different, as far as either was looked at."""
        if self.complete != other.complete or self.entries.keys() != other.entries.keys():
            return False
        return all(entry.same(other.entries[name]) for name, entry in self.entries.items())


def look(path: str, room: int) -> Remembered:
    """Remember what stands there; of contents no more than `room` bytes."""
    found = Remembered()
    try:
        with open_folder(os.path.dirname(path)) as folder:
            _look(found, "", os.path.basename(path), folder, room)
    except OSError:  # a folder above it is missing or is a link: nothing stands there
        return found
    return found


def _look(found: Remembered, name: str, here: str, folder: int, room: int) -> None:
    try:
        status = os.stat(here, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return
    if len(found.entries) >= MAX_ENTRIES:
        found.complete = False
        return
    try:
        found.entries[name] = _entry(found, here, folder, status, room)
        if stat.S_ISDIR(status.st_mode):
            with _below(here, folder) as opened:
                for child in sorted(os.listdir(opened)):
                    _look(found, os.path.join(name, child), child, opened, room)
    except (OSError, RecursionError):
        found.complete = False


def _entry(found: Remembered, here: str, folder: int, status: os.stat_result, room: int) -> Entry:
    if stat.S_ISLNK(status.st_mode):
        return Entry(status.st_mode, os.fsencode(os.readlink(here, dir_fd=folder)))
    if not stat.S_ISREG(status.st_mode):
        return Entry(status.st_mode, b"")
    identity = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    content = None
    if status.st_size <= room - found.held:
        with suppress(PermissionError):
            content = _content(here, folder, status.st_size)
            found.held += len(content)
    return Entry(status.st_mode, content, identity)


def _content(name: str, folder: int, size: int) -> bytes:
    with open(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder), "rb") as file:
        return file.read(size)


@contextmanager
def open_folder(path: str) -> Generator[int]:
    """Open an absolute path, of which no part is a link. Raises OSError."""
    descriptor = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in path.strip("/").split("/") if path.strip("/") else ():
            following = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = following
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _below(name: str, folder: int) -> Generator[int]:
    descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def restore(name: str, before: Remembered, now: Remembered, folder: int) -> None:
    """Make what stands under that name what it was. What was never looked at is not touched. Raises OSError."""
    new = now.entries.keys() - before.entries.keys() if before.complete else set[str]()
    for below in sorted(below for below in new if below == "" or os.path.dirname(below) not in new):
        with _parent(name, below, folder) as (parent, last):
            remove(last, parent)
    for below in sorted(before.entries):
        entry = before.entries[below]
        if entry.same(now.entries.get(below)):
            continue
        with _parent(name, below, folder) as (parent, last):
            _again(last, entry, parent)


def _again(name: str, entry: Entry, folder: int) -> None:
    if entry.content is None:
        return
    if stat.S_ISDIR(entry.mode) and _is_folder(name, folder):
        with _below(name, folder) as opened:
            os.fchmod(opened, stat.S_IMODE(entry.mode))
        return
    remove(name, folder)
    _make(name, entry, folder)


def _is_folder(name: str, folder: int) -> bool:
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False


@contextmanager
def _parent(name: str, below: str, folder: int) -> Generator[tuple[int, str]]:
    """The opened folder in which a piece stands, and its name there."""
    *parts, last = _parts(name, below)
    descriptor = os.dup(folder)
    try:
        for part in parts:
            following = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = following
        yield descriptor, last
    finally:
        os.close(descriptor)


def _parts(name: str, below: str) -> Iterator[str]:
    yield name
    if below:
        yield from below.split("/")


def remove(name: str, folder: int) -> None:
    """Remove a file, link or folder tree; nothing there is as well. Raises OSError."""
    if _is_folder(name, folder):
        shutil.rmtree(name, dir_fd=folder)
        return
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return


def _make(name: str, entry: Entry, folder: int) -> None:
    mode, content = stat.S_IMODE(entry.mode), entry.content or b""
    if stat.S_ISDIR(entry.mode):
        os.mkdir(name, mode, dir_fd=folder)
        with _below(name, folder) as opened:
            os.fchmod(opened, mode)
    elif stat.S_ISLNK(entry.mode):
        os.symlink(content, os.fsencode(name), dir_fd=folder)
    elif stat.S_ISREG(entry.mode):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with open(os.open(name, flags, 0o600, dir_fd=folder), "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), mode)
