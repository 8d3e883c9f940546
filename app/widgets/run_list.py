"""The list of runs: two calm lines each, how it ended at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.theme import RADIUS, SPACE, Colors, colors
from app.translation import translate
from app.viewmodels.activity import ActivityViewModel, RunItem
from app.viewmodels.moment import when
from app.widgets.elided_label import one_line

Index = QModelIndex | QPersistentModelIndex
_DOT = 8


class RunList(QListView):
    """Runs to choose from."""

    def __init__(self, model: ActivityViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(translate("Activity", "Runs"))
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)

    def changeEvent(self, event: QEvent) -> None:
        """Measure the rows again when the text gets another size."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.scheduleDelayedItemsLayout()
        super().changeEvent(event)


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
        return QSize(120, metrics.height() + QFontMetrics(_small(option.font)).height() + SPACE * 3 // 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ActivityViewModel.ItemRole)
        model = index.model()
        if not isinstance(item, RunItem) or not isinstance(model, ActivityViewModel):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_background(painter, option.rect, option.state)
        room = option.rect.adjusted(SPACE * 3, SPACE * 3 // 4, -SPACE * 3 // 2, -SPACE * 3 // 4)
        color = QColor(ending_color(item, colors()))
        if item.needs_you or item.is_working or item.went_wrong:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            top = room.top() + (option.fontMetrics.height() - _DOT) // 2
            painter.drawEllipse(option.rect.left() + SPACE + 2, top, _DOT, _DOT)
        first = QRect(room.left(), room.top(), room.width(), option.fontMetrics.height())
        second = room.adjusted(0, first.height(), 0, 0)
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold if item.needs_you or item.is_working else QFont.Weight.Normal)
        small = _small(option.font)
        theme = colors()
        word = _small(option.font)
        word.setWeight(QFont.Weight.DemiBold if item.needs_you else QFont.Weight.Normal)
        _draw_line(painter, first, (item.title, bold, QColor(theme.text)), (item.ending, word, color))
        moment = (when(item.run.started_at, model.now()), small, QColor(theme.muted))
        _draw_line(painter, second, (item.second_line(), small, QColor(theme.muted)), moment)
        painter.restore()


def _draw_line(
    painter: QPainter, room: QRect, left: tuple[str, QFont, QColor], right: tuple[str, QFont, QColor]
) -> None:
    """A text that shrinks and, at the end of the line, one that does not."""
    text, font, color = right
    width = QFontMetrics(font).horizontalAdvance(text)
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
    text, font, color = left
    room = room.adjusted(0, 0, -width - SPACE * 2, 0)
    painter.setFont(font)
    painter.setPen(color)
    shown = QFontMetrics(font).elidedText(one_line(text), Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _draw_background(painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
    theme = colors()
    box = rect.adjusted(2, 1, -2, -1)
    selected = bool(state & QStyle.StateFlag.State_Selected)
    if selected or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.hover))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
    if selected and state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(theme.link))
        painter.drawRoundedRect(box, RADIUS, RADIUS)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.88)
    return small
