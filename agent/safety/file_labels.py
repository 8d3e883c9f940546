"""The labels of files: who may have written one, and how secret it is.

A file is the person's own and private, unless something says otherwise: a mark of theirs on its folder, a mark of the
system on the file, or our own note that a run wrote it that had seen a stranger's words. See docs/labels.md.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import suppress
from typing import Final, Protocol

import msgspec

from agent.labels import USER, Label
from agent.safety.file_notes import (
    CONTENT,
    SEPARATOR,
    TREE,
    Note,
    Tree,
    Written,
    change,
    digest_of,
    key_of,
    load,
    tree_key,
    tree_of,
)
from agent.safety.origin_mark import origin_of
from agent.safety.printable import printable
from agent.storage.database import Database

OWN: Final = Label("local", "private")
"""A file of the person's."""
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


class FileLabels:
    """Knows the label of each file; one for the whole process. All methods but `open` block: call them in a thread."""

    def __init__(self, database: Database, notes: dict[bytes, Note], marks: Marks, untrusted: tuple[str, ...]) -> None:
        self._database = database
        self._notes = notes
        self.marks = marks
        """Put another one here when the policy has changed."""
        self._untrusted = untrusted
        self._lock = threading.Lock()
        self._by_size: dict[int, dict[bytes, Label]] = {}
        self._trees: dict[bytes, Tree] = {}
        for key in [key for key in notes if key.startswith(TREE)]:
            self._trees[key] = tree_of(key, notes.pop(key).label)
        for note in notes.values():
            self._index(note)

    @classmethod
    async def open(cls, database: Database, marks: Marks, *, untrusted: tuple[str, ...] | None = None) -> FileLabels:
        """Read the notes. `untrusted`: real paths of folders that are so without a mark; None: the downloads."""
        notes = await database.read(load)
        return cls(database, notes, marks, downloads() if untrusted is None else untrusted)

    def label_of(self, path: str, *, masked: bool = False) -> Label:
        """Give the label of the file or folder at a real path; of a folder: of all that is in it. Must not raise.

        `masked`: tools of this run do not see what is local only in a folder, so that it does not count for the whole.
        """
        label = self._place(path).join(self._noted(path))
        try:
            found = os.stat(path, follow_symlinks=False)
        except (OSError, ValueError):
            return label
        if stat.S_ISDIR(found.st_mode):
            return label.join(self._below(path, masked))
        return label.join(self._content(path, found.st_size)).join(_marked(path))

    def note_writing(self, path: str, label: Label) -> None:
        """Note, before a file is written, that it will hold text of this label: a crash in between loses no taint.

        What the file itself carries is noted with it: the system's mark may go with the old content. Durable when it
        returns. Raises StorageError: then do not write.
        """
        carried = self._carried(path)
        if _worth(carried):
            self._keep_content(Note(*digest_of(path), carried))
        if _worth(whole := label.join(carried)):
            self._store(path, Note(-1, b"", whole))

    def note_written(self, path: str, label: Label, *, replaced: bool = True) -> None:
        """Note what a run of this label has written. Not `replaced`: what was in the file before is still part of it.

        Raises StorageError.
        """
        whole = label if replaced else label.join(self._noted(path))
        if not _worth(whole):
            self._forget(path)
            return
        size, digest = digest_of(path)
        self._store(path, Note(size, digest, whole))

    def note_changed(self, paths: Iterable[str], label: Label) -> None:
        """Note what a command of a run of this label has changed, all at once. Raises StorageError."""
        self._commit(
            self._notes_of((Written(path, *digest_of(path)) for path in paths if os.path.lexists(path)), label)
        )

    def note_below(self, folders: Iterable[str], label: Label, *, during: str = "") -> None:
        """Note that anything in these folders may hold text of this label from now on. Raises StorageError.

        `during`: until `settle` is called for this command; empty: for good. Durable when it returns.
        """
        if _worth(label):
            self._commit({}, come=[Tree(folder, during.encode(), label) for folder in folders])

    def settle(self, during: str, changed: Iterable[Written], unseen: Iterable[str] | None) -> None:
        """Note exactly what a command has changed in place of what it could have. Raises StorageError.

        `unseen`: folders in which nobody can tell; None: in none of the command's can anybody.
        """
        trees = [tree for tree in list(self._trees.values()) if during and tree.during == during.encode()]
        if not trees:
            return
        label = OWN
        for tree in trees:
            label = label.join(tree.label)
        folders = [tree.folder for tree in trees] if unseen is None else unseen
        lasting = [Tree(folder, b"", label) for folder in folders]
        self._commit(self._notes_of([] if unseen is None else changed, label), come=lasting, gone=trees)

    def note_moved(self, source: str, target: str) -> None:
        """Let the notes of a file, or of all in a folder, follow it to where it was moved. Raises StorageError."""
        begin = key_of(source)
        for key, note in list(self._notes.items()):
            if key != begin and not key.startswith(begin + SEPARATOR):
                continue
            self._store(target + os.fsdecode(key[len(begin) :]), note)
        trees = [tree for tree in list(self._trees.values()) if _is_within(tree.folder, source)]
        if trees:
            self._commit({}, come=[tree._replace(folder=target + tree.folder[len(source) :]) for tree in trees])

    def place_of(self, path: str) -> Label:
        """What the marks on the folders of a path say, and our notes on all that is in them."""
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
        for tree in list(self._trees.values()):
            if _is_within(path, tree.folder):
                label = label.join(tree.label)
        return label

    def _below(self, folder: str, masked: bool) -> Label:
        """What is known of anything in a folder."""
        marks = self.marks.marks_below(printable(folder))
        label = OWN
        if "local_only" in marks and not masked:
            label = label.join(Label("local", "secret", (f"local:{printable(folder)}",)))
        if "untrusted" in marks or any(_is_within(one, folder) for one in self._untrusted):
            label = label.join(Label("external", "private", (f"external:{printable(folder)}",)))
        begin = key_of(folder).rstrip(SEPARATOR) + SEPARATOR
        for key, note in list(self._notes.items()):
            if key.startswith(begin) and not (masked and self._is_local_only(os.fsdecode(key))):
                label = label.join(note.label)
        for tree in list(self._trees.values()):
            if _is_within(tree.folder, folder) and not (masked and self._is_local_only(tree.folder)):
                label = label.join(tree.label)
        for path in _files_below(folder):
            label = label.join(_marked(path))
        return label

    def _is_local_only(self, path: str) -> bool:
        return "local_only" in self.marks.marks_of(printable(path))

    def _noted(self, path: str) -> Label:
        note = self._notes.get(key_of(path))
        return note.label if note is not None else USER

    def _carried(self, path: str) -> Label:
        """What is known of a file wherever it may be put."""
        label = self._noted(path)
        try:
            found = os.stat(path, follow_symlinks=False)
        except (OSError, ValueError):
            return label
        return (
            label.join(self._content(path, found.st_size)).join(_marked(path)) if stat.S_ISREG(found.st_mode) else label
        )

    def _content(self, path: str, size: int) -> Label:
        """The label of a file of the same content that was noted elsewhere: it was moved or copied."""
        known = self._by_size.get(size)
        if not known:
            return USER
        return known.get(digest_of(path)[1], USER)

    def _store(self, path: str, note: Note) -> None:
        self._commit({key_of(path): note})

    def _notes_of(self, written: Iterable[Written], label: Label) -> dict[bytes, Note]:
        notes = {key_of(one.path): Note(one.size, one.digest, label.join(self._noted(one.path))) for one in written}
        return {key: note for key, note in notes.items() if _worth(note.label)}

    def _commit(self, notes: dict[bytes, Note], *, come: Sequence[Tree] = (), gone: Sequence[Tree] = ()) -> None:
        """Change all of it at once, durably."""
        new = {key: Tree(folder, during, label) for folder, during, label in come for key in [tree_key(folder, during)]}
        for key in new.keys() & self._trees.keys():
            new[key] = new[key]._replace(label=new[key].label.join(self._trees[key].label))
        old = [key for tree in gone if (key := tree_key(tree.folder, tree.during)) not in new]
        rows = [(key, note.size, note.digest, msgspec.json.encode(note.label)) for key, note in notes.items()]
        rows += [(key, -1, b"", msgspec.json.encode(tree.label)) for key, tree in new.items()]
        if rows or old:
            self._database.call_from_thread(lambda connection: change(connection, rows, old), step="file-label")
        with self._lock:
            self._notes |= notes
            for note in notes.values():
                self._index(note)
            self._trees = {key: tree for key, tree in (self._trees | new).items() if key not in old}

    def _forget(self, path: str) -> None:
        """Forget a path, not the content that stood there: `homard undo` may put it back, anywhere."""
        key = key_of(path)
        note = self._notes.get(key)
        if note is not None:
            self._keep_content(note)
            self._database.call_from_thread(lambda connection: change(connection, [], [key]), step="file-label")
            with self._lock:
                self._notes.pop(key, None)

    def _keep_content(self, note: Note) -> None:
        if note.digest:
            self._commit({CONTENT + note.digest: note})

    def _index(self, note: Note) -> None:
        if note.digest:
            known = self._by_size.setdefault(note.size, {})
            known[note.digest] = known.get(note.digest, USER).join(note.label)


def downloads() -> tuple[str, ...]:
    """The folder into which browsers save, as a real path: whatever lies there came from somebody else."""
    from platformdirs import user_downloads_path

    return (os.path.realpath(user_downloads_path()),)


def _worth(label: Label) -> bool:
    return label.tainted or label.secrecy == "secret"


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
