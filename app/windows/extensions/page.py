"""The page of skills and plugins: the list, and what is known of the chosen one."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QMimeData, QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QSplitter, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from agent.errors import HomardError
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.extension_intake import kind_of_text
from app.viewmodels.extension_item import Extension, Kind, kinds_word
from app.viewmodels.extension_list import ExtensionsViewModel
from app.viewmodels.extension_source import Details
from app.viewmodels.settings_fields import Field
from app.widgets.cards.surface import push_button
from app.widgets.cards.words import Words
from app.widgets.empty_state import EmptyState
from app.widgets.tab_strip import TabStrip, beside_text
from app.windows.extensions.add import AddDialog, AddPanel, TeachExtensions
from app.windows.extensions.details import ExtensionDetails, Tab
from app.windows.extensions.drop_shade import DropShade
from app.windows.extensions.extension_list import ExtensionListView
from app.windows.extensions.foot import cost_words
from app.windows.extensions.needs_bar import NeedsBar
from app.windows.extensions.wishes import ExtensionWishes, Start
from app.windows.extensions.work_bar import SHOW_MS, WorkBar

SEARCH_DELAY_MS = 120
SOON_MS = 50
"""One of which much happens is read anew so often at most."""
_NARROW_CHARS = 110
"""Below this width, in characters, the details are under the list instead of beside it."""


class ExtensionsPage(QWidget):
    """Reads everything when it is shown; `take` of its view model keeps it up to date."""

    failed = Signal(str)
    """Something could not be read or done: a sentence."""
    said = Signal(str)
    """Something was done of which nothing is seen here: a sentence."""

    def __init__(self, model: ExtensionsViewModel, start: Start, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.model = model
        self._start = start
        self.wishes = ExtensionWishes(model, start, self)
        self._chosen = ""
        self._tab: Tab | None = None
        """To be shown as soon as the item is read."""
        self._read: tuple[str, Details] | None = None
        """Of which item the details are known."""
        self.kinds = TabStrip(translate("Extensions", "Kind"), self)
        self.search = QLineEdit(self)
        self.add_button = push_button(translate("Extensions", "Add…"), self.show_add, self)
        self.needs = NeedsBar(self)
        self.list = ExtensionListView(model, self)
        self.details = ExtensionDetails(model, self)
        self.teach = TeachExtensions(self)
        self.work = WorkBar(self)
        self.foot = Words("", self, tone="muted", face="small", wrap=True)
        self._shade = DropShade(self)
        self._pause = QTimer(self, singleShot=True, interval=SEARCH_DELAY_MS)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._slow = QTimer(self, singleShot=True, interval=SHOW_MS)
        self._not_found = EmptyState(
            "search",
            translate("Extensions", "Nothing fits"),
            translate("Extensions", "Try fewer words, or another kind."),
            translate("Extensions", "Show all"),
            self.show_all,
            self,
        )
        self._hint = EmptyState(
            "plug",
            translate("Extensions", "Nothing chosen"),
            translate("Extensions", "Choose one to see what it may do."),
        )
        self._body = QStackedWidget(self)
        self._side = QStackedWidget(self)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._lay_out()
        self._connect()
        self._show_body()

    # -- what others want

    def show_item(self, item_id: str, tab: Tab | None = None) -> None:
        """Show one, and something of it."""
        self._chosen, self._tab = item_id, tab
        item = self.model.find(item_id)
        if item is not None and self.model.row_of(item_id) is None:
            self.show_all()
        self._mark()
        self._show_details()

    def show_needs(self) -> None:
        """Show the first at which somebody should look."""
        if needs := self.model.needs():
            self.show_item(needs[0].item_id)

    def show_all(self) -> None:
        """Take back search and kind."""
        self.search.clear()
        self._pause.stop()
        self.model.search("")
        self.kinds.setCurrentIndex(0)
        self.list.setFocus()

    def show_add(self) -> None:
        """Say how something comes in, in a dialog."""
        dialog = AddDialog(self.window())
        self._connect_panel(dialog.panel)
        dialog.open()

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew, and follow what happens."""
        super().showEvent(event)
        self.model.follow(following=True)
        self.model.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.model.follow(following=False)
        self._soon.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the details beside the list, or under it where there is no room."""
        super().resizeEvent(event)
        self._shade.setGeometry(self.rect())
        narrow = self.width() < self.fontMetrics().averageCharWidth() * _NARROW_CHARS
        wanted = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if self._splitter.orientation() != wanted:
            self._splitter.setOrientation(wanted)

    # -- dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, and texts that say what to bring in."""
        if _dropped(event.mimeData()):
            event.acceptProposedAction()
            self._shade.show()
            self._shade.raise_()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It went elsewhere."""
        self._shade.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Bring it in."""
        self._shade.hide()
        if places := _dropped(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.wishes.add_all(places)

    # -- putting together

    def _lay_out(self) -> None:
        words = translate("Extensions", "Search skills and plugins")
        self.search.setPlaceholderText(words)
        self.search.setAccessibleName(words)
        self.search.setClearButtonEnabled(True)
        self.kinds.addTab(translate("Extensions", "All"))
        self._show_kinds()
        self.kinds.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._head = QWidget(self)
        head = QVBoxLayout(self._head)
        head.setContentsMargins(SPACE * 2, SPACE, SPACE * 2, SPACE // 2)
        head.setSpacing(SPACE // 2)
        line = QHBoxLayout()
        line.setSpacing(SPACE)
        line.addWidget(self.search, 1)
        line.addWidget(self.add_button)
        head.addLayout(line)
        head.addLayout(beside_text(self.kinds, 0))
        for page in (self._hint, self.details):
            self._side.addWidget(page)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(SPACE // 2, 0, SPACE // 2, SPACE // 2)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.list, 1)
        self.foot.setContentsMargins(SPACE * 3 // 2, 0, SPACE, 0)
        column.addWidget(self.foot)
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
        for page in (self._splitter, self.teach, self._not_found):
            self._body.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addWidget(self.work)
        layout.addWidget(self.needs)
        layout.addWidget(self._body, 1)

    def _connect(self) -> None:
        model, details, wishes = self.model, self.details, self.wishes
        self.search.textChanged.connect(self._pause.start)
        self._pause.timeout.connect(lambda: model.search(self.search.text()))
        self.kinds.currentChanged.connect(self._show_kind)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.remove_wanted.connect(partial(wishes.do, "remove"))
        self.list.activated.connect(lambda: details.tabs.setFocus())
        for changed in (model.modelReset, model.loaded):
            changed.connect(self._show_body)
        model.modelReset.connect(self._mark)
        model.opened.connect(self._show_kinds)
        model.loaded.connect(self._show_loaded)
        model.updated.connect(self._update)
        model.failed.connect(self.failed)
        self._soon.timeout.connect(self._show_details)
        details.wished.connect(wishes.do)
        details.tab_shown.connect(self._show_tab)
        details.log.wanted.connect(self._read_log_soon)
        details.settings.entered.connect(self._change_setting)
        wishes.refused.connect(details.settings.show_problem)
        wishes.busy_changed.connect(self._show_busy)
        self._slow.timeout.connect(self._show_work)
        self.work.stopped.connect(wishes.stop)
        wishes.said.connect(self.said)
        wishes.came.connect(self.show_item)
        self.needs.wanted.connect(self.show_needs)
        self._connect_panel(self.teach.panel)

    def _connect_panel(self, panel: AddPanel) -> None:
        panel.folder_wanted.connect(self.wishes.choose_folder)
        panel.file_wanted.connect(self.wishes.choose_file)
        panel.trust_wanted.connect(self.wishes.choose_trusted)
        panel.pasted.connect(self.wishes.add)

    # -- what a person does

    def _choose(self, index: QModelIndex) -> None:
        item = index.data(ExtensionsViewModel.ItemRole)
        if isinstance(item, Extension) and item.item_id != self._chosen:
            self._chosen = item.item_id
            self._show_details()

    def _change_setting(self, field: Field, value: object) -> None:
        self.wishes.change_setting(self.details.item_id, field, value)

    def _show_kinds(self) -> None:
        for kind in self.model.kinds:
            self.kinds.addTab(kinds_word(kind))
        self.kinds.setVisible(len(self.model.kinds) > 1)

    def _show_kind(self, at: int) -> None:
        kinds: list[Kind | None] = [None, *self.model.kinds]
        self.model.show_kind(kinds[at])

    # -- what is shown

    def _show_body(self) -> None:
        model = self.model
        self._head.setVisible(not model.is_empty)
        if not model.is_empty:
            self._body.setCurrentWidget(self._splitter if model.rowCount() else self._not_found)
        elif not model.is_reading:
            self._body.setCurrentWidget(self.teach)

    def _show_loaded(self) -> None:
        self.needs.show_needs(self.model.needs())
        self.foot.setText(cost_words(self.model.costs()))
        self.foot.setVisible(bool(self.foot.text()))
        self._mark()
        self._show_details()

    def _mark(self) -> None:
        """Mark the chosen one in a list that is another one now; the first one where none was chosen."""
        row = self.model.row_of(self._chosen) if self._chosen else None
        if row is None and self.model.rowCount() and (not self._chosen or self.model.find(self._chosen) is None):
            row, self._chosen = 0, ""
        if row is not None:
            self.list.setCurrentIndex(self.model.index(row))

    def _update(self, item_id: str) -> None:
        if item_id == self._chosen and self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _show_details(self) -> None:
        item = self.model.find(self._chosen) if self._chosen else None
        if item is None:
            self._side.setCurrentWidget(self._hint)
            return
        known = self._read[1] if self._read is not None and self._read[0] == item.item_id else None
        self.details.show_item(item, known, self.wishes.busy)
        self._side.setCurrentWidget(self.details)
        self._start(self._read_details(item), "details")

    async def _read_details(self, item: Extension) -> None:
        try:
            details = await self.model.sources[item.kind].details(item.key)
        except HomardError:
            if self.model.find(item.item_id) is not None:
                self.model.refresh()  # it went, or became something else
            return
        if not Shiboken.isValid(self) or item.item_id != self._chosen:
            return
        self._read = item.item_id, details
        self.details.show_item(self.model.find(item.item_id) or item, details, self.wishes.busy)
        if self._tab is not None:
            self.details.show_tab(self._tab)
            self._tab = None

    def _show_busy(self) -> None:
        if not self.wishes.busy:
            self._slow.stop()
            self._show_work()
        elif not self._slow.isActive():
            self._slow.start()
        self._show_details()

    def _show_work(self) -> None:
        self.work.show_work([doing.words for doing in self.wishes.busy.values() if doing.words])

    def look_again(self) -> None:
        """Read anew if somebody looks: files may have changed while they were elsewhere."""
        if self.isVisible():
            self.model.refresh()

    def _show_tab(self, tab: Literal["about", "changes", "tools", "settings", "text", "log"]) -> None:
        if tab == "log":
            self._read_log_soon()

    def _read_log_soon(self) -> None:
        item = self.model.find(self._chosen)
        if item is not None:
            self._start(self._read_log(item), "log")

    async def _read_log(self, item: Extension) -> None:
        text = await self.model.sources[item.kind].log(item.key)
        if Shiboken.isValid(self) and item.item_id == self._chosen:
            await asyncio.sleep(0)
            self.details.log.show_log(text)


def _dropped(data: QMimeData) -> list[Path | str]:
    """What a drag brings: files of this machine, or a text that says what to bring in."""
    local: list[Path | str] = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if local:
        return local
    text = data.text() if data.hasText() else ""
    return [text] if kind_of_text(text) is not None else []
