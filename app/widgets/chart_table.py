"""The table beside a chart: rows chosen with the arrow keys, sorted by a click on a column's name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.theme import SPACE, colors
from app.viewmodels.usage_table import FigureTable
from app.widgets.chart_colors import series_color
from app.widgets.elided_label import one_line

Index = QModelIndex | QPersistentModelIndex
SWATCH = 10
FIRST_CHARS = 28
"""Of the first column, at least."""
MOST_CHARS = 30
"""Of any other, at most."""
BAR_CHARS = 16
"""Of a column of bars."""
SLACK = 4
"""What a text is drawn wider than it is measured, at most."""
MEASURED = 200
"""Rows from which the widths are taken."""


class FigureView(QTableView):
    """Shows a `FigureTable`. As high as its rows, up to a most; wider than its place, it scrolls sideways."""

    chosen = Signal(str)
    """The row with the keyboard: its key."""
    opened = Signal(str)
    """Enter or a double click on a row: its key."""

    def __init__(self, name: str, model: FigureTable, parent: QWidget | None = None, *, most_rows: int = 0) -> None:
        """`name` is the accessible name. `most_rows`: it is as high as its rows, up to so many; 0: as its place."""
        super().__init__(parent)
        self._most_rows = most_rows
        self._widths: list[int] = []
        self.setAccessibleName(name)
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setCornerWidget(QWidget(self))  # the style draws a little frame there
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSortIndicatorShown(True)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        header.sortIndicatorChanged.connect(model.sort)
        model.modelReset.connect(self._measure)
        self.activated.connect(self._open)
        self._key = ""
        self._measure()

    @property
    def table(self) -> FigureTable:
        """What it shows."""
        model = self.model()
        if not isinstance(model, FigureTable):
            raise TypeError("the table is another one")
        return model

    @property
    def key(self) -> str | None:
        """Of the row with the keyboard; None: there is none."""
        index = self.currentIndex()
        return index.data(FigureTable.KeyRole) if index.isValid() else None

    def choose(self, key: str) -> None:
        """Put the keyboard's place on a row; nobody is told."""
        row = self.table.row_of(key)
        self._key = key
        if row is not None and row != self.currentIndex().row():
            self.setCurrentIndex(self.table.index(row, 0))

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which row it is."""
        super().currentChanged(current, previous)
        if current.isValid() and (key := current.data(FigureTable.KeyRole)) != self._key:
            self._key = key
            self.chosen.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Sort by the column with the keyboard on `s`; Enter opens."""
        if event.text().lower() == "s" and self.currentIndex().isValid():
            self._sort_by(self.currentIndex().column())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width."""
        super().resizeEvent(event)
        self._fit_columns()

    def _sort_by(self, column: int) -> None:
        header = self.horizontalHeader()
        down = header.sortIndicatorSection() != column or header.sortIndicatorOrder() != Qt.SortOrder.DescendingOrder
        header.setSortIndicator(column, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder)

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(FigureTable.KeyRole))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

    def _measure(self) -> None:
        self._widths = [self._width(at) for at in range(self.table.columnCount())]
        self._fit()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        self.verticalHeader().setDefaultSectionSize(metrics.height() + SPACE)
        self._fit_columns()
        if self._most_rows:
            rows = min(max(self.table.rowCount(), 1), self._most_rows)
            head = self.horizontalHeader().sizeHint().height()
            more = self.horizontalScrollBar().sizeHint().height()
            self.setFixedHeight(head + rows * self.verticalHeader().defaultSectionSize() + more + 2)
        if self._key and (row := self.table.row_of(self._key)) is not None:
            self.setCurrentIndex(self.table.index(row, 0))

    def _fit_columns(self) -> None:
        header, char = self.horizontalHeader(), self.fontMetrics().averageCharWidth()
        widths = self._widths[1:]
        room = self.viewport().width() - sum(widths)
        first = min(self._widths[0], char * FIRST_CHARS) if self._widths else 0
        for at, width in enumerate((max(room, first), *widths)):
            if at < header.count():
                header.resizeSection(at, width)

    def _width(self, column: int) -> int:
        """What a column needs."""
        char, rows = self.fontMetrics().averageCharWidth(), self.table.lines[:MEASURED]
        words = max((self.fontMetrics().horizontalAdvance(line.cells[column].text[:80]) for line in rows), default=0)
        swatch = SWATCH + SPACE if column == 0 and any(line.color is not None for line in rows) else 0
        bar = char * BAR_CHARS if any(line.cells[column].share is not None for line in rows) else 0
        head = self.horizontalHeader().sectionSizeHint(column) - SPACE * 2
        needed = max(words + SLACK + swatch, bar, head) + SPACE * 2
        return min(needed, char * MOST_CHARS)

    def sizeHint(self) -> QSize:
        """As wide as what it shows."""
        return QSize(sum(self._widths) + self.verticalScrollBar().sizeHint().width() + 2, super().sizeHint().height())


class _Delegate(QStyledItemDelegate):
    """Draws the chosen row as a whole, a colour before a name, a bar behind a share."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, rect = colors(), option.rect
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        view = option.widget
        focused = chosen and view.hasFocus()
        if chosen:
            painter.fillRect(rect, QColor(theme.selection if focused else theme.hover))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(theme.hover))
        room = rect.adjusted(SPACE, 0, -SPACE, 0)
        share = index.data(FigureTable.ShareRole)
        if share is not None:
            _draw_share(painter, room, float(share))
        color = index.data(FigureTable.ColorRole)
        if index.data(FigureTable.IndentRole):
            room = room.adjusted((SWATCH + SPACE) * 2, 0, 0, 0)
        elif color is not None:
            painter.fillRect(_swatch(room), QColor(series_color(int(color))))
            room = room.adjusted(SWATCH + SPACE, 0, 0, 0)
        painter.setFont(option.font)
        painter.setPen(QColor(theme.text))
        text = one_line(index.data(Qt.ItemDataRole.DisplayRole) or "")
        words = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), words)
        if focused and isinstance(view, QTableView) and index.column() == view.currentIndex().column():
            painter.setPen(QPen(QColor(theme.link), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.restore()


def _draw_share(painter: QPainter, room: QRect, share: float) -> None:
    width = round(room.width() * min(max(share, 0.0), 1.0))
    painter.fillRect(QRect(room.left(), room.top() + 3, width, room.height() - 6), QColor(colors().border))


def _swatch(room: QRect) -> QRect:
    return QRect(room.left(), room.center().y() - SWATCH // 2, SWATCH, SWATCH)
