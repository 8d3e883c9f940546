"""A chart with the table that says the same: choosing a row shades its bar, clicking a bar chooses its row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QSplitter, QVBoxLayout, QWidget

from app.theme import SPACE
from app.viewmodels.usage_chart import Chart
from app.viewmodels.usage_table import Column, FigureTable, Line
from app.widgets.chart_frame import ChartFrame
from app.widgets.chart_table import FigureView

_NARROW_CHARS = 118
"""Below this width, in characters, the table is under the chart instead of beside it."""


class ChartAndTable(QWidget):
    """`keys` ties places on the axis to rows of the table."""

    opened = Signal(str)
    """A row is to be looked at: its key."""

    def __init__(
        self,
        chart_name: str,
        table_name: str,
        parent: QWidget | None = None,
        *,
        most_rows: int = 0,
        beside: bool = False,
    ) -> None:
        """`most_rows`: the table is as high as its rows, up to so many; 0: as its place.

        `beside`: it stands beside the chart where there is room.
        """
        super().__init__(parent)
        self.chart = ChartFrame(chart_name, self)
        self.table = FigureView(table_name, FigureTable(self), self, most_rows=most_rows)
        self._keys: tuple[str, ...] = ()
        self._beside = beside
        self._splitter = QSplitter(Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical, self)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, SPACE if beside else 0, SPACE)
        column.addWidget(self.chart)
        self._splitter.addWidget(left)
        self._splitter.addWidget(self.table)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0 if beside else 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.table.setMinimumHeight(120)
        self.table.chosen.connect(self._mark)
        self.table.opened.connect(self.opened)
        self.chart.picked.connect(self._pick)

    def show_figures(self, chart: Chart, keys: Sequence[str], columns: Sequence[Column], lines: Sequence[Line]) -> None:
        """Show a chart whose places on the axis are these rows of a table; without keys the two are not tied."""
        self._keys = tuple(keys)
        self.chart.show_chart(chart)
        self.table.table.show(columns, lines)
        self._share_width()
        self._mark(self.table.key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the table beside the chart, or under it where there is no room."""
        super().resizeEvent(event)
        narrow = self.width() < self.fontMetrics().averageCharWidth() * _NARROW_CHARS
        wanted = Qt.Orientation.Vertical if narrow or not self._beside else Qt.Orientation.Horizontal
        if self._splitter.orientation() != wanted:
            self._splitter.setOrientation(wanted)
        self._share_width()

    def _share_width(self) -> None:
        """Give the table the width it needs, up to a bit more than half."""
        if self._splitter.orientation() == Qt.Orientation.Horizontal:
            table = min(self.table.sizeHint().width(), self.width() * 58 // 100)
            self._splitter.setSizes([self.width() - table, table])

    def _mark(self, key: str | None) -> None:
        self.chart.mark(self._keys.index(key) if key in self._keys else None)

    def _pick(self, at: int) -> None:
        if 0 <= at < len(self._keys):
            self.table.choose(self._keys[at])
            self._mark(self._keys[at])
