"""A bar whose parts make up a whole, and a bar that fills up to a cap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.theme import colors
from app.widgets.chart_colors import series_color
from app.widgets.elided_label import plain_tooltip

HEIGHT = 18
METER = 8
GAP = 1.0


class Part(NamedTuple):
    """A part of a whole."""

    key: str
    words: str
    """For the tooltip and for those who cannot see it."""
    size: float
    color: int


class ShareBar(QWidget):
    """Parts side by side, as wide as they are large. What they are stands beside it, in a table or a legend."""

    picked = Signal(str)
    """A part was clicked: its key."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name` is the accessible name."""
        super().__init__(parent)
        self.parts: tuple[Part, ...] = ()
        self._marked = ""
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Show these."""
        self.parts = tuple(part for part in parts if part.size > 0)
        self.setAccessibleDescription("; ".join(part.words for part in self.parts))
        self.update()

    def mark(self, key: str) -> None:
        """Show one more clearly."""
        self._marked = key
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its place."""
        return QSize(200, HEIGHT)

    def event(self, event: QEvent) -> bool:
        """Say which part is under the mouse."""
        if isinstance(event, QHelpEvent):
            part = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), plain_tooltip(part.words if part is not None else ""), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a part."""
        if (part := self._at(event.position())) is not None:
            self.picked.emit(part.key)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the parts."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), QColor(colors().border))
        for part, area in self._areas():
            painter.fillRect(area, QColor(series_color(part.color)))
            if part.key == self._marked:
                painter.fillRect(QRectF(area.left(), self.height() - 4, area.width(), 4), QColor(colors().text))

    def _areas(self) -> list[tuple[Part, QRectF]]:
        whole = sum(part.size for part in self.parts)
        if not whole:
            return []
        width = self.width() - GAP * (len(self.parts) - 1)
        left, areas = 0.0, list[tuple[Part, QRectF]]()
        for part in self.parts:
            wide = max(width * part.size / whole, 1.0)
            areas.append((part, QRectF(left, 0, wide, self.height())))
            left += wide + GAP
        return areas

    def _at(self, where: QPointF) -> Part | None:
        return next((part for part, area in self._areas() if area.contains(where)), None)


class Meter(QWidget):
    """How much of a cap is used, and kept back; the words beside it say the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.used, self.kept = 0.0, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_used(self, used: float, kept: float = 0.0) -> None:
        """Show shares of the whole."""
        self.used, self.kept = min(max(used, 0.0), 1.0), max(kept, 0.0)
        self.update()

    def sizeHint(self) -> QSize:
        """A thin line."""
        return QSize(120, METER)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, area = colors(), QRectF(self.rect())
        outline = QPainterPath()
        outline.addRoundedRect(area, METER / 2, METER / 2)
        painter.setClipPath(outline)
        painter.fillRect(area, QColor(theme.border))
        full = min(self.used + self.kept, 1.0)
        painter.fillRect(QRectF(0, 0, area.width() * full, area.height()), QColor(theme.muted))
        tone = theme.error if self.used >= 1 else theme.warn if full >= 0.8 else theme.link
        painter.fillRect(QRectF(0, 0, area.width() * self.used, area.height()), QColor(tone))
