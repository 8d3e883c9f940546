"""A box to tick in the colours of the theme: it is seen on every background, ticked or not."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from app.theme import colors

_RING = 3
"""Room around it for the focus ring."""


class Check(QCheckBox):
    """Without words of its own: give it an accessible name. It grows with the font."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """About as high as a line of text."""
        side = max(16, self.fontMetrics().height() - 2) + 2 * _RING
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        """All of it can be clicked."""
        return True

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Draw the box, its tick, and the ring while it has the focus."""
        theme, on = colors(), self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(_RING + 0.5, _RING + 0.5, -_RING - 0.5, -_RING - 0.5)
        painter.setPen(QPen(QColor(theme.strong if on else theme.muted), 1.2))
        painter.setBrush(QColor(theme.strong if on else theme.base))
        painter.drawRoundedRect(box, 3, 3)
        if on:
            painter.setPen(QPen(QColor(theme.on_strong), 1.8))
            places = ((0.24, 0.52), (0.43, 0.7), (0.77, 0.32))
            painter.drawPolyline(
                QPolygonF([QPointF(box.x() + x * box.width(), box.y() + y * box.height()) for x, y in places])
            )
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.link), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
