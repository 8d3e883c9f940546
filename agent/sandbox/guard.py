"""Puts back what a command must not change and could: start-up files that were not there before, and git's hooks where
only Landlock stands before them.

Where bubblewrap mounts such places read-only nothing is ever found. The paths are walked without following links, for
the command may have put some there.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress

MAX_BYTES = 4_000_000
"""Remembered of all kept files together."""

_Entry = tuple[int, bytes]
"""Mode, and content or the target of a link."""


class Guard:
    """Remembers kept places before a command, and puts them back after it. Blocks for the disk."""

    def __init__(self, kept: Iterable[str]) -> None:
        self._room = MAX_BYTES
        self._before = {path: self._look(path) for path in kept}

    def put_back(self) -> list[str]:
        """Undo what was changed; gives the paths that were, those that could not be put back as well."""
        changed: list[str] = []
        for path, before in self._before.items():
            self._room = MAX_BYTES
            if self._look(path) == before:
                continue
            changed.append(path)
            with suppress(OSError):
                _replace(path, before)
        return changed

    def _look(self, path: str) -> dict[str, _Entry]:
        """Everything at and below a path, by its name from there."""
        found: dict[str, _Entry] = {}
        waiting = [""]
        while waiting and len(found) < 1_000:
            name = waiting.pop()
            place = os.path.join(path, name) if name else path
            try:
                status = os.lstat(place)
                found[name] = (status.st_mode, self._content(place, status))
                if stat.S_ISDIR(status.st_mode):
                    waiting += [os.path.join(name, child) for child in sorted(os.listdir(place))]
            except OSError:
                continue
        return found

    def _content(self, place: str, status: os.stat_result) -> bytes:
        if stat.S_ISLNK(status.st_mode):
            return os.fsencode(os.readlink(place))
        if not stat.S_ISREG(status.st_mode) or status.st_size > self._room:
            return b""
        descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            content = file.read(self._room)
        self._room -= len(content)
        return content


def _replace(path: str, before: dict[str, _Entry]) -> None:
    """Make the path what it was. Raises OSError where a folder above it is a link now."""
    folder = _open_folder(os.path.dirname(path))
    try:
        name = os.path.basename(path)
        _remove(name, folder)
        for below in sorted(before):
            mode, content = before[below]
            _make(os.path.join(name, below) if below else name, mode, content, folder)
    finally:
        os.close(folder)


def _open_folder(path: str) -> int:
    descriptor = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    for part in path.strip("/").split("/"):
        try:
            following = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = following
    return descriptor


def _remove(name: str, folder: int) -> None:
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return
    if stat.S_ISDIR(status.st_mode):
        shutil.rmtree(name, dir_fd=folder)
    else:
        os.unlink(name, dir_fd=folder)


def _make(name: str, mode: int, content: bytes, folder: int) -> None:
    if stat.S_ISDIR(mode):
        os.mkdir(name, stat.S_IMODE(mode), dir_fd=folder)
    elif stat.S_ISLNK(mode):
        os.symlink(content, os.fsencode(name), dir_fd=folder)
    elif stat.S_ISREG(mode):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with open(os.open(name, flags, stat.S_IMODE(mode), dir_fd=folder), "wb") as file:
            file.write(content)
