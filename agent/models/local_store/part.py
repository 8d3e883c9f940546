"""A file that is on its way: what has come of it, whose it is, and its sum. All of it blocks; use a thread."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from agent.errors import StorageError, UsageError
from agent.whole_file import replace_file

SUFFIX: Final = ".part"
_PIECE = 4 << 20


class PartNote(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of a file that is not here yet; beside it, so that another process can go on."""

    url: str
    sha256: str = ""
    """What it must have; empty: nobody said."""
    size: int | None = None
    validator: str = ""
    """By which the server knows this version again: a strong ETag or a date."""


class Part:
    """A file that is written to by one process at a time, with its note beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        """Ends in `.part`."""
        self.size = 0
        self._file: BinaryIO | None = None
        self._sum = hashlib.sha256()

    @property
    def note_path(self) -> Path:
        """Where its note stands."""
        return note_path(self.path)

    def open(self, note: PartNote) -> PartNote:
        """Take it for this process, and keep what came of the same file before; gives the note that holds now.

        Raises UsageError when another process has it, StorageError when it cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = _locked(self.path)
            earlier = read_note(self.path)
            if earlier is None or earlier.url != note.url or earlier.sha256 != note.sha256:
                self.restart(note)
                return note
            self._count()
            return earlier
        except OSError as error:
            self.close()
            raise StorageError(f"{self.path} cannot be written ({error.strerror}). Nothing was downloaded.") from error

    def restart(self, note: PartNote) -> None:
        """Begin at the beginning."""
        file = self._opened
        file.seek(0)
        file.truncate(0)
        self.size, self._sum = 0, hashlib.sha256()
        self.annotate(note)

    def annotate(self, note: PartNote) -> None:
        """Write down what is known of it."""
        replace_file(self.note_path, msgspec.json.encode(note))

    def write(self, data: bytes) -> None:
        """Add bytes at the end. Raises OSError."""
        self._opened.write(data)
        self._opened.flush()
        self._sum.update(data)
        self.size += len(data)

    @property
    def is_open(self) -> bool:
        """Whether this process has it."""
        return self._file is not None

    @property
    def digest(self) -> str:
        """SHA-256 of what has come, hexadecimal."""
        return self._sum.hexdigest()

    def finish(self, target: Path) -> None:
        """Make it the file that it was to be, on the disk and not only in memory. Raises OSError."""
        os.fsync(self._opened.fileno())
        if sys.platform == "win32":
            self.close()  # what is open cannot be renamed there
        os.replace(self.path, target)
        self.note_path.unlink(missing_ok=True)
        self.close()

    def discard(self) -> None:
        """Leave nothing of it."""
        for path in (self.path, self.note_path):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Let others have it. What has come stays."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    def _count(self) -> None:
        """Read what came before: its sum goes into that of the whole."""
        file = self._opened
        file.seek(0)
        while piece := file.read(_PIECE):
            self._sum.update(piece)
            self.size += len(piece)

    @property
    def _opened(self) -> BinaryIO:
        if self._file is None:
            raise OSError("the file is closed")
        return self._file


def note_path(part: Path) -> Path:
    """Where the note of a `.part` file stands."""
    return part.with_name(f"{part.name}.json")


def read_note(part: Path) -> PartNote | None:
    """The note beside a `.part` file; None: there is none that can be read."""
    try:
        return msgspec.json.decode(note_path(part).read_bytes(), type=PartNote)
    except (OSError, msgspec.DecodeError):
        return None


def _locked(path: Path) -> BinaryIO:
    """Open a file for this process alone. Raises UsageError when another has it, OSError."""
    while True:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        file = os.fdopen(os.open(path, flags, 0o600), "r+b")
        if not _lock(file.fileno()):
            file.close()
            raise UsageError(f"{path.name.removesuffix(SUFFIX)} is being downloaded already, by another Homard.")
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        file.close()  # whoever had it finished in this moment: the name means another file now


if sys.platform == "win32":

    def _lock(descriptor: int) -> bool:
        import msvcrt

        os.lseek(descriptor, 1 << 62, os.SEEK_SET)  # behind every content: what is locked cannot be written there
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(descriptor, 0, os.SEEK_SET)
        return True
else:

    def _lock(descriptor: int) -> bool:
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
