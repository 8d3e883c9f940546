"""The slots of one job, the newest first: what came of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import Shiboken

from agent.errors import HomardError
from agent.jobs import Slot
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.growing_list import PAGE, GrowingList, Index
from app.viewmodels.job_slot_words import NOT_RUN, origin_word, state_word, why_words
from app.viewmodels.job_words import amount_words, moment_words
from app.widgets.cards.figures import duration_words  # words only: no widget comes with it

Filter = Literal["all", "ran", "not_run", "failed"]
"""`ran`: a run began; `not_run`: skipped or missed."""


class Slots(Protocol):
    """Where slots are written down."""

    async def slots(self, job_id: str = "", *, before: datetime | None = None, limit: int = 100) -> list[Slot]:
        """Read the history, the newest first. Raises StorageError."""
        ...


@dataclass(frozen=True)
class SlotItem:
    """A slot as the list shows it."""

    slot: Slot

    def title(self, now: datetime) -> str:
        """When it was due, and how many it stands for."""
        slot = self.slot
        due = moment_words(slot.due_at, now)
        if slot.count < 2:
            return due
        span = due if slot.until is None else f"{due} – {moment_words(slot.until, now)}"
        return f"{translate('Jobs', '%n moment(s)', slot.count)}: {span}"

    @property
    def ending(self) -> str:
        """What came of it, in a word."""
        return state_word(self.slot.state)

    def second_line(self) -> str:
        """Why it did not run; or what it was about, what it took and what was said."""
        slot = self.slot
        if slot.state in NOT_RUN or slot.state in ("due", "parked"):
            return why_words(slot)
        parts = [figures_words(slot)]
        if slot.files:
            parts.append(translate("Jobs", "%n file(s)", slot.files))
        if slot.origin != "schedule":
            parts.append(origin_word(slot.origin))
        parts.append(" ".join(slot.summary.split()) or why_words(slot))
        return " · ".join(part for part in parts if part)

    def spoken(self, now: datetime) -> str:
        """All of it for a screen reader."""
        return ", ".join(part for part in (self.title(now), self.ending, self.second_line()) if part)


def figures_words(slot: Slot) -> str:
    """How long it took and what it cost; empty before it is over."""
    if slot.started_at is None or slot.finished_at is None:
        return ""
    took = duration_words((slot.finished_at - slot.started_at).total_seconds())
    return took if slot.cost_usd is None else f"{took} · {amount_words(slot.cost_usd)}"


class SlotHistory(GrowingList[Slot]):
    """Older slots are read as the list is scrolled to its end."""

    updated = Signal(int)
    """A slot is another one now: its id."""

    def __init__(
        self,
        slots: Slots,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = slots
        self.now = now
        self.job_id = ""
        self._known: set[int] = set()
        """Ids of what was read: a burst of new slots is not looked for among ten thousand old ones."""
        self._filter: Filter = "all"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The item, its title, or all of it in words."""
        if not index.isValid():
            return None
        item = SlotItem(self._shown[index.row()])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return item.title(self.now())
            case Qt.ItemDataRole.AccessibleTextRole:
                return item.spoken(self.now())
            case self.ItemRole:
                return item
            case _:
                return None

    def find(self, slot_id: int) -> Slot | None:
        """A slot that was read."""
        return next((slot for slot in self._all if slot.slot_id == slot_id), None)

    def row_of(self, slot_id: int) -> int | None:
        """Where a slot stands in the list."""
        return self._find(self._shown, slot_id)

    def show_job(self, job_id: str) -> None:
        """List the slots of another job; empty: none."""
        self.job_id = job_id
        self._limit, self._more = PAGE, False
        self.beginResetModel()
        self._all, self._shown, self._known = [], [], set()
        self.endResetModel()
        self.refresh()

    def set_filter(self, wanted: Filter) -> None:
        """List only some."""
        self._filter = wanted
        self._list()

    def refresh(self) -> None:
        """Read the slots anew."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if self.job_id:
            self._reading = spawn(self._read(self.job_id, self._limit), "history of a job")

    def take(self, slot: Slot) -> None:
        """Follow what happens to one slot."""
        if slot.job_id != self.job_id:
            return
        at = self._find(self._all, slot.slot_id) if slot.slot_id in self._known else None
        if at is None:
            self._all.insert(self._place(self._all, slot), slot)
            self._known.add(slot.slot_id)
        else:
            self._all[at] = slot
        self._show(slot, None if at is None else self.row_of(slot.slot_id))
        self.updated.emit(slot.slot_id)

    # -- how

    async def _read(self, job_id: str, limit: int) -> None:
        try:
            slots = await self._source.slots(job_id, limit=limit)
        except HomardError as error:
            if Shiboken.isValid(self):
                self._reading = None
                self.failed.emit(str(error))
            return
        if not Shiboken.isValid(self) or job_id != self.job_id:
            return
        self._reading = None
        self._more = len(slots) == limit
        self._all = slots
        self._known = {slot.slot_id for slot in slots}
        self._list()
        self.loaded.emit()

    def _narrowed(self) -> bool:
        return self._filter != "all"

    def _id(self, row: Slot) -> int:
        return row.slot_id

    def _place(self, rows: Sequence[Slot], row: Slot) -> int:
        """Before the first that was due earlier; of one moment, the one that was written last comes first."""
        key = (row.due_at, row.slot_id)
        return next((at for at, other in enumerate(rows) if (other.due_at, other.slot_id) < key), len(rows))

    def _fits(self, row: Slot) -> bool:
        match self._filter:
            case "all":
                return True
            case "ran":
                return bool(row.run_id)
            case "not_run":
                return row.state in NOT_RUN
            case "failed":
                return row.state == "failed"
