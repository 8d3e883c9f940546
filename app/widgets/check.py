"""A box to tick in the colours of the theme: it is seen on every background, ticked or not."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QStyle, QWidget

from app.theme import SPACE, colors

RING = 3
"""Room around it for the focus ring."""
_FLAGS = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter


class Check(QCheckBox):
    """With words beside it, or without: then something else tells them. It grows with the font."""

    def __init__(self, name: str, parent: QWidget | None = None, *, words: bool = False) -> None:
        """`name` is the accessible name; `words`: it stands beside the box."""
        super().__init__(name if words else "", parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """About as high as a line of text."""
        words = self.fontMetrics().horizontalAdvance(self.text()) + SPACE if self.text() else 0
        return QSize(self._side + words, self._side)

    @property
    def _side(self) -> int:
        return max(16, self.fontMetrics().height() - 2) + 2 * RING

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        """All of it can be clicked."""
        return True

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Draw the box, its tick (a dash where some of it holds), and the ring while it has the focus."""
        theme, state = colors(), self.checkState()
        on = state != Qt.CheckState.Unchecked
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        square = self._square()
        box = QRectF(square).adjusted(RING + 0.5, RING + 0.5, -RING - 0.5, -RING - 0.5)
        painter.setPen(QPen(QColor(theme.strong if on else theme.muted), 1.2))
        painter.setBrush(QColor(theme.strong if on else theme.base))
        painter.drawRoundedRect(box, 3, 3)
        if on:
            painter.setPen(QPen(QColor(theme.on_strong), 1.8))
            some = state == Qt.CheckState.PartiallyChecked
            places = ((0.26, 0.5), (0.74, 0.5)) if some else ((0.24, 0.52), (0.43, 0.7), (0.77, 0.32))
            painter.drawPolyline(
                QPolygonF([QPointF(box.x() + x * box.width(), box.y() + y * box.height()) for x, y in places])
            )
        if self.text():
            words = self.rect().adjusted(self._side + SPACE // 2, 0, 0, 0)
            painter.setPen(QColor(theme.text if self.isEnabled() else theme.muted))
            flags = QStyle.visualAlignment(self.layoutDirection(), _FLAGS)
            painter.drawText(QStyle.visualRect(self.layoutDirection(), self.rect(), words), int(flags), self.text())
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.link), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(square).adjusted(1, 1, -1, -1), 5, 5)

    def _square(self) -> QRect:
        square = QRect(0, (self.height() - self._side) // 2, self._side, self._side)
        return QStyle.visualRect(self.layoutDirection(), self.rect(), square)
