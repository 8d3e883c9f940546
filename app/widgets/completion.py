"""Lists that float above what is typed, inside the window: no grab, no focus taken, there for screen readers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QStringListModel, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QVBoxLayout, QWidget

from app.theme import RADIUS, SPACE, colors
from app.translation import translate

MAX_ROWS = 8


class Floating(QFrame):
    """A raised frame over the window, above (or below) a widget that it belongs to."""

    def __init__(self, anchor: QWidget) -> None:
        super().__init__(anchor)
        self._anchor = anchor
        self._watched: QWidget | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(SPACE // 2, SPACE // 2, SPACE // 2, SPACE // 2)
        self._layout.setSpacing(SPACE // 2)
        self.hide()

    def float_at(self, width: int, height: int, left: int = 0) -> None:
        """Show it at this size, `left` pixels from the anchor's left edge, wherever there is room."""
        window = self._anchor.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        if self._watched is not window:
            window.installEventFilter(self)
            self._watched = window
        width = min(width, window.width() - SPACE * 2)
        top_left = self._anchor.mapTo(window, QPoint(left, 0))
        above, below = top_left.y() - SPACE, window.height() - top_left.y() - self._anchor.height() - SPACE
        up = above >= height or above >= below
        height = min(height, max(above if up else below, 0))
        x = max(SPACE, min(top_left.x(), window.width() - width - SPACE))
        y = top_left.y() - height - SPACE // 2 if up else top_left.y() + self._anchor.height() + SPACE // 2
        self.setGeometry(x, max(0, y), width, height)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go when the window changes its size: what it belongs to is somewhere else then."""
        if event.type() == QEvent.Type.Resize and watched is self._watched:
            self.hide()
        return False

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Draw the frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(colors().raised))
        painter.setPen(QPen(QColor(colors().border), 1))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


class CompletionList(Floating):
    """Names that fit what is typed. The keyboard stays where one types; `step` and `take` are called from there."""

    chosen = Signal(str)

    def __init__(self, anchor: QWidget) -> None:
        super().__init__(anchor)
        self._model = QStringListModel(self)
        self.view = QListView(self)
        self.view.setModel(self._model)
        self.view.setAccessibleName(translate("Composer", "Names that fit"))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setUniformItemSizes(True)
        self.view.clicked.connect(self._take_index)
        self.view.activated.connect(self._take_index)
        self._layout.addWidget(self.view)

    def offer(self, names: Sequence[str], left: int = 0) -> None:
        """Show these names, the first one marked; none: hide. `left`: where in the anchor one types."""
        self._model.setStringList(list(names))
        if not names:
            self.hide()
            return
        self.view.setCurrentIndex(self._model.index(0, 0))
        row = max(self.view.sizeHintForRow(0), self.fontMetrics().height() + SPACE)
        height = row * min(len(names), MAX_ROWS) + SPACE + 4
        width = max(self.view.sizeHintForColumn(0) + SPACE * 4, 320)
        self.float_at(min(width, max(self._anchor.width(), 320)), height, left)

    def step(self, rows: int) -> None:
        """Mark another name, round and round."""
        count = self._model.rowCount()
        if count:
            self.view.setCurrentIndex(self._model.index((self.view.currentIndex().row() + rows) % count, 0))

    def take(self) -> None:
        """Choose the marked name."""
        self._take_index(self.view.currentIndex())

    def _take_index(self, index: QModelIndex) -> None:
        name = index.data()
        self.hide()
        if isinstance(name, str):
            self.chosen.emit(name)
