"""A folder in which somebody's process writes too: what is done in it is done in exactly that folder.

A name in it may be a link by now, and so may the folder's own name. So each folder is opened once, without following a
link, and everything is done from there. (Windows has no such descriptors: there a link is looked for.)
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Final, Self

HELD: Final = sys.platform != "win32"
"""Whether folders are held by descriptors."""
_FOLDER: Final = (
    os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
)
_READ: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class SharedFolder:
    """One such folder, open. All methods raise OSError."""

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self.path = path
        """As its owner's process knows it, as long as that leaves it where it is."""
        self._descriptor = descriptor

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Generator[Self]:
        """Open one; what else stands in its place is taken away, and a missing one is made.

        The folder around it must be nobody else's to change.
        """
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.path.lexists(path) and not stat.S_ISDIR(path.lstat().st_mode):
            path.unlink()
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
        one = cls(path, _held(str(path)))
        try:
            yield one
        finally:
            one.close()

    @classmethod
    def ready(cls, path: Path) -> None:
        """See that there is one, and nothing else in its place. See `opened`."""
        with cls.opened(path):
            return

    def made(self, name: str) -> Self:
        """Make a folder in it, and open that; it is to be closed."""
        path = self.path / name
        if self._descriptor is None:
            path.mkdir(mode=0o700)
            return type(self)(path, None)
        os.mkdir(name, 0o700, dir_fd=self._descriptor)
        return type(self)(path, _held(name, self._descriptor))

    def inside(self, name: str) -> Self:
        """Open a folder in it, which is to be closed."""
        return type(self)(self.path / name, _held(self._place(name), self._descriptor))

    def create(self, name: str) -> BinaryIO:
        """Make a file; nothing may stand there."""
        return os.fdopen(os.open(self._place(name), _CREATE, 0o600, dir_fd=self._descriptor), "wb")

    def open(self, name: str) -> FileIO:
        """Open a file to read, whatever it is; never waits."""
        return FileIO(os.open(self._place(name), _READ, dir_fd=self._descriptor))

    def stat(self, name: str) -> os.stat_result:
        """Look at what stands there; a link is not followed."""
        return os.stat(self._place(name), dir_fd=self._descriptor, follow_symlinks=False)

    def names(self) -> list[str]:
        """What is in it."""
        return os.listdir(self.path if self._descriptor is None else self._descriptor)

    def drop(self, name: str) -> None:
        """Delete a folder in it with all that is in it, as far as that can be done."""
        shutil.rmtree(self._place(name), ignore_errors=True, dir_fd=self._descriptor)

    def close(self) -> None:
        """Let go of it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = -1

    def _place(self, name: str) -> str:
        if self._descriptor is not None:
            return name
        if self.path.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(self.path))
        return str(self.path / name)


def _held(path: str, around: int | None = None) -> int | None:
    return os.open(path, _FOLDER, dir_fd=around) if HELD else None
