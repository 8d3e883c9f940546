"""Undo for people: what runs changed, what taking it back would do, and doing it."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from agent.errors import UsageError
from agent.safety.door import Place
from agent.safety.printable import printable
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.tasks import uninterrupted
from agent.undo import rows
from agent.undo.cleaning import Cleaned, Cleaner
from agent.undo.journal import Journal, RunJournal
from agent.undo.rows import Change
from agent.undo.state import FileState

if TYPE_CHECKING:  # most processes undo nothing
    from agent.undo.plan import Choice, History, Item, UndoPlan
    from agent.undo.recovery import RecoveredChanges
    from agent.undo.restore import Outcome

MAX_DIFF_BYTES = 1_000_000


class ChangedPath(msgspec.Struct, frozen=True):
    """What a run did to one path, from its first change to its last."""

    path: str
    before: FileState
    after: FileState
    undone: bool

    @property
    def shown(self) -> str:
        """Printable path."""
        return printable(self.path)

    @property
    def kind(self) -> str:
        """`created`, `deleted` or `changed`."""
        if self.before.kind == "absent":
            return "created"
        return "deleted" if self.after.kind == "absent" else "changed"


class ChangedRun(msgspec.Struct, frozen=True):
    """A run that changed files."""

    run_id: str
    session_id: str
    at: datetime
    """Of its last change."""
    paths: int
    undoes: str | None
    """It took back that run."""
    undone: bool
    """All of it was taken back."""


class UndoReport(msgspec.Struct, frozen=True):
    """What an undo did."""

    run_id: str
    undo_id: str
    """By this id the undo itself can be undone."""
    outcomes: tuple[Outcome, ...]

    @property
    def complete(self) -> bool:
        """Whether all is as it was before the run."""
        return all(outcome.result in ("put back", "removed", "as before") for outcome in self.outcomes)


class UndoService:
    """The one way to undo. All methods are for the event loop; what blocks is done in threads."""

    def __init__(self, journal: Journal, told: Callable[[UndoReport], None] = lambda _report: None) -> None:
        """`told`: hears of each undo that was done."""
        self.journal = journal
        self._cleaner = Cleaner(journal)
        self._told = told

    def of_run(self, session_id: str, run_id: str) -> RunJournal:
        """Give the journal for the tools of a run."""
        return self.journal.of_run(session_id, run_id)

    async def recover(self) -> RecoveredChanges | None:
        """Put the journal in order; only the owner may, at start, after the commands of before were ended.

        None: no process died in the middle of a change.
        """
        if not await self._database.read(rows.anything_open):
            await asyncio.to_thread(self.journal.store.sweep)
            return None
        from agent.undo.recovery import recover_journal

        return await asyncio.to_thread(recover_journal, self.journal)

    async def clean(self) -> Cleaned:
        """Give up what is too old or too much. Raises StorageError."""
        if not await asyncio.to_thread(self.journal.store.folder.is_dir):
            return Cleaned()  # nothing was ever kept
        return await asyncio.to_thread(self._cleaner.clean)

    async def runs(self, limit: int = 20) -> list[ChangedRun]:
        """List the runs that changed files, the latest first."""
        return await self._database.read(lambda connection: _runs(connection, limit))

    async def last(self) -> str:
        """The latest run whose changes stand. Raises UsageError if there is none."""
        found = [run for run in await self.runs(1_000) if not run.undone and run.undoes is None]
        if not found:
            raise UsageError("There is nothing to undo. `homard undo --list` shows the runs that changed files.")
        return found[0].run_id

    async def changes(self, run_id: str) -> list[ChangedPath]:
        """What a run changed, by path. Raises UsageError if the journal does not know the run."""
        return [*map(_changed_path, _by_path(await self._rows(run_id)))]

    async def undoable(self, run_id: str) -> str:
        """Why a run cannot be undone, as a sentence; empty: it can."""
        try:
            await self._require_known(run_id)
        except UsageError as error:
            return str(error)
        return ""

    async def plan(self, run_id: str, paths: Sequence[str] = ()) -> UndoPlan:
        """Find out what undoing would do; nothing is changed. `paths`: only these, absolute and real; folders count
        with all in them. Raises UsageError: the run is unknown or still under way, or did not change such a path.
        """
        history = await self._require_known(run_id)
        from agent.undo.plan import make_plan

        plan = await asyncio.to_thread(make_plan, self.journal.door, self.journal.store, history, paths)
        if paths and not plan.items:
            raise UsageError(f"Run {run_id} changed nothing at {printable(paths[0])}. `homard undo {run_id} --dry-run` "
                             "shows what it changed.")  # fmt: skip
        return plan

    async def apply(
        self, plan: UndoPlan, choices: Mapping[str, Choice] | None = None, *, default: Choice = "theirs"
    ) -> UndoReport:
        """Carry out a plan. `choices` by path and `default` decide its conflicts. Raises UsageError, StorageError."""
        history = await self._require_known(plan.run_id)
        session_id = history.changes[0].session_id
        undo_id = f"u{secrets.token_hex(6)}"
        undoing = self.journal.of_run(session_id, undo_id, undoes=plan.run_id)
        work = self._apply(undoing, plan, choices or {}, default, history.changes[0].undoes)
        report = await uninterrupted(work, "undo a run")
        self._told(report)
        return report

    async def _apply(
        self,
        undoing: RunJournal,
        plan: UndoPlan,
        choices: Mapping[str, Choice],
        default: Choice,
        undone_run: str | None,
    ) -> UndoReport:
        from agent.undo.restore import restore

        outcomes = await asyncio.to_thread(restore, undoing, plan, choices, default)
        taken_back = [one.path for one in outcomes if one.result in ("put back", "removed", "as before", "put beside")]

        def mark(connection: Connection) -> None:
            rows.set_state(connection, plan.run_id, taken_back, "undone")
            if undone_run is not None:  # an undo that is undone: what it took back stands again
                rows.set_state(connection, undone_run, taken_back, "done")

        await self._database.call(mark, step="undo.mark")
        return UndoReport(plan.run_id, undoing.run_id, tuple(outcomes))

    async def diff(self, run_id: str, path: str) -> str:
        """The difference that undoing would make to a file, bounded: `-` is there now, `+` was there before the run."""
        plan = await self.plan(run_id, [path])
        item = next((item for item in plan.items if item.path == path), plan.items[0])
        return await asyncio.to_thread(_diff, self.journal, item)

    async def _require_known(self, run_id: str) -> History:
        changes = await self._rows(run_id)
        unfinished = await self._database.read(
            lambda connection: connection.execute(
                "SELECT 1 FROM runs WHERE run_id = ? AND finished_at IS NULL", (run_id,)
            ).fetchone()
        )
        if unfinished is not None:
            raise UsageError(f"Run {run_id} is still working. Stop it, or wait for its end, then undo it.")
        undoing = await self._database.read(lambda connection: rows.undoing(connection, run_id))
        own = {run_id, *(change.run_id for change in undoing)}

        def later(connection: Connection) -> dict[str, str]:
            last = {change.path: change.change_id for change in changes}
            found = {path: rows.later_run(connection, path, at) for path, at in last.items()}
            return {path: run for path, run in found.items() if run is not None and run not in own}

        from agent.undo.plan import History

        return History(run_id, changes, undoing, await self._database.read(later))

    async def _rows(self, run_id: str) -> list[Change]:
        changes = await self._database.read(lambda connection: rows.of_run(connection, run_id))
        if not any(change.act != "touch" for change in changes):
            raise UsageError(
                f"Nothing is known of files that run {run_id} changed: it changed none, or too long ago. "
                "`homard undo --list` shows what can be undone."
            )
        return changes

    @property
    def _database(self) -> Database:
        return self.journal.database


def _by_path(changes: Sequence[Change]) -> list[list[Change]]:
    grouped: dict[str, list[Change]] = {}
    for change in changes:
        if change.act != "touch":
            grouped.setdefault(change.path, []).append(change)
    return [grouped[path] for path in sorted(grouped, key=os.fsencode)]


def _changed_path(changes: Sequence[Change]) -> ChangedPath:
    undone = all(change.state == "undone" for change in changes)
    return ChangedPath(changes[0].path, changes[0].before, changes[-1].after, undone)


def _runs(connection: Connection, limit: int) -> list[ChangedRun]:
    found = connection.execute(
        "SELECT run_id, session_id, MAX(at), COUNT(DISTINCT path), undoes, SUM(state <> 'undone') = 0"
        " FROM file_changes WHERE act <> 'touch' GROUP BY run_id ORDER BY MAX(change_id) DESC LIMIT ?",
        (limit,),
    )
    return [
        ChangedRun(run_id, session_id, datetime.fromtimestamp(at / 1e6, UTC), paths, undoes, bool(undone))
        for run_id, session_id, at, paths, undoes, undone in found
    ]


def _diff(journal: Journal, item: Item) -> str:
    from agent.tools.diff import unified_diff

    now = _text(journal, item.current, item.path, kept=False)
    before = _text(journal, item.original, item.path, kept=True)
    if now is None or before is None:
        return f"@@ {_words(item.current)} now, {_words(item.original)} before @@"
    return unified_diff(now, before)


def _words(state: FileState) -> str:
    return f"{state.size:,} bytes" if state.kind == "file" else {"absent": "nothing"}.get(state.kind, f"a {state.kind}")


def _text(journal: Journal, state: FileState, path: str, *, kept: bool) -> str | None:
    """The text of a small file; None: it is none."""
    if state.kind == "absent":
        return ""
    if state.kind != "file" or state.size > MAX_DIFF_BYTES:
        return None
    try:
        if kept:
            with journal.store.open(state.digest) as file:
                return file.read(MAX_DIFF_BYTES).decode()
        with journal.door.open_place(path) as place:
            return _read(place).decode()
    except (OSError, UnicodeDecodeError, UsageError):
        return None


def _read(place: Place) -> bytes:
    with os.fdopen(place.open_file(), "rb") as file:
        return file.read(MAX_DIFF_BYTES)
