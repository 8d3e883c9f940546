"""All that stands in a folder, without following a link: one pass, bounded."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from agent.safety.door import Door
from agent.safety.folders import is_within
from agent.undo.state import FileState, names_digest, of_stat


class TooMany(Exception):
    """There is more than the bound allows."""


class Entry(msgspec.Struct, frozen=True):
    """One file, folder, link or other thing, as the system tells of it."""

    name: bytes
    """The real path, as `os.fsencode` gives it."""
    state: FileState
    """Without the content, unless somebody added it."""
    identity: tuple[int, int, int, int, int]
    """Device, inode, size, times of modification and of change: whoever writes to a file changes one of them."""

    @property
    def path(self) -> str:
        """The real path."""
        return os.fsdecode(self.name)


class Tree:
    """One pass through folders; the top ones are among the entries."""

    def __init__(self, door: Door, most: int, leave_out: Callable[[str], bool] = lambda _path: False) -> None:
        """`most`: entries, beyond which TooMany is raised; `leave_out`: real paths that are passed over."""
        self.closed: list[str] = []
        """Folders that could not be looked into, and other file systems that are mounted inside."""
        self._door, self._most, self._leave_out = door, most, leave_out
        self._seen = 0

    def entries(self, top: str) -> Iterator[Entry]:
        """Yield all that is there, a folder before what is in it. Raises TooMany, and OSError if `top` is not there."""
        with self._door.open_place(top) as place:
            found = place.stat()
            target = os.fsencode(place.link_target()) if stat.S_ISLNK(found.st_mode) else b""
        yield self._entry(top, found, target)
        pending = [top] if stat.S_ISDIR(found.st_mode) else []
        while pending:
            folder = pending.pop()
            try:
                for entry in self._in(folder):
                    if self._leave_out(entry.path):
                        continue
                    yield entry
                    if entry.state.kind != "folder":
                        continue
                    if entry.identity[0] != found.st_dev:
                        self.closed.append(entry.path)
                        continue
                    pending.append(entry.path)
            except OSError:
                self.closed.append(folder)

    def _in(self, folder: str) -> Iterator[Entry]:
        with self._door.open_folder(folder) as opened:
            for entry in opened.entries():
                try:
                    found = entry.stat(follow_symlinks=False)
                    target = os.fsencode(opened.link_target(entry.name)) if stat.S_ISLNK(found.st_mode) else b""
                except FileNotFoundError:
                    continue
                yield self._entry(os.path.join(folder, entry.name), found, target)

    def _entry(self, path: str, found: os.stat_result, target: bytes) -> Entry:
        self._seen += 1
        if self._seen > self._most:
            raise TooMany
        return Entry(os.fsencode(path), of_stat(found, target), identity_of(found))


def identity_of(found: os.stat_result) -> tuple[int, int, int, int, int]:
    """Tell a file as it is now from what it was or will be."""
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def names_of(entries: Iterable[Entry]) -> dict[str, list[str]]:
    """The names in each folder, by its path."""
    names: dict[str, list[str]] = {}
    for entry in entries:
        folder, name = os.path.split(entry.path)
        names.setdefault(folder, []).append(name)
        if entry.state.kind == "folder":
            names.setdefault(entry.path, [])
    return names


def with_names(state: FileState, names: Sequence[str]) -> FileState:
    """The state of a folder, with the names in it."""
    return msgspec.structs.replace(state, names=names_digest(names))


def outermost(roots: Sequence[str]) -> list[str]:
    """Leave out folders that lie in another one of them."""
    unique = list(dict.fromkeys(roots))
    return [one for one in unique if not any(other != one and is_within(one, other) for other in unique)]
