"""A list whose rows are read as it is scrolled to its end, newest first, and of which a filter shows some."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex

PAGE = 100
MOST_MORE = 2_000
"""Rows that are added to the list at a time: more would stop the screen for a moment."""


class GrowingList(QAbstractListModel, Generic[T]):
    """What the models of runs and of slots share. Theirs are `data`, `refresh` and what follows here under “theirs”."""

    ItemRole = Qt.ItemDataRole.UserRole

    loaded = Signal()
    """A reading has ended."""
    failed = Signal(str)
    """Rows could not be read: a sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[T] = []
        self._shown: list[T] = []
        self._limit = PAGE
        self._more = False
        self._reading: asyncio.Task[None] | None = None

    # -- theirs

    def refresh(self) -> None:
        """Read the first `_limit` rows anew."""
        raise NotImplementedError

    def _id(self, row: T) -> Hashable:
        raise NotImplementedError

    def _fits(self, row: T) -> bool:
        """Whether the filter shows it."""
        raise NotImplementedError

    def _narrowed(self) -> bool:
        """Whether a filter hides any."""
        raise NotImplementedError

    def _place(self, rows: Sequence[T], row: T) -> int:
        """Where a new row belongs among others."""
        raise NotImplementedError

    # -- what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many rows are listed."""
        return 0 if parent.isValid() else len(self._shown)

    def canFetchMore(self, parent: Index) -> bool:
        """Whether older rows are not read yet."""
        return self._more and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        """Read older rows too: as many as are there already, so that reading all takes few turns."""
        self._more = False
        self._limit = len(self._all) + min(max(PAGE, len(self._all)), MOST_MORE)
        self.refresh()

    # -- what is listed

    @property
    def is_empty(self) -> bool:
        """Whether there is no row at all."""
        return not self._all

    @property
    def is_reading(self) -> bool:
        """Whether rows are being read."""
        return self._reading is not None

    def _list(self) -> None:
        """Bring the list in line; where it only grew at its end, what is on the screen stays where it is."""
        before, wanted = self._shown, [row for row in self._all if self._fits(row)]
        if [self._id(row) for row in before] == [self._id(row) for row in wanted[: len(before)]]:
            if len(wanted) > len(before):
                self.beginInsertRows(QModelIndex(), len(before), len(wanted) - 1)
                self._shown = wanted
                self.endInsertRows()
            self._shown = wanted
            if before:
                self.dataChanged.emit(self.index(0), self.index(len(before) - 1))
        else:
            self.beginResetModel()
            self._shown = wanted
            self.endResetModel()
        if self._more and len(wanted) < PAGE and self._reading is None and self._narrowed():
            self.fetchMore(QModelIndex())

    def _show(self, row: T, at: int | None) -> None:
        """Bring one row in line that stands at `at` in the list (None: it is not there)."""
        fits = self._fits(row)
        if at is not None and fits:
            self._shown[at] = row
            self.dataChanged.emit(self.index(at), self.index(at))
        elif at is not None:
            self.beginRemoveRows(QModelIndex(), at, at)
            del self._shown[at]
            self.endRemoveRows()
        elif fits:
            at = self._place(self._shown, row)
            self.beginInsertRows(QModelIndex(), at, at)
            self._shown.insert(at, row)
            self.endInsertRows()

    def _find(self, rows: Sequence[T], row_id: Hashable) -> int | None:
        return next((at for at, row in enumerate(rows) if self._id(row) == row_id), None)
