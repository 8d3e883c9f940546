"""Large values, each a file named by the SHA-256 of its content: written once, never changed.

All methods are blocking; call them through `asyncio.to_thread` where they could be slow.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from agent.errors import StorageError
from agent.failpoints import hit

CHUNK = 1024 * 1024


class Blobs:
    """A folder of blobs, in two levels: `ab/cd/abcd…`. Nothing is created until the first `put`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Store bytes durably; returns their SHA-256 in hexadecimal. Raises StorageError."""
        return self._store(data[at : at + CHUNK] for at in range(0, len(data), CHUNK))

    def put_file(self, path: Path) -> str:
        """Store a copy of a file, a piece at a time; returns its SHA-256. Raises StorageError."""
        try:
            with path.open("rb") as source:
                return self._store(_chunks(source))
        except OSError as error:
            raise StorageError(
                f"The file {path} could not be read ({error.strerror}); nothing was stored. Check it and try again."
            ) from error

    def path(self, digest: str) -> Path:
        """Name the file of a blob, whether it exists or not. Raises ValueError for what is no SHA-256."""
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise ValueError(f"not a SHA-256: {digest!r}")
        return self.folder / digest[:2] / digest[2:4] / digest

    def open(self, digest: str) -> BinaryIO:
        """Open a blob for reading. Raises StorageError if there is none."""
        try:
            return self.path(digest).open("rb")
        except OSError as error:
            raise StorageError(
                f"The stored file {digest} cannot be read ({error.strerror}); the conversation itself is kept. "
                "Restore the folder `blobs` from a backup if you need it."
            ) from error

    def sweep(self) -> int:
        """Remove what interrupted writes left behind; only the owner may, at start. Returns how many files."""
        leftovers = list(self.unfinished.glob("*")) if self.unfinished.is_dir() else []
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)
        return len(leftovers)

    @property
    def unfinished(self) -> Path:
        """Where files are written before they get their name."""
        return self.folder / "unfinished"

    def _store(self, chunks: Iterable[bytes]) -> str:
        part = self.unfinished / os.urandom(8).hex()
        try:
            self.unfinished.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                return self._publish(part, _write(part, chunks))
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(
                f"A file could not be stored in {self.folder} ({error.strerror}); everything stored before is kept. "
                "Check the disk and its free space, then try again."
            ) from error

    def _publish(self, part: Path, digest: str) -> str:
        final = self.path(digest)
        if final.exists() and final.stat().st_size == part.stat().st_size:
            return digest
        final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.replace(final)
        hit("blobs.renamed")
        for folder in (final.parent, final.parent.parent, self.folder):
            _sync_folder(folder)
        hit("blobs.synced")
        return digest


def _write(part: Path, chunks: Iterable[bytes]) -> str:
    import hashlib

    digest = hashlib.sha256()
    with os.fdopen(
        os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600), "wb"
    ) as file:
        hit("blobs.begun")
        for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        hit("blobs.written")
        os.fsync(file.fileno())
    hit("blobs.flushed")
    return digest.hexdigest()


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk


def _sync_folder(folder: Path) -> None:
    from agent.storage.database import sync_folder

    sync_folder(folder)
