"""One of them: how it stands, what can be done about it, and all that is known of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from PySide6.QtCore import QMargins, QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QScrollArea, QStackedWidget, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.extension_item import Act, Extension, act_word, kind_word, standing_word
from app.viewmodels.extension_list import ExtensionsViewModel
from app.viewmodels.extension_source import Details
from app.widgets.cards.surface import FlowLayout, column, push_button
from app.widgets.cards.words import PlainText, Words, revealed
from app.widgets.elided_label import breakable
from app.widgets.long_text import LongText
from app.widgets.sentence_list import NoteList
from app.widgets.tab_strip import TabStrip, beside_text
from app.windows.extensions.about import AboutView, Scrolled
from app.windows.extensions.extension_list import standing_tone
from app.windows.extensions.log import LogView
from app.windows.extensions.settings_form import SettingsForm
from app.windows.extensions.tools import ToolList

Tab = Literal["about", "changes", "tools", "settings", "text", "log"]
TABS: tuple[Tab, ...] = ("about", "changes", "tools", "settings", "text", "log")
ACTS: tuple[Act, ...] = (
    "enable", "review", "sign_in", "disable", "test", "reload", "believe", "update", "rollback", "open", "remove",
)  # fmt: skip
_MAIN: frozenset[Act] = frozenset({"enable", "review", "sign_in"})
_LEAST_LINES = 14
"""Of what is below the tabs; in a lower window everything is scrolled."""


class ExtensionDetails(QScrollArea):
    """Says what a person wants done with what it shows."""

    wished = Signal(str, str)
    """An `Act`, and the item's id."""
    tab_shown = Signal(str)
    """A `Tab` is another one now."""

    def __init__(self, model: ExtensionsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.item_id = ""
        self._name = Words("", face="title", wrap=True)
        self._beside = Words("", tone="muted", face="small", wrap=True)
        self._standing = Words("", wrap=True)
        self._why = PlainText("", name=translate("Extensions", "Why"), face="small")
        self._bar = QWidget()
        self.buttons: dict[Act, QPushButton] = {act: self._button(act) for act in ACTS}
        self.tabs = TabStrip(translate("Extensions", "About it"))
        self.about = AboutView()
        self.changes = NoteList(translate("Extensions", "Since you agreed"), "pencil", "accent")
        self.tools = ToolList()
        self.settings = SettingsForm()
        self.text = LongText(translate("Extensions", "What the model reads"), face="mono")
        self.log = LogView()
        self._stack = _Pages()
        self._lay_out()
        self.tabs.currentChanged.connect(self._show_tab)

    @property
    def tab(self) -> Tab:
        """What is shown below the tabs."""
        shown: dict[str, Tab] = {tab: tab for tab in TABS}
        return shown.get(self.tabs.key, "about")

    def show_tab(self, tab: Tab) -> None:
        """Show something else of it, if it has that."""
        self.tabs.choose(tab)

    def show_item(self, item: Extension, details: Details | None, busy: Collection[str] = ()) -> None:
        """Show one, or what is new of the one that is shown. `details` None: they are being read."""
        another = item.item_id != self.item_id
        self.item_id = item.item_id
        now = self.model.now()
        self._name.setText(breakable(revealed(item.title)))
        beside = (kind_word(item.kind), item.beside, item.cost_words, item.used_words(now), _times(item))
        self._beside.setText(breakable(revealed(" · ".join(part for part in beside if part))))
        self._standing.setText(standing_word(item.standing))
        self._standing.set_tone(standing_tone(item.standing))
        self._why.set_text(revealed(item.why))
        self._why.setVisible(bool(item.why))
        for act, button in self.buttons.items():
            button.setVisible(act in item.acts)
            button.setEnabled(item.item_id not in busy)
        shown = details or Details()
        self.about.show_item(item, shown)
        self.changes.show_lines(shown.changes)
        self.tools.show_tools(shown.tools)
        self.settings.show_settings(shown.settings)
        self.text.set_text(shown.text)
        if another:
            self.log.show_log("")
        if details is not None or another:
            self._show_tabs(item, shown)
        if another:
            for page in self._scrolled:
                page.verticalScrollBar().setValue(0)

    def _show_tabs(self, item: Extension, details: Details) -> None:
        has: dict[Tab, bool] = {
            "about": True,
            "changes": bool(details.changes),
            "tools": bool(details.tools),
            "settings": bool(details.settings),
            "text": bool(details.text),
            "log": details.log,
        }
        self.tabs.show_pages([(tab, title) for tab, title in _titles(len(details.tools)) if has[tab]])

    def _show_tab(self) -> None:
        self._stack.setCurrentIndex(TABS.index(self.tab))
        self.tab_shown.emit(self.tab)

    def _button(self, act: Act) -> QPushButton:
        role = "main" if act in _MAIN else ""
        return push_button(act_word(act), lambda: self.wished.emit(act, self.item_id), self._bar, role=role)

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
        for widget in (self._name, self._beside, self._standing, self._why):
            lines.addWidget(widget)
        lines.addSpacing(SPACE // 2)
        lines.addWidget(self._bar)
        self._scrolled: list[Scrolled] = [self.about]
        bodies: dict[Tab, QWidget] = {
            "changes": self.changes, "tools": self.tools, "settings": self.settings, "text": self.text, "log": self.log,
        }  # fmt: skip
        self._stack.addWidget(self.about)
        for body in bodies.values():
            page = _page(body)
            self._scrolled.append(page)
            self._stack.addWidget(page)
        self._stack.setMinimumHeight(self.fontMetrics().height() * _LEAST_LINES)
        inside = QWidget()
        layout = column(inside, spacing=0)
        layout.addWidget(head)
        layout.addLayout(beside_text(self.tabs))
        layout.addWidget(self._stack, 1)
        self.setWidget(inside)


class _Pages(QStackedWidget):
    """As high as there is room: what is on the pages scrolls by itself."""

    def hasHeightForWidth(self) -> bool:
        """It has none of its own."""
        return False

    def sizeHint(self) -> QSize:
        """No more than it needs at least."""
        return self.minimumSize()


def _page(body: QWidget) -> Scrolled:
    page = Scrolled()
    page.column.addWidget(body)
    page.column.addStretch(1)
    return page


def _times(item: Extension) -> str:
    return translate("Extensions", "%n time(s)", item.uses) if item.uses else ""


def _titles(tools: int) -> list[tuple[Tab, str]]:
    return [
        ("about", translate("Extensions", "About")),
        ("changes", translate("Extensions", "Changes")),
        ("tools", translate("Extensions", "Tools (%n)", tools)),
        ("settings", translate("Extensions", "Settings")),
        ("text", translate("Extensions", "Its text")),
        ("log", translate("Extensions", "Log")),
    ]
