"""The Settings screen: a list of sections, a search, and the section that was chosen."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from agent.runtime import Runtime
from agent.safety.secrets import KeyringSecrets
from agent.settings import settings_schema
from agent.tasks import spawn
from app.theme import ICON_SIZE, RADIUS, SPACE, colors, icon
from app.translation import translate
from app.viewmodels.folders import GrantedFolders
from app.viewmodels.offline_model import OfflineModel
from app.viewmodels.providers import Providers
from app.viewmodels.rules import Rules
from app.viewmodels.sandbox import SandboxModel
from app.viewmodels.settings_fields import Path, read_fields
from app.viewmodels.settings_form import SettingsForm
from app.viewmodels.settings_words import SECTIONS, section_of, section_words
from app.widgets.banner import Banner
from app.windows.settings.advanced import AdvancedPage
from app.windows.settings.broken import BrokenSettings
from app.windows.settings.folders import FoldersPage
from app.windows.settings.form import FieldCards
from app.windows.settings.found import FoundPage
from app.windows.settings.offline_model import OfflinePage
from app.windows.settings.providers import ProvidersPage
from app.windows.settings.safety import SafetyPage
from app.windows.settings.section import SectionPage

_ICONS = {
    "general": "settings",
    "models": "cloud",
    "offline": "chip",
    "folders": "folder",
    "safety": "shield",
    "limits": "clock",
    "automation": "calendar",
    "notifications": "info",
    "advanced": "tool",
}
SEARCH_DELAY_MS = 150
"""What is found is drawn once for a word, not for each of its letters."""
_LIST_CHARS = 34
"""Longer titles are cut."""


def setting_fields() -> list[tuple[str, str, str]]:
    """Path, title and section of each setting that is always there, for the palette."""
    fields = read_fields(settings_schema(), {})
    return [(field.name, field.title, section_words(section_of(field.path)).title) for field in fields]


class SectionList(QListWidget):
    """The names of the sections, with a ring on the chosen one while the keyboard is here."""

    def paintEvent(self, e: QPaintEvent) -> None:
        """Draw the ring over the rows: the chosen one is shaded with and without the keyboard."""
        super().paintEvent(e)
        if self.hasFocus() and self.currentRow() >= 0:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colors().link), 2))
            painter.drawRoundedRect(self.visualItemRect(self.currentItem()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)


class SettingsPage(QWidget):
    """Sections are made when they are first shown. What changes is in force at once."""

    settings_changed = Signal(str)
    """A setting has a new value: its path, for instance `app.theme`."""

    def __init__(self, runtime: Runtime, secrets: KeyringSecrets, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = SettingsForm(runtime, self)
        self.providers = Providers(runtime, secrets, self.form, self)
        self.offline = OfflineModel(runtime, self.form, self)
        self.folders = GrantedFolders(runtime, self.form, self)
        self.rules = Rules(runtime, self)
        self.sandbox = SandboxModel(runtime, self)
        self.search = QLineEdit(self)
        self.list = SectionList(self)
        self.banner = Banner(self)
        self.stack = QStackedWidget(self)
        self._broken = BrokenSettings(runtime.paths.settings, self)
        self._pages: dict[str, SectionPage] = {}
        self._found: FoundPage | None = None
        self._lay_out()
        self._fill_list()
        self._pause = QTimer(self, singleShot=True, interval=SEARCH_DELAY_MS)
        self._pause.timeout.connect(self._search)
        self.search.textChanged.connect(self._typed)
        self.search.installEventFilter(self)
        self.list.currentRowChanged.connect(self._row_chosen)
        self.list.itemSelectionChanged.connect(self._follow_selection)
        self.form.changed.connect(self._tell)
        self.form.reloaded.connect(self._rebuild)
        self.providers.removed.connect(self._provider_removed)
        self.form.broken.connect(self._show_broken)
        self._broken.mended.connect(self._refresh)
        self.list.setCurrentRow(0)

    def show_section(self, name: str) -> None:
        """Show a section: a name of `SECTIONS`.

        The path of a setting (`limits.max_turns`) shows its section with the keyboard on it.
        """
        self.search.clear()
        path = tuple(name.split("."))
        if name in SECTIONS:
            self.list.setCurrentRow(SECTIONS.index(name))
            return
        section = next((one.name for one in self.form.sections() if any(f.path == path for f in one.fields)), "")
        if section:
            self.list.setCurrentRow(SECTIONS.index(section))
            for cards in self._pages[section].findChildren(FieldCards):
                cards.focus_field(path)

    def show_field(self, path: str) -> None:
        """Show a setting (`limits.max_turns`) in its section, with the keyboard on it."""
        self.show_section(path)

    def focus_search(self) -> None:
        """Put the keyboard into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def page(self, name: str) -> SectionPage:
        """A section's page, made now if need be."""
        if name not in self._pages:
            self._pages[name] = self._make_page(name)
            self.stack.addWidget(self._pages[name])
        return self._pages[name]

    def showEvent(self, event: QShowEvent) -> None:
        """Look whether somebody else changed the file meanwhile."""
        super().showEvent(event)
        self.list.doItemsLayout()  # rows measured before the style sheet was there are too low
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the size of text."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "list"):
            for at, name in enumerate(SECTIONS):
                if (item := self.list.item(at)) is not None:  # pyright: ignore[reportUnnecessaryComparison]
                    item.setIcon(icon(_ICONS[name], colors().muted))
        elif event.type() == QEvent.Type.FontChange and hasattr(self, "list"):
            self._size_list()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take the key that finds before the window does: here it looks for settings, not in chats."""
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event.type() in kinds and isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Find):
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self.focus_search()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search field: Esc ends the search, down goes to what it found."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
            if event.key() == Qt.Key.Key_Down:
                if self._pause.isActive():
                    self._search()
                (self._found or self.list).setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _make_page(self, name: str) -> SectionPage:
        section = next(section for section in self.form.sections() if section.name == name)
        match name:
            case "models":
                page = ProvidersPage(self.providers)
                self.providers.reload()
            case "offline":
                page = OfflinePage(self.form, self.offline, section)
            case "folders":
                page = FoldersPage(self.form, self.folders)
                page.removed.connect(self._folder_removed)
            case "safety":
                page = SafetyPage(self.form, section, self.sandbox, self.rules)
                page.removed.connect(self._rule_removed)
            case "advanced":
                page = AdvancedPage(self.form, section)
            case _:
                page = SectionPage(section.title, section.help)
                page.body.addWidget(FieldCards(self.form, section.fields))
                page.finish()
        return page

    def _row_chosen(self, row: int) -> None:
        if 0 <= row < len(SECTIONS):
            self.search.clear()
            self._pause.stop()
            self.stack.setCurrentWidget(self.page(SECTIONS[row]))
            self._drop_found(None)

    def _follow_selection(self) -> None:
        """Go where a screen reader selected: it moves the selection and not the keyboard's place."""
        selected = self.list.selectedItems()
        if selected and selected[0] is not self.list.currentItem():
            self.list.setCurrentItem(selected[0])

    def _typed(self, text: str) -> None:
        if text.strip():
            self._pause.start()
        else:
            self._row_chosen(max(0, self.list.currentRow()))

    def _search(self) -> None:
        self._pause.stop()
        found = FoundPage(self.form, self.search.text())
        found.wanted.connect(self.show_section)
        self.stack.addWidget(found)
        self.stack.setCurrentWidget(found)
        self._drop_found(found)

    def _drop_found(self, newer: FoundPage | None) -> None:
        older, self._found = self._found, newer
        if older is not None:
            self.stack.removeWidget(older)
            older.deleteLater()

    def _rebuild(self) -> None:
        """The advanced section has other fields now."""
        if (page := self._pages.pop("advanced", None)) is not None:
            shown = self.stack.currentWidget() is page
            self.stack.removeWidget(page)
            page.deleteLater()
            if shown:
                self.stack.setCurrentWidget(self.page("advanced"))

    def _tell(self, path: Path, _value: object) -> None:
        self.settings_changed.emit(".".join(path))

    def _refresh(self) -> None:
        spawn(self.form.refresh(), "settings-refresh")

    def _show_broken(self, why: str) -> None:
        self._notice.setVisible(bool(why))
        if why:
            self._broken.show_problem(why)

    def _provider_removed(self, title: str) -> None:
        words = translate("Settings", "{name} is removed, and its key is forgotten.")
        self.banner.offer_undo(words.format(name=title), lambda: self._undo(self.providers.undo_remove))

    def _folder_removed(self, path: str) -> None:
        words = translate("Settings", "{name} is no longer granted to every chat.").format(name=path)
        self.banner.offer_undo(words, lambda: self._undo(self.folders.undo_remove))

    def _rule_removed(self, words: str) -> None:
        removed = translate("Settings", "The rule is removed: {rule}")
        self.banner.offer_undo(removed.format(rule=words), lambda: self._undo(self.rules.undo_remove))

    def _undo(self, undo: Callable[[], Coroutine[Any, Any, str]]) -> None:
        spawn(self._undone(undo), "settings-undo")

    async def _undone(self, undo: Callable[[], Coroutine[Any, Any, str]]) -> None:
        if problem := await undo():
            self.banner.tell(problem, "error")

    def _fill_list(self) -> None:
        self.list.setAccessibleName(translate("Settings", "Sections"))
        self.list.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.list.setSpacing(1)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for name in SECTIONS:
            QListWidgetItem(icon(_ICONS[name], colors().muted), section_words(name).title, self.list)

    def _size_list(self) -> None:
        words = max(self.fontMetrics().horizontalAdvance(section_words(name).title) for name in SECTIONS)
        self._left.setFixedWidth(
            min(words + ICON_SIZE + SPACE * 8, self.fontMetrics().averageCharWidth() * _LIST_CHARS)
        )

    def _lay_out(self) -> None:
        self.search.setPlaceholderText(translate("Settings", "Search settings"))
        self.search.setAccessibleName(translate("Settings", "Search settings"))
        self.search.setClearButtonEnabled(True)
        for clear in self.search.findChildren(QToolButton):
            clear.setAccessibleName(translate("Settings", "Clear the search"))
        self._left = QWidget(self)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(SPACE * 3 // 2, SPACE * 2, SPACE, SPACE)
        left.setSpacing(SPACE)
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        self._size_list()
        self._notice = QWidget(self)
        notice = QVBoxLayout(self._notice)
        notice.setContentsMargins(SPACE * 3, SPACE * 2, SPACE * 3, 0)
        notice.addWidget(self._broken)
        self._notice.hide()
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.banner)
        right.addWidget(self._notice)
        right.addWidget(self.stack, 1)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self._left)
        across.addLayout(right, 1)
        self.setFocusProxy(self.list)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setAutoFillBackground(True)
