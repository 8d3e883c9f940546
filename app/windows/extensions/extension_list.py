"""The list: three calm lines each, how it stands at the right."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.theme import SPACE
from app.theme import colors as theme_colors
from app.translation import translate
from app.viewmodels.extension_item import NEEDS, Extension, Standing, standing_word
from app.viewmodels.extension_list import ExtensionsViewModel
from app.widgets.cards.words import Tone
from app.widgets.painted_list import PaintedList
from app.widgets.row_paint import draw_background, draw_dot, draw_line, small_font

Index = QModelIndex | QPersistentModelIndex


class ExtensionListView(PaintedList):
    """Extensions to choose from."""

    remove_wanted = Signal(str)
    """An item id: Delete was pressed on it."""

    def __init__(self, model: ExtensionsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(model, _Delegate(), translate("Extensions", "Skills and plugins"), parent)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Delete, as other lists of the desktop do."""
        item = self.currentIndex().data(ExtensionsViewModel.ItemRole)
        if event.key() == Qt.Key.Key_Delete and isinstance(item, Extension):
            self.remove_wanted.emit(item.item_id)
        else:
            super().keyPressEvent(event)


def standing_tone(standing: Standing) -> Tone:
    """In which colour it is told how something stands: loud only where somebody should look."""
    match standing:
        case "changed" | "waits" | "sign_in":
            return "accent"
        case "stopped" | "unusable":
            return "error"
        case "unavailable":
            return "warn"
        case "on" | "running":
            return "ok"
        case "off":
            return "muted"


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        small = QFontMetrics(small_font(option.font)).height()
        return QSize(120, option.fontMetrics.height() + 2 * small + SPACE * 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item, model = index.data(ExtensionsViewModel.ItemRole), index.model()
        if not isinstance(item, Extension) or not isinstance(model, ExtensionsViewModel):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_background(painter, option.rect, option.state)
        theme, loud = theme_colors(), item.standing in NEEDS
        color = QColor(getattr(theme, standing_tone(item.standing)))
        height = option.fontMetrics.height()
        if loud:
            draw_dot(painter, option.rect, height, color)
        room = option.rect.adjusted(SPACE * 3, SPACE * 3 // 4, -SPACE * 3 // 2, -SPACE * 3 // 4)
        small = small_font(option.font)
        line = QFontMetrics(small).height()
        first = QRect(room.left(), room.top(), room.width(), height)
        second = QRect(room.left(), first.bottom() + 2, room.width(), line)
        bold, word = QFont(option.font), QFont(small)
        bold.setWeight(QFont.Weight.DemiBold)
        word.setWeight(QFont.Weight.DemiBold if loud else QFont.Weight.Normal)
        muted = QColor(theme.muted)
        nothing = ("", small, muted)
        name_color = QColor(theme.muted if item.standing in ("off", "unusable") else theme.text)
        draw_line(painter, first, (item.title, bold, name_color), (standing_word(item.standing), word, color))
        draw_line(painter, second, (item.second_line, small, name_color), nothing)
        draw_line(painter, second.translated(0, line + 1), (item.third_line(model.now()), small, muted), nothing)
        painter.restore()
