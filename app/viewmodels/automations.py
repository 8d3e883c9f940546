"""Every job: how it stands, and what of it waits for a person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal
from shiboken6 import Shiboken

from agent.errors import HomardError
from agent.events import AnyEvent, ApprovalRequested, ApprovalResolved, JobChanged, SlotChanged
from agent.jobs import JobRow, Slot
from agent.tasks import spawn
from app.viewmodels.job_item import JobItem
from app.viewmodels.job_open import OPEN, OpenWork, Waiting
from app.viewmodels.job_service import JobService

if TYPE_CHECKING:
    from agent.automation.forecast import Forecast
    from agent.automation.state import JobState

Index = QModelIndex | QPersistentModelIndex

SETTLE_MS = 400
"""After an end of a run, costs are read again when nothing more has ended for so long, or at the latest after 5 s."""
SEARCHED_CHARS = 500


class JobsViewModel(QAbstractListModel):
    """The jobs that fit the search: those that need a person first, then by name."""

    ItemRole = Qt.ItemDataRole.UserRole

    updated = Signal(str)
    """A job, or what is open of it, is another one: its id."""
    job_changed = Signal()
    """A job was made, changed, paused, resumed or removed."""
    slot_changed = Signal(object)
    """A `Slot` has another state."""
    waiting_changed = Signal()
    """Something waits for a person, or does not any more."""
    loaded = Signal()
    """A reading has ended."""
    failed = Signal(str)
    """Jobs could not be read: a sentence."""

    def __init__(
        self,
        service: JobService,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.service = service
        self.now = now
        self._rows: dict[str, JobRow] = {}
        self._states: Mapping[str, JobState] = {}
        self._forecasts: dict[str, tuple[tuple[int, int], Forecast]] = {}
        self._open = OpenWork()
        self._shown: list[str] = []
        self._words: tuple[str, ...] = ()
        self._reading: asyncio.Task[None] | None = None
        self._counting: asyncio.Task[None] | None = None
        self._told_while_reading: list[AnyEvent] = []
        self._following = False
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._count)

    # -- what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many jobs are listed."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The item, its name, or all of it in words."""
        if not index.isValid():
            return None
        item = self._item(self._shown[index.row()])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return item.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return item.spoken(self.now())
            case self.ItemRole:
                return item
            case _:
                return None

    # -- what is listed

    @property
    def is_empty(self) -> bool:
        """Whether there is no job at all."""
        return not self._rows

    @property
    def is_reading(self) -> bool:
        """Whether jobs are being read."""
        return self._reading is not None

    def rows(self) -> list[JobRow]:
        """All jobs."""
        return list(self._rows.values())

    def find(self, job_id: str) -> JobItem | None:
        """A job, listed or not; None: there is none."""
        return self._item(job_id) if job_id in self._rows else None

    def row_of(self, job_id: str) -> int | None:
        """Where a job stands in the list."""
        return self._shown.index(job_id) if job_id in self._shown else None

    def job_at(self, row: int) -> str:
        """The id of a job of the list."""
        return self._shown[row]

    def waiting(self, job_id: str = "") -> list[Waiting]:
        """What waits for a person, of one job or of all, the oldest first."""
        return self._open.waiting([job_id] if job_id else self._rows)

    def refresh(self) -> None:
        """Read everything anew."""
        if self._reading is not None:
            self._reading.cancel()
        self._told_while_reading.clear()
        self._reading = spawn(self._read(), "automations")

    def follow(self, *, following: bool) -> None:
        """Say whether somebody looks: then costs are read again as runs end."""
        self._following = following
        if not following:
            self._settle.stop()

    def search(self, text: str) -> None:
        """List only jobs whose name, task or triggers hold all the words."""
        self._words = tuple(text[:SEARCHED_CHARS].casefold().split())
        self._list()

    def take(self, event: AnyEvent) -> None:
        """Follow what happens; most events cost next to nothing here."""
        match event:
            case JobChanged() | SlotChanged() | ApprovalResolved():
                pass
            case ApprovalRequested(parked_until=until) if until is not None:
                pass
            case _:
                return
        if self._reading is not None:
            self._told_while_reading.append(event)
        self._take(event)

    # -- how

    async def _read(self) -> None:
        service = self.service
        try:
            rows = await service.jobs()
            opened = await service.ledger.open_slots()
            approvals = await service.parked()
            states = await service.states()
        except HomardError as error:
            self._reading = None
            self._fail(str(error))
            return
        if not Shiboken.isValid(self):
            return
        self._reading = None
        self._rows = {row.job_id: row for row in rows}
        self._states = states
        self._open.begin(opened, approvals)
        told, self._told_while_reading = self._told_while_reading, []
        for event in told:
            self._take(event)
        self._list()
        self.loaded.emit()
        self.waiting_changed.emit()
        self._count_ahead()

    def _take(self, event: AnyEvent) -> None:
        match event:
            case JobChanged(row=row):
                self._put(row)
            case SlotChanged(slot=slot):
                self._move(slot)
            case ApprovalRequested():
                self._open.ask(event)
                self.waiting_changed.emit()
            case ApprovalResolved():
                if self._open.answered(event.approval_id):
                    self.waiting_changed.emit()
            case _:
                return

    def _put(self, row: JobRow) -> None:
        if row.deleted_at is not None:
            self._rows.pop(row.job_id, None)
        else:
            self._rows[row.job_id] = row
            self._count_soon()
        self._list(row.job_id)
        self.job_changed.emit()

    def _move(self, slot: Slot) -> None:
        before = self._open.needs_person(slot.job_id)
        concerns_person = self._open.note(slot)
        if slot.state not in OPEN:
            self._count_soon()
        if slot.job_id in self._rows:
            if before != self._open.needs_person(slot.job_id):
                self._list(slot.job_id)
            else:
                self._repaint(slot.job_id)
        if concerns_person:
            self.waiting_changed.emit()
        self.slot_changed.emit(slot)

    def _item(self, job_id: str) -> JobItem:
        row = self._rows[job_id]
        found = self._forecasts.get(job_id)
        forecast = found[1] if found is not None else None
        return JobItem(row, self._states.get(job_id), self._open.of_job(job_id), forecast)

    def _list(self, changed: str = "") -> None:
        """Bring the list in line; where only one job changed and nothing moves, only that is drawn again."""
        wanted = sorted((row.job_id for row in self._rows.values() if self._fits(row)), key=self._place)
        if wanted == self._shown:
            if changed:
                self._repaint(changed)
            elif wanted:
                self.dataChanged.emit(self.index(0), self.index(len(wanted) - 1))
            return
        self.beginResetModel()
        self._shown = wanted
        self.endResetModel()
        if changed:
            self.updated.emit(changed)

    def _repaint(self, job_id: str) -> None:
        if (row := self.row_of(job_id)) is not None:
            self.dataChanged.emit(self.index(row), self.index(row))
        self.updated.emit(job_id)

    def _place(self, job_id: str) -> tuple[bool, str, str]:
        return not self._open.needs_person(job_id), self._rows[job_id].job.name.casefold(), job_id

    def _fits(self, row: JobRow) -> bool:
        if not self._words:
            return True
        text = f"{row.job.name}\n{row.job.prompt[:SEARCHED_CHARS]}\n{JobItem(row).when}".casefold()
        return all(word in text for word in self._words)

    def _count_soon(self) -> None:
        if self._following and not self._settle.isActive():
            self._settle.start()

    def _count(self) -> None:
        if self._counting is None:
            self._counting = spawn(self._read_states(), "states of jobs")
        else:
            self._settle.start()

    async def _read_states(self) -> None:
        try:
            states = await self.service.states()
        except HomardError as error:
            self._fail(str(error))
            return
        finally:
            self._counting = None
        if not Shiboken.isValid(self):
            return
        self._states = states
        self._list()
        for job_id in self._shown:
            self.updated.emit(job_id)
        self._count_ahead()

    def _fail(self, words: str) -> None:
        if Shiboken.isValid(self):
            self.failed.emit(words)

    def _count_ahead(self) -> None:
        """Say of each job what it will cost, one after the other: the list does not wait for it."""
        wanted = [row for row in self._rows.values() if self._forecasts.get(row.job_id, (None,))[0] != _shape(row)]
        if wanted:
            spawn(self._read_forecasts(wanted), "forecasts")

    async def _read_forecasts(self, rows: Sequence[JobRow]) -> None:
        for row in rows:
            try:
                forecast = await self.service.forecast(row.job)
            except HomardError:
                continue  # a job that cannot work says so by its pause
            if not Shiboken.isValid(self):
                return
            self._forecasts[row.job_id] = (_shape(row), forecast)
            if row.job_id in self._rows:
                self._repaint(row.job_id)


def _shape(row: JobRow) -> tuple[int, int]:
    """What a forecast depends on: what the job is, and how much it has done."""
    return row.version, row.runs
