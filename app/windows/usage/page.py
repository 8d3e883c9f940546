"""The page of usage: the overview, where it went, sellers compared, what a prompt is made of."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.usage_report import PERIODS
from app.viewmodels.usage_screen import UsageViewModel
from app.viewmodels.usage_words import period_words
from app.widgets.cards.surface import FlowLayout, push_button
from app.widgets.choice_box import ChoiceBox
from app.widgets.empty_state import EmptyState
from app.widgets.tab_strip import TAB_PAD, TabStrip
from app.windows.usage.export import export_usage
from app.windows.usage.groups import Groups
from app.windows.usage.overview import Overview

if TYPE_CHECKING:
    from app.viewmodels.usage_prompt import PromptViewModel
    from app.viewmodels.usage_sellers import SellersViewModel
    from app.windows.usage.prompt import PromptView
    from app.windows.usage.sellers import SellersView

Start = Callable[[Coroutine[Any, Any, Any], str], None]
"""Carries out an intent; what goes wrong is told in a sentence."""
Tab = Literal["overview", "groups", "sellers", "prompt"]
TABS: tuple[Tab, ...] = ("overview", "groups", "sellers", "prompt")


class UsagePage(QWidget):
    """Reads when it is shown; `take` of its view models keeps it up to date."""

    open_chat = Signal(str)
    """A session id."""
    open_run = Signal(str)
    """A run id: what it did is to be looked at."""
    open_job = Signal(str)
    """A job id."""
    settings_wanted = Signal(str)
    """The path of a setting."""
    new_chat = Signal()
    said = Signal(str)
    """Something was done: a sentence."""
    failed = Signal(str)
    """Something could not be read: a sentence."""

    def __init__(
        self,
        model: UsageViewModel,
        sellers: Callable[[], SellersViewModel],
        prompt: Callable[[], PromptViewModel],
        start: Start,
        parent: QWidget | None = None,
    ) -> None:
        """`sellers` and `prompt` are made when somebody looks at them."""
        super().__init__(parent)
        self.model = model
        self._start = start
        self._sellers, self._prompt = sellers, prompt
        self.tabs = TabStrip(translate("Usage", "View"), self)
        self.period = ChoiceBox(self)
        self.export_button = push_button(translate("Usage", "Export…"), self._offer_export, self)
        self.overview = Overview()
        self.groups = Groups()
        self._nothing = EmptyState(
            "chart",
            translate("Usage", "Nothing was spent yet"),
            translate("Usage", "Each call to a model is counted here: what it cost, for whom, and what is left."),
            translate("Usage", "New chat"),
            self.new_chat.emit,
            self,
        )
        self._body = QStackedWidget(self)
        self._head = QWidget(self)
        self._pick = QWidget(self._head)
        self._lay_out()
        self._connect()
        self._show_tab()

    @property
    def tab(self) -> Tab:
        """What is shown."""
        return TABS[max(self.tabs.currentIndex(), 0)]

    def show_tab(self, tab: Tab) -> None:
        """Show another one."""
        self.tabs.setCurrentIndex(TABS.index(tab))

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew, and follow what is spent."""
        super().showEvent(event)
        self.model.follow(following=True)
        self.model.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.model.follow(following=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the head as many lines as it needs."""
        super().resizeEvent(event)
        self._fit_head()

    def _fit_head(self) -> None:
        layout = self._line.layout()
        if layout is not None:
            self._line.setFixedHeight(layout.heightForWidth(self.width() - SPACE * 4 + TAB_PAD))

    @cached_property
    def sellers(self) -> SellersView:
        """Providers compared."""
        from app.windows.usage.sellers import SellersView

        view = SellersView(self._sellers(), self._start)
        view.failed.connect(self.failed)
        view.said.connect(self.said)
        self._body.addWidget(view)
        return view

    @cached_property
    def prompt(self) -> PromptView:
        """What a prompt is made of."""
        from app.windows.usage.prompt import PromptView

        view = PromptView(self._prompt())
        view.failed.connect(self.failed)
        view.open_chat.connect(self.open_chat)
        self._body.addWidget(view)
        return view

    # -- putting together

    def _lay_out(self) -> None:
        titles = {
            "overview": translate("Usage", "Overview"),
            "groups": translate("Usage", "Where it went"),
            "sellers": translate("Usage", "Providers compared"),
            "prompt": translate("Usage", "Prompt"),
        }
        for tab in TABS:
            self.tabs.addTab(titles[tab])
        self.tabs.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.period.show_choices([(period, period_words(period)) for period in PERIODS], self.model.period)
        pick = FlowLayout(self._pick)
        label = QLabel(translate("Usage", "Time"), self._pick)
        label.setBuddy(self.period)
        label.setMinimumHeight(self.period.sizeHint().height())
        for widget in (label, self.period, self.export_button):
            pick.addWidget(widget)
        self._line = QWidget(self._head)
        line = FlowLayout(self._line, SPACE * 2)
        line.addWidget(self.tabs)
        line.addWidget(self._pick)
        head = QVBoxLayout(self._head)
        head.setContentsMargins(SPACE * 2 - TAB_PAD, SPACE, SPACE * 2, SPACE // 2)
        head.addWidget(self._line)
        for page in (self.overview, self.groups, self._nothing):
            self._body.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addWidget(self._body, 1)

    def _connect(self) -> None:
        model = self.model
        self.tabs.currentChanged.connect(self._show_tab)
        self.period.chosen.connect(model.show_period)
        model.changed.connect(self._show)
        model.failed.connect(self.failed)
        self.groups.group_chosen.connect(model.show_group)
        self.groups.opened.connect(self._open)
        self.overview.open_run.connect(self.open_run)
        self.overview.settings_wanted.connect(self.settings_wanted)

    # -- what is shown

    def _show(self) -> None:
        if (figures := self.model.figures) is None:
            return
        self.overview.show_figures(figures)
        self.groups.show_figures(figures)
        self._show_tab()

    def _show_tab(self) -> None:
        figures, tab = self.model.figures, self.tab
        timed = tab in ("overview", "groups")
        self._pick.setVisible(timed)
        self._fit_head()
        never = figures is not None and not figures.ever
        self._body.setCurrentWidget(self._nothing if timed and never else self._view(tab))
        self.export_button.setEnabled(figures is not None and figures.ever)

    def _view(self, tab: Tab) -> QWidget:
        match tab:
            case "overview":
                return self.overview
            case "groups":
                return self.groups
            case "sellers":
                return self.sellers
            case "prompt":
                return self.prompt

    # -- what a person does

    def _open(self, group: str, key: str) -> None:
        if group == "session":
            self.open_chat.emit(key)
        elif group == "job":
            self.open_job.emit(key)

    def _offer_export(self) -> None:
        menu = QMenu(self)
        choices = {
            "days": translate("Usage", "Days and what they cost (CSV)"),
            "groups": translate("Usage", "Where it went, as it is shown (CSV)"),
            "calls": translate("Usage", "Each model call (CSV)"),
        }
        for what, title in choices.items():
            menu.addAction(title).triggered.connect(lambda _checked=False, what=what: self.export(what))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.export_button.mapToGlobal(self.export_button.rect().bottomLeft()))

    def export(self, what: str) -> None:
        """Ask where, then write `days`, `groups` or `calls`."""
        self._start(self._export(what), "export usage")

    async def _export(self, what: str) -> None:
        path = await export_usage(self.window(), self.model, what)
        if path is not None:
            self.said.emit(translate("Usage", "Written: {path}").format(path=path))
