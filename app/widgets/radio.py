"""A radio button in the colours of the theme, with a visible focus."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QWidget

from app.theme import RADIUS, SPACE, colors

_RING = 3


class Radio(QRadioButton):
    """One of several ways; give them a QButtonGroup."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """Words, mark and room for the focus ring."""
        metrics = self.fontMetrics()
        mark = metrics.ascent() + 4
        width = metrics.horizontalAdvance(self.text()) + 2 + mark + SPACE  # 2: an advance is rounded
        return QSize(width + 2 * _RING, max(metrics.height(), mark) + 2 * _RING)

    def minimumSizeHint(self) -> QSize:
        """Words are cut with … before they widen the window."""
        return QSize(self.fontMetrics().averageCharWidth() * 16, self.sizeHint().height())

    def hitButton(self, pos: object) -> bool:
        """All of it can be clicked."""
        return True

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Draw mark and words, and the ring while it has the focus."""
        theme, metrics = colors(), self.fontMetrics()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        mark = metrics.ascent() + 4.0
        x = self.width() - _RING - mark if rtl else float(_RING)
        circle = QRectF(x, (self.height() - mark) / 2, mark, mark).adjusted(1, 1, -1, -1)
        enabled = self.isEnabled()
        painter.setPen(QPen(QColor(theme.muted if enabled else theme.border), 1.2))
        painter.setBrush(QColor(theme.base))
        painter.drawEllipse(circle)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.strong if enabled else theme.muted))
            painter.drawEllipse(QPointF(circle.center()), circle.width() / 4, circle.width() / 4)
        painter.setPen(QColor(theme.text if enabled else theme.muted))
        room = self.width() - mark - SPACE - 2 * _RING
        words = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room))
        area = QRectF(_RING if rtl else mark + SPACE + _RING, 0, room, self.height())
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | side, words)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.link), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
