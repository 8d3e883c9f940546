"""The page of automations: jobs and what is known of the chosen one, or the week."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from PySide6.QtCore import QLocale, QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QSplitter, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from agent.jobs import Slot
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.automations import JobsViewModel
from app.viewmodels.job_acts import JobActs
from app.viewmodels.job_calendar import JobCalendar
from app.viewmodels.job_history import SlotHistory
from app.viewmodels.job_item import JobItem
from app.widgets.cards.surface import push_button
from app.widgets.empty_state import EmptyState
from app.widgets.tab_strip import TAB_PAD, TabStrip
from app.windows.automations.coming import DAYS, MOST
from app.windows.automations.details import JobDetails, Tab, Wish
from app.windows.automations.history import More
from app.windows.automations.job_list import JobList
from app.windows.automations.needs_bar import NeedsBar
from app.windows.automations.teach import TeachJobs
from app.windows.automations.week import WeekView
from app.windows.automations.wishes import JobWishes, Start

SEARCH_DELAY_MS = 120
SOON_MS = 50
"""A job of which much happens is shown anew so often at most."""
_NARROW_CHARS = 110
"""Below this width, in characters, the details are under the list instead of beside it."""

View = Literal["jobs", "week"]


class AutomationsPage(QWidget):
    """Reads the jobs when it is shown; `take` of its view model keeps them up to date."""

    edit_wanted = Signal(str)
    """A job id."""
    new_wanted = Signal()
    template_wanted = Signal(str)
    """A new job is to be made of the template of that key."""
    deleted = Signal(object)
    """A `JobRow` that was just removed: the window offers to take it back."""
    open_chat = Signal(str)
    """A session id."""
    open_run = Signal(str)
    """A run id: what it did is to be looked at."""
    undo = Signal(str)
    """A run id: what it changed is to be put back, or some of it."""
    safety_wanted = Signal()
    """What may be done without asking is to be looked at."""
    failed = Signal(str)
    """Something could not be read: a sentence."""

    def __init__(
        self, model: JobsViewModel, acts: JobActs, more: More, start: Start, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model = model
        self._start = start
        self.wishes = JobWishes(model, acts, start, self)
        self._chosen = ""
        self._tab: Tab | None = None
        """To be shown as soon as the job is read."""
        self.calendar = JobCalendar(model.now, parent=self)
        self.history = SlotHistory(model.service, model.now, self)
        self.views = TabStrip(translate("Jobs", "View"), self)
        self.search = QLineEdit(self)
        self.import_button = push_button(translate("Jobs", "Import…"), self.wishes.import_job, self)
        self.new_button = push_button(translate("Jobs", "New job"), self.new_wanted.emit, self)
        self.needs = NeedsBar(self)
        self.list = JobList(model, self)
        self.details = JobDetails(model, self.history, more, self)
        self.week = WeekView(self.calendar, self)
        self.teach = TeachJobs(self)
        self._pause = QTimer(self, singleShot=True, interval=SEARCH_DELAY_MS)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._not_found = EmptyState(
            "search",
            translate("Jobs", "No job fits"),
            translate("Jobs", "Try fewer words."),
            translate("Jobs", "Show all jobs"),
            self.show_all,
            self,
        )
        self._hint = EmptyState(
            "calendar", translate("Jobs", "No job chosen"), translate("Jobs", "Choose one to see what it does.")
        )
        self._body = QStackedWidget(self)
        self._side = QStackedWidget(self)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._lay_out()
        self._connect()
        self._show_body()

    # -- what others want

    def show_job(self, job_id: str, tab: Tab | None = None) -> None:
        """Show a job, and something of it."""
        self.views.setCurrentIndex(0)
        self._chosen, self._tab = job_id, tab
        self._mark()
        self._show_details()

    def show_needs(self, job_id: str) -> None:
        """Show what of a job waits for a person."""
        self.show_job(job_id, "needs_you")

    def show_coming(self, job_id: str) -> None:
        """Show what is to come of a job."""
        self.show_job(job_id, "next")

    def show_all(self) -> None:
        """Take back the search."""
        self.search.clear()
        self._pause.stop()
        self.model.search("")
        self.list.setFocus()

    @property
    def view(self) -> View:
        """What is shown."""
        return "week" if self.views.currentIndex() == 1 else "jobs"

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew, and follow what things cost."""
        super().showEvent(event)
        self._offer_templates()
        self.model.follow(following=True)
        self.model.refresh()
        self.history.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.model.follow(following=False)
        self._soon.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the details beside the list, or under it where there is no room."""
        super().resizeEvent(event)
        narrow = self.width() < self.fontMetrics().averageCharWidth() * _NARROW_CHARS
        wanted = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if self._splitter.orientation() != wanted:
            self._splitter.setOrientation(wanted)

    # -- putting together

    def _lay_out(self) -> None:
        words = translate("Jobs", "Search jobs")
        self.search.setPlaceholderText(words)
        self.search.setAccessibleName(words)
        self.search.setClearButtonEnabled(True)
        for title in (translate("Jobs", "Jobs"), translate("Jobs", "Week")):
            self.views.addTab(title)
        self.views.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._head = QWidget(self)
        head = QHBoxLayout(self._head)
        head.setContentsMargins(SPACE * 2 - TAB_PAD, SPACE, SPACE * 2, SPACE)
        head.setSpacing(SPACE)
        head.addWidget(self.views)
        head.addSpacing(SPACE)
        head.addWidget(self.search, 3)
        head.addStretch(1)
        head.addWidget(self.import_button)
        head.addWidget(self.new_button)
        for page in (self._hint, self.details):
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
        self._splitter.setStretchFactor(1, 4)
        for side in (left, self._side):
            side.setMinimumSize(QSize(220, 120))
        self._splitter.setSizes([360, 480])
        for page in (self._splitter, self.week, self.teach, self._not_found):
            self._body.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addWidget(self.needs)
        layout.addWidget(self._body, 1)

    def _connect(self) -> None:
        model, details = self.model, self.details
        self.search.textChanged.connect(self._pause.start)
        self._pause.timeout.connect(lambda: model.search(self.search.text()))
        self.views.currentChanged.connect(self._show_view)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.delete_wanted.connect(self._delete)
        self.list.activated.connect(lambda: self.details.tabs.setFocus())
        for changed in (model.modelReset, model.loaded):
            changed.connect(self._show_body)
        model.modelReset.connect(self._mark)
        model.loaded.connect(self._show_details)
        model.loaded.connect(self._show_calendar)
        model.updated.connect(self._update)
        model.job_changed.connect(self._show_calendar)
        self._soon.timeout.connect(self._show_details)
        model.waiting_changed.connect(self._show_waiting)
        model.slot_changed.connect(self.history.take)
        model.failed.connect(self.failed)
        details.wished.connect(self._do)
        details.tab_shown.connect(self._show_tab)
        details.waiting.answered.connect(self.wishes.answer)
        details.waiting.open_chat.connect(self.open_chat)
        answers, wishes = details.waiting.wishes, self.wishes
        answers.approve.connect(wishes.allow)
        answers.refuse.connect(wishes.refuse)
        answers.safety.connect(self.safety_wanted)
        wishes.edit_wanted.connect(self.edit_wanted)
        wishes.deleted.connect(self.deleted)
        wishes.imported.connect(self.show_job)
        history = details.history
        history.failed.connect(self.failed)
        history.details.open_chat.connect(self.open_chat)
        history.details.open_run.connect(self.open_run)
        history.details.undo.connect(self.undo)
        self.needs.wanted.connect(self.show_needs)
        self.week.chosen.connect(self.show_coming)
        self.teach.new_wanted.connect(self.new_wanted)
        self.teach.template_wanted.connect(self.template_wanted)
        self.teach.import_wanted.connect(self.wishes.import_job)

    # -- what a person does

    def _choose(self, index: QModelIndex) -> None:
        item = index.data(JobsViewModel.ItemRole)
        if isinstance(item, JobItem) and item.job_id != self._chosen:
            self._chosen = item.job_id
            self._show_details()

    def _do(self, wish: Wish, job_id: str) -> None:
        if wish == "run":
            self.details.show_tab("history")
        self.wishes.do(wish, job_id)

    def _delete(self, job_id: str) -> None:
        self.wishes.do("delete", job_id)

    # -- what is shown

    def _show_body(self) -> None:
        model = self.model
        self._head.setVisible(not model.is_empty)
        if model.is_empty:
            if not model.is_reading:
                self._body.setCurrentWidget(self.teach)
                self._offer_templates()
        elif self.view == "week":
            self._body.setCurrentWidget(self.week)
        else:
            self._body.setCurrentWidget(self._splitter if model.rowCount() else self._not_found)

    def _offer_templates(self) -> None:
        """Read them where somebody looks: packs bring some, and come and go."""
        if self.isVisible() and self._body.currentWidget() is self.teach:
            self._start(self._read_templates(), "job templates")

    async def _read_templates(self) -> None:
        templates = await self.model.service.templates(QLocale().name().partition("_")[0])
        if Shiboken.isValid(self):
            self.teach.show_templates([(each.key, each.title, each.about) for each in templates])

    def _show_view(self) -> None:
        self.search.setVisible(self.view == "jobs")
        self._show_body()
        self._show_calendar()

    def _show_calendar(self) -> None:
        if self.view == "week" and self.isVisible():
            self.calendar.show_jobs(self.model.rows())

    def _mark(self) -> None:
        """Mark the chosen job in a list that is another one now; the first one where none was chosen."""
        row = self.model.row_of(self._chosen) if self._chosen else None
        if row is None and self.model.rowCount() and (not self._chosen or self.model.find(self._chosen) is None):
            row, self._chosen = 0, ""
        if row is not None:
            self.list.setCurrentIndex(self.model.index(row))

    def _update(self, job_id: str) -> None:
        if job_id == self._chosen and self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _show_details(self) -> None:
        item = self.model.find(self._chosen) if self._chosen else None
        if item is None:
            self._side.setCurrentWidget(self._hint)
            return
        self.details.show_job(item)
        self._side.setCurrentWidget(self.details)
        if self._tab is not None:
            self.details.show_tab(self._tab)
            self._tab = None
        if self.details.tab == "next":
            self._start(self._read_coming(item), "what is to come")

    def _show_tab(self, tab: str) -> None:
        item = self.model.find(self._chosen) if self._chosen else None
        if tab == "next" and item is not None:
            self._start(self._read_coming(item), "what is to come")

    async def _read_coming(self, item: JobItem) -> None:
        until = self.model.now() + timedelta(days=DAYS)
        slots: list[Slot] = await self.model.service.upcoming(job_id=item.job_id, until=until, most=MOST)
        if Shiboken.isValid(self) and item.job_id == self._chosen:
            self.details.show_coming(item, slots)

    def _show_waiting(self) -> None:
        self.needs.show_waiting(self.model.waiting())
        self.details.show_waiting()
