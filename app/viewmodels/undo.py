"""Undoing a run: what would happen to each path, what a person wants of it, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import msgspec
from PySide6.QtCore import QObject, Signal

from agent.errors import HomardError, UsageError
from agent.safety.folders import is_within
from agent.undo.plan import Choice, Item, UndoPlan
from agent.undo.restore import Outcome
from agent.undo.service import ChangedRun, UndoReport
from app.translation import translate
from app.viewmodels.teller import Teller
from app.viewmodels.undo_words import action_words, outcome_words

State = Literal["reading", "ready", "nothing", "undone", "working", "done", "failed"]
"""`undone`: all of it was undone before; `failed`: nothing can be shown, `problem` says why."""
WAYS: tuple[Choice, ...] = ("theirs", "ours", "both")
FIXED = ("nothing", "stay", "impossible")
"""Actions that leave a path as it is."""
_GOOD = ("put back", "removed", "as before", "put beside")
MOST_RUNS = 1_000


class Service(Protocol):
    """What takes runs back; all raise HomardError."""

    async def plan(self, run_id: str, paths: Sequence[str] = ()) -> UndoPlan:
        """Find out what undoing would do."""
        ...

    async def apply(
        self, plan: UndoPlan, choices: Mapping[str, Choice] | None = None, *, default: Choice = "theirs"
    ) -> UndoReport:
        """Do it."""
        ...

    async def diff(self, run_id: str, path: str) -> str:
        """The difference that it would make to a file."""
        ...

    async def runs(self, limit: int = 20) -> list[ChangedRun]:
        """The runs that changed files, the latest first."""
        ...


@dataclass(frozen=True)
class PathRow:
    """One path as the screen shows it."""

    path: str
    shown: str
    words: str
    """What would happen to it, or what did."""
    note: str = ""
    """Why it is a conflict, stays or cannot be undone."""
    item: Item | None = None
    """None: it is of a report."""
    wanted: bool = False
    choice: Choice | None = None
    """Of a conflict, which way is chosen."""
    good: bool = True
    """Of a report, that it is as wished."""

    @property
    def possible(self) -> bool:
        """Whether something can be done to it."""
        return self.item is not None and self.item.action not in FIXED

    @property
    def has_diff(self) -> bool:
        """Whether there are contents to compare."""
        if self.item is None or self.item.action not in ("put back", "remove"):
            return False
        return "file" in (self.item.original.kind, self.item.current.kind)


class UndoViewModel(Teller):
    """One run, or the undo of one, on its way back."""

    changed = Signal()
    """State and rows are new."""
    row_changed = Signal(int)

    def __init__(self, service: Service, run_id: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self.run_id = run_id
        self.state: State = "reading"
        self.problem = ""
        self.is_fault = False
        """Whether `problem` is something that went wrong, not only that there is nothing to do."""
        self.rows: list[PathRow] = []
        self._plan: UndoPlan | None = None
        self._undo_id = ""

    @property
    def can_undo(self) -> bool:
        """Whether anything is wanted that can be done."""
        acts = (row.possible and row.wanted and row.choice != "theirs" for row in self.rows)
        return self.state == "ready" and any(acts)

    @property
    def can_redo(self) -> bool:
        """Whether what was undone can be done again."""
        return self.state in ("done", "undone") and bool(self._undo_id)

    @property
    def all_wanted(self) -> bool | None:
        """Whether all that is no conflict and can be undone is wanted; None: some of it."""
        wanted = {row.wanted for row in self.rows if row.possible and row.choice is None}
        return None if len(wanted) > 1 else True in wanted

    async def load(self) -> None:
        """Find out what undoing would do."""
        try:
            plan = await self._service.plan(self.run_id)
            redo = "" if plan.items else await self._undo_of(self.run_id)
        except HomardError as error:
            self._fail(error)
            return
        self._plan, self._undo_id = plan, redo
        self.rows = [_planned(item) for item in plan.items]
        open_ = any(row.possible for row in self.rows)
        self.state = "ready" if open_ else "undone" if redo else "nothing"
        self.tell(self.changed)

    def want(self, path: str, wanted: bool) -> None:
        """Choose whether a path is put back."""
        self._change(path, wanted=wanted)

    def want_all(self, wanted: bool) -> None:
        """Choose all that can be put back, or nothing; conflicts have their own ways."""
        self.rows = [row if row.choice else replace(row, wanted=wanted and row.possible) for row in self.rows]
        self.tell(self.changed)

    def choose(self, path: str, choice: Choice) -> None:
        """Choose one of the three ways for a conflict."""
        self._change(path, choice=choice, wanted=True)

    async def diff(self, path: str) -> str:
        """What undoing would change in a file, as a unified diff; a sentence if that cannot be said."""
        try:
            return await self._service.diff(self.run_id, path)
        except HomardError as error:
            return f"@@ {error} @@"

    async def undo(self) -> None:
        """Put back what is wanted; `rows` are what became of it then."""
        if self._plan is None or not self.can_undo:
            return
        plan = chosen(self._plan, {row.path for row in self.rows if row.wanted and row.possible})
        choices: dict[str, Choice] = {row.path: row.choice for row in self.rows if row.choice is not None}
        await self._carry_out(plan, choices)

    async def redo(self) -> None:
        """Do again what was undone last; what somebody changed since stays as it is."""
        if not self.can_redo:
            return
        try:
            plan = await self._service.plan(self._undo_id)
        except HomardError as error:
            self._fail(error)
            return
        await self._carry_out(plan, {})

    async def _carry_out(self, plan: UndoPlan, choices: Mapping[str, Choice]) -> None:
        self.state = "working"
        self.tell(self.changed)
        try:
            report = await self._service.apply(plan, choices)
        except HomardError as error:
            self._fail(error)
            return
        self.state, self._undo_id = "done", report.undo_id
        self.rows = [_reported(outcome) for outcome in report.outcomes]
        self.tell(self.changed)

    async def _undo_of(self, run_id: str) -> str:
        found = await self._service.runs(MOST_RUNS)
        return next((run.run_id for run in found if run.undoes == run_id and not run.undone), "")

    def _fail(self, error: HomardError) -> None:
        self.state, self.problem, self.is_fault = "failed", str(error), not isinstance(error, UsageError)
        self.tell(self.changed)

    def _change(self, path: str, *, wanted: bool, choice: Choice | None = None) -> None:
        for at, row in enumerate(self.rows):
            if row.path == path and row.possible:
                self.rows[at] = replace(row, wanted=wanted, choice=choice or row.choice)
                self.tell(self.row_changed, at)


def summary(model: UndoViewModel) -> str:
    """What the screen says above the list."""
    match model.state:
        case "reading":
            return translate("Undo", "Looking what can be undone…")
        case "ready":
            count = translate("Undo", "%n path(s) were changed by this run.", len(model.rows))
            return f"{count} {translate('Undo', 'Nothing is put back before you press Undo.')}"
        case "nothing":
            return translate("Undo", "There is nothing left to undo of this run.")
        case "undone":
            return translate("Undo", "All of this run was undone before.")
        case "working":
            return translate("Undo", "Putting back…")
        case "done" if all(row.good for row in model.rows):
            return translate("Undo", "Done. All that was wanted is as it was before.")
        case "done":
            return translate("Undo", "Done, but not all of it: see what stayed, and why.")
        case "failed":
            return model.problem


def chosen(plan: UndoPlan, wanted: Collection[str]) -> UndoPlan:
    """The plan for some paths only, and for the folders that must be there for them.

    A folder is not removed while something in it stays.
    """
    staying = [item.path for item in plan.items if item.path not in wanted]
    kept = [
        item
        for item in plan.items
        if (item.path in wanted and not _holds(item, staying)) or (item.path not in wanted and _is_for(item, wanted))
    ]
    return msgspec.structs.replace(plan, items=tuple(kept))


def _holds(item: Item, staying: Sequence[str]) -> bool:
    return (
        item.action == "remove" and item.current.kind == "folder" and any(is_within(one, item.path) for one in staying)
    )


def _is_for(item: Item, wanted: Collection[str]) -> bool:
    """Whether a folder has to come back because something in it does."""
    missing = item.original.kind == "folder" and item.current.kind == "absent" and item.action == "put back"
    return missing and any(is_within(one, item.path) for one in wanted)


def _planned(item: Item) -> PathRow:
    """What would happen; what somebody else changed since is left alone unless a person says otherwise."""
    possible = item.action not in FIXED
    choice: Choice | None = "theirs" if item.conflict and possible else None
    return PathRow(item.path, item.shown, action_words(item), item.note, item, possible, choice)


def _reported(outcome: Outcome) -> PathRow:
    note = "" if outcome.result == "put beside" else outcome.note
    return PathRow(outcome.path, outcome.shown, outcome_words(outcome), note, good=outcome.result in _GOOD)
