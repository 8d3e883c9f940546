"""The page of all runs: what was asked, by whom, what it did, what it took and how it ended."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from agent.errors import HomardError
from agent.tasks import spawn
from app.dialogs import save_file
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.activity import ORIGINS, ActivityViewModel, Filter, RunItem
from app.viewmodels.activity_timeline import Timeline
from app.viewmodels.activity_words import origin_words
from app.viewmodels.run_records import RunRecord, RunRecords
from app.widgets.audit_card import AuditCard
from app.widgets.cards.surface import push_button
from app.widgets.choice_box import ChoiceBox
from app.widgets.empty_state import EmptyState
from app.widgets.run_list import RunList
from app.widgets.run_pane import RunPane

SEARCH_DELAY_MS = 120
STEP_DELAY_MS = 400
"""Turns of a run at work that come closer together are shown at once."""
_NARROW_CHARS = 110
"""Below this width, in characters, the details are under the list instead of beside it."""


class ActivityPage(QWidget):
    """Reads the runs when it is shown; `take` of its view model keeps them up to date."""

    open_chat = Signal(str)
    """A session id."""
    retry = Signal(str, str)
    """Session id and run id: answer again what was asked there last."""
    stop = Signal(str)
    """A run id."""
    undo = Signal(str)
    """A run id: what it changed is to be put back, or some of it."""
    new_chat = Signal()
    failed = Signal(str)
    """Something could not be read: a sentence."""

    def __init__(
        self, model: ActivityViewModel, records: RunRecords | None = None, parent: QWidget | None = None
    ) -> None:
        """`records`: what else is on record of a run; None: nothing is."""
        super().__init__(parent)
        self.model = model
        self.records = records
        self.verify_button = push_button(translate("Activity", "Verify the audit log"), self.verify, self)
        self.audit = AuditCard(self)
        self.search = QLineEdit(self)
        self.choice = ChoiceBox(self)
        self.list = RunList(model, self)
        self.run = RunPane(timeline=records is not None, parent=self)
        self.details, self.timeline = self.run.details, self.run.timeline
        self._chosen = ""
        self._turn = 0
        self._pause = QTimer(self, singleShot=True, interval=SEARCH_DELAY_MS)
        self._step = QTimer(self, singleShot=True, interval=STEP_DELAY_MS)
        self._nothing = EmptyState(
            "activity",
            translate("Activity", "Nothing has run yet"),
            translate(
                "Activity", "Each time Homard works you find it here: what it did, how long it took and what it cost."
            ),
            translate("Activity", "New chat"),
            self.new_chat.emit,
            self,
        )
        self._not_found = EmptyState(
            "search",
            translate("Activity", "No run fits"),
            translate("Activity", "Try fewer words, or show all runs."),
            translate("Activity", "Show all runs"),
            self.show_all,
            self,
        )
        self._hint = EmptyState(
            "activity", translate("Activity", "No run chosen"), translate("Activity", "Choose one to see what it did.")
        )
        self._body = QStackedWidget(self)
        self._side = QStackedWidget(self)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._lay_out()
        self._connect()
        self._show_body()

    def show_run(self, run_id: str) -> None:
        """Show the details of a run, of whatever age, and mark it in the list where it is listed."""
        self._chosen = run_id
        self._mark()
        self._read_details(run_id)

    def verify(self) -> None:
        """Read the audit log again, and say whether anybody changed it."""
        if self.records is not None:
            spawn(self.records.verify(), "verify the audit")

    def show_all(self) -> None:
        """Take back filter and search."""
        self.search.clear()
        self._pause.stop()
        self.choice.show_choices(_choices(), "all")
        self.model.search("")
        self.model.set_filter("all")
        self.list.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew."""
        super().showEvent(event)
        self.model.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the details beside the list, or under it where there is no room."""
        super().resizeEvent(event)
        narrow = self.width() < self.fontMetrics().averageCharWidth() * _NARROW_CHARS
        wanted = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if self._splitter.orientation() != wanted:
            self._splitter.setOrientation(wanted)

    # -- putting together

    def _lay_out(self) -> None:
        words = translate("Activity", "Search runs")
        self.search.setPlaceholderText(words)
        self.search.setAccessibleName(words)
        self.search.setClearButtonEnabled(True)
        self.choice.show_choices(_choices(), "all")
        label = QLabel(translate("Activity", "Show"), self)
        label.setBuddy(self.choice)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE * 2, SPACE, SPACE * 2, SPACE)
        head.setSpacing(SPACE)
        head.addWidget(self.search, 3)
        head.addSpacing(SPACE)
        head.addWidget(label)
        head.addWidget(self.choice, 1)
        head.addWidget(self.verify_button)
        self.verify_button.setVisible(self.records is not None)
        self.verify_button.setToolTip(translate("Activity", "Finds what was changed, deleted or put in since"))
        for page in (self._hint, self.run):
            self._side.addWidget(page)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(SPACE // 2, 0, SPACE // 2, 0)
        column.addWidget(self.list)
        self._splitter.addWidget(left)
        self._splitter.addWidget(self._side)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.setStyleSheet("QSplitter::handle { background: palette(mid); }")
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        for side in (left, self._side):
            side.setMinimumSize(QSize(220, 120))
        for page in (self._splitter, self._nothing, self._not_found):
            self._body.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.audit)
        layout.addWidget(self._body, 1)

    def _connect(self) -> None:
        model = self.model
        self.search.textChanged.connect(self._pause.start)
        self._pause.timeout.connect(self._search)
        self.choice.chosen.connect(self._filter)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.activated.connect(self._open_row)
        for changed in (model.modelReset, model.rowsInserted, model.rowsRemoved):
            changed.connect(self._show_body)
        for changed in (model.modelReset, model.rowsInserted):
            changed.connect(self._mark)
        model.loaded.connect(self._show_body)
        model.updated.connect(self._update)
        model.moved.connect(self._follow)
        self._step.timeout.connect(self._read_again)
        model.failed.connect(self.failed)
        self.details.open_chat.connect(self.open_chat)
        self.details.retry.connect(self.retry)
        self.details.stop.connect(self.stop)
        self.details.undo.connect(self.undo)
        self.run.turned.connect(self._read_again)
        self.timeline.export.connect(self._export)
        if self.records is not None:
            self.records.checked.connect(self._show_check)

    # -- what a person does

    def _search(self) -> None:
        self.model.search(self.search.text())

    def _filter(self, wanted: Filter) -> None:
        self.model.set_filter(wanted)

    def _choose(self, index: QModelIndex) -> None:
        item = index.data(ActivityViewModel.ItemRole)
        if isinstance(item, RunItem) and item.run_id != self._chosen:
            self._chosen = item.run_id
            self._read_details(item.run_id)

    def _read_again(self) -> None:
        if self._chosen:
            self._read_details(self._chosen)

    def _export(self, content: bool) -> None:
        spawn(self._write_trace(content), "export a trace")

    async def _write_trace(self, content: bool) -> None:
        run_id = self.timeline.model.timeline.run_id
        if self.records is None or not run_id:
            return
        kind = f"{translate('Timeline', 'OpenTelemetry (*.json)')};;{translate('Timeline', 'All files (*)')}"
        title = translate("Timeline", "Write the timeline to a file")
        path = await save_file(self, title, filter=kind, name=f"trace-{run_id}.json")
        if path is None:
            return
        try:
            await self.records.export(run_id, path, content=content)
        except HomardError as error:
            self.failed.emit(str(error))

    def _open_row(self, index: QModelIndex) -> None:
        item = index.data(ActivityViewModel.ItemRole)
        if isinstance(item, RunItem):
            self.open_chat.emit(item.run.session_id)

    # -- what is shown

    def _show_body(self) -> None:
        if self.model.rowCount() or (self.model.is_empty and self._side.currentWidget() is self.run):
            self._body.setCurrentWidget(self._splitter)
        elif not self.model.is_empty:
            self._body.setCurrentWidget(self._not_found)
        elif not self.model.is_reading:
            self._body.setCurrentWidget(self._nothing)

    def _show_check(self) -> None:
        if (records := self.records) is None:
            return
        if records.verification is not None:
            self.audit.show_found(records.verification)
        elif records.problem:
            self.audit.show_problem(records.problem)
        else:
            self.audit.show_checking()

    def _mark(self) -> None:
        """Mark the chosen run in a list that is another one now."""
        row = self.model.row_of(self._chosen) if self._chosen else None
        if row is not None:
            self.list.setCurrentIndex(self.model.index(row))

    def _update(self, run_id: str) -> None:
        if run_id == self._chosen:
            self._read_details(run_id)

    def _follow(self, run_id: str) -> None:
        """Let the timeline of a run at work grow while it is in sight."""
        if run_id == self._chosen and self.run.shows_timeline and self.isVisible() and not self._step.isActive():
            self._step.start()

    def _read_details(self, run_id: str) -> None:
        self._turn += 1
        spawn(self._show_details(run_id, self._turn), "run details")

    async def _show_details(self, run_id: str, turn: int) -> None:
        try:
            item = await self.model.find(run_id)
            if item is None or turn != self._turn:
                return
            self.details.show_run(item)
            self.run.begin(run_id)
            self._side.setCurrentWidget(self.run)
            self._show_body()
            calls = await self.model.calls(run_id)
            record = await self.records.of_run(run_id) if self.records is not None else RunRecord()
            timeline = await self._timeline(run_id)
        except HomardError as error:
            self.failed.emit(str(error))
            return
        if turn == self._turn:
            self.details.show_calls(calls, item)
            self.details.show_record(record)
            if timeline is not None:
                self.timeline.show_timeline(timeline)

    async def _timeline(self, run_id: str) -> Timeline | None:
        """Read only while it is in sight: the whole conversation is counted for it."""
        if self.records is None or not self.run.shows_timeline:
            return None
        return await self.records.timeline(run_id)


def _choices() -> list[tuple[Filter, str]]:
    return [
        ("all", translate("Activity", "All runs")),
        ("attention", translate("Activity", "Needs attention")),
        ("failed", translate("Activity", "Failed")),
        ("working", translate("Activity", "Working")),
        *((origin, translate("Activity", "By: {who}").format(who=origin_words(origin))) for origin in ORIGINS),
    ]
