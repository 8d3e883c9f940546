"""A table of figures: sorted as a person wants it, each row with a key and perhaps a colour of a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
TIP_CHARS = 1_000


@dataclass(frozen=True)
class Cell:
    """What a cell says, and what it is sorted by."""

    text: str
    value: float | str | None = None
    """None: the text."""
    share: float | None = None
    """Drawn as a bar behind the words: 1 fills the cell."""


@dataclass(frozen=True)
class Line:
    """One row."""

    key: str
    cells: tuple[Cell, ...]
    color: int | None = None
    """Of the chart beside it; None: no colour."""
    tip: str = ""
    """More about it."""
    indented: bool = False
    """It is a part of the row above."""


@dataclass(frozen=True)
class Column:
    """One column."""

    title: str
    number: bool = True
    """Written at the right."""
    tip: str = ""


ROOM = "\u2003"
"""Behind a name at the right edge: the sign of the order is drawn there."""


class FigureTable(QAbstractTableModel):
    """Keeps its order when it is shown other rows."""

    KeyRole = Qt.ItemDataRole.UserRole
    ColorRole = Qt.ItemDataRole.UserRole + 1
    ShareRole = Qt.ItemDataRole.UserRole + 2
    IndentRole = Qt.ItemDataRole.UserRole + 3

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[Column, ...] = ()
        self._given: tuple[Line, ...] = ()
        self._lines: list[Line] = []
        self._order: tuple[int, Qt.SortOrder] | None = None

    def show(self, columns: Sequence[Column], lines: Sequence[Line]) -> None:
        """Show other figures."""
        wanted = tuple(columns)
        if (wanted, tuple(lines)) == (self._columns, self._given):
            return
        self.beginResetModel()
        if wanted != self._columns:
            self._order = None
        self._columns, self._given = wanted, tuple(lines)
        self._arrange()
        self.endResetModel()

    @property
    def lines(self) -> tuple[Line, ...]:
        """The rows, as they are shown."""
        return tuple(self._lines)

    def row_of(self, key: str) -> int | None:
        """Where a row stands."""
        return next((at for at, line in enumerate(self._lines) if line.key == key), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many rows."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        if not index.isValid():
            return None
        line, at = self._lines[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return line.cells[at].text
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self._columns[at].title}: {line.cells[at].text}" if at else self._spoken(line)
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if self._columns[at].number else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.ToolTipRole:
                return _plain(line.tip or (line.cells[at].text if at == 0 else ""))
            case self.KeyRole:
                return line.key
            case self.ColorRole:
                return line.color if at == 0 else None
            case self.IndentRole:
                return line.indented and at == 0
            case self.ShareRole:
                return line.cells[at].share
            case _:
                return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The name of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                sorted_by = self._order is not None and self._order[0] == section
                return f"{column.title}{ROOM}" if sorted_by and column.number else column.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return column.title
            case Qt.ItemDataRole.ToolTipRole:
                return column.tip or None
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
            case _:
                return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1: as it was given."""
        self._order = (column, order) if 0 <= column < len(self._columns) else None
        self.layoutAboutToBeChanged.emit()
        before = [(index, self._lines[index.row()].key) for index in self.persistentIndexList()]
        self._arrange()
        for index, key in before:
            row = self.row_of(key)
            self.changePersistentIndex(index, self.index(row, index.column()) if row is not None else QModelIndex())
        self.layoutChanged.emit()

    def _spoken(self, line: Line) -> str:
        """A whole row for a screen reader: the first cell stands for it."""
        rest = (
            f"{column.title} {cell.text}"
            for column, cell in zip(self._columns[1:], line.cells[1:], strict=True)
            if cell.text
        )
        return ", ".join((line.cells[0].text, *rest))

    def _arrange(self) -> None:
        self._lines = list(self._given)
        if self._order is not None:
            column, order = self._order
            ranked = [(_rank(line.cells[column], column), line) for line in self._lines]
            known = [(rank, line) for rank, line in ranked if rank is not None]
            known.sort(key=lambda pair: pair[0], reverse=order == Qt.SortOrder.DescendingOrder)
            self._lines = [*(line for _rank, line in known), *(line for rank, line in ranked if rank is None)]


def _plain(text: str) -> str | None:
    """As it is, whatever tags it holds: prompts and names are no markup."""
    import html  # a table of 2,000 names, needed when a tooltip is

    return f"<p style='white-space: pre-wrap'>{html.escape(text[:TIP_CHARS])}</p>" if text else None


def _rank(cell: Cell, column: int) -> tuple[float, str] | None:
    """Where a cell belongs; None: it is a figure that is not known, and stands behind the others in either order."""
    if isinstance(cell.value, int | float):
        return (cell.value, "")
    return (0.0, (cell.value or cell.text).casefold()) if column == 0 or cell.value is not None else None
