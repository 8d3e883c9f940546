"""One name in an open folder, on Linux, macOS and other POSIX systems: all acts go by the folder's descriptor."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from agent import failpoints
from agent.safety.door import Changed, Place, require_regular

FOLDER_FLAGS = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC if sys.platform != "win32" else 0
# A FIFO or a device never makes the open wait, and a terminal never becomes ours.
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW | os.O_CLOEXEC if sys.platform != "win32" else 0
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC if sys.platform != "win32" else 0
_NOREPLACE = 1
_NOT_KNOWN = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM, errno.EMLINK)


class PlaceAt:
    """A name in the folder `parent`, a descriptor that the caller keeps open."""

    def __init__(self, parent: int, name: str) -> None:
        self.parent, self.name = parent, name

    def stat(self) -> os.stat_result:
        """See Place."""
        return os.stat(self.name, dir_fd=self.parent, follow_symlinks=False)

    def open_file(self) -> int:
        """See Place."""
        return open_file_at(self.parent, self.name)

    def link_target(self) -> str:
        """See Place."""
        return os.readlink(self.name, dir_fd=self.parent)

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
        """See Place."""
        file = os.open(temp, _CREATE, 0o600, dir_fd=self.parent)
        try:
            try:
                fill(file)
                os.fchmod(file, mode)
                os.utime(file, ns=(mtime_ns, mtime_ns))
                os.fsync(file)
            finally:
                os.close(file)
            failpoints.hit("place.written")
            check()
            if replacing:
                os.rename(temp, self.name, src_dir_fd=self.parent, dst_dir_fd=self.parent)
            else:
                rename_new(self.parent, temp, self.parent, self.name)
        except BaseException:
            with suppress(OSError):
                os.unlink(temp, dir_fd=self.parent)
            raise
        failpoints.hit("place.renamed")
        sync_folder(self.parent)

    def put_link(self, target: str, mtime_ns: int) -> None:
        """See Place."""
        os.symlink(target, self.name, dir_fd=self.parent)
        failpoints.hit("place.linked")
        if os.utime in os.supports_follow_symlinks:
            os.utime(self.name, ns=(mtime_ns, mtime_ns), dir_fd=self.parent, follow_symlinks=False)
        sync_folder(self.parent)

    def make_folder(self, mode: int | None) -> None:
        """See Place."""
        os.mkdir(self.name, 0o777 if mode is None else 0o700, dir_fd=self.parent)
        failpoints.hit("place.made")
        if mode is not None:
            self._apply(lambda file: os.chmod(file, mode))
        sync_folder(self.parent)

    def remove(self, *, folder: bool, sync: bool = True) -> None:
        """See Place."""
        if folder:
            os.rmdir(self.name, dir_fd=self.parent)
        else:
            os.unlink(self.name, dir_fd=self.parent)
        failpoints.hit("place.removed")
        if sync:
            sync_folder(self.parent)

    def sync(self) -> None:
        """See Place."""
        sync_folder(self.parent)

    def set_attributes(self, mode: int | None, mtime_ns: int) -> None:
        """See Place."""
        if stat.S_ISLNK(self.stat().st_mode):
            if os.utime in os.supports_follow_symlinks:
                os.utime(self.name, ns=(mtime_ns, mtime_ns), dir_fd=self.parent, follow_symlinks=False)
            return

        def apply(file: int | str) -> None:
            if mode is not None:
                os.chmod(file, mode)
                failpoints.hit("place.mode")
            os.utime(file, ns=(mtime_ns, mtime_ns))

        self._apply(apply)

    def move_to(self, other: Place, *, replacing: bool = False) -> None:
        """See Place."""
        if not isinstance(other, PlaceAt):
            raise TypeError("a place of another door")
        if replacing:
            os.rename(self.name, other.name, src_dir_fd=self.parent, dst_dir_fd=other.parent)
        else:
            rename_new(self.parent, self.name, other.parent, other.name)
        failpoints.hit("place.moved")
        sync_folder(other.parent)
        sync_folder(self.parent)

    def _apply(self, act: Callable[[int | str], None]) -> None:
        """Do something to the very file or folder of this name, even one that may not be read."""
        path_only: int | None = getattr(os, "O_PATH", None)
        file = os.open(self.name, (_READ if path_only is None else path_only | os.O_NOFOLLOW) | os.O_CLOEXEC,
                       dir_fd=self.parent)  # fmt: skip
        try:
            if stat.S_ISLNK(os.fstat(file).st_mode):
                raise Changed("a symbolic link")
            # Such a descriptor allows no fchmod; its name under /proc leads to the same inode and nowhere else.
            act(file if path_only is None else f"/proc/self/fd/{file}")
        finally:
            os.close(file)


def open_file_at(parent: int, name: str) -> int:
    """Open a regular file in a folder for reading, without ever waiting. Raises OSError."""
    # Looked at first: opening a device can already act on it. Looked at again: it may be another one by then.
    require_regular(os.stat(name, dir_fd=parent, follow_symlinks=False))
    file = os.open(name, _READ, dir_fd=parent)
    try:
        require_regular(os.fstat(file))
    except OSError:
        os.close(file)
        raise
    return file


def sync_folder(parent: int) -> None:
    """Make the names in an open folder durable, where that can be done."""
    # Some file systems cannot sync a folder, and one may be writable without being readable.
    with suppress(OSError):
        folder = os.open(".", FOLDER_FLAGS | os.O_RDONLY, dir_fd=parent)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def rename_new(from_parent: int, from_name: str, to_parent: int, to_name: str) -> None:
    """Rename; FileExistsError if anything stands there already, in one step where the system has one."""
    try:
        return _rename_noreplace(from_parent, from_name, to_parent, to_name)
    except OSError as error:
        if error.errno not in _NOT_KNOWN:
            raise
    try:
        os.stat(to_name, dir_fd=to_parent, follow_symlinks=False)
    except FileNotFoundError:
        os.rename(from_name, to_name, src_dir_fd=from_parent, dst_dir_fd=to_parent)
        return None
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), to_name)


def _rename_noreplace(from_parent: int, from_name: str, to_parent: int, to_name: str) -> None:
    import ctypes

    rename = _renameat2()
    if rename is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if rename(from_parent, os.fsencode(from_name), to_parent, os.fsencode(to_name), _NOREPLACE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), to_name)


@cache
def _renameat2() -> Callable[[int, bytes, int, bytes, int], int] | None:
    """Linux's renameat2(2) with RENAME_NOREPLACE; None: this system has it not."""
    import ctypes

    if not sys.platform.startswith("linux"):
        return None
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return None
    rename.restype = ctypes.c_int
    rename.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    return rename
