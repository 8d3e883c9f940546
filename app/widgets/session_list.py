"""The list of chats: two calm lines each, over any list model whose items have a title and words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.theme import RADIUS, SPACE, colors, pixmap
from app.translation import translate
from app.viewmodels.sessions import SessionItem, SessionsViewModel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyle


class SessionList(QListView):
    """Chats to choose from; choosing one, by mouse, keyboard or accessibility, opens it."""

    chosen = Signal(str)
    """A session id."""
    entered_chat = Signal()
    """A person wants to write in the chat that is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(translate("Sessions", "Chats"))
        self.setItemDelegate(_Delegate(self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self._current = ""
        self._quiet = False
        self._just_chosen = False
        """By the press whose click is still to come."""
        self.clicked.connect(self._click)

    def show_chats(self, model: SessionsViewModel) -> None:
        """List what the model lists."""
        self.setModel(model)
        self.selectionModel().currentChanged.connect(self._choose)
        model.modelReset.connect(self._reselect)
        model.modelReset.connect(self._tell_emptiness)

    def select(self, session_id: str) -> None:
        """Mark the chat that is open; it is not opened by this."""
        self._current = session_id
        self._reselect()

    def step(self, by: int) -> None:
        """Open the next chat, or the one before."""
        model = self.model()
        if not model.rowCount():
            return
        row = self.currentIndex().row() + by if self.currentIndex().isValid() else 0
        self.setCurrentIndex(model.index(min(max(row, 0), model.rowCount() - 1), 0))

    def enter(self) -> None:
        """Take the keyboard; where no chat of the list is open, open the first."""
        self.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.currentIndex().isValid():
            self.step(1)

    def _reselect(self) -> None:
        model = self.model()
        if not isinstance(model, SessionsViewModel):
            return
        row = model.row_of(self._current) if self._current else None
        self._quiet = True
        if row is None:
            self.clearSelection()
            self.selectionModel().clearCurrentIndex()
        else:
            self.setCurrentIndex(model.index(row))
        self._quiet = False

    def _choose(self, index: QModelIndex) -> None:
        item = index.data(SessionsViewModel.ItemRole)
        if isinstance(item, SessionItem) and not self._quiet and item.session_id != self._current:
            self._current = item.session_id
            self._just_chosen = True
            self.chosen.emit(item.session_id)

    def _click(self, index: QModelIndex) -> None:
        """The open chat is chosen too: another page may stand before it."""
        item = index.data(SessionsViewModel.ItemRole)
        if isinstance(item, SessionItem) and not self._just_chosen:
            self.chosen.emit(item.session_id)

    def mousePressEvent(self, e: QMouseEvent) -> None:
        """Note whether this press chooses another chat."""
        self._just_chosen = False
        super().mousePressEvent(e)

    def keyPressEvent(self, e: QKeyEvent) -> None:
        """Enter goes to what can be said in the chat."""
        if e.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.entered_chat.emit()
        else:
            super().keyPressEvent(e)

    def paintEvent(self, e: QPaintEvent) -> None:
        """Say why there is nothing where there is nothing."""
        super().paintEvent(e)
        if words := self.accessibleDescription():
            painter = QPainter(self.viewport())
            painter.setFont(_small(self.font()))
            painter.setPen(QColor(colors().muted))
            room = self.viewport().rect().adjusted(SPACE + 4, SPACE, -SPACE, 0)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignLeading | Qt.TextFlag.TextWordWrap), words)

    def _tell_emptiness(self) -> None:
        model, words = self.model(), ""
        if isinstance(model, SessionsViewModel) and not model.rowCount():
            nothing = translate("Sessions", "Your chats will stand here.")
            words = translate("Sessions", "No chat holds these words.") if model.searched else nothing
        self.setAccessibleDescription(words)
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Measure the rows again when the text gets another size."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.scheduleDelayedItemsLayout()
        super().changeEvent(event)


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        small = QFontMetrics(_small(option.font))  # pyright: ignore[reportAttributeAccessIssue]
        metrics = option.fontMetrics  # pyright: ignore[reportAttributeAccessIssue]
        return QSize(80, metrics.height() + small.height() + SPACE + SPACE // 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        item = index.data(SessionsViewModel.ItemRole)
        if not isinstance(item, SessionItem):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        _background(painter, rect, state)
        inner = rect.adjusted(SPACE + 4, SPACE // 2, -SPACE, -SPACE // 2)
        self._lines(painter, inner, option, item)
        painter.restore()

    def _lines(self, painter: QPainter, inner: QRect, option: QStyleOptionViewItem, item: SessionItem) -> None:
        theme = colors()
        font: QFont = option.font  # pyright: ignore[reportAttributeAccessIssue]
        metrics = QFontMetrics(font)
        first = QRect(inner.left(), inner.top(), inner.width(), metrics.height())
        if item.pinned:
            size = metrics.ascent()
            mark = pixmap("pin", size, theme.muted, painter.device().devicePixelRatioF())
            painter.drawPixmap(first.right() - size + 1, first.top() + (first.height() - size) // 2, mark)
            first.setRight(first.right() - size - SPACE // 2)
        painter.setPen(QColor(theme.text))
        painter.setFont(font)
        painter.drawText(first, _flags(), metrics.elidedText(item.title, Qt.TextElideMode.ElideRight, first.width()))
        small = _small(font)
        if item.needs_you:
            small.setWeight(QFont.Weight.DemiBold)
        second = inner.adjusted(0, metrics.height(), 0, 0)
        colour = theme.accent if item.needs_you else theme.link if item.running else theme.muted
        painter.setFont(small)
        painter.setPen(QColor(colour))
        words = QFontMetrics(small).elidedText(
            item.words(datetime.now(UTC)), Qt.TextElideMode.ElideRight, second.width()
        )
        painter.drawText(second, _flags(), words)


def _background(painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
    from PySide6.QtWidgets import QStyle  # its many enumerations would hold up the start by 5 ms

    theme = colors()
    box = rect.adjusted(2, 1, -2, -1)
    if state & QStyle.StateFlag.State_Selected or state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(QColor(theme.hover))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
    if state & QStyle.StateFlag.State_Selected:
        painter.setBrush(QColor(theme.muted))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRect(box.left(), box.top() + 6, 3, box.height() - 12), 1.5, 1.5)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(theme.link))
        painter.drawRoundedRect(box, RADIUS, RADIUS)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.88)
    return small


def _flags() -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
