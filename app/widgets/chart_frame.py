"""A chart with its legend."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.theme import SPACE, colors
from app.translation import translate
from app.viewmodels.usage_chart import Chart
from app.widgets.cards.surface import FlowLayout
from app.widgets.cards.words import Words
from app.widgets.chart import Plot
from app.widgets.chart_colors import series_color
from app.widgets.elided_label import ElidedLabel

HEIGHT = 220
LOWEST = 150


class ChartFrame(QWidget):
    """Shows charts; `picked` says which place on the axis a person clicked."""

    picked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name` is the accessible name."""
        super().__init__(parent)
        self._chart: Chart | None = None
        self.legend = Legend(self)
        self._body = QStackedWidget(self)
        self._nothing = Words(translate("Charts", "Nothing to show here."), self, tone="muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._body.addWidget(self._nothing)
        self.plot = Plot(self._body)
        self.plot.setAccessibleName(name)
        self.plot.picked.connect(self.picked)
        self._body.addWidget(self.plot)
        self._body.setMinimumHeight(LOWEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.legend)
        layout.addWidget(self._body, 1)

    def show_chart(self, chart: Chart) -> None:
        """Show another chart."""
        if chart == self._chart:
            return
        self._chart = chart
        self.legend.show_chart(chart)
        self._fit()
        self.plot.show_chart(chart)
        self._body.setCurrentWidget(self._nothing if chart.is_empty else self.plot)

    def sizeHint(self) -> QSize:
        """As high as a chart is read well."""
        return QSize(super().sizeHint().width(), HEIGHT + self.legend.sizeHint().height())

    def mark(self, at: int | None) -> None:
        """Shade a place on the axis."""
        self.plot.mark(at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for the legend's lines at this width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A splitter does not ask how high the legend is at the width that it gives."""
        legend = self.legend.heightForWidth(self.width()) + SPACE if self.legend.isVisibleTo(self) else 0
        self.setMinimumHeight(LOWEST + legend)


NAME_CHARS = 24
"""Of a name in a legend, about: long ones leave no room for the chart. The table has them in full."""


class Legend(QWidget):
    """What the colours of a chart mean; hidden where there is only one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[tuple[str, int, bool]] = []
        self._entries: list[QWidget] = []
        self._flow = FlowLayout(self, SPACE * 2)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    @property
    def names(self) -> list[str]:
        """What it says."""
        return [name for name, _color, _dashed in self._shown]

    def show_chart(self, chart: Chart) -> None:
        """Explain a chart."""
        wanted = [(series.name, series.color, series.dashed) for series in chart.series]
        if chart.limit is not None:
            wanted.append((chart.limit_name, Swatch.LIMIT, True))
        if wanted == self._shown:
            return
        self._shown = wanted
        for entry in self._entries:
            self._flow.removeWidget(entry)
            entry.hide()
            entry.deleteLater()
        self._entries = [self._entry(*one) for one in wanted]
        self.setVisible(len(wanted) > 1)
        self.updateGeometry()

    def _entry(self, name: str, color: int, dashed: bool) -> QWidget:
        entry = QWidget(self)
        row = QHBoxLayout(entry)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE // 2)
        row.addWidget(Swatch(color, entry, dashed=dashed))
        label = ElidedLabel(name, entry)
        label.setMaximumWidth(label.fontMetrics().averageCharWidth() * NAME_CHARS)
        row.addWidget(label)
        self._flow.addWidget(entry)
        entry.show()  # the layout would do so later, and have no height until then
        return entry


class Swatch(QWidget):
    """A little area in a colour of the charts."""

    LIMIT = -2
    """The colour of a cap."""

    def __init__(self, color: int, parent: QWidget | None = None, *, dashed: bool = False) -> None:
        super().__init__(parent)
        self._color = color
        self._dashed = dashed
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """About as high as a small letter."""
        return QSize(12, 12)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        color = swatch_color(self._color)
        middle = self.height() // 2
        if self._dashed:
            painter.fillRect(0, middle - 1, 5, 2, color)
            painter.fillRect(7, middle - 1, 5, 2, color)
        else:
            painter.fillRect(1, 1, 10, 10, color)


def swatch_color(color: int) -> QColor:
    """A colour of the charts, or of their caps."""
    return QColor(colors().error if color == Swatch.LIMIT else series_color(color))
