"""The list of runs: two calm lines each, how it ended at the right."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.theme import SPACE, Colors, colors
from app.translation import translate
from app.viewmodels.activity import ActivityViewModel, RunItem
from app.viewmodels.moment import when
from app.widgets.painted_list import PaintedList
from app.widgets.row_paint import draw_background, draw_dot, draw_line, small_font

Index = QModelIndex | QPersistentModelIndex


class RunList(PaintedList):
    """Runs to choose from."""

    def __init__(self, model: ActivityViewModel, parent: QWidget | None = None) -> None:
        super().__init__(model, _Delegate(), translate("Activity", "Runs"), parent)


def ending_color(item: RunItem, theme: Colors) -> str:
    """In which colour a run's end is told: loud only where somebody should look."""
    if item.needs_you:
        return theme.accent
    if item.is_working:
        return theme.link
    return theme.error if item.went_wrong else theme.muted


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics = option.fontMetrics
        return QSize(120, metrics.height() + QFontMetrics(small_font(option.font)).height() + SPACE * 3 // 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ActivityViewModel.ItemRole)
        model = index.model()
        if not isinstance(item, RunItem) or not isinstance(model, ActivityViewModel):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_background(painter, option.rect, option.state)
        room = option.rect.adjusted(SPACE * 3, SPACE * 3 // 4, -SPACE * 3 // 2, -SPACE * 3 // 4)
        color = QColor(ending_color(item, colors()))
        if item.needs_you or item.is_working or item.went_wrong:
            draw_dot(painter, option.rect, option.fontMetrics.height(), color)
        first = QRect(room.left(), room.top(), room.width(), option.fontMetrics.height())
        second = room.adjusted(0, first.height(), 0, 0)
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold if item.needs_you or item.is_working else QFont.Weight.Normal)
        small = small_font(option.font)
        theme = colors()
        word = small_font(option.font)
        word.setWeight(QFont.Weight.DemiBold if item.needs_you else QFont.Weight.Normal)
        draw_line(painter, first, (item.title, bold, QColor(theme.text)), (item.ending, word, color))
        moment = (when(item.run.started_at, model.now()), small, QColor(theme.muted))
        draw_line(painter, second, (item.second_line(), small, QColor(theme.muted)), moment)
        painter.restore()
