"""A button whose words are data: as long as they are, on as many lines as they need."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter, QWidget

from app.theme import SPACE
from app.widgets.elided_label import one_line, plain_tooltip

WIDEST_CHARS = 60


class ChoiceButton(QPushButton):
    """Elided beyond `WIDEST_CHARS`, with all of it in the tooltip and the accessible name."""

    def __init__(self, choice: str, chosen: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._words = one_line(choice)
        self.setAccessibleName(choice)
        self.setToolTip(plain_tooltip(choice) if len(choice) > WIDEST_CHARS else "")
        self.setAutoDefault(False)
        self.clicked.connect(lambda: chosen(choice))

    def sizeHint(self) -> QSize:
        """As wide as its words, up to a line of `WIDEST_CHARS`."""
        metrics = self.fontMetrics()
        width = min(metrics.horizontalAdvance(self._words), metrics.averageCharWidth() * WIDEST_CHARS)
        return QSize(width + SPACE * 4, metrics.height() + SPACE * 3 // 2)

    def minimumSizeHint(self) -> QSize:
        """A few characters."""
        return QSize(self.fontMetrics().averageCharWidth() * 6, self.sizeHint().height())

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Draw the button, then what fits of the words: `&` in data is no shortcut."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        area: QRect = self.rect().adjusted(SPACE, 0, -SPACE, 0)
        painter = QPainter(self)
        painter.setPen(self.palette().buttonText().color())
        words = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine), words)
