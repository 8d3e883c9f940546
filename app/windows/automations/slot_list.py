"""The list of a job's slots: when, what came of it, and why or what was said."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from agent.jobs import SlotState
from app.theme import SPACE, Colors, colors
from app.translation import translate
from app.viewmodels.job_history import SlotHistory, SlotItem
from app.widgets.cards.words import Tone
from app.widgets.painted_list import PaintedList
from app.widgets.row_paint import draw_background, draw_dot, draw_line, small_font

Index = QModelIndex | QPersistentModelIndex
_LOUD: tuple[SlotState, ...] = ("parked", "running", "failed")


class SlotList(PaintedList):
    """Slots to choose from."""

    def __init__(self, model: SlotHistory, parent: QWidget | None = None) -> None:
        super().__init__(model, _Delegate(), translate("Jobs", "History"), parent)


def state_tone(state: SlotState) -> Tone:
    """In which tone it is told what came of a slot."""
    match state:
        case "parked":
            return "accent"
        case "failed":
            return "error"
        case "done":
            return "ok"
        case "missed":
            return "warn"
        case "running":
            return "text"
        case "due" | "skipped" | "scheduled":
            return "muted"


def _state_color(state: SlotState, theme: Colors) -> QColor:
    return QColor(theme.link if state == "running" else getattr(theme, state_tone(state)))


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics = option.fontMetrics
        return QSize(120, metrics.height() + QFontMetrics(small_font(option.font)).height() + SPACE * 3 // 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item, model = index.data(SlotHistory.ItemRole), index.model()
        if not isinstance(item, SlotItem) or not isinstance(model, SlotHistory):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_background(painter, option.rect, option.state)
        theme, height = colors(), option.fontMetrics.height()
        color = _state_color(item.slot.state, theme)
        if item.slot.state in _LOUD:
            draw_dot(painter, option.rect, height, color)
        room = option.rect.adjusted(SPACE * 3, SPACE * 3 // 4, -SPACE * 3 // 2, -SPACE * 3 // 4)
        first = QRect(room.left(), room.top(), room.width(), height)
        second = room.adjusted(0, height, 0, 0)
        small = small_font(option.font)
        word = QFont(small)
        word.setWeight(QFont.Weight.DemiBold if item.slot.state in _LOUD else QFont.Weight.Normal)
        muted = QColor(theme.muted)
        title = (item.title(model.now()), option.font, QColor(theme.text))
        draw_line(painter, first, title, (item.ending, word, color))
        draw_line(painter, second, (item.second_line(), small, muted), ("", small, muted))
        painter.restore()
