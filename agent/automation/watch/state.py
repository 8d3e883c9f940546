"""What a watch tells others: files that settled, and how it is doing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import msgspec

from agent.jobs import Change, Watch
from agent.storage.connection import Connection

How = Literal["events", "scanning", "away"]
"""How a folder is followed: the system tells of changes, it is looked at from time to time, or it is not there."""

_MOST = (1 << 63) - 1


class Settled(msgspec.Struct, frozen=True):
    """A file to which something happened, and which has kept still since."""

    path: str
    """Absolute, as `os.fsdecode` gives it."""
    change: Change
    digest: str
    """SHA-256 of the content in hex; of a removed file, the last one known. `~` and size and time of a huge or closed
    file; may be empty for a removed file whose content was never read."""
    generation: int
    """Never used twice in one database: it tells two times apart at which a path had the same content."""
    old_path: str = ""
    """Of a moved file."""


class WatchState(msgspec.Struct, frozen=True):
    """How one watch is doing."""

    folder: str
    """As the job names it."""
    how: How
    note: str
    """A sentence for people where something is not as it should be; else empty."""
    files: int
    """How many files are known there that the watch is about."""


Record = Callable[[Connection, str, Watch, Sequence[Settled], bool], None]
"""Store what settled, inside the transaction that moves the manifest: connection, job id, watch, files, and whether
they were found after a start. What it raises undoes both, and both are tried again later."""


class Found(NamedTuple):
    """A regular file as the system tells of it."""

    size: int
    mtime_ns: int
    inode: int
    """0 on Windows."""
    ctime_ns: int = 0

    @property
    def absent(self) -> bool:
        """Whether the file went with its whole folder: it may come back as it was. Only in the manifest."""
        return self.size < 0

    def as_absent(self) -> Found:
        """Give what the manifest keeps of a file that went with its whole folder."""
        return self if self.absent else self._replace(size=-1 - self.size)

    @property
    def signature(self) -> tuple[int, int, int]:
        """What changes when the content does."""
        return self[:3]


def found_of(status: os.stat_result) -> Found:
    """Read what counts; numbers beyond what SQLite can hold are cut."""
    inode = 0 if sys.platform == "win32" else status.st_ino & _MOST  # a folder's listing has none there
    return Found(status.st_size, status.st_mtime_ns, inode, status.st_ctime_ns)


def identity_of(status: os.stat_result) -> tuple[int, int]:
    """Tell a folder from another one that stands at the same path."""
    return status.st_dev & _MOST, status.st_ino & _MOST
