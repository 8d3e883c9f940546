"""A check box that is drawn as a switch: on or off, in force at once."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from app.theme import colors

_RING = 3
"""Room around it for the focus ring."""


class Switch(QCheckBox):
    """Without words of its own: give it an accessible name. It grows with the font."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """A little higher than a line of text, about twice as wide."""
        height = max(20, self.fontMetrics().height() + 2)
        return QSize(height * 9 // 5 + 2 * _RING, height + 2 * _RING)

    def minimumSizeHint(self) -> QSize:
        """The same: half a switch says nothing."""
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        """All of it can be clicked."""
        return True

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Draw track and knob, and the ring while it has the focus."""
        theme, on = colors(), self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(self.rect()).adjusted(_RING + 0.5, _RING + 0.5, -_RING - 0.5, -_RING - 0.5)
        round_by = track.height() / 2
        painter.setPen(QPen(QColor(theme.strong if on else theme.muted), 1))
        painter.setBrush(QColor(theme.strong if on else theme.base))
        painter.drawRoundedRect(track, round_by, round_by)
        leading = on != (self.layoutDirection() == Qt.LayoutDirection.RightToLeft)
        center = QPointF(track.right() - round_by if leading else track.left() + round_by, track.center().y())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.on_strong if on else theme.muted))
        painter.drawEllipse(center, round_by - 4, round_by - 4)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.link), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
