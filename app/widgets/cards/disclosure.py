"""A line that opens to more."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMargins, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyleOptionToolButton, QStylePainter, QVBoxLayout, QWidget

from app.theme import SPACE, colors
from app.widgets.cards.surface import QuietTool, column
from app.widgets.elided_label import plain_tooltip

ICON = 16
_FEW_CHARS = 12


def chevron(opened: bool) -> str:
    """The icon of something that is open or closed."""
    return "chevron-down" if opened else "chevron-right"


class DisclosureTool(QuietTool):
    """A small arrow that opens and closes something; Enter works as Space does."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__("chevron-right", name, parent)
        self.setCheckable(True)
        self.toggled.connect(self._turn)

    def _turn(self, opened: bool) -> None:
        self.show_icon(chevron(opened))

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        """The arrow says that it is open; it need not look pressed as well."""
        super().initStyleOption(option)
        option.state &= ~QStyle.StateFlag.State_On  # pyright: ignore[reportAttributeAccessIssue]

    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        """Enter as Space."""
        if arg__1.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(arg__1)


class _WordsTool(DisclosureTool):
    """The arrow with a word beside it, at the leading edge: Qt would put both in the middle."""

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + ICON + SPACE * 2, metrics.height() + SPACE)

    def minimumSizeHint(self) -> QSize:
        return QSize(ICON + SPACE * 2 + self.fontMetrics().averageCharWidth() * _FEW_CHARS, self.sizeHint().height())

    def event(self, e: QEvent) -> bool:
        """Say in a tooltip what is cut."""
        if e.type() == QEvent.Type.ToolTip:
            self.setToolTip(plain_tooltip(self.text()) if self.width() < self.sizeHint().width() else "")
        return super().event(e)

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text, option.icon = "", QIcon()  # pyright: ignore[reportAttributeAccessIssue]
        QStylePainter(self).drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        painter, side = QPainter(self), self.layoutDirection()
        area = self.rect().adjusted(2, 0, -2, 0)
        square = QRect(area.x(), (self.height() - ICON) // 2, ICON, ICON)
        self.icon().paint(painter, QStyle.visualRect(side, area, square))
        words = QStyle.visualRect(side, area, area.adjusted(ICON + SPACE // 2, 0, 0, 0))
        flags = QStyle.visualAlignment(side, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(QColor(colors().muted))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, int(flags | Qt.TextFlag.TextSingleLine), shown)


class Disclosure(QWidget):
    """An arrow with a word beside it, and a body that is made when it is first opened."""

    toggled = Signal(bool)

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tool = _WordsTool(words, self)
        self._tool.setText(words)
        self._tool.setToolTip("")
        self._tool.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._body: QWidget | None = None
        self._layout: QVBoxLayout = column(self)
        self._layout.addWidget(self._tool, 0, Qt.AlignmentFlag.AlignLeading)
        self._tool.toggled.connect(self._toggle)

    def set_body(self, body: QWidget, margins: QMargins | None = None) -> None:
        """Put this below the line."""
        frame = QWidget(self)
        column(frame, margins).addWidget(body)
        self._body = frame
        self._layout.addWidget(frame)
        frame.setVisible(self._tool.isChecked())

    def open(self, opened: bool) -> None:
        """Open or close it."""
        self._tool.setChecked(opened)

    def is_open(self) -> bool:
        """Whether the body shows."""
        return self._tool.isChecked()

    def _toggle(self, opened: bool) -> None:
        self.toggled.emit(opened)
        if self._body is not None:
            self._body.setVisible(opened)
