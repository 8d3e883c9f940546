"""The left side of the window: places, chats, and what is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.theme import SPACE, pixmap
from app.translation import dollars, translate
from app.widgets.session_list import SessionList

if TYPE_CHECKING:
    from app.viewmodels.status import Status

SEARCH_DELAY_MS = 150
_ICON = 16
_ICON_ROOM = QSize(_ICON + 6, _ICON)


class Sidebar(QWidget):
    """Says what a person chose; shows what it is told."""

    page_chosen = Signal(str)
    """`chats`, `automations`, `activity`, `extensions`, `usage` or `settings`."""
    new_chat = Signal()
    searched = Signal(str)
    """The text in the search field, some moments after the last key."""
    needs_you = Signal()
    pause = Signal()
    """Pause, or resume."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        # In the order in which they are seen: Tab and screen readers go by it.
        self._places = {
            "chats": self._place("chats", translate("Sidebar", "Chats")),
            "automations": self._place("automations", translate("Sidebar", "Automations")),
            "activity": self._place("activity", translate("Sidebar", "Activity")),
            "extensions": self._place("extensions", translate("Sidebar", "Skills and plugins")),
            "usage": self._place("usage", translate("Sidebar", "Usage")),
            "settings": self._place("settings", translate("Sidebar", "Settings")),
        }
        self._new = self._button(translate("Sidebar", "New chat"))
        self._new.setProperty("role", "place")
        self._new.clicked.connect(self.new_chat)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(translate("Sidebar", "Search chats"))
        self.search.setAccessibleName(translate("Sidebar", "Search chats"))
        self._delay = QTimer(self, singleShot=True, interval=SEARCH_DELAY_MS)
        self._delay.timeout.connect(lambda: self.searched.emit(self.search.text()))
        self.search.textChanged.connect(self._delay.start)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._offer_to_clear)
        self.sessions = SessionList(self)
        self._needs = QPushButton(self)
        self._needs.setProperty("role", "needs-you")
        self._needs.clicked.connect(self.needs_you)
        self._needs.hide()
        self._spent = QLabel(self)
        self._spent.setTextFormat(Qt.TextFormat.PlainText)
        self._spent.setWordWrap(True)  # half an amount would be another one
        self._spent.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._pause = QToolButton(self)
        self._pause.setProperty("role", "quiet")
        self._pause.clicked.connect(self.pause)
        self._lay_out()
        self._draw_icons()
        self._show_pause(paused=False)

    def _button(self, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(words)
        button.setIconSize(_ICON_ROOM)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def _place(self, name: str, title: str) -> QToolButton:
        button = self._button(title)
        button.setProperty("role", "quiet")
        button.clicked.connect(lambda: self.page_chosen.emit(name))
        return button

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.setSpacing(SPACE // 2)
        for button in self._places.values():
            layout.addWidget(button)
        layout.addSpacing(SPACE)
        layout.addWidget(self._new)
        layout.addWidget(self.search)
        layout.addWidget(self.sessions, 1)
        layout.addWidget(self._needs)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE // 2, 0, 0, 0)
        foot.addWidget(self._spent, 1)
        foot.addWidget(self._pause)
        layout.addLayout(foot)

    def _offer_to_clear(self, _text: str) -> None:
        """Have the button when there is something to clear: its picture alone takes 14 ms of the start."""
        self.search.textChanged.disconnect(self._offer_to_clear)
        self.search.setClearButtonEnabled(True)
        for clear in self.search.findChildren(QToolButton):
            clear.setAccessibleName(translate("Settings", "Clear the search"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search field: down goes to what it found, Esc ends the search."""
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
            if event.key() == Qt.Key.Key_Down and not self._delay.isActive():
                self.sessions.enter()
                return True
        return super().eventFilter(watched, event)

    def show_page(self, name: str) -> None:
        """Mark the place that is shown."""
        for place, button in self._places.items():
            button.setProperty("shown", place == name)
            # Not checkable: assistive technology would call a place a check box.
            button.setAccessibleDescription(translate("Sidebar", "Shown now") if place == name else "")
            button.style().polish(button)

    def show_needs(self, name: str, count: int) -> None:
        """Say beside a place how much in it needs a person."""
        title = translate("Sidebar", "Skills and plugins")
        words = translate("Sidebar", "{place} ({count})").format(place=title, count=count)
        self._places[name].setText(words if count else title)

    def show_status(self, status: Status) -> None:
        """Show what is going on."""
        count = len(status.needs)
        self._needs.setVisible(count > 0)
        self._needs.setText(translate("Sidebar", "Homard needs you (%n)", count))
        self._spent.setText(_spent_words(status))
        self._show_pause(paused=status.pause is not None)

    def _show_pause(self, *, paused: bool) -> None:
        self._pause.setText(translate("Sidebar", "Resume") if paused else translate("Sidebar", "Pause"))
        self._pause.setToolTip(
            translate("Sidebar", "Let Homard go on")
            if paused
            else translate("Sidebar", "Let no run call a model for a while")
        )

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icons in the colours of the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()
        super().changeEvent(event)

    def _draw_icons(self) -> None:
        pictures = {
            "chats": "chat", "automations": "calendar", "activity": "activity", "extensions": "plug",
            "usage": "chart", "settings": "settings",
        }  # fmt: skip
        for name, picture in pictures.items():
            self._places[name].setIcon(_spaced(picture, self._places[name]))
        self._new.setIcon(_spaced("plus", self._new))


def _spaced(name: str, button: QToolButton) -> QIcon:
    """An icon with room between it and the words: Qt's own leaves two pixels."""
    ratio = button.devicePixelRatioF()
    made = QPixmap(_ICON_ROOM * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    left = _ICON_ROOM.width() - _ICON if button.isRightToLeft() else 0
    painter.drawPixmap(left, 0, pixmap(name, _ICON, ratio=ratio))
    painter.end()
    return QIcon(made)


def _spent_words(status: Status) -> str:
    if status.pause is not None:
        return translate("Sidebar", "Paused")
    if working := status.working:
        return translate("Sidebar", "%n run(s) working", working)
    if status.spent_usd is None:
        return ""
    amount = dollars(status.spent_usd) if status.spent_usd >= 0.005 or not status.spent_usd else f"< {dollars(0.01)}"
    if status.limit_usd is not None:
        limit = dollars(status.limit_usd)
        amount = translate("Sidebar", "{amount} of {limit}").format(amount=amount, limit=limit)
    words = translate("Sidebar", "Today: {amount}").format(amount=amount)
    return f"{words} + ?" if status.spent_unknown else words
