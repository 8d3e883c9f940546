"""What the rows of calm lists are drawn with: the background, the dot, lines with a word at the right."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle

from app.theme import RADIUS, SPACE, colors
from app.widgets.elided_label import one_line

DOT = 8

Part = tuple[str, QFont, QColor]
"""A text, and how it is written."""


def draw_line(painter: QPainter, room: QRect, left: Part, right: Part) -> None:
    """A text that shrinks and, at the end of the line, one that does not."""
    text, font, color = right
    width = QFontMetrics(font).horizontalAdvance(text)
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
    text, font, color = left
    room = room.adjusted(0, 0, -width - SPACE * 2 if width else 0, 0)
    painter.setFont(font)
    painter.setPen(color)
    shown = QFontMetrics(font).elidedText(one_line(text), Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def draw_background(painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
    """Shade the chosen row and the one under the mouse; a ring while the keyboard is there."""
    theme = colors()
    box = rect.adjusted(2, 1, -2, -1)
    selected = bool(state & QStyle.StateFlag.State_Selected)
    if selected or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.hover))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
    if selected and state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(theme.link))
        painter.drawRoundedRect(box, RADIUS, RADIUS)


def draw_dot(painter: QPainter, rect: QRect, line_height: int, color: QColor) -> None:
    """A dot before the first line of a row."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(rect.left() + SPACE + 2, rect.top() + SPACE * 3 // 4 + (line_height - DOT) // 2, DOT, DOT)


def small_font(font: QFont) -> QFont:
    """The font of the lines below the first."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.88)
    return small
