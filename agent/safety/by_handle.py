"""The door where folders have no descriptors (Windows): open by path, then ask the handle where it really is.

Weaker than openat.py: a file is proven to be the judged one after it was opened, and before anything is read from it.
When one is replaced, the new file is proven to lie in the judged folder; between that proof and the rename, which names
both by path, a very fast racer could still move the folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress

from agent import failpoints
from agent.safety.door import (
    ABSENT,
    Changed,
    OpenFolder,
    Place,
    fill,
    require_content,
    require_regular,
    require_writable,
    temp_name,
)

_FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0) | getattr(os, "O_CLOEXEC", 0)
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _FLAGS
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS


class HandleDoor:
    """Opens real paths and checks afterwards."""

    def stat(self, path: str) -> os.stat_result:
        """See Door."""
        _require_real(os.path.dirname(path))
        return os.stat(path, follow_symlinks=False)

    def open_file(self, path: str) -> int:
        """See Door."""
        require_regular(os.stat(path, follow_symlinks=False))
        file = os.open(path, _READ)
        try:
            _require_handle(file, path)
            require_regular(os.fstat(file))
        except OSError:
            os.close(file)
            raise
        return file

    @contextmanager
    def open_folder(self, path: str) -> Generator[OpenFolder]:
        """See Door."""
        _require_real(path)
        yield _Folder(self, path)

    @contextmanager
    def open_place(self, path: str) -> Generator[Place]:
        """See Door."""
        _require_real(os.path.dirname(path))
        yield _Place(self, path)

    def replace(self, path: str, data: bytes, expected: str | None, commit: Callable[[], None], temp: str = "") -> bool:
        """See Door."""
        folder = os.path.dirname(path)
        os.makedirs(folder, exist_ok=True)
        _require_real(folder)
        old = os.stat(path, follow_symlinks=False) if os.path.lexists(path) else None
        if old is not None:
            require_writable(old)
        temp = os.path.join(folder, temp or temp_name())
        self._write(temp, data, old)
        try:
            failpoints.hit("files.written")
            commit()
            if expected == ABSENT:
                if os.path.lexists(path):
                    raise Changed("the file")
            elif expected is not None:
                self._require_content(path, expected)
            os.replace(temp, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(temp)
            raise
        failpoints.hit("files.renamed")
        return old is None

    def _write(self, temp: str, data: bytes, old: os.stat_result | None) -> None:
        file = os.open(temp, _CREATE, 0o666 if old is None else 0o600)
        try:
            _require_handle(file, temp)
            fill(file, data, old)
        except BaseException:
            os.close(file)
            with suppress(OSError):
                os.unlink(temp)
            raise
        os.close(file)

    def _require_content(self, path: str, expected: str) -> None:
        file = self.open_file(path)
        try:
            require_content(file, expected)
        finally:
            os.close(file)


class _Folder:
    def __init__(self, door: HandleDoor, path: str) -> None:
        self._door, self._path = door, path

    def entries(self) -> Iterator[os.DirEntry[str]]:
        with os.scandir(self._path) as found:
            _require_real(self._path)
            yield from found

    def open_file(self, name: str) -> int:
        return self._door.open_file(os.path.join(self._path, name))

    def link_target(self, name: str) -> str:
        return os.readlink(os.path.join(self._path, name))


class _Place:
    def __init__(self, door: HandleDoor, path: str) -> None:
        self._door, self.path = door, path

    def stat(self) -> os.stat_result:
        return os.stat(self.path, follow_symlinks=False)

    def open_file(self) -> int:
        return self._door.open_file(self.path)

    def link_target(self) -> str:
        return os.readlink(self.path)

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
        written = os.path.join(os.path.dirname(self.path), temp)
        file = os.open(written, _CREATE, 0o600)
        try:
            try:
                _require_handle(file, written)
                fill(file)
                os.fsync(file)
            finally:
                os.close(file)
            os.utime(written, ns=(mtime_ns, mtime_ns))
            os.chmod(written, mode)
            failpoints.hit("place.written")
            check()
            if not replacing:
                self._require_free()
            os.replace(written, self.path)
        except BaseException:
            with suppress(OSError):
                os.unlink(written)
            raise
        failpoints.hit("place.renamed")

    def put_link(self, target: str, mtime_ns: int) -> None:
        self._require_parent()
        os.symlink(target, self.path)
        if os.utime in os.supports_follow_symlinks:
            os.utime(self.path, ns=(mtime_ns, mtime_ns), follow_symlinks=False)

    def make_folder(self, mode: int | None) -> None:
        self._require_parent()
        os.mkdir(self.path, 0o777 if mode is None else 0o700)
        if mode is not None:
            os.chmod(self.path, mode)

    def remove(self, *, folder: bool, sync: bool = True) -> None:
        self._require_parent()
        if folder:
            os.rmdir(self.path)
        else:
            os.unlink(self.path)
        failpoints.hit("place.removed")

    def sync(self) -> None:
        return  # Windows knows no such thing

    def set_attributes(self, mode: int | None, mtime_ns: int) -> None:
        _require_real(self.path)
        os.utime(self.path, ns=(mtime_ns, mtime_ns))
        if mode is not None:
            os.chmod(self.path, mode)

    def move_to(self, other: Place, *, replacing: bool = False) -> None:
        if not isinstance(other, _Place):
            raise TypeError("a place of another door")
        self._require_parent()
        other._require_parent()
        if not replacing:
            other._require_free()
        os.replace(self.path, other.path)
        failpoints.hit("place.moved")

    def _require_parent(self) -> None:
        _require_real(os.path.dirname(self.path))

    def _require_free(self) -> None:
        if os.path.lexists(self.path):
            raise FileExistsError(self.path)


def _require_real(path: str) -> None:
    if not _same(os.path.realpath(path, strict=True), path):
        raise Changed("the folder")


def _require_handle(file: int, path: str) -> None:
    if not _same(_path_of(file), path):
        raise Changed("the file")


def _same(one: str, other: str) -> bool:
    return os.path.normcase(one) == os.path.normcase(other)


def _path_of(file: int) -> str:
    """Ask the system for the path of an open file."""
    if sys.platform == "win32":
        import ctypes
        import msvcrt

        buffer = ctypes.create_unicode_buffer(32_768)
        handle = ctypes.c_void_p(msvcrt.get_osfhandle(file))
        if not ctypes.windll.kernel32.GetFinalPathNameByHandleW(handle, buffer, len(buffer), 0):
            raise ctypes.WinError()
        path = buffer.value
        if path.startswith("\\\\?\\UNC\\"):
            return "\\\\" + path[8:]
        return path.removeprefix("\\\\?\\")
    if sys.platform == "darwin":
        import fcntl

        return os.fsdecode(fcntl.fcntl(file, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
    return os.readlink(f"/proc/self/fd/{file}")
