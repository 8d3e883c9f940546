"""The door on Linux, macOS and other POSIX systems: every folder by descriptor, no link followed anywhere.

Linux since 5.6 does it in one system call, openat2(2) with RESOLVE_NO_SYMLINKS. Elsewhere, and where a sandbox forbids
that call, each component is opened from the one before with O_NOFOLLOW. Both start at `/` and are given a path without
`..`, so nothing can leave it: RESOLVE_BENEATH would have nothing more to refuse.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from functools import cache

from agent import failpoints
from agent.safety.door import ABSENT, Changed, OpenFolder, Place, fill, require_content, require_writable, temp_name
from agent.safety.place_at import FOLDER_FLAGS, PlaceAt, open_file_at, rename_new, sync_folder

_SYS_OPENAT2 = 437  # the same number on every architecture but Alpha
_NO_FOLDER = -1  # an absolute path starts from none
_RESOLVE_NO_MAGICLINKS, _RESOLVE_NO_SYMLINKS = 0x02, 0x04
# Linux's O_PATH needs only the right to pass through a folder; elsewhere it must be readable.
_PASS = FOLDER_FLAGS | getattr(os, "O_PATH", os.O_RDONLY)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC if sys.platform != "win32" else 0


class PosixDoor:
    """Opens real paths by folder descriptors."""

    def __init__(self, *, one_call: bool = True) -> None:
        """`one_call`: use openat2 where this machine has it."""
        self._one_call = one_call

    def stat(self, path: str) -> os.stat_result:
        """See Door."""
        folder, name = os.path.split(path)
        with self._opened(folder, _PASS) as parent:
            return os.stat(name or ".", dir_fd=parent, follow_symlinks=False)

    def open_file(self, path: str) -> int:
        """See Door."""
        folder, name = os.path.split(path)
        with self._opened(folder, _PASS) as parent:
            return open_file_at(parent, name or ".")

    @contextmanager
    def open_folder(self, path: str) -> Generator[OpenFolder]:
        """See Door."""
        with self._opened(path, FOLDER_FLAGS | os.O_RDONLY) as folder:
            yield _Folder(folder)

    @contextmanager
    def open_place(self, path: str) -> Generator[Place]:
        """See Door."""
        folder, name = os.path.split(path)
        with self._opened(folder, _PASS) as parent:
            yield PlaceAt(parent, name or ".")

    def replace(self, path: str, data: bytes, expected: str | None, commit: Callable[[], None], temp: str = "") -> bool:
        """See Door."""
        folder, name = os.path.split(path)
        try:
            parent = self._open(folder, _PASS)
        except FileNotFoundError:
            parent = _walk(folder, _PASS, make=True)
        try:
            return _replace(parent, name, data, expected, commit, temp or temp_name())
        finally:
            os.close(parent)

    @contextmanager
    def _opened(self, path: str, flags: int) -> Generator[int]:
        folder = self._open(path, flags)
        try:
            yield folder
        finally:
            os.close(folder)

    def _open(self, path: str, flags: int) -> int:
        if self._one_call and has_openat2():
            try:
                return _openat2(path, flags)
            except OSError as error:
                # A whole path may be too long for one call where each of its components is not.
                if error.errno != errno.ENAMETOOLONG:
                    raise
        return _walk(path, flags)


class _Folder:
    def __init__(self, folder: int) -> None:
        self._folder = folder

    def entries(self) -> Iterator[os.DirEntry[str]]:
        with os.scandir(self._folder) as found:
            yield from found

    def open_file(self, name: str) -> int:
        return open_file_at(self._folder, name)

    def link_target(self, name: str) -> str:
        return os.readlink(name, dir_fd=self._folder)


def _replace(parent: int, name: str, data: bytes, expected: str | None, commit: Callable[[], None], temp: str) -> bool:
    old = _stat_or_none(parent, name or ".")
    if old is not None:
        require_writable(old)
        if not os.access(name, os.W_OK, dir_fd=parent, effective_ids=os.access in os.supports_effective_ids):
            raise PermissionError(errno.EACCES, "permission denied")
    file = os.open(temp, _CREATE, 0o666 if old is None else 0o600, dir_fd=parent)
    try:
        try:
            fill(file, data, old)
        finally:
            os.close(file)
        failpoints.hit("files.written")
        commit()
        if expected == ABSENT:
            _rename_new(parent, temp, name)
        else:
            _require_expected(parent, name, expected)
            os.rename(temp, name, src_dir_fd=parent, dst_dir_fd=parent)
    except BaseException:
        with suppress(OSError):
            os.unlink(temp, dir_fd=parent)
        raise
    failpoints.hit("files.renamed")
    sync_folder(parent)
    return old is None


def _rename_new(parent: int, temp: str, name: str) -> None:
    try:
        rename_new(parent, temp, parent, name)
    except FileExistsError:
        raise Changed("the file") from None


def _require_expected(parent: int, name: str, expected: str | None) -> None:
    if expected is None:
        return
    file = open_file_at(parent, name)
    try:
        require_content(file, expected)
    finally:
        os.close(file)


def _stat_or_none(parent: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _walk(path: str, flags: int, *, make: bool = False) -> int:
    parts = [part for part in path.split("/") if part]
    folder = os.open("/", flags if not parts else _PASS)
    for number, part in enumerate(parts, 1):
        wanted = flags if number == len(parts) else _PASS
        try:
            below = _step(folder, part, wanted, make=make)
        finally:
            os.close(folder)
        folder = below
    return folder


def _step(folder: int, name: str, flags: int, *, make: bool) -> int:
    try:
        return os.open(name, flags, dir_fd=folder)
    except FileNotFoundError:
        if not make:
            raise
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=folder)
    return os.open(name, flags, dir_fd=folder)


@cache
def has_openat2() -> bool:
    """Whether openat2 works here, tried by using it: a version number does not tell of sandboxes."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        os.close(_openat2("/", _PASS))
    except OSError:
        return False
    return True


def _openat2(path: str, flags: int) -> int:
    import ctypes

    how = struct.pack("=QQQ", flags, 0, _RESOLVE_NO_SYMLINKS | _RESOLVE_NO_MAGICLINKS)  # struct open_how
    while True:
        found = _syscall()(_SYS_OPENAT2, _NO_FOLDER, os.fsencode(path), how, len(how))
        if found >= 0:
            return found
        number = ctypes.get_errno()
        if number not in (errno.EINTR, errno.EAGAIN):
            raise OSError(number, os.strerror(number), path)


@cache
def _syscall() -> Callable[[int, int, bytes, bytes, int], int]:
    import ctypes

    syscall = ctypes.CDLL(None, use_errno=True).syscall
    syscall.restype = ctypes.c_long
    syscall.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t]
    return syscall
