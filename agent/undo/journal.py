"""The journal: what is there is kept first, then the intent is written down, then it is done, then that is noted.

So whenever the process dies, each change is known, and what was there before it can be put back. All methods that
touch the disk block: tools call them in their worker threads.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agent.errors import StorageError, ToolFailed
from agent.failpoints import hit
from agent.labels import Label
from agent.safety.door import ABSENT as NOTHING
from agent.safety.door import Door, temp_name
from agent.safety.file_errors import explain
from agent.safety.folders import Located, system_door
from agent.safety.protected import Protection
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.undo import rows
from agent.undo.guard import Guard
from agent.undo.limits import UndoLimits
from agent.undo.rows import Act, Change, RowState
from agent.undo.state import ABSENT, ANY_MODE, FileState, look, same
from agent.undo.store import PreImages
from agent.undo.tree import names_of, with_names

OPENED = 0o700
"""The bits that let this user work in a folder of his."""

if TYPE_CHECKING:
    from agent.safety.file_labels import FileLabels
    from agent.undo.coverage import Estimate, ShellCoverage
    from agent.undo.survey import Survey


class Journal:
    """What can be undone in one home."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        limits: UndoLimits = UndoLimits(),  # noqa: B008 - frozen
        *,
        door: Door | None = None,
        own: Sequence[Path] = (),
        now: Callable[[], float] = time.time,
    ) -> None:
        """`folder`: where contents are kept; `own`: Homard's folders, of which no command's changes are kept."""
        self.database = database
        self.store = PreImages(folder)
        self.limits = limits
        self.door = door or system_door()
        self.protection = Protection((), [os.path.realpath(path) for path in own])
        """Keys and logins are closed to commands, so no copies of them are made either."""
        self.known: dict[tuple[int, int, int, int, int], str] = {}
        """SHA-256 of contents, by the identity of a file that had it; see tree.Entry."""
        self.make_room: Callable[[int], bool] = lambda _size: True
        """Free space in the store for so many bytes, at the cost of the oldest runs; False: it cannot be had."""
        self.labels: FileLabels | None = None
        """Where is noted what a tainted command writes; None: nowhere."""
        self.estimate: Estimate | None = None
        """The last one that `cover.coverage_of` made."""
        self._now = now

    def now(self) -> int:
        """Microseconds since 1970."""
        return int(self._now() * 1_000_000)

    def of_run(self, session_id: str, run_id: str, *, undoes: str | None = None) -> RunJournal:
        """Give the journal of one run. `undoes`: it takes back that one."""
        return RunJournal(self, session_id, run_id, undoes=undoes)


class RunJournal:
    """Writes down what one run changes."""

    def __init__(
        self, journal: Journal, session_id: str, run_id: str, call_id: str = "", *, undoes: str | None = None
    ) -> None:
        self.journal = journal
        self.session_id, self.run_id, self.call_id, self.undoes = session_id, run_id, call_id, undoes
        self.label: Label | None = None
        """Of all that a command of this call may write; None: it is no command, or nobody knows."""
        self.last_coverage: ShellCoverage | None = None
        """What `cover.coverage_of` gave last, for the words of an approval; see note.undo_note."""

    def for_call(self, call_id: str) -> RunJournal:
        """Give one that notes the call which changes something."""
        return RunJournal(self.journal, self.session_id, self.run_id, call_id, undoes=self.undoes)

    def for_command(self, label: Label) -> RunJournal:
        """Give one that covers a command which may write text of this label."""
        journal = self.for_call(self.call_id)
        journal.label = label
        return journal

    def can_keep(self, located: Located) -> bool:
        """Whether what stands there now would be kept, should it be replaced. Judged by its size; never raises."""
        try:
            found = look(self.journal.door, located.real, content=False)
        except OSError:
            return False
        return found.kind == "absent" or (found.kind == "file" and found.size <= self.journal.limits.file_bytes)

    @contextmanager
    def writing(self, located: Located, data: bytes) -> Generator[Guard]:
        """Keep what stands there and note that `data` will replace it; the block writes it.

        Raises ToolError before the block when it cannot be kept for want of space: then nothing must be written.
        """
        with _told(located):
            before, kept = self.keep(located.real)
        if before.kind not in ("file", "absent"):
            yield Guard()  # the door refuses it in its own words
            return
        temp = temp_name()
        mode = before.mode if before.kind == "file" else ANY_MODE
        after = FileState("file", mode, 0, len(data), sha256(data).hexdigest())
        changes = [
            *self.made_folders("write", located.real),
            self.change("write", located.real, before, after, kept=kept, temp=temp),
        ]
        expected = NOTHING if before.kind == "absent" else before.digest or None
        with self.acting(changes, [located.real], located):
            yield Guard(expected, temp)

    @contextmanager
    def deleting(self, located: Located, found: Survey) -> Generator[None]:
        """Keep all that will be deleted and note it; the block deletes it. Raises ToolError before the block.

        What is too much to be kept is deleted all the same: its effect said so before.
        """
        limits = self.journal.limits
        if len(found.entries) > limits.tree_entries:
            yield
            return
        left, changes, names = limits.tree_bytes, list[Change](), names_of(found.entries)
        with _told(located):
            for entry in found.entries:
                before, kept = entry.state, None
                if before.kind == "file" and before.size <= left:
                    before, kept = self.keep(entry.path, sync=False)
                    left -= before.size
                elif before.kind == "folder":
                    before = with_names(before, names[entry.path])
                changes.append(self.change("delete", entry.path, before, ABSENT, kept=kept))
            self.journal.store.flush()
        with self.acting(changes, [located.real], located):
            yield

    @contextmanager
    def moving(self, source: Located, target: Located, found: Survey) -> Generator[None]:
        """Note that a tree will have another name; the block moves it. Contents are not kept: they stay on the disk."""
        if found.why_not:
            yield
            return
        gone, come, names = list[Change](), self.made_folders("move", target.real), names_of(found.entries)
        with _told(source):
            for entry in found.entries:
                state = look(self.journal.door, entry.path)
                if state.kind == "folder":
                    state = with_names(state, names[entry.path])
                path = target.real + entry.path[len(source.real) :]
                gone.append(self.change("move", entry.path, state, ABSENT))
                come.append(self.change("move", path, ABSENT, state))
        with self.acting([*gone, *come], [source.real, target.real], source):
            yield

    def keep(self, path: str, *, any_size: bool = False, sync: bool = True) -> tuple[FileState, str | None]:
        """Keep the content of a file; what stands there, and the content's SHA-256 if it was kept.

        Raises StorageError and OSError.
        """
        journal = self.journal
        found = look(journal.door, path, content=False)
        if found.kind != "file":
            return found, None
        if not any_size and found.size > journal.limits.file_bytes:
            return found, None
        if not journal.make_room(found.size):
            raise StorageError("There is no room left to keep what is there now, so it was left as it is.")
        with journal.door.open_place(path) as place:
            file = place.open_file()
            try:
                digest, stat = journal.store.put(file, sync=sync)
            finally:
                os.close(file)
        return FileState("file", stat.st_mode & 0o7777, stat.st_mtime_ns, stat.st_size, digest), digest

    def change(
        self, act: Act, path: str, before: FileState, after: FileState, *, kept: str | None = None, temp: str = ""
    ) -> Change:
        """Make a row of this run."""
        return Change(
            self.run_id,
            self.session_id,
            self.call_id,
            path,
            act,
            before,
            after,
            self.journal.now(),
            self.undoes,
            kept,
            temp,
        )

    def made_folders(self, act: Act, path: str) -> list[Change]:
        """Make rows for the folders above a path that do not exist yet, the uppermost first."""
        missing: list[Change] = []
        folder = os.path.dirname(path)
        while look(self.journal.door, folder, content=False).kind == "absent" and folder != os.path.dirname(folder):
            missing.append(self.change(act, folder, ABSENT, FileState("folder")))
            folder = os.path.dirname(folder)
        return missing[::-1]

    @contextmanager
    def acting(
        self, changes: Sequence[Change], paths: Iterable[str], located: Located | None = None
    ) -> Generator[set[str]]:
        """Write down the intent, let the block act, and write down how each change ended, whatever happens.

        `paths`: what is made, removed or replaced; the times of their folders are noted too. The block adds to the set
        the paths where it failed. Raises ToolFailed (of `located`) or StorageError when the intent cannot be stored:
        the block is not entered then.
        """
        failed: set[str] = set()
        database = self.journal.database
        with _told(located):
            noted = [*changes, *self._touches(changes, paths)]
            stored = database.call_from_thread(lambda connection: _intend(connection, noted), step="undo.intend")
        hit("undo.intended")
        try:
            yield failed
        except BaseException:
            with suppress(StorageError):  # then it stays intended, and the next start settles it
                self._write_down([settled(self.journal.door, change) for change in stored])
            raise
        hit("undo.acted")
        door = self.journal.door
        self._write_down(
            [settled(door, change) if change.path in failed else self._as_expected(change) for change in stored]
        )

    def _write_down(self, ends: list[tuple[Change, RowState | None, FileState]]) -> None:
        self.journal.database.call_from_thread(lambda connection: rows.settle(connection, ends), step="undo.settle")

    def _as_expected(self, change: Change) -> tuple[Change, RowState | None, FileState]:
        """Say how a change ended that went well: the content is known and not read again."""
        try:
            found = look(self.journal.door, change.path, content=False)
        except OSError:
            return change, "unclear", change.after
        after = msgspec.structs.replace(found, digest=change.after.digest)
        if change.act != "touch" and not same(after, change.after):
            return settled(self.journal.door, change)  # somebody else was quicker
        return change, "done", after

    def _touches(self, changes: Sequence[Change], paths: Iterable[str]) -> list[Change]:
        made = {change.path for change in changes}
        touches: list[Change] = []
        for folder in dict.fromkeys(_existing_parent(self.journal.door, path) for path in paths):
            if folder in made:
                continue
            found = look(self.journal.door, folder, names=True)
            touches.append(self.change("touch", folder, found, found))
        return touches


def settled(door: Door, change: Change) -> tuple[Change, RowState | None, FileState]:
    """Find out by looking whether an intended change happened; see `rows.settle`."""
    if change.act == "touch":
        return _settled_touch(door, change)
    try:
        found = look(door, change.path)
    except OSError:
        return change, "unclear", change.after
    before = change.before
    if same(found, before) and (found.kind == "absent" or found.mtime_ns == before.mtime_ns):
        return change, None, found
    if same(found, change.after):
        return change, "done", found
    if same(found, before) and before.kind == "folder":  # it stands, but something in it changed
        return change, "done", found
    return change, "unclear", change.after


def _settled_touch(door: Door, change: Change) -> tuple[Change, RowState | None, FileState]:
    """The same for a folder's time. Where only a file of ours came and went, it is put back at once.

    So is the mode of a folder that an undo had opened for a moment.
    """
    before = change.before
    try:
        found = look(door, change.path, names=True)
        if found.kind == "folder" and found.mode != before.mode and found.mode == before.mode | OPENED:
            with door.open_place(change.path) as place:
                place.set_attributes(before.mode, found.mtime_ns)
        if found.kind != "folder" or found.mtime_ns == before.mtime_ns:
            return change, None, found
        if before.names and found.names == before.names:
            with door.open_place(change.path) as place:
                place.set_attributes(None, before.mtime_ns)
            found = msgspec.structs.replace(found, mtime_ns=before.mtime_ns)
    except OSError:
        found = before
    return change, "done", found


def _intend(connection: Connection, changes: Sequence[Change]) -> list[Change]:
    wanted = [
        change
        for change in changes
        if change.act != "touch" or not rows.touched(connection, change.run_id, change.path)
    ]
    return rows.insert(connection, wanted)


def _existing_parent(door: Door, path: str) -> str:
    folder = os.path.dirname(path)
    while look(door, folder, content=False).kind == "absent" and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
    return folder


@contextmanager
def _told(located: Located | None) -> Generator[None]:
    """Turn what goes wrong before an act into what a model and a person are told."""
    try:
        yield
    except (OSError, StorageError) as error:
        if located is None:
            raise
        if isinstance(error, OSError):
            raise explain(error, located.shown, writing=True) from None
        raise ToolFailed(f"{located.shown}: {error}") from error
