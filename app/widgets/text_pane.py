"""Read-only text of full height: the base of everything in a transcript that can be selected."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextCursor,
    QTextDocument,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from app.theme import RADIUS, colors

MONO_SIZE = 0.93
"""Of monospaced letters beside others: at the same size they look larger."""
_SHEET = "border: none; padding: 0; background: transparent"
_BUBBLING = {
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End,
    Qt.Key.Key_Space,
}  # fmt: skip
_KEEPS_FRAME = {
    Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason, Qt.FocusReason.MenuBarFocusReason,
}  # fmt: skip


class _Document(QTextDocument):
    """Never loads anything: not from the network, not from the disk, not from a `data:` address."""

    def loadResource(self, type: int, name: QUrl | str) -> Any:
        return None


class TextPane(QTextBrowser):
    """A text without frame and vertical scroll bar that is as high as its content (`heightForWidth`).

    Selectable by mouse and keyboard. Plain arrow, page and home keys and the wheel go to whatever scrolls around it;
    with Shift or Ctrl they select and move inside. A focus that came by the keyboard is framed.
    """

    def __init__(self, parent: QWidget | None = None, *, wrap: bool = True, margin: int = 0) -> None:
        super().__init__(parent)
        document = _Document(self)
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(margin)
        self.setDocument(document)
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet(_SHEET)
        self.viewport().setAutoFillBackground(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLineWrapMode(self.LineWrapMode.WidgetWidth if wrap else self.LineWrapMode.NoWrap)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere if wrap else QTextOption.WrapMode.NoWrap)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        # Not Fixed: a layout would then bound the height by the size hint, which is that of another width.
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursorWidth(0)
        self.verticalScrollBar().valueChanged.connect(self._stay_at_top)
        self._framed = False

    def has_selection(self) -> bool:
        """Whether some of the text is selected."""
        return self.textCursor().hasSelection()

    def _stay_at_top(self, value: int) -> None:
        """Undo what Qt does to show the caret while the text is still higher than the pane."""
        if value:
            self.verticalScrollBar().setValue(0)

    def set_indent(self, pixels: int) -> None:
        """Move the text away from the left edge."""
        self.setViewportMargins(pixels, 0, 0, 0)

    def heightForWidth(self, width: int) -> int:
        """Height of the whole text when it is laid out in that width."""
        self.ensurePolished()
        document = self.document()
        width -= self.viewportMargins().left()
        if self.lineWrapMode() == self.LineWrapMode.WidgetWidth and document.textWidth() != width:
            document.setTextWidth(width)
        size = document.size()
        too_wide = size.width() > width + 1
        return int(size.height() + 0.999) + (self.horizontalScrollBar().sizeHint().height() if too_wide else 0)

    def sizeHint(self) -> QSize:
        """Ask for the height of the text."""
        wraps = self.lineWrapMode() == self.LineWrapMode.WidgetWidth
        known = not wraps or self.document().textWidth() > 0
        return QSize(120, round(self.document().size().height()) if known else self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:
        """Shrink as far as the layout likes: text wraps or scrolls sideways."""
        return QSize(40, 8)

    def keep_selection(self, change_text: Any) -> None:
        """Call `change_text()`, which sets a text that starts like this one, and put the selection back."""
        before = self.textCursor()
        anchor, position = before.anchor(), before.position()
        change_text()
        if anchor == position:
            return
        last = self.document().characterCount() - 1
        after = self.textCursor()
        after.setPosition(min(anchor, last))
        after.setPosition(min(position, last), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(after)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways only; what is vertical goes to whatever scrolls around it."""
        sideways = abs(event.angleDelta().x()) > abs(event.angleDelta().y())
        if sideways and self.horizontalScrollBar().maximum() > 0:
            super().wheelEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Leave the plain keys that scroll to whatever scrolls around it."""
        plain = ev.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and Qt.Key(ev.key()) in _BUBBLING:
            ev.ignore()
        else:
            super().keyPressEvent(ev)

    def focusInEvent(self, e: QFocusEvent) -> None:
        """Show the frame when the focus came by the keyboard."""
        if e.reason() not in _KEEPS_FRAME:
            self._framed = e.reason() != Qt.FocusReason.MouseFocusReason
        self.setCursorWidth(int(self._framed))
        super().focusInEvent(e)
        self.viewport().update()

    def focusOutEvent(self, ev: QFocusEvent) -> None:
        """Take the frame away."""
        if ev.reason() not in _KEEPS_FRAME:
            self._framed = False
        super().focusOutEvent(ev)
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self.updateGeometry()

    def paintEvent(self, e: QPaintEvent) -> None:
        """Draw the text, then the frame of the focus."""
        super().paintEvent(e)
        if self._framed and self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colors().link), 2))
            painter.drawRoundedRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1), RADIUS - 2, RADIUS - 2)
            painter.end()
