"""One job: how it stands, what can be done about it, and all that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QMargins, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QStackedWidget, QWidget

from agent.jobs import Slot
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.automations import JobsViewModel
from app.viewmodels.job_history import SlotHistory
from app.viewmodels.job_item import JobItem, Standing
from app.viewmodels.job_words import pause_words
from app.widgets.cards.surface import FlowLayout, column, push_button
from app.widgets.cards.words import PlainText, Tone, Words
from app.widgets.elided_label import breakable
from app.widgets.tab_strip import TabStrip, beside_text
from app.windows.automations.about import JobAbout
from app.windows.automations.coming import ComingList
from app.windows.automations.history import HistoryView, More
from app.windows.automations.waiting import WaitingCards

Tab = Literal["needs_you", "about", "history", "next"]
TABS: tuple[Tab, ...] = ("needs_you", "about", "history", "next")
Wish = Literal["run", "pause", "resume", "edit", "export", "delete"]
_LEAST_LINES = 14
"""Of what is below the tabs; in a lower window everything is scrolled."""


class JobDetails(QScrollArea):
    """Says what a person wants done with the job it shows."""

    wished = Signal(str, str)
    """A `Wish`, and the job's id."""
    tab_shown = Signal(str)
    """A `Tab` is another one now."""

    def __init__(self, model: JobsViewModel, history: SlotHistory, more: More, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.job_id = ""
        self._name = Words("", face="title", wrap=True)
        self._when = Words("", tone="muted", wrap=True)
        self._standing = Words("")
        self._next = Words("", tone="muted", wrap=True)
        self._why = PlainText("", name=translate("Jobs", "Why it does not start"), face="small")
        self._bar = QWidget()
        self.buttons = {wish: self._button(wish, words) for wish, words in _wishes()}
        self.tabs = TabStrip(translate("Jobs", "About the job"))
        self.waiting = WaitingCards(model.now)
        self.about = JobAbout()
        self.history = HistoryView(history, more)
        self.coming = ComingList()
        self.stack = _Pages()
        self._lay_out()
        self.tabs.currentChanged.connect(self._show_tab)
        self.show_waiting()

    @property
    def tab(self) -> Tab:
        """What is shown below the tabs."""
        shown: dict[str, Tab] = {tab: tab for tab in TABS}
        return shown.get(self.tabs.key, "about")

    def show_tab(self, tab: Tab) -> None:
        """Show something else of the job."""
        self.tabs.choose(tab)

    def show_job(self, item: JobItem) -> None:
        """Show a job, or what is new of the one that is shown."""
        another = item.job_id != self.job_id
        self.job_id = item.job_id
        now = self.model.now()
        self._name.setText(breakable(item.name))
        self._when.setText(breakable(item.when))
        coming = item.next_words(now)
        self._standing.setText(item.standing_word)
        self._next.setText(f"· {translate('Jobs', 'next {moment}').format(moment=coming)}" if coming else "")
        self._standing.set_tone(_tone(item.standing))
        why = pause_words(item.row) or item.held_words()
        self._why.set_text(why)
        self._why.setVisible(bool(why))
        self.buttons["pause"].setVisible(not item.row.paused)
        self.buttons["resume"].setVisible(bool(item.row.paused))
        self.about.show_job(item, now)
        self.show_waiting()
        if another:
            self.history.show_job(item.job_id)
            self.about.verticalScrollBar().setValue(0)
            self.show_tab("needs_you" if self.model.waiting(item.job_id) else "about")

    def show_waiting(self) -> None:
        """Show what of the job waits for a person; nobody is taken elsewhere by what comes while they read."""
        waiting = self.model.waiting(self.job_id) if self.job_id else []
        self.waiting.show_waiting(waiting)
        if not waiting and self.tab == "needs_you":
            self.show_tab("history")
        self.tabs.show_pages([(tab, title) for tab, title in _titles(len(waiting)) if waiting or tab != "needs_you"])

    def show_coming(self, item: JobItem, slots: Sequence[Slot]) -> None:
        """List the slots to come."""
        self.coming.show_slots(item, slots, self.model.now())

    def _show_tab(self) -> None:
        self.stack.setCurrentIndex(TABS.index(self.tab))
        self.tab_shown.emit(self.tab)

    def _button(self, wish: Wish, words: str) -> QPushButton:
        return push_button(words, lambda: self.wished.emit(wish, self.job_id), self._bar)

    def _lay_out(self) -> None:
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        flow = FlowLayout(self._bar)
        for button in self.buttons.values():
            flow.addWidget(button)
        head = QWidget()
        lines = column(head, QMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE), SPACE // 2)
        standing = QHBoxLayout()
        standing.setSpacing(SPACE // 2)
        standing.addWidget(self._standing, 0, Qt.AlignmentFlag.AlignTop)
        standing.addWidget(self._next, 1)
        for widget in (self._name, self._when):
            lines.addWidget(widget)
        lines.addLayout(standing)
        lines.addWidget(self._why)
        lines.addSpacing(SPACE // 2)
        lines.addWidget(self._bar)
        for page in (self.waiting, self.about, self.history, self.coming):
            self.stack.addWidget(page)
        self.stack.setMinimumHeight(self.fontMetrics().height() * _LEAST_LINES)
        inside = QWidget()
        layout = column(inside, spacing=0)
        layout.addWidget(head)
        layout.addLayout(beside_text(self.tabs))
        layout.addWidget(self.stack, 1)
        self.setWidget(inside)


class _Pages(QStackedWidget):
    """As high as there is room: what is on the pages scrolls by itself."""

    def hasHeightForWidth(self) -> bool:
        """It has none of its own."""
        return False

    def sizeHint(self) -> QSize:
        """No more than it needs at least."""
        return self.minimumSize()


def _wishes() -> list[tuple[Wish, str]]:
    return [
        ("run", translate("Jobs", "Run now")),
        ("pause", translate("Jobs", "Pause")),
        ("resume", translate("Jobs", "Resume")),
        ("edit", translate("Jobs", "Edit…")),
        ("export", translate("Jobs", "Export…")),
        ("delete", translate("Jobs", "Delete")),
    ]


def _titles(waiting: int) -> list[tuple[Tab, str]]:
    return [
        ("needs_you", translate("Jobs", "Needs you (%n)", waiting)),
        ("about", translate("Jobs", "About")),
        ("history", translate("Jobs", "History")),
        ("next", translate("Jobs", "To come")),
    ]


def _tone(standing: Standing) -> Tone:
    match standing:
        case "needs_you":
            return "accent"
        case "stopped" | "failed":
            return "error"
        case "on":
            return "ok"
        case "working" | "review":
            return "text"
        case _:
            return "muted"
