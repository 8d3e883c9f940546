"""The labels of files: who may have written one, and how secret it is.

A file is the person's own and private, unless something says otherwise: a mark of theirs on its folder, a mark of the
system on the file, or our own note that a run wrote it that had seen a stranger's words. See docs/labels.md.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import suppress
from typing import Final, Protocol

import msgspec

from agent.labels import USER, Label
from agent.safety.origin_mark import origin_of
from agent.safety.printable import printable
from agent.storage.connection import Connection
from agent.storage.database import Database

OWN: Final = Label("local", "private")
"""A file of the person's."""
MAX_HASHED_BYTES: Final = 64 * 1024 * 1024
"""A larger copy of a tainted file, under another name, is not recognised."""
MAX_SCANNED: Final = 2_000
"""Entries of a folder, and below, whose own marks are looked at when the whole folder is labelled."""


class Marks(Protocol):
    """The person's marks on folders: `Policy`."""

    def marks_of(self, path: str) -> Set[str]:
        """`local_only`, `untrusted`: those on a real printable path, its folders' among them."""
        ...

    def marks_below(self, path: str) -> Set[str]:
        """Those on something below it."""
        ...


class _Note(msgspec.Struct, frozen=True):
    size: int
    digest: bytes
    """SHA-256 of the content when it was written; empty: not known yet."""
    label: Label


class FileLabels:
    """Knows the label of each file; one for the whole process. All methods but `open` block: call them in a thread."""

    def __init__(self, database: Database, notes: dict[bytes, _Note], marks: Marks, untrusted: tuple[str, ...]) -> None:
        self._database = database
        self._notes = notes
        self.marks = marks
        """Put another one here when the policy has changed."""
        self._untrusted = untrusted
        self._lock = threading.Lock()
        self._by_size: dict[int, dict[bytes, Label]] = {}
        for note in notes.values():
            self._index(note)

    @classmethod
    async def open(cls, database: Database, marks: Marks, *, untrusted: tuple[str, ...] | None = None) -> FileLabels:
        """Read the notes. `untrusted`: real paths of folders that are so without a mark; None: the downloads."""
        notes = await database.read(_load)
        return cls(database, notes, marks, downloads() if untrusted is None else untrusted)

    def label_of(self, path: str, *, masked: bool = False) -> Label:
        """Give the label of the file or folder at a real path; of a folder: of all that is in it. Must not raise.

        `masked`: tools of this run do not see what is local only in a folder, so that it does not count for the whole.
        """
        try:
            found = os.stat(path, follow_symlinks=False)
        except (OSError, ValueError):
            return self._place(path).join(self._noted(path))
        label = self._place(path).join(self._noted(path))
        if stat.S_ISDIR(found.st_mode):
            return label.join(self._below(path, masked))
        return label.join(self._content(path, found.st_size)).join(_marked(path))

    def note_writing(self, path: str, label: Label) -> None:
        """Note, before a file is written, that it will hold text of this label: a crash in between loses no taint.

        Durable when it returns. Raises StorageError: then do not write.
        """
        if _worth(label):
            self._store(path, _Note(-1, b"", label.join(self._noted(path))))

    def note_written(self, path: str, label: Label, *, replaced: bool = True) -> None:
        """Note what a run of this label has written. Not `replaced`: what was in the file before is still part of it.

        Raises StorageError.
        """
        whole = label if replaced else label.join(self._noted(path))
        if not _worth(whole):
            self._forget(path)
            return
        size, digest = _digest(path)
        self._store(path, _Note(size, digest, whole))

    def note_changed(self, paths: Iterable[str], label: Label) -> None:
        """Note what a command of a run of this label has changed, all at once. Raises StorageError."""
        changed: dict[bytes, _Note] = {}
        for path in paths:
            whole = label.join(self._noted(path))
            if _worth(whole) and os.path.isfile(path):
                changed[_key(path)] = _Note(*_digest(path), whole)
        rows = [(key, note.size, note.digest, msgspec.json.encode(note.label)) for key, note in changed.items()]
        self._database.call_from_thread(lambda connection: _insert_all(connection, rows), step="file-label")
        with self._lock:
            self._notes |= changed
            for note in changed.values():
                self._index(note)

    def note_moved(self, source: str, target: str) -> None:
        """Let the notes of a file, or of all in a folder, follow it to where it was moved. Raises StorageError."""
        begin = _key(source)
        for key, note in list(self._notes.items()):
            if key != begin and not key.startswith(begin + _SEPARATOR):
                continue
            self._store(target + os.fsdecode(key[len(begin) :]), note)

    def place_of(self, path: str) -> Label:
        """What the marks on the folders of a path say."""
        return self._place(path)

    def _place(self, path: str) -> Label:
        shown = printable(path)
        marks = self.marks.marks_of(shown)
        label = OWN
        if "local_only" in marks:
            label = label.join(Label("local", "secret", (f"local:{shown}",)))
        folder = next((one for one in self._untrusted if _is_within(path, one)), None)
        if "untrusted" in marks or folder is not None:
            label = label.join(Label("external", "private", (f"external:{printable(folder or path)}",)))
        return label

    def _below(self, folder: str, masked: bool) -> Label:
        """What is known of anything in a folder."""
        marks = self.marks.marks_below(printable(folder))
        label = OWN
        if "local_only" in marks and not masked:
            label = label.join(Label("local", "secret", (f"local:{printable(folder)}",)))
        if "untrusted" in marks or any(_is_within(one, folder) for one in self._untrusted):
            label = label.join(Label("external", "private", (f"external:{printable(folder)}",)))
        begin = _key(folder).rstrip(_SEPARATOR) + _SEPARATOR
        for key, note in list(self._notes.items()):
            if key.startswith(begin) and not (masked and self._is_local_only(os.fsdecode(key))):
                label = label.join(note.label)
        for path in _files_below(folder):
            label = label.join(_marked(path))
        return label

    def _is_local_only(self, path: str) -> bool:
        return "local_only" in self.marks.marks_of(printable(path))

    def _noted(self, path: str) -> Label:
        note = self._notes.get(_key(path))
        return note.label if note is not None else USER

    def _content(self, path: str, size: int) -> Label:
        """The label of a file of the same content that was noted elsewhere: it was moved or copied."""
        known = self._by_size.get(size)
        if not known:
            return USER
        return known.get(_digest(path)[1], USER)

    def _store(self, path: str, note: _Note) -> None:
        self._store_key(_key(path), note)

    def _store_key(self, key: bytes, note: _Note) -> None:
        row = (key, note.size, note.digest, msgspec.json.encode(note.label))
        self._database.call_from_thread(lambda connection: _insert(connection, row), step="file-label")
        with self._lock:
            self._notes[key] = note
            self._index(note)

    def _forget(self, path: str) -> None:
        """Forget a path, not the content that stood there: `homard undo` may put it back, anywhere."""
        key = _key(path)
        note = self._notes.get(key)
        if note is not None:
            if note.digest:
                self._store_key(_CONTENT + note.digest, note)
            self._database.call_from_thread(
                lambda connection: connection.execute("DELETE FROM file_label WHERE path = ?", (key,)),
                step="file-label",
            )
            with self._lock:
                self._notes.pop(key, None)

    def _index(self, note: _Note) -> None:
        if note.digest:
            known = self._by_size.setdefault(note.size, {})
            known[note.digest] = known.get(note.digest, USER).join(note.label)


_CONTENT: Final = b"\0"
"""Begins the key of a content without a path, which no path does."""
_SEPARATOR: Final = os.fsencode(os.sep)


def downloads() -> tuple[str, ...]:
    """The folder into which browsers save, as a real path: whatever lies there came from somebody else."""
    from platformdirs import user_downloads_path

    return (os.path.realpath(user_downloads_path()),)


def _worth(label: Label) -> bool:
    return label.tainted or label.secrecy == "secret"


def _key(path: str) -> bytes:
    return os.fsencode(os.path.normcase(path))


def _is_within(path: str, folder: str) -> bool:
    one, other = os.path.normcase(path), os.path.normcase(folder)
    return one == other or one.startswith(other.rstrip(os.sep) + os.sep)


def _marked(path: str) -> Label:
    origin = origin_of(path)
    return USER if origin is None else Label("external", "private", (f"external:{origin}",))


def _files_below(folder: str) -> Iterator[str]:
    """Give the first MAX_SCANNED files below a folder, the near ones first; never reads a huge folder to its end."""
    left, folders = MAX_SCANNED, [folder]
    for place in folders:
        with suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                left -= 1
                if left < 0:
                    return
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    yield entry.path


def _digest(path: str) -> tuple[int, bytes]:
    """Size and SHA-256 of a regular file; no digest for anything else, and for what is too large to be hashed."""
    with suppress(OSError), os.fdopen(os.open(path, _FLAGS), "rb") as file:
        found = os.fstat(file.fileno())
        if stat.S_ISREG(found.st_mode) and found.st_size <= MAX_HASHED_BYTES:
            return found.st_size, hashlib.file_digest(file, "sha256").digest()
        return found.st_size, b""
    return -1, b""


_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def _load(connection: Connection) -> dict[bytes, _Note]:
    rows = connection.execute("SELECT path, size, digest, label FROM file_label")
    return {path: _Note(size, digest, msgspec.json.decode(label, type=Label)) for path, size, digest, label in rows}


def _insert_all(connection: Connection, rows: Sequence[tuple[bytes, int, bytes, bytes]]) -> None:
    for row in rows:
        _insert(connection, row)


def _insert(connection: Connection, row: tuple[bytes, int, bytes, bytes]) -> None:
    connection.execute("INSERT OR REPLACE INTO file_label (path, size, digest, label) VALUES (?, ?, ?, ?)", row)
