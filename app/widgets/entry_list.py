"""Lists of single lines in groups: what something is called, what it belongs to, and a word at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.theme import RADIUS, SPACE, colors, pixmap
from app.viewmodels.palette import ENTRY_ROLE, Heading, Item, entry_data, entry_flags
from app.widgets.elided_label import one_line
from app.widgets.row_paint import small_font

Index = QModelIndex | QPersistentModelIndex
Use = Literal["menu", "list", "read"]
"""A menu is steered from elsewhere and always marks its line; what is only read does while the keyboard is there."""
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

    def __init__(self, view: QAbstractItemView, *, use: Use = "list", tall: bool = False) -> None:
        """`tall`: what an entry belongs to stands below its title, where more of it is seen."""
        super().__init__(view)
        self._view, self._use, self._tall = view, use, tall

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Its lines and their room."""
        heading = isinstance(_entry(index), Heading)
        more = QFontMetrics(small_font(option.font)).height() if self._tall and not heading else 0
        return QSize(80, option.fontMetrics.height() + more + (SPACE * 3 // 2 if not heading else SPACE))

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
                painter.setBrush(self._behind(selected=selected))
                painter.drawRoundedRect(option.rect.adjusted(0, 1, 0, -1), RADIUS, RADIUS)
            marked = selected and self._behind(selected=True).alpha() > 0
            quiet = colors().text if marked else colors().muted
            if self._tall:
                _draw_below(painter, room, entry.subtitle, quiet=quiet)
                room.setHeight(option.fontMetrics.height() + SPACE)
                entry = replace(entry, subtitle="")
            _draw_item(painter, room, entry, quiet=quiet)
        painter.restore()

    def _behind(self, *, selected: bool) -> QColor:
        if selected and (self._use == "menu" or self._view.hasFocus()):
            return QColor(colors().selection)
        if selected and self._use == "read":
            return QColor(Qt.GlobalColor.transparent)
        return QColor(colors().hover)


def _draw_below(painter: QPainter, room: QRect, text: str, *, quiet: str) -> None:
    font = painter.font()
    painter.setFont(small_font(font))
    painter.setPen(QColor(quiet))
    room = room.adjusted(_ICON + SPACE * 3 // 2, 0, 0, -SPACE * 3 // 4)
    shown = painter.fontMetrics().elidedText(one_line(text), Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeading, shown)
    painter.setFont(font)


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
