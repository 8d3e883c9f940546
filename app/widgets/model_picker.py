"""The button that names the model, and the list one chooses another from."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QListView,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QStylePainter,
    QWidget,
)

from app.theme import RADIUS, SPACE, colors, icon
from app.translation import translate
from app.viewmodels.model_list import ModelListViewModel
from app.widgets.cards.words import Tone, face_font, tone_color
from app.widgets.completion import Floating
from app.widgets.elided_label import one_line

WIDTH_CHARS = 60
MAX_ROWS = 9
_DISABLED = 0.6


class DataButton(QPushButton):
    """A quiet button whose words are data: an icon and one line that is cut where it does not fit."""

    def __init__(self, icon_name: str, parent: QWidget, *, mode: Qt.TextElideMode) -> None:
        super().__init__(parent)
        self._icon_name, self._mode, self._words = icon_name, mode, ""
        self._tone: Tone = "muted"
        self.setProperty("role", "quiet")
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_words(self, words: str, name: str) -> None:
        """Show these words; `name` says to everybody what pressing does."""
        self._words = one_line(words)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.updateGeometry()
        self.update()

    def show_look(self, icon_name: str, tone: Tone) -> None:
        """Show another icon, in another colour."""
        self._icon_name, self._tone = icon_name, tone
        self.update()

    def sizeHint(self) -> QSize:
        """Its words, up to 40 characters."""
        metrics = self.fontMetrics()
        width = min(metrics.horizontalAdvance(self._words), metrics.averageCharWidth() * 40)
        return QSize(width + 16 + SPACE * 3, metrics.height() + SPACE * 3 // 2)

    def minimumSizeHint(self) -> QSize:
        """The icon and a few characters."""
        return QSize(16 + SPACE * 3 + self.fontMetrics().averageCharWidth() * 4, self.sizeHint().height())

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Draw the button, the icon, and what fits of the words."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        painter = QPainter(self)
        area = self.rect().adjusted(SPACE, 0, -SPACE, 0)
        place = self.style().visualRect(
            self.layoutDirection(), area, QRect(area.x(), (self.height() - 16) // 2, 16, 16)
        )
        painter.setOpacity(1.0 if self.isEnabled() else _DISABLED)
        icon(self._icon_name, tone_color(self._tone).name()).paint(painter, place)
        words = self.style().visualRect(self.layoutDirection(), area, area.adjusted(16 + SPACE * 3 // 4, 0, 0, 0))
        painter.setPen(QColor(colors().text if self.isChecked() else colors().muted))
        elided = self.fontMetrics().elidedText(self._words, self._mode, words.width())
        side = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        flags = QStyle.visualAlignment(self.layoutDirection(), side)
        painter.drawText(words, int(flags | Qt.TextFlag.TextSingleLine), elided)


class ModelPicker(Floating):
    """A field to filter, and the models with what each reads and costs."""

    chosen = Signal(str)
    """`provider/model`."""
    closed = Signal()

    def __init__(self, models: ModelListViewModel, anchor: QWidget) -> None:
        super().__init__(anchor)
        self._models = models
        self._current = ""
        self.field = QLineEdit(self)
        words = translate("Models", "Filter models")
        self.field.setPlaceholderText(words)
        self.field.setAccessibleName(words)
        self.view = QListView(self)
        self.view.setAccessibleName(translate("Models", "Models"))
        self.view.setModel(models)
        self.view.setItemDelegate(_TwoLines(self.view))
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setUniformItemSizes(True)
        self._layout.addWidget(self.field)
        self._layout.addWidget(self.view)
        self.field.textChanged.connect(self._filter)
        self.field.returnPressed.connect(self._take_current)
        self.view.clicked.connect(self._take)
        self.view.activated.connect(self._take)
        models.loaded.connect(self._loaded)
        for widget in (self.field, self.view):
            widget.installEventFilter(self)

    def open(self, current: str) -> None:
        """Show the list with the model in use marked, the cursor in the filter."""
        self._current = current
        self.field.clear()
        self._models.filter("")
        self._models.refresh()
        self._place()
        self._mark()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_list(self) -> None:
        """Go away and give the keyboard back."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move in the list wherever the keyboard is; Esc, and the keyboard going elsewhere, close it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self.isVisible():
            if event.key() == Qt.Key.Key_Escape:
                self.close_list()
                return True
            if watched is self.field and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut and self.isVisible():
            self._left(event)
        return super().eventFilter(watched, event)

    def _left(self, event: QFocusEvent) -> None:
        focus = QApplication.focusWidget()
        inside = focus is not None and (focus is self or self.isAncestorOf(focus))
        if not inside and event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason,):
            self.hide()

    def _place(self) -> None:
        row = _TwoLines.height_of(self)
        height = row * min(max(self._models.rowCount(), 3), MAX_ROWS) + self.field.sizeHint().height() + SPACE * 2
        self.float_at(self.fontMetrics().averageCharWidth() * WIDTH_CHARS, height)

    def _loaded(self) -> None:
        if self.isVisible():
            self._place()
            self._mark()

    def _filter(self, typed: str) -> None:
        self._models.filter(typed)
        self._mark()

    def _mark(self) -> None:
        row = self._models.row_of(self._current) if not self.field.text() else 0
        self._go_to(max(row, 0), 1)

    def _step(self, rows: int) -> None:
        self._go_to(self.view.currentIndex().row() + rows, rows)

    def _go_to(self, row: int, step: int) -> None:
        """Mark a row, or the next one that can be chosen."""
        count = self._models.rowCount()
        for tried in range(count):
            at = (row + tried * step) % count
            choice = self._models.choice(at)
            if choice is not None and choice.usable:
                self.view.setCurrentIndex(self._models.index(at, 0))
                return

    def _take_current(self) -> None:
        self._take(self.view.currentIndex())

    def _take(self, index: QModelIndex) -> None:
        choice = self._models.choice(index.row())
        if choice is not None and choice.usable:
            self.close_list()
            self.chosen.emit(choice.label)


class _TwoLines(QStyledItemDelegate):
    """The model's name, and below it what it reads and costs."""

    @staticmethod
    def height_of(widget: QWidget) -> int:
        return widget.fontMetrics().height() * 2 + SPACE * 3 // 2

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, self.height_of(self._view()))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        view = self._view()
        area: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        theme = colors()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(area, RADIUS, RADIUS)
        inner = area.adjusted(SPACE, SPACE // 2, -SPACE, -SPACE // 2)
        usable = bool(state & QStyle.StateFlag.State_Enabled)
        half = inner.height() // 2
        flags = int(
            QStyle.visualAlignment(
                view.layoutDirection(), Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
            )
            | Qt.TextFlag.TextSingleLine
        )
        lines = ((str(index.data()), view.font(), theme.text if usable else theme.muted),
                 (str(index.data(ModelListViewModel.DETAIL)), face_font("small"), theme.muted))  # fmt: skip
        for number, (text, font, color) in enumerate(lines):
            painter.setFont(font)
            painter.setPen(QColor(color))
            words = painter.fontMetrics().elidedText(one_line(text), Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(QRect(inner.x(), inner.y() + half * number, inner.width(), half), flags, words)
        painter.restore()

    def _view(self) -> QWidget:
        parent = self.parent()
        return parent if isinstance(parent, QWidget) else QWidget()
