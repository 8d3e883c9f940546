"""Ctrl+K: find an action, a chat or a setting by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import Shiboken

from app.actions import Actions
from app.theme import RADIUS, SPACE, colors, icon
from app.translation import translate
from app.viewmodels.palette import Item, Palette, PaletteList, SearchChats
from app.widgets.elided_label import breakable
from app.widgets.entry_list import EntryDelegate

SettingFields = Callable[[], Iterable[tuple[str, str, str]]]
"""`(path, title, section)` of the fields of the settings, translated."""

WIDTH = 640
_UNLISTED = ("palette", "go_settings")
"""It is open, and what leads to the settings is listed once, under its usual name."""
_SHADOW = 16
_SHADE = 3
"""Of 255, for each of its rings: they add up towards the sheet, and the last one is not seen as an edge."""


class CommandPalette(QFrame):
    """Lies over the window while it is open; the window below goes on working. One for a window, opened many times."""

    session_chosen = Signal(str)
    setting_chosen = Signal(str)
    """The path of the field."""

    def __init__(self, window: QWidget, actions: Actions, search_chats: SearchChats, settings: SettingFields) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._settings = settings
        self._before: QWidget | None = None
        self._chosen: Item | None = None
        self.palette_model = Palette(self._action_items, self._setting_items, search_chats, parent=self)
        self._rows = PaletteList(self.palette_model, self)
        self.field = QLineEdit(self)
        self.list = QListView(self)
        self._note = QLabel(self)
        self._lay_out()
        self._connect()
        self.hide()

    def open(self) -> None:
        """Show it with an empty field that has the focus."""
        if self.isVisible():
            self.field.selectAll()
            self.field.setFocus()
            return
        self._before = QApplication.focusWidget()
        self._note.hide()
        self.field.clear()
        self.palette_model.open()
        self._refill()
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def dismiss(self) -> None:
        """Close it and give the focus back."""
        if not self.isVisible():
            return
        inside = self.isAncestorOf(QApplication.focusWidget() or self._window)
        self.palette_model.close()
        self.hide()
        if inside and self._before is not None and Shiboken.isValid(self._before):
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move and choose from within the field; follow the size of the window."""
        if event.type() == QEvent.Type.Resize and watched is self._window and self.isVisible():
            self._place()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._press(watched, event):
            return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._search_icon.setIcon(icon("search", colors().muted))
        super().changeEvent(event)

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Draw the sheet and a soft shadow around it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        sheet = QRectF(self.rect()).adjusted(_SHADOW, _SHADOW, -_SHADOW, -_SHADOW)
        for grown in range(_SHADOW, 0, -1):
            painter.setBrush(QColor(0, 0, 0, _SHADE))
            painter.drawRoundedRect(sheet.adjusted(-grown, 2 - grown, grown, 1 + grown), RADIUS + grown, RADIUS + grown)
        painter.setPen(QColor(colors().border))
        painter.setBrush(QColor(colors().raised))
        painter.drawRoundedRect(sheet.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS + 2, RADIUS + 2)

    def _lay_out(self) -> None:
        self.setAccessibleName(translate("Palette", "Find anything"))
        self.field.setPlaceholderText(translate("Palette", "Find an action, a chat or a setting"))
        self.field.setAccessibleName(translate("Palette", "Find an action, a chat or a setting"))
        self._search_icon = self.field.addAction(
            icon("search", colors().muted), QLineEdit.ActionPosition.LeadingPosition
        )
        self._search_icon.setText(translate("Palette", "Find"))
        self._search_icon.triggered.connect(self.field.selectAll)
        self.list.setAccessibleName(translate("Palette", "What fits"))
        self.list.setModel(self._rows)
        self.list.setItemDelegate(EntryDelegate(self.list, use="menu"))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._note.setMargin(SPACE)
        layout = QVBoxLayout(self)
        margin = _SHADOW + SPACE
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(SPACE)
        for widget in (self.field, self._note, self.list):
            layout.addWidget(widget)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._type)
        self.palette_model.changed.connect(self._refill)
        self.palette_model.failed.connect(self._tell)
        self.list.clicked.connect(self._click)
        self.list.selectionModel().currentChanged.connect(self._speak)
        for watched in (self.field, self.list, self._window):
            watched.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)

    def _action_items(self) -> Iterable[Item]:
        for entry in self._actions.entries():
            if entry.action_id not in _UNLISTED:
                yield Item("action", entry.action_id, entry.title, "", entry.shortcut, entry.icon, entry.keywords)

    def _setting_items(self) -> Iterable[Item]:
        for path, title, section in self._settings():
            yield Item("setting", path, title, section, "", "settings", path)

    def _type(self, text: str) -> None:
        if not self.isVisible():
            return
        self.palette_model.set_text(text)
        self._select(self._rows.first())

    def _refill(self) -> None:
        row = self._rows.row_of(self._chosen)
        self._select(row if row >= 0 else self._rows.first())
        if self._rows.rowCount() == 0:
            self._tell(translate("Palette", "Nothing fits. Try fewer letters."))
        else:
            self._note.hide()
        if self.isVisible():
            self._place()

    def _tell(self, text: str) -> None:
        self._note.setText(breakable(text))
        self._note.show()
        if self.isVisible():
            self._place()

    def _place(self) -> None:
        """Centre it in the upper part of the window, as high as its rows, up to two thirds."""
        room = self._window.size()
        width = min(WIDTH + 2 * _SHADOW, room.width())
        rows = sum(self.list.sizeHintForRow(row) for row in range(self._rows.rowCount()))
        fixed = self.field.sizeHint().height() + 2 * (_SHADOW + SPACE) + (SPACE if rows else 0)
        if not self._note.isHidden():
            fixed += self._note.heightForWidth(width - 2 * (_SHADOW + SPACE)) + SPACE
        self.list.setVisible(rows > 0)
        height = min(fixed + rows + 2, max(200, room.height() * 2 // 3), room.height())
        self.setGeometry((room.width() - width) // 2, min(room.height() // 12, room.height() - height), width, height)

    def _press(self, watched: QObject, event: QKeyEvent) -> bool:
        key = event.key()
        if watched is self._window:
            return False
        if key == Qt.Key.Key_Escape:
            self.dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex().row())
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            by = 1 if key == Qt.Key.Key_Down else -1
            self._select(self._rows.step(self.list.currentIndex().row(), by))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and watched is self.field:
            QApplication.sendEvent(self.list, event)
        else:
            return False
        return True

    def _select(self, row: int) -> None:
        index = self._rows.index(row, 0)
        self.list.setCurrentIndex(index)
        entry = self._rows.entry(row)
        self._chosen = entry if isinstance(entry, Item) else None
        self.list.scrollTo(index if self._rows.first() < row else self._rows.index(0, 0))

    def _click(self, index: QModelIndex) -> None:
        self._choose(index.row())

    def _choose(self, row: int) -> None:
        entry = self._rows.entry(row)
        if not isinstance(entry, Item):
            return
        self.palette_model.chosen(entry)
        self.dismiss()
        if entry.kind == "action":
            self._actions.trigger(entry.key)
        elif entry.kind == "chat":
            self.session_chosen.emit(entry.key)
        else:
            self.setting_chosen.emit(entry.key)

    def _speak(self, current: QModelIndex) -> None:
        """Tell a screen reader where the arrows went: the focus itself stays in the field."""
        entry = self._rows.entry(current.row())
        if isinstance(entry, Item):
            self._chosen = entry
            if self.isVisible() and not self.list.hasFocus():
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.list, entry.spoken))

    def _follow_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and now is not self and not self.isAncestorOf(now):
            self.dismiss()
