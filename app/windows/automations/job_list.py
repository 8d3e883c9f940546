"""The list of jobs: three calm lines each, how it stands at the right."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.theme import SPACE, Colors, colors
from app.translation import translate
from app.viewmodels.automations import JobsViewModel
from app.viewmodels.job_item import JobItem, Standing
from app.widgets.painted_list import PaintedList
from app.widgets.row_paint import draw_background, draw_dot, draw_line, small_font

Index = QModelIndex | QPersistentModelIndex
_LOUD: tuple[Standing, ...] = ("needs_you", "working", "stopped", "failed", "review")


class JobList(PaintedList):
    """Jobs to choose from."""

    delete_wanted = Signal(str)
    """A job id: Delete was pressed on it."""

    def __init__(self, model: JobsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(model, _Delegate(), translate("Jobs", "Jobs"), parent)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Delete, as other lists of the desktop do."""
        item = self.currentIndex().data(JobsViewModel.ItemRole)
        if event.key() == Qt.Key.Key_Delete and isinstance(item, JobItem):
            self.delete_wanted.emit(item.job_id)
        else:
            super().keyPressEvent(event)


def standing_color(standing: Standing, theme: Colors) -> str:
    """In which colour it is told how a job stands: loud only where somebody should look."""
    match standing:
        case "needs_you":
            return theme.accent
        case "working" | "review":
            return theme.link
        case "stopped" | "failed":
            return theme.error
        case "on":
            return theme.ok
        case _:
            return theme.muted


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        small = QFontMetrics(small_font(option.font)).height()
        return QSize(120, option.fontMetrics.height() + 2 * small + SPACE * 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item, model = index.data(JobsViewModel.ItemRole), index.model()
        if not isinstance(item, JobItem) or not isinstance(model, JobsViewModel):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_background(painter, option.rect, option.state)
        standing, theme = item.standing, colors()
        color = QColor(standing_color(standing, theme))
        height = option.fontMetrics.height()
        if standing in _LOUD:
            draw_dot(painter, option.rect, height, color)
        room = option.rect.adjusted(SPACE * 3, SPACE * 3 // 4, -SPACE * 3 // 2, -SPACE * 3 // 4)
        first = QRect(room.left(), room.top(), room.width(), height)
        small = small_font(option.font)
        line = QFontMetrics(small).height()
        second = QRect(room.left(), first.bottom() + 2, room.width(), line)
        third = second.translated(0, line + 1)
        bold, word = QFont(option.font), QFont(small)
        bold.setWeight(QFont.Weight.DemiBold)
        word.setWeight(QFont.Weight.DemiBold if standing in _LOUD else QFont.Weight.Normal)
        now, muted = model.now(), QColor(theme.muted)
        draw_line(painter, first, (item.name, bold, QColor(theme.text)), (item.standing_word, word, color))
        coming = (item.next_words(now), small, QColor(theme.text))
        draw_line(painter, second, (item.when, small, muted), coming)
        draw_line(painter, third, (item.third_line(now), small, muted), ("", small, muted))
        painter.restore()
