"""Every run, the newest first: filtered, searched, and followed while it works."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol, get_args

import msgspec
from PySide6.QtCore import QObject, Qt, Signal

from agent.errors import HomardError, UsageError
from agent.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalResolved,
    Origin,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    RunStarted,
    TurnFinished,
)
from agent.storage.records import CallRow, Run
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.activity_words import FAILED, ending_word, figures_of, origin_words
from app.viewmodels.growing_list import GrowingList, Index
from app.viewmodels.moment import when
from app.viewmodels.status import UNSUCCESSFUL

Filter = Literal["all", "working", "attention", "failed"] | Origin
"""`working`: not over yet; `attention`: waits for a person, or ended before it was done; an origin: its runs."""
ORIGINS: tuple[Origin, ...] = get_args(Origin)

SHOWN_CHARS = 2_000
"""Of a prompt that is kept."""
SEARCHED_CHARS = 500
MOST_CALLS = 500
"""Of one run that are listed."""


class Runs(Protocol):
    """Where runs are remembered; both methods raise StorageError."""

    async def runs(self, session_id: str | None = None, limit: int = 50) -> list[Run]:
        """The latest runs, the newest first."""
        ...

    async def run(self, run_id: str) -> Run:
        """One run. Raises UsageError."""
        ...

    async def calls(self, run_id: str) -> list[CallRow]:
        """The tool calls of a run, in the order they were started."""
        ...


@dataclass(frozen=True)
class RunItem:
    """A run as the list shows it."""

    run: Run
    needs_you: bool = False

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.run.run_id

    @property
    def title(self) -> str:
        """What was asked, on one line."""
        return " ".join(self.run.prompt.split()) or translate("Activity", "No words")

    @property
    def ending(self) -> str:
        """How it ended, or what it does."""
        return translate("Activity", "Needs you") if self.needs_you else ending_word(self.run)

    @property
    def is_working(self) -> bool:
        """Whether it is under way."""
        return self.run.finished_at is None

    @property
    def went_wrong(self) -> bool:
        """Whether it ended before it was done, and not by a person's wish."""
        return self.run.stop_reason in UNSUCCESSFUL

    def second_line(self) -> str:
        """Who asked, which model, what it took."""
        return " · ".join(
            part for part in (origin_words(self.run.origin), self.run.model, figures_of(self.run)) if part
        )

    def spoken(self, now: datetime) -> str:
        """All of it for a screen reader."""
        return ", ".join((self.title, self.ending, when(self.run.started_at, now), self.second_line()))


class ActivityViewModel(GrowingList[Run]):
    """The runs that fit filter and search. Older ones are read as the list is scrolled to its end."""

    updated = Signal(str)
    """A run changed: its id."""
    moved = Signal(str)
    """A run took a turn: its id."""

    def __init__(
        self,
        store: Runs,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self.now = now
        self._needs: dict[str, set[str]] = {}
        self._filter: Filter = "all"
        self._words: tuple[str, ...] = ()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The item, its title, or all of it in words."""
        if not index.isValid():
            return None
        item = self.item(index.row())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return item.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return item.spoken(self.now())
            case self.ItemRole:
                return item
            case _:
                return None

    @property
    def filter(self) -> Filter:
        """Which runs are listed."""
        return self._filter

    def item(self, row: int) -> RunItem:
        """A run of the list."""
        return self._item(self._shown[row])

    def row_of(self, run_id: str) -> int | None:
        """Where a run stands."""
        return self._find(self._shown, run_id)

    def refresh(self) -> None:
        """Read the runs anew."""
        if self._reading is not None:
            self._reading.cancel()
        self._reading = spawn(self._read(self._limit), "activity")

    def set_filter(self, wanted: Filter) -> None:
        """List only some."""
        self._filter = wanted
        self._list()

    def search(self, text: str) -> None:
        """List only runs whose prompt, model or error holds all the words."""
        self._words = tuple(text[:SEARCHED_CHARS].casefold().split())
        self._list()

    async def find(self, run_id: str) -> RunItem | None:
        """A run of any age; None if there is none. Raises StorageError."""
        row = self._find(self._all, run_id)
        if row is not None:
            return self._item(self._all[row])
        try:
            return self._item(await self._store.run(run_id))
        except UsageError:
            return None

    async def calls(self, run_id: str) -> list[CallRow]:
        """The first tool calls of a run. Raises StorageError."""
        return (await self._store.calls(run_id))[:MOST_CALLS]

    def take(self, event: AnyEvent) -> None:
        """Follow what happens; most events cost next to nothing here."""
        match event:
            case RunStarted():
                started = (event.run_id, event.session_id, event.origin, event.model, event.prompt[:SHOWN_CHARS])
                self._put(Run(*started, self.now()))
            case RunFinished():
                self._finish(event)
            case ApprovalRequested():
                self._need(event.run_id, event.approval_id, waits=True)
            case QuestionAsked():
                self._need(event.run_id, event.question_id, waits=True)
            case ApprovalResolved():
                self._need(event.run_id, event.approval_id, waits=False)
            case QuestionAnswered():
                self._need(event.run_id, event.question_id, waits=False)
            case TurnFinished():
                self.moved.emit(event.run_id)
            case _:
                return

    # -- how

    async def _read(self, limit: int) -> None:
        try:
            runs = await self._store.runs(limit=limit)
        except HomardError as error:
            self._reading = None
            self.failed.emit(str(error))
            return
        self._reading = None
        self._more = len(runs) == limit
        self._all = self._merged(runs)
        self._list()
        self.loaded.emit()

    def _merged(self, read: Sequence[Run]) -> list[Run]:
        """What was read, and what events told while it was."""
        known = {run.run_id: run for run in self._all if run.finished_at is not None}
        runs = [known.get(run.run_id, _short(run)) if run.finished_at is None else _short(run) for run in read]
        newest = read[0].started_at if read else datetime.min.replace(tzinfo=UTC)
        ids = {run.run_id for run in read}
        return [*(run for run in self._all if run.started_at > newest and run.run_id not in ids), *runs]

    def _item(self, run: Run) -> RunItem:
        asks = run.finished_at is None and bool(self._needs.get(run.run_id))
        return RunItem(run, asks or run.stop_reason == "parked")

    def _narrowed(self) -> bool:
        return bool(self._words) or self._filter != "all"

    def _id(self, row: Run) -> str:
        return row.run_id

    def _place(self, rows: Sequence[Run], row: Run) -> int:
        return sum(1 for other in rows if other.started_at > row.started_at)

    def _fits(self, row: Run) -> bool:
        match self._filter:
            case "all":
                fits = True
            case "working":
                fits = row.finished_at is None
            case "attention":
                fits = row.stop_reason in UNSUCCESSFUL or bool(self._needs.get(row.run_id))
            case "failed":
                fits = row.stop_reason in FAILED
            case origin:
                fits = row.origin == origin
        return fits and (not self._words or self._holds_words(row))

    def _holds_words(self, run: Run) -> bool:
        text = f"{run.prompt[:SEARCHED_CHARS]}\n{run.model}\n{(run.error or '')[:SEARCHED_CHARS]}".casefold()
        return all(word in text for word in self._words)

    def _put(self, run: Run) -> None:
        """Put a run in its place: the newest is the first."""
        at = self._find(self._all, run.run_id)
        if at is None:
            self._all.insert(0, run)
        else:
            self._all[at] = run
        self._show(run, self.row_of(run.run_id))
        self.updated.emit(run.run_id)

    def _finish(self, event: RunFinished) -> None:
        self._needs.pop(event.run_id, None)
        at = self._find(self._all, event.run_id)
        if at is not None:
            ended = {"finished_at": self.now(), "stop_reason": event.stop_reason, "usage": event.usage}
            why = {"error": event.error, "error_code": event.error_code}
            self._put(msgspec.structs.replace(self._all[at], **ended, **why))

    def _need(self, run_id: str, item_id: str, *, waits: bool) -> None:
        waiting = self._needs.setdefault(run_id, set())
        (waiting.add if waits else waiting.discard)(item_id)
        if not waiting:
            del self._needs[run_id]
        at = self._find(self._all, run_id)
        if at is not None:
            self._put(self._all[at])


def _short(run: Run) -> Run:
    return run if len(run.prompt) <= SHOWN_CHARS else msgspec.structs.replace(run, prompt=run.prompt[:SHOWN_CHARS])
