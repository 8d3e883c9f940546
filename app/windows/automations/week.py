"""The week: seven days side by side, in each what is due."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.theme import RADIUS, SPACE, colors
from app.translation import translate
from app.viewmodels.job_calendar import JobCalendar
from app.viewmodels.job_week import DAYS, Entry
from app.widgets.cards.surface import push_button
from app.widgets.cards.words import Words
from app.widgets.elided_label import one_line
from app.widgets.empty_state import EmptyState
from app.widgets.row_paint import small_font

Index = QModelIndex | QPersistentModelIndex
_NARROWEST_CHARS = 13
"""Of a day, in characters; in a narrower window the week is scrolled."""


class WeekView(QWidget):
    """Arrow keys go from entry to entry; Enter shows the job."""

    chosen = Signal(str)
    """A job id."""

    def __init__(self, model: JobCalendar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._span = Words("", self, face="bold")
        self.buttons = {
            "earlier": push_button(translate("Jobs", "Earlier"), lambda: model.step(-1), self),
            "today": push_button(translate("Jobs", "From today"), model.begin_today, self),
            "later": push_button(translate("Jobs", "Later"), lambda: model.step(1), self),
        }
        self.table = WeekTable(model, self)
        self._nothing = EmptyState(
            "calendar",
            translate("Jobs", "Nothing is due in these days"),
            translate("Jobs", "Jobs that wait for files, or that are paused, have no moments of their own."),
            parent=self,
        )
        self._body = QStackedWidget(self)
        self._body.setContentsMargins(SPACE, 0, SPACE, 0)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE * 2, 0, SPACE * 2, SPACE)
        head.setSpacing(SPACE)
        head.addWidget(self._span, 1)
        for button in self.buttons.values():
            head.addWidget(button)
        for page in (self.table, self._nothing):
            self._body.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._body, 1)
        self.table.activated.connect(self._choose)
        model.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        model = self.model
        self._span.setText(model.span_words())
        for name in ("earlier", "today"):
            self.buttons[name].setEnabled(not model.begins_today)
        self.buttons["later"].setEnabled(not model.is_last)
        self._body.setCurrentWidget(self.table if model.rowCount() else self._nothing)

    def _choose(self, index: QModelIndex) -> None:
        entry = self.model.entry(index)
        if entry is not None:
            self.chosen.emit(entry.job_id)


class WeekTable(QTableView):
    """The days and their entries."""

    def __init__(self, model: JobCalendar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(translate("Jobs", "What is due, day by day"))
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setAccessibleName(translate("Jobs", "Days"))
        model.modelReset.connect(self._size)
        self._size()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the days."""
        super().resizeEvent(event)
        self._size()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Begin at the first entry, and stay among the entries: most cells below them are empty."""
        before = self.currentIndex()
        super().keyPressEvent(event)
        now, model = self.currentIndex(), self.model()
        if not isinstance(model, JobCalendar) or (now.isValid() and model.entry(now) is not None):
            return
        self._nearest(now if now.isValid() else before, model, event)

    def _nearest(self, index: Index, model: JobCalendar, event: QKeyEvent) -> None:
        back = event.key() == Qt.Key.Key_Left
        start = index.column() if index.isValid() else 0
        columns = range(start, -1, -1) if back else range(start, model.columnCount())
        for column in (*columns, *range(model.columnCount())):
            entries = model.days[column].entries
            if entries:
                self.setCurrentIndex(model.index(min(max(index.row(), 0), len(entries) - 1), column))
                return

    def _size(self) -> None:
        metrics = self.fontMetrics()
        small = QFontMetrics(small_font(self.font()))
        self.verticalHeader().setDefaultSectionSize(metrics.height() + small.height() + SPACE * 2)
        width = max(self.viewport().width() // DAYS, metrics.averageCharWidth() * _NARROWEST_CHARS)
        self.horizontalHeader().setDefaultSectionSize(width)


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        small = QFontMetrics(small_font(option.font)).height()
        return QSize(80, option.fontMetrics.height() + small + SPACE * 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(JobCalendar.EntryRole)
        if not isinstance(entry, Entry):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = colors()
        box = option.rect.adjusted(SPACE // 2, 2, -SPACE // 2, -2)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = chosen and bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.setPen(QPen(QColor(theme.link if focused else theme.border), 2 if focused else 1))
        painter.setBrush(QColor(theme.hover if chosen or over else theme.raised))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        room = box.adjusted(SPACE, SPACE // 2, -SPACE, -SPACE // 2)
        _draw_entry(painter, room, entry, option)
        painter.restore()


def _draw_entry(painter: QPainter, room: QRect, entry: Entry, option: QStyleOptionViewItem) -> None:
    small, theme = small_font(option.font), colors()
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    first = QRect(room.left(), room.top(), room.width(), QFontMetrics(small).height())
    painter.setFont(small)
    painter.setPen(QColor(theme.muted))
    elide = Qt.TextElideMode.ElideRight
    painter.drawText(first, flags, QFontMetrics(small).elidedText(entry.time, elide, room.width()))
    painter.setFont(option.font)
    painter.setPen(QColor(theme.text))
    name = option.fontMetrics.elidedText(one_line(entry.name), elide, room.width())
    painter.drawText(room.adjusted(0, first.height(), 0, 0), flags, name)
