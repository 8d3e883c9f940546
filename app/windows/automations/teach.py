"""What the screen shows before there is a job: what a job is, and some to begin with."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QScrollArea,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.theme import SPACE, colors
from app.translation import translate
from app.viewmodels.palette import ENTRY_ROLE, Item
from app.widgets.cards.surface import FlowLayout, push_button
from app.widgets.cards.words import Words
from app.widgets.entry_list import EntryList
from app.widgets.row_paint import draw_background, draw_line, small_font

Index = QModelIndex | QPersistentModelIndex
_WIDEST_CHARS = 92


class TemplateList(QListView):
    """One click, or Enter, takes a template."""

    chosen = Signal(int)
    """Its row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clicked.connect(self._click)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the marked one by Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def _click(self, index: QModelIndex) -> None:
        self.chosen.emit(index.row())


class TeachJobs(QScrollArea):
    """One sentence, the templates, and the way to a job of one's own."""

    new_wanted = Signal()
    template_wanted = Signal(str)
    """The key of a template."""
    import_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = TemplateList()
        self._entries = EntryList(self)
        self._keys: list[str] = []
        self._bar = QWidget()
        self.new_button = push_button(translate("Jobs", "New job"), self.new_wanted.emit, self._bar, role="main")
        self.import_button = push_button(translate("Jobs", "Import…"), self.import_wanted.emit, self._bar)
        self._lay_out()
        self.list.chosen.connect(self._take)

    def show_templates(self, templates: Sequence[tuple[str, str, str]]) -> None:
        """Offer these: key, title, what it is good for."""
        self._keys = [key for key, _title, _about in templates]
        self._entries.show_entries([Item("line", key, title, about, "", "") for key, title, about in templates])
        row = self.list.sizeHintForRow(0) if templates else 0
        self.list.setFixedHeight(row * len(templates) + 2)
        if templates:
            self.list.setCurrentIndex(self._entries.index(0))

    def _take(self, row: int) -> None:
        self.template_wanted.emit(self._keys[row])

    def sizeHint(self) -> QSize:
        """No more than there is."""
        return QSize(480, 360)

    def _lay_out(self) -> None:
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(translate("Jobs", "Jobs to begin with"))
        self.list.setModel(self._entries)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        words = translate(
            "Jobs",
            "A job is work that starts by itself: at set times, or when files come. It may do what you allow it "
            "beforehand, and asks you for anything else. Take one of these and make it yours, or begin with your own.",
        )
        flow = FlowLayout(self._bar)
        for button in (self.new_button, self.import_button):
            flow.addWidget(button)
        middle = QWidget()
        middle.setMaximumWidth(self.fontMetrics().averageCharWidth() * _WIDEST_CHARS)
        column = QVBoxLayout(middle)
        column.setContentsMargins(QMargins())
        column.setSpacing(SPACE * 3 // 2)
        column.addWidget(Words(translate("Jobs", "Let Homard work by itself"), face="title", wrap=True))
        column.addWidget(Words(words, tone="muted", wrap=True))
        column.addWidget(self.list)
        column.addWidget(self._bar)
        inside = QWidget()
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(middle, 1_000)
        line.addStretch(1)
        around = QVBoxLayout(inside)
        around.setContentsMargins(SPACE * 3, SPACE * 2, SPACE * 3, SPACE * 2)
        around.addStretch(1)
        around.addLayout(line)
        around.addStretch(2)
        self.setWidget(inside)


class _Delegate(QStyledItemDelegate):
    """The title, and below it what the job is good for."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        small = QFontMetrics(small_font(option.font)).height()
        return QSize(120, option.fontMetrics.height() + small + SPACE * 3 // 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ENTRY_ROLE)
        if not isinstance(item, Item):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_background(painter, option.rect, option.state)
        room = option.rect.adjusted(SPACE * 3 // 2, SPACE * 3 // 4, -SPACE * 3 // 2, -SPACE * 3 // 4)
        height = option.fontMetrics.height()
        small, muted = small_font(option.font), QColor(colors().muted)
        nothing = ("", small, muted)
        first = QRect(room.left(), room.top(), room.width(), height)
        draw_line(painter, first, (item.title, option.font, QColor(colors().text)), nothing)
        draw_line(painter, room.adjusted(0, height, 0, 0), (item.subtitle, small, muted), nothing)
        painter.restore()
