"""A strip at the top of the window that tells one thing at a time and never waits for an answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from app.theme import SPACE, colors, icon, pixmap
from app.translation import translate
from app.widgets.elided_label import breakable

Kind = Literal["info", "warning", "error"]

UNDO_MS = 10_000
SHOWN_CHARS = 1_000
MAX_WAITING = 20
"""Beyond that the oldest is dropped: nobody reads more."""
_ICON = 20
_STRIPE = 4


@dataclass(frozen=True)
class _Message:
    text: str
    kind: Kind
    action: str
    callback: Callable[[], object] | None
    lasts_ms: int
    """0: until it is closed."""

    def says(self, other: _Message) -> bool:
        return (self.text, self.kind, self.action) == (other.text, other.kind, other.action)


class Banner(QWidget):
    """Hidden while there is nothing to tell. Messages that stay wait for each other; an undo goes first and passes."""

    closed = Signal()
    """The last message is gone."""

    def __init__(self, parent: QWidget | None = None, *, undo_ms: int = UNDO_MS) -> None:
        super().__init__(parent)
        self._undo_ms = undo_ms
        self._waiting: deque[_Message] = deque()
        self._shown: _Message | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self._rest_ms = 0
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._more = QLabel(self)
        self._more.setForegroundRole(self._more.palette().ColorRole.PlaceholderText)
        self.action = QPushButton(self)
        self.close_button = QToolButton(self)
        self._lay_out()
        self.hide()

    def tell(
        self, text: str, kind: Kind = "info", *, action: str = "", callback: Callable[[], object] | None = None
    ) -> None:
        """Show a message until it is closed or its action is taken, after those that came before.

        `text` says what happened, what was kept and what to do next. The same message is not shown twice.
        """
        self._put(_Message(text, kind, action, callback, 0))

    def offer_undo(self, text: str, callback: Callable[[], object]) -> None:
        """Say what was done and offer to take it back, for ten seconds; longer while pointed at or focused.

        It takes the place of an undo before it.
        """
        self._put(_Message(text, "info", translate("Banner", "Undo"), callback, self._undo_ms))

    def dismiss(self) -> None:
        """Close the message that is shown; the next one comes."""
        self._timer.stop()
        had_focus = self._has_focus()
        self._shown = None
        if self._waiting:
            self._show(self._waiting.popleft())
            return
        if had_focus and (following := self.nextInFocusChain()) is not None:
            following.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self.closed.emit()

    @property
    def text(self) -> str:
        """What is shown; empty when nothing is."""
        return self._shown.text if self._shown else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the strip, its stripe and its icon."""
        kind = self._shown.kind if self._shown else "info"
        theme = colors()
        color = {"info": theme.link, "warning": theme.warn, "error": theme.error}[kind]
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.raised))
        painter.fillRect(QRectF(0, 0, _STRIPE, self.height()), QColor(color))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(theme.border))
        drawn = pixmap("alert" if kind != "info" else "info", _ICON, color, self.devicePixelRatioF())
        painter.drawPixmap(_STRIPE + SPACE * 3 // 2, (self.height() - _ICON) // 2, drawn)

    def event(self, event: QEvent) -> bool:
        """Wait while the pointer is on it; follow the theme."""
        if event.type() == QEvent.Type.Enter:
            self._hold()
        elif event.type() == QEvent.Type.Leave and not self._has_focus():
            self._resume()
        elif event.type() == QEvent.Type.PaletteChange:
            self.close_button.setIcon(icon("cross"))
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait while one of its buttons has the focus."""
        if event.type() == QEvent.Type.FocusIn:
            self._hold()
        elif event.type() == QEvent.Type.FocusOut and not self.underMouse():
            self._resume()
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        self.close_button.setProperty("role", "quiet")
        self.close_button.setIcon(icon("cross"))
        self.close_button.setAccessibleName(translate("Banner", "Close this message"))
        self.close_button.setToolTip(translate("Banner", "Close this message"))
        self.close_button.clicked.connect(self.dismiss)
        self.action.clicked.connect(self._act)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_STRIPE + SPACE * 3 + _ICON, SPACE, SPACE, SPACE)
        layout.setSpacing(SPACE)
        for widget in (self._text, self._more, self.action, self.close_button):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.setStretch(0, 1)
        for button in (self.action, self.close_button):
            button.installEventFilter(self)

    def _put(self, message: _Message) -> None:
        if self._shown is None:
            self._show(message)
        elif message.lasts_ms:
            if not self._shown.lasts_ms:
                self._waiting.appendleft(self._shown)
            self._show(message)
        elif not any(message.says(other) for other in (self._shown, *self._waiting)):
            self._waiting.append(message)
            if len(self._waiting) > MAX_WAITING:
                self._waiting.popleft()
            self._count()

    def _show(self, message: _Message) -> None:
        self._shown = message
        shown = message.text if len(message.text) <= SHOWN_CHARS else f"{message.text[:SHOWN_CHARS]}…"
        self._text.setText(breakable(shown))
        self.action.setText(message.action)
        self.action.setVisible(bool(message.action))
        self._count()
        self.show()
        self.update()
        self._rest_ms = message.lasts_ms
        if not (self.underMouse() or self._has_focus()):
            self._resume()
        self._announce(message)

    def _count(self) -> None:
        waiting = len(self._waiting)
        self._more.setText(translate("Banner", "%n more", waiting))
        self._more.setVisible(waiting > 0)

    def _announce(self, message: _Message) -> None:
        said = QAccessibleAnnouncementEvent(self, message.text[:SHOWN_CHARS])
        if message.kind == "error":
            said.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(said)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _act(self) -> None:
        callback = self._shown.callback if self._shown else None
        self.dismiss()
        if callback is not None:
            callback()

    def _hold(self) -> None:
        if self._timer.isActive():
            self._rest_ms = self._timer.remainingTime()
            self._timer.stop()

    def _resume(self) -> None:
        if self._shown is not None and self._shown.lasts_ms and not self._timer.isActive():
            self._timer.start(max(1, self._rest_ms))

    def _has_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)
