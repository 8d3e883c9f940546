"""Lists of single lines in groups: what something is called, what it belongs to, and a word at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.theme import RADIUS, SPACE, colors, pixmap
from app.viewmodels.palette import ENTRY_ROLE, Heading, Item, entry_data, entry_flags
from app.widgets.elided_label import one_line

Index = QModelIndex | QPersistentModelIndex
_ICON = 16


class EntryList(QAbstractListModel):
    """A list that changes as a whole."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Item | Heading] = []

    def show_entries(self, entries: Sequence[Item | Heading]) -> None:
        """List these."""
        self.beginResetModel()
        self._entries = list(entries)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the signature of Qt
        """How many lines."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | Item | Heading | None:
        """The entry, its title, or all of it in words."""
        return entry_data(self._entries[index.row()], role) if index.isValid() else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        return entry_flags(self._entries[index.row()] if index.isValid() else None)


class EntryDelegate(QStyledItemDelegate):
    """Icon, title, what it belongs to, shortcut at the right; headings small and muted."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """One line and its room."""
        heading = isinstance(_entry(index), Heading)
        return QSize(80, option.fontMetrics.height() + (SPACE * 3 // 2 if not heading else SPACE))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        entry = _entry(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = option.rect.adjusted(SPACE, 0, -SPACE, 0)
        if isinstance(entry, Heading):
            _draw_heading(painter, room, entry.text)
        elif isinstance(entry, Item):
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            if selected or option.state & QStyle.StateFlag.State_MouseOver:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colors().selection if selected else colors().hover))
                painter.drawRoundedRect(option.rect.adjusted(0, 1, 0, -1), RADIUS, RADIUS)
            _draw_item(painter, room, entry, quiet=colors().text if selected else colors().muted)
        painter.restore()


def _entry(index: Index) -> Item | Heading | None:
    entry = index.data(ENTRY_ROLE)
    return entry if isinstance(entry, Heading | Item) else None


def _draw_heading(painter: QPainter, room: QRect, text: str) -> None:
    font = QFont(painter.font())
    font.setPointSizeF(font.pointSizeF() * 0.85)
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(QColor(colors().muted))
    painter.drawText(room, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeading, text)


def _draw_item(painter: QPainter, room: QRect, item: Item, *, quiet: str) -> None:
    left_to_right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    if item.icon:
        drawn = pixmap(item.icon, _ICON, quiet, painter.device().devicePixelRatioF())
        painter.drawPixmap(QRect(room.left(), room.center().y() - _ICON // 2 + 1, _ICON, _ICON), drawn)
    room = room.adjusted(_ICON + SPACE * 3 // 2, 0, 0, 0)
    metrics = painter.fontMetrics()
    painter.setPen(QColor(quiet))
    if item.shortcut:
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, item.shortcut)
        room = room.adjusted(0, 0, -metrics.horizontalAdvance(item.shortcut) - SPACE * 2, 0)
    title = metrics.elidedText(one_line(item.title), Qt.TextElideMode.ElideRight, room.width())
    used = metrics.horizontalAdvance(title) + SPACE * 3 // 2
    rest = room.adjusted(used, 0, 0, 0)
    if item.subtitle and rest.width() > metrics.averageCharWidth() * 6:
        text = metrics.elidedText(one_line(item.subtitle), Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, left_to_right, text)
    painter.setPen(QColor(colors().text))
    painter.drawText(room, left_to_right, title)
