"""The picture in the tray: the mark in a colour that stands out on light and dark panels, and what it is doing."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap

from app.theme import pixmap
from app.viewmodels.status import State

SIZES = (16, 22, 24, 32, 48, 64)
FRAMES = 3
"""Of the picture for `working`: one of its three dots after the other is lit."""

CALM = "#868690"
"""The panel's colour is nobody's to know: both this and `LOUD` have 3:1 on white and on black."""
LOUD = "#e2523c"
ON_LOUD = "#ffffff"
_UNIT = 24
"""The icons are drawn on a grid of 24."""
_BADGE = QRectF(12.0, 12.0, 11.8, 11.8)
_DOTS = (QPointF(12.2, 20.9), QPointF(17.1, 20.9), QPointF(22.0, 20.9))
_DOT_RADIUS = 2.4
_NAMES: dict[State, str] = {
    "idle": "tray-idle",
    "working": "tray-working",
    "needs_you": "tray-needs-you",
    "paused": "tray-paused",
    "error": "tray-error",
}


@cache
def tray_icon(state: State, count: int = 0, frame: int | None = None) -> QIcon:
    """The icon of a state; `count`: how many things need the person; `frame`: which dot is lit, None: all."""
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(_picture(state, count, frame, size))
    return icon


def _picture(state: State, count: int, frame: int | None, size: int) -> QPixmap:
    picture = pixmap(_NAMES[state], size, LOUD if state in ("needs_you", "error") else CALM)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / _UNIT, size / _UNIT)
    if state == "needs_you" and count > 0:
        _paint_count(painter, count)
    elif state == "working" and frame is not None:
        _dim_dots(painter, frame)
    painter.end()
    return picture


def _paint_count(painter: QPainter, count: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(LOUD))
    painter.drawEllipse(_BADGE)
    font = QFont(painter.font())
    font.setBold(True)
    font.setPixelSize(10)  # of the grid, not of the screen
    painter.setFont(font)
    painter.setPen(QColor(ON_LOUD))
    painter.drawText(_BADGE, Qt.AlignmentFlag.AlignCenter, str(count) if count < 10 else "+")


def _dim_dots(painter: QPainter, lit: int) -> None:
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 160))
    for number, dot in enumerate(_DOTS):
        if number != lit:
            painter.drawEllipse(dot, _DOT_RADIUS, _DOT_RADIUS)
