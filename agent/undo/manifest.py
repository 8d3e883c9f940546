"""What stood in the writable folders before a command, and what the command made of it.

A command's acts cannot be journalled one by one: so all it could change is kept before, and compared after. Hard links
would not do for keeping (a command that writes in place changes both), so contents are copied, or share their blocks
where the file system can; a content that was kept before under the same identity is not read again.
"""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from agent.safety.door import Changed
from agent.safety.printable import printable
from agent.undo.coverage import ShellCoverage
from agent.undo.journal import Journal, RunJournal
from agent.undo.limits import size_words
from agent.undo.rows import Change
from agent.undo.state import ABSENT, FileState, look, same
from agent.undo.tree import Entry, TooMany, Tree, names_of, outermost, with_names

FRESH_S = 2.0
"""A file changed so lately may change again without a new time: its identity is not trusted."""
MOST_KNOWN = 200_000


class Manifest(msgspec.Struct, frozen=True):
    """All entries of some folders at one moment."""

    roots: tuple[bytes, ...]
    entries: tuple[Entry, ...]
    at_ns: int
    """Nanoseconds since 1970."""


_NOTHING = Entry(b"", ABSENT, (0, 0, 0, 0, 0))


class Surveyed(NamedTuple):
    """The entries of some folders, and what can be done for them."""

    entries: list[Entry]
    coverage: ShellCoverage
    too_many: bool = False


class Compared(NamedTuple):
    """What a command has changed, as far as it can be seen."""

    changes: list[Change]
    unseen: tuple[str, ...] = ()
    """Folders in which it may have changed more."""


def survey_roots(journal: Journal, roots: Sequence[str], most: int | None = None) -> Surveyed:
    """Go through the folders without reading any content. Blocks; 50,000 entries take about 0.4 s."""
    limits = journal.limits
    tree = Tree(journal.door, limits.cover_entries if most is None else most, journal.protection.closes)
    entries: list[Entry] = []
    try:
        for root in outermost(roots):
            entries += tree.entries(root)
    except TooMany:
        why = f"there are more than {limits.cover_entries:,} files and folders in the writable folders"
        return Surveyed([], ShellCoverage(False, why), too_many=True)
    except OSError as error:
        return Surveyed([], ShellCoverage(False, f"a writable folder cannot be read ({error.strerror})"), True)
    return Surveyed(entries, _coverage(journal, entries, tree.closed))


def _coverage(journal: Journal, entries: Sequence[Entry], closed: Sequence[str]) -> ShellCoverage:
    limits = journal.limits
    large = [entry for entry in entries if entry.state.size > limits.file_bytes]
    total = sum(entry.state.size for entry in entries if entry.state.size <= limits.file_bytes)
    whys: list[str] = []
    if large:
        example = printable(os.path.basename(large[0].path))
        more = f" and {len(large) - 1} more files" if len(large) > 1 else ""
        whys.append(f"changes of {example}{more} (larger than {size_words(limits.file_bytes)})")
    if total > limits.cover_bytes:
        whys.append(f"changes of the largest files (all together hold more than {size_words(limits.cover_bytes)})")
    if closed:
        whys.append(f"changes in {printable(closed[0])} (it cannot be looked into)")
    return ShellCoverage(not whys, "; ".join(whys))


def keep_all(journal: Journal, surveyed: Surveyed, roots: Sequence[str]) -> Manifest:
    """Keep the content of all files that are small enough, durably. Raises StorageError: nothing may be run then."""
    at_ns = time.time_ns()
    limits = journal.limits
    left = limits.cover_bytes
    digests: dict[bytes, str] = {}
    files = [entry for entry in surveyed.entries if entry.state.kind == "file"]
    for entry in sorted(files, key=lambda entry: entry.state.size):
        if entry.state.size > min(left, limits.file_bytes):
            break
        digest = _kept(journal, entry, at_ns)
        if digest:
            digests[entry.name] = digest
            left -= entry.state.size
    journal.store.flush()
    entries = tuple(_with_digest(entry, digests.get(entry.name, "")) for entry in surveyed.entries)
    return Manifest(tuple(os.fsencode(root) for root in outermost(roots)), entries, at_ns)


def _with_digest(entry: Entry, digest: str) -> Entry:
    if not digest:
        return entry
    return msgspec.structs.replace(entry, state=msgspec.structs.replace(entry.state, digest=digest))


def _kept(journal: Journal, entry: Entry, now_ns: int) -> str:
    """Keep one file's content; its SHA-256, empty if it cannot be read. Raises StorageError."""
    known = journal.known.get(entry.identity)
    if known and journal.store.holds(known, entry.state.size):
        return known
    if not journal.make_room(entry.state.size):
        return ""
    try:
        with journal.door.open_place(entry.path) as place:
            file = place.open_file()
    except OSError:
        return ""
    try:
        digest, found = journal.store.put(file, sync=False)
    except Changed:
        return ""
    finally:
        os.close(file)
    _remember(journal, entry, found, digest, now_ns)
    return digest


def _remember(journal: Journal, entry: Entry, found: os.stat_result, digest: str, now_ns: int) -> None:
    identity = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    if identity != entry.identity or _fresh(entry, now_ns):
        return
    if len(journal.known) >= MOST_KNOWN:
        journal.known.clear()
    journal.known[identity] = digest


def _fresh(entry: Entry, now_ns: int) -> bool:
    return now_ns - max(entry.identity[3], entry.identity[4]) < FRESH_S * 1e9


def compare(run: RunJournal, before: Manifest) -> Compared:
    """Look again and give a change for each path that is no longer as it was. Blocks; raises nothing but TooMany."""
    journal = run.journal
    roots = [os.fsdecode(root) for root in before.roots]
    old = {entry.name: entry for entry in before.entries}
    tree = Tree(journal.door, journal.limits.cover_entries * 10, journal.protection.closes)
    new: dict[bytes, Entry] = {}
    gone: list[str] = []
    for root in roots:
        try:
            new.update((entry.name, entry) for entry in tree.entries(root))
        except OSError:
            gone.append(root)
    listed = names_of(before.entries)
    changes: list[Change] = []
    for name in sorted(old.keys() | new.keys()):
        change = _compared(run, old.get(name), new.get(name), listed, before.at_ns)
        if change is not None:
            changes.append(change)
    busy = {os.path.dirname(change.path) for change in changes}
    changes = [change if change.path in busy else _meant(change) for change in changes]
    return Compared(changes, (*tree.closed, *gone))


def _meant(change: Change) -> Change:
    """Where nothing in a folder changed but its own time did, that was the command's purpose."""
    return msgspec.structs.replace(change, act="shell") if change.act == "touch" else change


def _compared(
    run: RunJournal, old: Entry | None, new: Entry | None, listed: Mapping[str, Sequence[str]], at_ns: int
) -> Change | None:
    if old is not None and new is not None and _untouched(old, new, at_ns):
        return None
    path = (old or new or _NOTHING).path
    before = old.state if old else ABSENT
    if before.kind == "folder":
        before = with_names(before, listed.get(path, ()))
    after = _read(run.journal, new) if new else ABSENT
    kept = before.digest if before.kind == "file" and before.digest else None
    if not same(before, after):
        return _done(run.change("shell", path, before, after, kept=kept))
    if before.mtime_ns == after.mtime_ns:
        return None
    if before.kind == "folder":
        return _done(run.change("touch", path, before, after))
    return _done(run.change("shell", path, before, after, kept=kept))


def _untouched(old: Entry, new: Entry, at_ns: int) -> bool:
    if old.identity != new.identity or old.state.mode != new.state.mode or old.state.target != new.state.target:
        return False
    return old.state.kind != "file" or not _fresh(old, at_ns)


def _done(change: Change) -> Change:
    return msgspec.structs.replace(change, state="done")


def _read(journal: Journal, entry: Entry) -> FileState:
    """Look at what a command left; its content is read unless it is huge."""
    if entry.state.kind != "file" or entry.state.size > journal.limits.file_bytes:
        return entry.state
    try:
        return look(journal.door, entry.path)
    except OSError:
        return entry.state


def encoded(manifest: Manifest) -> bytes:
    """Write a manifest down."""
    return zlib.compress(msgspec.msgpack.encode(manifest), 1)


def decoded(data: bytes) -> Manifest:
    """Read one. Raises ValueError, zlib.error."""
    return msgspec.msgpack.decode(zlib.decompress(data), type=Manifest)
