"""Pre-images: what files held before they were changed, each kept once under the SHA-256 of its content.

All methods block; they may be called from any thread.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from agent.errors import StorageError
from agent.failpoints import hit
from agent.safety.door import READ_BLOCK, Changed

SMALL = 1 << 20
"""A file of at most so many bytes is read whole before anything is written: most are kept already."""
TRIES = 3
REFRESHED_S = 300.0
"""How old the note may be of when a content was last used."""
_FICLONE = 0x40049409
_CREATE = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class Damaged(StorageError):
    """A kept content is missing, or no longer what it was."""


class Kept(NamedTuple):
    """One content in the store."""

    digest: str
    size: int
    used_at: float
    """Seconds since 1970: when it was last put or found to be kept already."""


class PreImages:
    """A folder of contents, `ab/abcd…`. Nothing is created until the first one is put."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prefix = os.path.join(folder, "")
        self._lock = threading.Lock()
        self._waiting = False

    def path(self, digest: str) -> Path:
        """Name the file of a content, whether it exists or not."""
        return Path(self._name(digest))

    def _name(self, digest: str) -> str:
        # Thousands of files are looked at for one command: a Path is ten times as dear.
        return f"{self._prefix}{digest[:2]}{os.sep}{digest}"

    def holds(self, digest: str, size: int) -> bool:
        """Whether a content of this size is kept; it is then not cleaned away for a while."""
        path = self._name(digest)
        with self._lock:
            try:
                found = os.stat(path)
            except OSError:
                return False
            if found.st_size != size:
                return False
            if time.time() - found.st_mtime > REFRESHED_S:
                os.utime(path)
        return True

    def put(self, file: int, *, sync: bool = True) -> tuple[str, os.stat_result]:
        """Keep the content of an open file; its SHA-256, and what the system said of the file while it was read.

        Unless `sync`, it is durable only after `flush`. Raises StorageError (the disk is full, say), and Changed if the
        file is being written to all the time.
        """
        try:
            for _ in range(TRIES):
                before = os.fstat(file)
                os.lseek(file, 0, os.SEEK_SET)
                digest, size = self._put(file, before.st_size, sync=sync)
                after = os.fstat(file)
                if size == after.st_size and _moment(before) == _moment(after):
                    if sync:  # it may have been kept already, by somebody who has not flushed yet
                        self.flush()
                    return digest, after
        except OSError as error:
            raise StorageError(
                f"What the file holds now could not be kept ({error.strerror or error}), so it was left as it is. "
                "Free some disk space and try again."
            ) from error
        raise Changed("the file")

    def put_bytes(self, data: bytes) -> str:
        """Keep some bytes durably; their SHA-256. Raises StorageError."""
        try:
            digest = sha256(data).hexdigest()
            if not self.holds(digest, len(data)):
                self._store(BytesIO(data), -1, sync=True)
            self.flush()
            return digest
        except OSError as error:
            raise StorageError(f"The list of the files could not be kept ({error.strerror or error}).") from error

    def flush(self) -> None:
        """Make durable what was put without `sync`. Raises StorageError."""
        if not self._waiting:
            return
        try:
            _sync_file_system(self.folder)
            self._marker.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"What the files hold now could not be kept ({error.strerror or error}).") from error
        self._waiting = False
        hit("undo.flushed")

    def open(self, digest: str) -> BinaryIO:
        """Open a content for reading. Raises Damaged."""
        try:
            return self.path(digest).open("rb")
        except OSError as error:
            raise Damaged(f"The kept content is gone ({error.strerror}).") from error

    def write_to(self, digest: str, file: int) -> None:
        """Write a content to an open file and check it on the way. Raises Damaged, OSError."""
        found = sha256()
        with self.open(digest) as source:
            while block := source.read(READ_BLOCK):
                found.update(block)
                view = memoryview(block)
                while view:
                    view = view[os.write(file, view) :]
        if found.hexdigest() != digest:
            raise Damaged("The kept content is damaged.")

    def check(self, digest: str) -> None:
        """Raise Damaged unless the content is there and whole."""
        found = sha256()
        with self.open(digest) as source:
            while block := source.read(READ_BLOCK):
                found.update(block)
        if found.hexdigest() != digest:
            raise Damaged("The kept content is damaged.")

    def all(self) -> Iterator[Kept]:
        """Go through what is kept."""
        for path in self.folder.glob("??/*"):
            try:
                found = path.stat()
            except OSError:
                continue
            yield Kept(path.name, found.st_size, found.st_mtime)

    def remove(self, digest: str, *, unused_for_s: float) -> bool:
        """Remove a content unless it was used lately."""
        path = self.path(digest)
        with self._lock:
            try:
                if time.time() - path.stat().st_mtime < unused_for_s:
                    return False
                path.unlink()
            except OSError:
                return False
        return True

    def sweep(self) -> None:
        """Remove what interrupted writes left, and what a power cut may have damaged. Only the owner may, at start."""
        for leftover in self._unfinished.glob("*"):
            leftover.unlink(missing_ok=True)
        try:
            since = self._marker.stat().st_mtime
        except OSError:
            return
        for kept in self.all():
            if kept.used_at >= since - 2:
                self._drop_if_damaged(kept.digest)
        self._marker.unlink(missing_ok=True)

    def _drop_if_damaged(self, digest: str) -> None:
        try:
            self.check(digest)
        except Damaged:
            self.path(digest).unlink(missing_ok=True)

    @property
    def _unfinished(self) -> Path:
        return self.folder / "unfinished"

    @property
    def _marker(self) -> Path:
        """Stands while contents may have a name that are not yet on the disk."""
        return self.folder / "unsynced"

    def _put(self, file: int, size: int, *, sync: bool) -> tuple[str, int]:
        if size <= SMALL:
            data = _read(file)
            digest = sha256(data).hexdigest()
            if self.holds(digest, len(data)):
                return digest, len(data)
            return self._store(BytesIO(data), -1, sync=sync)
        with os.fdopen(os.dup(file), "rb", buffering=0) as source:
            return self._store(source, file, sync=sync)

    def _store(self, source: BytesIO | BinaryIO, clone_of: int, *, sync: bool) -> tuple[str, int]:
        self._begin(sync)
        part = os.path.join(self._unfinished, os.urandom(8).hex())
        try:
            digest, size = _write(self._created(part), source, clone_of, sync=sync)
            self._publish(part, digest, size, sync=sync)
            return digest, size
        finally:
            with suppress(FileNotFoundError):
                os.unlink(part)

    def _begin(self, sync: bool) -> None:
        if sync or self._waiting:
            return
        self._make_folders()
        with self._marker.open("wb") as marker:
            os.fsync(marker.fileno())
        _sync_folder(self.folder)
        self._waiting = True

    def _make_folders(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._unfinished.mkdir(mode=0o700, exist_ok=True)

    def _created(self, part: str) -> int:
        try:
            return os.open(part, _CREATE, 0o600)
        except FileNotFoundError:
            self._make_folders()
            return os.open(part, _CREATE, 0o600)

    def _publish(self, part: str, digest: str, size: int, *, sync: bool) -> None:
        if self.holds(digest, size):
            return
        final = self._name(digest)
        folder, new = os.path.dirname(final), False
        with self._lock:
            try:
                os.replace(part, final)
            except FileNotFoundError:
                os.mkdir(folder, 0o700)
                new = True
                os.replace(part, final)
        hit("undo.kept")
        if sync:
            _sync_folder(Path(folder))
            if new:
                _sync_folder(self.folder)


def _moment(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _read(file: int) -> bytes:
    data = bytearray()
    while block := os.read(file, READ_BLOCK):
        data += block
    return bytes(data)


def _write(part: int, source: BytesIO | BinaryIO, clone_of: int, *, sync: bool) -> tuple[str, int]:
    """Copy into a new file, sharing the blocks where the file system can; SHA-256 and size of the copy."""
    with os.fdopen(part, "r+b") as file:
        cloned = clone_of >= 0 and _clone(clone_of, file.fileno())
        digest, size = sha256(), 0
        while block := (file if cloned else source).read(READ_BLOCK):
            digest.update(block)
            size += len(block)
            if not cloned:
                file.write(block)
        file.flush()
        hit("undo.copied")
        if sync:
            os.fsync(file.fileno())
    return digest.hexdigest(), size


def _clone(source: int, target: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    import fcntl

    try:
        fcntl.ioctl(target, _FICLONE, source)
    except OSError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    from agent.storage.database import sync_folder

    sync_folder(folder)


def _sync_file_system(folder: Path) -> None:
    """Make all of a file system durable: for many new files far quicker than one after the other."""
    if sys.platform.startswith("linux"):
        import ctypes

        descriptor = os.open(folder, os.O_RDONLY)
        try:
            if ctypes.CDLL(None, use_errno=True).syncfs(descriptor) == 0:
                return
            number = ctypes.get_errno()
            if number not in (errno.ENOSYS, errno.EINVAL):
                raise OSError(number, os.strerror(number))
        finally:
            os.close(descriptor)
    if hasattr(os, "sync"):
        os.sync()
        return
    for path in folder.glob("??/*"):  # Windows
        with path.open("r+b") as file:
            os.fsync(file.fileno())
