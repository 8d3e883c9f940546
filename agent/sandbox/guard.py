"""Puts back what a command must not change and could: places that were not there before, and git's hooks where only
Landlock stands before them.

Where bubblewrap mounts such places read-only nothing is ever found. All is opened from the root of the file system on
without following a link, for the command may have put some there: also the folders above a place are looked after, and
a link in the place of one is removed. What could not be put back is said.
"""

from __future__ import annotations

import os
import stat
import sys
import weakref
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from threading import Lock
from typing import NamedTuple

from agent.sandbox.closed import is_inside
from agent.sandbox.remembered import Remembered, look, open_folder, restore

MAX_BYTES = 16_000_000
"""Remembered of all kept files together."""
MAX_HELD = 200
"""Folders that are held open, to be found again wherever they are moved to."""


class PutBack(NamedTuple):
    """What was found changed. Absolute paths."""

    done: list[str]
    """As it was before."""
    left: list[str]
    """Not as it was: a person must look at it."""


class _Above(NamedTuple):
    """A folder, or what stands in its place, above a kept one."""

    path: str
    mode: int
    """0: nothing is there."""
    identity: tuple[int, int]
    target: str


class Guard:
    """Remembers kept places before a command, and puts them back after it. Blocks for the disk."""

    def __init__(self, kept: Iterable[str], roots: Iterable[str] = ()) -> None:
        """`roots`: the writable folders; what lies above them no command changes."""
        # A door for folder descriptors is needed; where there is none the level is `limits`, and nothing is promised.
        self._kept = list(dict.fromkeys(kept)) if os.open in os.supports_dir_fd else []
        self._roots = sorted(set(roots), key=len)
        above = sorted({folder for path in self._kept for folder in self._upwards(path)}, key=len)
        self._above = [_seen(folder) for folder in above]
        self._held = _hold(above for above in self._above if stat.S_ISDIR(above.mode))
        weakref.finalize(self, _let_go, self._held)
        room = MAX_BYTES
        self._before: dict[str, Remembered] = {}
        for path in self._kept:
            self._before[path] = look(path, room)
            room -= self._before[path].held
        self._swept = PutBack([], [])
        self._at_work = Lock()

    def sweep(self) -> None:
        """Remove what has come where nothing was, while the command still runs; `put_back` tells of it."""
        with self._at_work:
            for above in self._above:
                if not above.mode and os.path.islink(above.path):
                    self._mend(above, self._swept)
            for path, before in self._before.items():
                if not before.entries and os.path.lexists(path) and (now := look(path, 0)).entries:
                    with suppress(OSError, RecursionError):
                        self._restore(path, before, now)
                        self._swept.done.append(path)

    def put_back(self) -> PutBack:
        """Undo what was changed, and look whether it is undone."""
        with self._at_work:
            found = self._found()
        gone = [path for path in self._swept.done if path not in found.left]
        return PutBack(list(dict.fromkeys([*gone, *found.done])), found.left)

    def _found(self) -> PutBack:
        found = PutBack([], [])
        for above in self._above:
            if not _is_same(above, _seen(above.path)):
                self._mend(above, found)
        for path, before in self._before.items():
            now = look(path, MAX_BYTES)
            if now.same(before) or any(is_inside(path, other) for other in found.left):
                continue
            with suppress(OSError, RecursionError):
                self._restore(path, before, now)
            (found.done if look(path, MAX_BYTES).same(before) else found.left).append(path)
        _let_go(self._held)
        return found

    def _restore(self, path: str, before: Remembered, now: Remembered) -> None:
        if before.entries:
            self._make_above(path)
        with open_folder(os.path.dirname(path)) as folder:
            restore(os.path.basename(path), before, now, folder)

    def _make_above(self, path: str) -> None:
        for above in self._above:
            if stat.S_ISDIR(above.mode) and is_inside(path, above.path) and not os.path.lexists(above.path):
                with open_folder(os.path.dirname(above.path)) as folder:
                    os.mkdir(os.path.basename(above.path), stat.S_IMODE(above.mode), dir_fd=folder)

    def _mend(self, above: _Above, found: PutBack) -> None:
        """Let a folder above a kept place be again what it was, where it matters."""
        now = _seen(above.path)
        if not above.mode and not stat.S_ISLNK(now.mode):
            return  # a new folder: what must not be in it is looked for by itself
        if stat.S_ISDIR(above.mode) and stat.S_ISDIR(now.mode):
            return  # another folder: as good as the first, once the kept places are in it
        try:
            if not now.mode and stat.S_ISDIR(above.mode):
                changed = self._move_back(above)
            else:
                changed = True
                self._in_place_of(now, above)
        except OSError:
            found.left.append(above.path)
            return
        if changed:
            found.done.append(above.path)

    def _in_place_of(self, now: _Above, above: _Above) -> None:
        name = os.path.basename(above.path)
        with open_folder(os.path.dirname(above.path)) as folder:
            if stat.S_ISLNK(now.mode):
                os.unlink(name, dir_fd=folder)
            elif now.mode:  # it may hold what was there before under another name
                os.rename(name, f"{name}.put-aside-{os.urandom(4).hex()}", src_dir_fd=folder, dst_dir_fd=folder)
            if stat.S_ISLNK(above.mode):
                os.symlink(above.target, name, dir_fd=folder)
        if stat.S_ISDIR(above.mode):
            self._move_back(above)

    def _move_back(self, above: _Above) -> bool:
        """Bring a folder that was moved away to its place; a deleted one is made again with what is kept in it."""
        where = _path_of(self._held.get(above.path))
        if not where or _seen(where).identity != above.identity:
            return False
        with open_folder(os.path.dirname(where)) as source, open_folder(os.path.dirname(above.path)) as target:
            os.rename(os.path.basename(where), os.path.basename(above.path), src_dir_fd=source, dst_dir_fd=target)
        return True

    def _upwards(self, path: str) -> Iterator[str]:
        """The folders above a path that a command could change: those inside a root, or all if none is known."""
        folder = os.path.dirname(path)
        while os.path.dirname(folder) != folder:
            if not self._roots or any(folder != root and is_inside(folder, root) for root in self._roots):
                yield folder
            folder = os.path.dirname(folder)


def _seen(path: str) -> _Above:
    try:
        with open_folder(os.path.dirname(path)) as folder:
            name = os.path.basename(path)
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            target = os.readlink(name, dir_fd=folder) if stat.S_ISLNK(status.st_mode) else ""
    except OSError:
        return _Above(path, 0, (0, 0), "")
    return _Above(path, status.st_mode, (status.st_dev, status.st_ino), target)


def _is_same(one: _Above, other: _Above) -> bool:
    if stat.S_ISLNK(one.mode):
        return one.target == other.target
    return one.identity == other.identity and stat.S_IFMT(one.mode) == stat.S_IFMT(other.mode)


def _hold(folders: Iterable[_Above]) -> dict[str, int]:
    """Open them: as long as they are, no new folder gets the number of one that was deleted."""
    held: dict[str, int] = {}
    for above in islice(folders, MAX_HELD):
        with suppress(OSError), open_folder(above.path) as folder:
            held[above.path] = os.dup(folder)
    return held


def _let_go(held: dict[str, int]) -> None:
    while held:
        os.close(held.popitem()[1])


def _path_of(descriptor: int | None) -> str:
    """Where an opened folder is now; empty: nobody knows."""
    if descriptor is None:
        return ""
    try:
        if sys.platform == "darwin":
            import fcntl

            return os.fsdecode(fcntl.fcntl(descriptor, fcntl.F_GETPATH, b"\0" * 1024).rstrip(b"\0"))
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return ""
