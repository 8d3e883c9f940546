"""The history of a job: its slots, and all that is known of the chosen one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from agent.errors import HomardError
from agent.jobs import Change
from agent.tasks import spawn
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.job_history import Filter, SlotHistory, SlotItem
from app.widgets.choice_box import ChoiceBox
from app.widgets.empty_state import EmptyState
from app.windows.automations.slot_details import SlotDetails
from app.windows.automations.slot_list import SlotList

More = Callable[[int, str], Awaitable[tuple[list[tuple[str, Change]], bool]]]
"""Of a slot id and a run id: the files it was about, and whether what the run changed can be put back."""


class HistoryView(QWidget):
    """Reads more of a slot when it is chosen."""

    failed = Signal(str)
    """Something could not be read: a sentence."""

    def __init__(self, model: SlotHistory, more: More, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._more = more
        self._chosen = 0
        self._asked_for = False
        self._turn = 0
        self.choice = ChoiceBox(self)
        self.choice.show_choices(_choices(), "all")
        self.list = SlotList(model, self)
        self.details = SlotDetails(self)
        self._nothing = EmptyState("clock", "", "", parent=self)
        self._hint = QWidget(self)
        self._body = QStackedWidget(self)
        self._side = QStackedWidget(self)
        self._lay_out()
        self.choice.chosen.connect(self._filter)
        self.list.selectionModel().currentChanged.connect(self._choose)
        for changed in (model.modelReset, model.rowsInserted, model.rowsRemoved, model.loaded):
            changed.connect(self._show_body)
        for changed in (model.modelReset, model.rowsInserted):
            changed.connect(self._mark)
        model.loaded.connect(self._read_asked_for)
        model.updated.connect(self._update)
        model.failed.connect(self.failed)
        self._show_body()

    def show_job(self, job_id: str) -> None:
        """Show the history of another job, and of it the slot that was asked for before it was there."""
        self._chosen = self._chosen if self._asked_for else 0
        self._side.setCurrentWidget(self._hint)
        self.model.show_job(job_id)

    def show_slot(self, slot_id: int) -> None:
        """Choose a slot of the job, now or as soon as it is read."""
        self._chosen = slot_id
        self._asked_for = self.model.find(slot_id) is None
        self._mark()
        self._read(slot_id)

    def _lay_out(self) -> None:
        label = QLabel(translate("Jobs", "Show"), self)
        label.setBuddy(self.choice)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE * 2, SPACE, SPACE * 2, SPACE // 2)
        head.setSpacing(SPACE)
        head.addWidget(label)
        head.addWidget(self.choice, 1)
        head.addStretch(1)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.setStyleSheet("QSplitter::handle { background: palette(mid); }")
        left = QWidget(splitter)
        column = QVBoxLayout(left)
        column.setContentsMargins(SPACE // 2, 0, SPACE // 2, 0)
        column.addWidget(self.list)
        for page in (self._hint, self.details):
            self._side.addWidget(page)
        splitter.addWidget(left)
        splitter.addWidget(self._side)
        for side in (left, self._side):
            side.setMinimumHeight(self.fontMetrics().height() * 5)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        for page in (splitter, self._nothing):
            self._body.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._body, 1)

    def _filter(self, wanted: Filter) -> None:
        self.model.set_filter(wanted)

    def _choose(self, index: QModelIndex) -> None:
        item = index.data(SlotHistory.ItemRole)
        if isinstance(item, SlotItem) and item.slot.slot_id != self._chosen:
            self._chosen = item.slot.slot_id
            self._read(self._chosen)

    def _mark(self) -> None:
        row = self.model.row_of(self._chosen) if self._chosen else None
        if row is not None and self.list.currentIndex().row() != row:
            self.list.setCurrentIndex(self.model.index(row))

    def _read_asked_for(self) -> None:
        if self._asked_for:
            self._asked_for = False
            self._read(self._chosen)

    def _update(self, slot_id: int) -> None:
        if slot_id == self._chosen:
            self._read(slot_id)

    def _show_body(self) -> None:
        if self.model.rowCount():
            self._body.setCurrentIndex(0)
            return
        if self.model.is_reading:
            return
        if self.model.is_empty:
            self._nothing.set_words(
                translate("Jobs", "Nothing yet"),
                translate("Jobs", "Each time it is due you find it here: what came of it, or why it did not run."),
            )
        else:
            self._nothing.set_words(
                translate("Jobs", "Nothing of that kind"), translate("Jobs", "Show all to see the rest.")
            )
        self._body.setCurrentWidget(self._nothing)

    def _read(self, slot_id: int) -> None:
        self._turn += 1
        if (slot := self.model.find(slot_id)) is None:
            return
        self.details.show_slot(slot, self.model.now())
        self._side.setCurrentWidget(self.details)
        spawn(self._read_more(slot_id, slot.run_id, self._turn), "more of a slot")

    async def _read_more(self, slot_id: int, run_id: str, turn: int) -> None:
        try:
            files, can_undo = await self._more(slot_id, run_id)
        except HomardError as error:
            if Shiboken.isValid(self):
                self.failed.emit(str(error))
            return
        if Shiboken.isValid(self) and turn == self._turn:
            self.details.show_more(files, can_undo=can_undo)


def _choices() -> list[tuple[Filter, str]]:
    return [
        ("all", translate("Jobs", "All")),
        ("ran", translate("Jobs", "What ran")),
        ("not_run", translate("Jobs", "What did not run, and why")),
        ("failed", translate("Jobs", "What failed")),
    ]
