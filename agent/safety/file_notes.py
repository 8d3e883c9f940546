"""Notes on files as the database keeps them: which label stands at a path, in a folder, and with a content."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NamedTuple

import msgspec

from agent.labels import Label
from agent.storage.connection import Connection

MAX_HASHED_BYTES: Final = 64 * 1024 * 1024
"""A larger copy of a tainted file, under another name, is not recognised."""
CONTENT: Final = b"\0"
"""Begins the key of a content without a path, which no path does."""
TREE: Final = b"\1"
"""Begins the key of all that is in a folder, which no path does: this, the command, a NUL, the path."""
SEPARATOR: Final = os.fsencode(os.sep)


class Note(msgspec.Struct, frozen=True):
    """What is noted of a path or a content."""

    size: int
    digest: bytes
    """SHA-256 of the content when it was written; empty: not known yet."""
    label: Label


class Written(NamedTuple):
    """What a command left at a path."""

    path: str
    size: int = -1
    digest: bytes = b""
    """SHA-256 of the content; empty: it is not known, or there is none."""


class Tree(NamedTuple):
    """A folder in which nobody knows which of the files a run has written."""

    folder: str
    during: bytes
    """The command under way; empty: for good."""
    label: Label


def key_of(path: str) -> bytes:
    """The key of a path."""
    return os.fsencode(os.path.normcase(path))


def tree_key(folder: str, during: bytes) -> bytes:
    """The key of all that is in a folder."""
    return TREE + during + b"\0" + key_of(folder)


def tree_of(key: bytes, label: Label) -> Tree:
    """Read such a key."""
    during, _, folder = key.removeprefix(TREE).partition(b"\0")
    return Tree(os.fsdecode(folder), during, label)


def digest_of(path: str) -> tuple[int, bytes]:
    """Size and SHA-256 of a regular file; no digest for anything else, and for what is too large to be hashed."""
    with suppress(OSError), os.fdopen(os.open(path, _FLAGS), "rb") as file:
        found = os.fstat(file.fileno())
        if stat.S_ISREG(found.st_mode) and found.st_size <= MAX_HASHED_BYTES:
            return found.st_size, hashlib.file_digest(file, "sha256").digest()
        return found.st_size, b""
    return -1, b""


_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def load(connection: Connection) -> dict[bytes, Note]:
    """Read all notes."""
    rows = connection.execute("SELECT path, size, digest, label FROM file_label")
    return {path: Note(size, digest, msgspec.json.decode(label, type=Label)) for path, size, digest, label in rows}


def change(connection: Connection, rows: Sequence[tuple[bytes, int, bytes, bytes]], gone: Sequence[bytes]) -> None:
    """Store some notes and forget others; the caller has the transaction."""
    for row in rows:
        _insert(connection, row)
    for key in gone:
        connection.execute("DELETE FROM file_label WHERE path = ?", (key,))


def _insert(connection: Connection, row: tuple[bytes, int, bytes, bytes]) -> None:
    connection.execute("INSERT OR REPLACE INTO file_label (path, size, digest, label) VALUES (?, ?, ?, ?)", row)
