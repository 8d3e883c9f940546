"""Charts, drawn by pyqtgraph. Import it in a thread when one is first wanted: it takes a second, and 50 MB."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPalette, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app.theme import SPACE, colors
from app.viewmodels.usage_chart import Chart, Measure
from app.viewmodels.usage_words import count, few, money, value_words
from app.widgets.cards.words import face_font
from app.widgets.chart_colors import series_color
from app.widgets.chart_library import pyqtgraph
from app.widgets.elided_label import plain_tooltip

pg = cast("Any", pyqtgraph)
# WORKAROUND(pyqtgraph 0.14): at exit it looks through all objects of Python for its own; ours go with their window.
pg.setConfigOption("exitCleanup", False)

if TYPE_CHECKING:
    from PySide6.QtWidgets import QGraphicsView

    class _PlotWidget(QGraphicsView):
        def __init__(self, parent: QWidget | None = None, *, axisItems: dict[str, Any], enableMenu: bool) -> None: ...
        def getPlotItem(self) -> Any: ...
        def setAntialiasing(self, aa: bool) -> None: ...
        def setMouseEnabled(self, x: bool, y: bool) -> None: ...
        def hideButtons(self) -> None: ...
        def setBackground(self, background: QColor) -> None: ...

    class _AxisItem:
        def __init__(self, orientation: str) -> None: ...

else:
    _PlotWidget, _AxisItem = pyqtgraph.PlotWidget, pyqtgraph.AxisItem

BAR = 0.72
"""Of the room that each has."""
LABEL_CHARS = 9
"""Room for a label under the axis, at least."""


class Plot(_PlotWidget):
    """One chart. It takes no keyboard and no wheel: the table beside it says the same."""

    picked = Signal(int)
    """A place on the axis was clicked."""
    _chart: Chart | None = None  # asked for while it is being made

    def __init__(self, parent: QWidget | None = None) -> None:
        self._axis = _Values()
        super().__init__(parent, axisItems={"left": self._axis}, enableMenu=False)
        self._marked: int | None = None
        self._band: Any = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.setAntialiasing(True)
        self.setMouseEnabled(False, False)
        self.hideButtons()
        self.getPlotItem().layout.setContentsMargins(0, SPACE, SPACE * 3, 0)  # the last label is as wide as its half
        self.viewport().setMouseTracking(True)

    def show_chart(self, chart: Chart) -> None:
        """Draw another chart."""
        self._chart = chart
        self._marked = None
        self.setAccessibleDescription(chart.said)
        self._draw()

    def mark(self, at: int | None) -> None:
        """Shade a place on the axis, or none."""
        if at != self._marked:
            self._marked = at
            self._draw_mark()

    # -- drawing

    def _draw(self) -> None:
        chart = self._chart
        if chart is None:
            return
        item = self.getPlotItem()
        item.clear()
        self._band = None
        self.setBackground(QColor(self.palette().color(QPalette.ColorRole.Base)))
        self._axis.measure = chart.measure
        for name in ("left", "bottom"):
            axis = item.getAxis(name)
            axis.setPen(QPen(QColor(colors().border), 0))
            axis.setTextPen(QColor(colors().muted))
            axis.setTickFont(face_font("small"))
            axis.setStyle(tickLength=0, tickTextOffset=6, hideOverlappingLabels=False)
        item.showGrid(x=False, y=False)
        top = max(chart.highest, chart.limit or 0.0) or 1.0
        item.setRange(xRange=(-0.6, max(len(chart.labels), 1) - 0.4), yRange=(0, top * 1.06), padding=0)
        self._draw_lines_across(item, top)
        if chart.kind == "bars":
            self._draw_bars(item, chart)
        else:
            self._draw_lines(item, chart)
        if chart.limit is not None:
            pen = pg.mkPen(colors().error, width=1.5, style=Qt.PenStyle.DashLine)
            item.addItem(pg.InfiniteLine(pos=chart.limit, angle=0, pen=pen))
        self._label_axis()
        self._draw_mark()

    def _draw_lines_across(self, item: Any, top: float) -> None:
        for value in nice_steps(top):
            item.addItem(pg.InfiniteLine(pos=value, angle=0, pen=pg.mkPen(colors().border, width=1)))
        item.getAxis("left").setTicks([[(value, self._axis.words(value)) for value in nice_steps(top)]])

    def _draw_bars(self, item: Any, chart: Chart) -> None:
        places = list(range(len(chart.labels)))
        below = [0.0] * len(places)
        edge = QPen(QColor(colors().base), 0)  # bars on each other are told apart without their colour, too
        for series in chart.series:
            heights = [value or 0.0 for value in series.values]
            color = QColor(series_color(series.color))
            item.addItem(pg.BarGraphItem(x=places, y0=list(below), height=heights, width=BAR, brush=color, pen=edge))
            below = [one + other for one, other in zip(below, heights, strict=True)]

    def _draw_lines(self, item: Any, chart: Chart) -> None:
        for series in chart.series:
            points = [(at, value) for at, value in enumerate(series.values) if value is not None]
            style = Qt.PenStyle.DashLine if series.dashed else Qt.PenStyle.SolidLine
            color = QColor(series_color(series.color))
            lone = len(points) == 1 or len(chart.series) > 2
            item.plot(
                [at for at, _value in points],
                [value for _at, value in points],
                pen=pg.mkPen(color, width=2, style=style),
                symbol="o" if lone else None,
                symbolBrush=color,
                symbolPen=None,
                symbolSize=6,
                antialias=True,
            )

    def _draw_mark(self) -> None:
        item = self.getPlotItem()
        if self._band is not None:
            item.removeItem(self._band)
            self._band = None
        chart, at = self._chart, self._marked
        if chart is not None and at is not None and 0 <= at < len(chart.labels):
            top = item.viewRange()[1][1]
            shade = QColor(colors().link)
            shade.setAlpha(46)
            self._band = pg.BarGraphItem(x=[at], height=[top], width=1.0, brush=shade, pen=QPen(Qt.PenStyle.NoPen))
            self._band.setZValue(-10)
            item.addItem(self._band)

    def _label_axis(self) -> None:
        chart = self._chart
        if chart is None:
            return
        metrics = self.fontMetrics()
        longest = max((len(label) for label in chart.labels), default=1)
        room = metrics.averageCharWidth() * max(min(longest, 16) + 3, LABEL_CHARS)
        each = max(1, math.ceil(len(chart.labels) * room / max(self.width() - 60, room)))
        last = len(chart.labels) - 1  # the last one is today: it has its label whatever the step
        shown = [at for at in range(len(chart.labels)) if (last - at) % each == 0]
        ticks = [(at, _short(chart.labels[at])) for at in shown]
        self.getPlotItem().getAxis("bottom").setTicks([ticks])

    # -- what happens

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have as many labels as there is room for."""
        super().resizeEvent(event)
        if self._chart is not None:
            self._label_axis()

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._chart is not None:
            self._draw()

    def wheelEvent(self, ev: QWheelEvent) -> None:
        """Let the page scroll."""
        ev.ignore()

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        """Say what is under the mouse."""
        at = self._place(ev.position())
        words = self.words_of(at) if at is not None else ""
        QToolTip.showText(ev.globalPosition().toPoint(), plain_tooltip(words), self)

    def mousePressEvent(self, ev: QMouseEvent) -> None:
        """Pick what is under the mouse."""
        if (at := self._place(ev.position())) is not None:
            self.picked.emit(at)

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        """Nothing is dragged here."""

    def _place(self, where: QPointF) -> int | None:
        chart = self._chart
        box = self.getPlotItem().getViewBox()
        at = round(box.mapSceneToView(self.mapToScene(where.toPoint())).x())
        return at if chart is not None and 0 <= at < len(chart.labels) else None

    def words_of(self, at: int) -> str:
        """What stands at a place of the axis, in lines."""
        chart = self._chart
        if chart is None:
            return ""
        told = [(series.name, series.values[at]) for series in chart.series]
        lines = [f"{name}: {value_words(value, chart.measure)}" for name, value in told if value]
        return "\n".join((chart.names[at], *lines))


class _Values(_AxisItem):
    """The axis of values."""

    def __init__(self) -> None:
        super().__init__("left")
        self.measure: Measure = "usd"

    def words(self, value: float) -> str:
        """A value at the axis."""
        return _tick_words(value, self.measure)


def nice_steps(top: float, most: int = 4) -> list[float]:
    """Round values from 0 to a top, at most one more than `most`."""
    rough = top / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * part for part in (1, 2, 2.5, 5, 10) if power * part >= rough * 0.999)
    return [step * at for at in range(int(top * 1.001 / step) + 1)]


def _tick_words(value: float, measure: Measure) -> str:
    if measure == "usd":
        return "$0" if not value else f"${value:,.0f}" if value >= 10 and value == round(value) else money(value)
    return few(value) if measure == "tokens" else count(value) if measure == "rate" else value_words(value, measure)


def _short(label: str) -> str:
    return label if len(label) <= 16 else f"{label[:15]}…"
