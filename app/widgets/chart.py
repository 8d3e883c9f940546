"""A chart: bars on each other, or lines, over an axis of days or names."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.theme import SPACE, colors
from app.viewmodels.usage_chart import Chart, Series
from app.viewmodels.usage_words import value_words
from app.widgets.cards.words import face_font
from app.widgets.chart_axis import nice_steps, short, shown_labels, tick_words
from app.widgets.chart_colors import series_color
from app.widgets.elided_label import plain_tooltip

BAR = 0.72
"""Of the room that each has."""
WIDEST_BAR = 72
HEADROOM = 1.06
"""Of the highest value: what stands above it is air."""
LABEL_GAP = 6
DOT = 3.0
"""Radius of a point that no line shows."""


class Plot(QWidget):
    """One chart. It takes no keyboard and no wheel: the table beside it says the same."""

    picked = Signal(int)
    """A place on the axis was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart: Chart | None = None
        self._marked: int | None = None
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """As large as its place."""
        return QSize(320, 180)

    def show_chart(self, chart: Chart) -> None:
        """Draw another chart."""
        self._chart = chart
        self._marked = None
        self.setAccessibleDescription(chart.said)
        self.update()

    def mark(self, at: int | None) -> None:
        """Shade a place on the axis, or none."""
        if at != self._marked:
            self._marked = at
            self.update()

    def words_of(self, at: int) -> str:
        """What stands at a place of the axis, in lines."""
        chart = self._chart
        if chart is None:
            return ""
        told = [(series.name, series.values[at]) for series in chart.series]
        lines = [f"{name}: {value_words(value, chart.measure)}" for name, value in told if value]
        return "\n".join((chart.names[at], *lines))

    @property
    def labels(self) -> list[tuple[int, str]]:
        """What stands under the axis, each with its place."""
        return [] if self._chart is None else _Drawing(self, self._chart).labels

    # -- what happens

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the mouse."""
        at = self._place(event.position())
        words = self.words_of(at) if at is not None else ""
        QToolTip.showText(event.globalPosition().toPoint(), plain_tooltip(words), self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick what is under the mouse."""
        if (at := self._place(event.position())) is not None:
            self.picked.emit(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        if self._chart is not None:
            with QPainter(self) as painter:
                _Drawing(self, self._chart).draw(painter, self._marked)

    def _place(self, where: QPointF) -> int | None:
        return None if self._chart is None else _Drawing(self, self._chart).place(where)


class _Drawing:
    """A chart at the size that its widget has now."""

    def __init__(self, widget: QWidget, chart: Chart) -> None:
        self._chart = chart
        self._font = face_font("small")
        metrics = QFontMetrics(self._font)
        self._line = metrics.height()
        top = max(chart.highest, chart.limit or 0.0) or 1.0
        self._steps = nice_steps(top)
        self._top = top * HEADROOM
        left = max(metrics.horizontalAdvance(words) for words in self._values()) + 2 + LABEL_GAP
        bottom = self._line + LABEL_GAP
        # The last label stands in the middle of its place, which may be narrower.
        last = metrics.horizontalAdvance(short(chart.labels[-1])) / 2 if chart.labels else 0
        right = max(SPACE, round(last - (widget.width() - left - last) / max(2 * len(chart.labels), 2)) + 1)
        self._area = QRect(left, SPACE, max(widget.width() - left - right, 1), max(widget.height() - SPACE - bottom, 1))
        longest = max((metrics.horizontalAdvance(short(label)) for label in chart.labels), default=0)
        room = longest + 2 * metrics.averageCharWidth()
        self.labels = shown_labels(chart.labels, room, self._area.width())

    def place(self, where: QPointF) -> int | None:
        """Which place on the axis a point is above."""
        at = int((where.x() - self._area.left()) // self._each)
        return at if 0 <= at < len(self._chart.labels) and where.y() <= self._area.bottom() else None

    def draw(self, painter: QPainter, marked: int | None) -> None:
        """Draw all of it."""
        painter.setFont(self._font)
        self._draw_axes(painter)
        if marked is not None and 0 <= marked < len(self._chart.labels):
            shade = QColor(colors().link)
            shade.setAlpha(46)
            left = self._middle(marked) - self._each / 2
            painter.fillRect(QRectF(left, self._area.top(), self._each, self._area.height()), shade)
        if self._chart.kind == "bars":
            self._draw_bars(painter)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for series in self._chart.series:
                self._draw_line(painter, series)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        if self._chart.limit is not None:
            painter.setPen(QPen(QColor(colors().error), 2, Qt.PenStyle.DashLine))
            self._draw_across(painter, self._chart.limit)

    @property
    def _each(self) -> float:
        return self._area.width() / max(len(self._chart.labels), 1)

    def _middle(self, at: int) -> float:
        return self._area.left() + (at + 0.5) * self._each

    def _height(self, value: float) -> int:
        """In pixels above the axis."""
        return round(value / self._top * self._area.height())

    def _values(self) -> Iterator[str]:
        return (tick_words(value, self._chart.measure) for value in self._steps)

    def _draw_axes(self, painter: QPainter) -> None:
        area = self._area
        for value, words in zip(self._steps, self._values(), strict=True):
            painter.setPen(QColor(colors().border))
            self._draw_across(painter, value)
            painter.setPen(QColor(colors().muted))
            place = QRect(0, area.bottom() - self._height(value) - self._line, area.left() - LABEL_GAP, 2 * self._line)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        wide = self._area.width()
        for at, words in self.labels:
            place = QRect(round(self._middle(at)) - wide, area.bottom() + LABEL_GAP, 2 * wide, self._line)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, words)

    def _draw_across(self, painter: QPainter, value: float) -> None:
        y = self._area.bottom() - self._height(value)
        painter.drawLine(self._area.left(), y, self._area.right(), y)

    def _draw_bars(self, painter: QPainter) -> None:
        wide = max(round(min(self._each * BAR, WIDEST_BAR)), 1)
        for at in range(len(self._chart.labels)):
            left, below = round(self._middle(at) - wide / 2), 0.0
            for series in self._chart.series:
                value = series.values[at] or 0.0
                low, high = self._height(below), self._height(below + value)
                below += value
                if low and high - low > 2:
                    low += 1  # bars on each other are told apart without their colour, too
                if value > 0:
                    tall = max(high - low, 1)
                    top = self._area.bottom() - low - tall
                    painter.fillRect(left, top, wide, tall, QColor(series_color(series.color)))

    def _draw_line(self, painter: QPainter, series: Series) -> None:
        points = [
            QPointF(self._middle(at), self._area.bottom() - self._height(value))
            for at, value in enumerate(series.values)
            if value is not None
        ]
        color = QColor(series_color(series.color))
        style = Qt.PenStyle.DashLine if series.dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(color, 2, style))
        painter.drawPolyline(points)
        if len(points) == 1 or len(self._chart.series) > 2:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            for point in points:
                painter.drawEllipse(point, DOT, DOT)
