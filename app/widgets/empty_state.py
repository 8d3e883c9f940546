"""What a list shows while it is empty: what belongs there, and the one thing to do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.theme import SPACE, colors, pixmap
from app.widgets.elided_label import breakable

ICON_SIZE = 40
LINE_CHARS = 52


class EmptyState(QWidget):
    """An icon, a headline, one sentence, and a button if there is something to do."""

    def __init__(
        self,
        icon: str,
        headline: str,
        sentence: str,
        button: str = "",
        callback: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._headline = _label(headline)
        self._sentence = _label(sentence)
        self._sentence.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.button = QPushButton(button, self)
        """Hidden when it has no words."""
        self.button.setVisible(bool(button))
        if callback is not None:
            act = callback
            self.button.clicked.connect(lambda: act())
        self._lay_out()
        self._use_font()

    def set_words(self, headline: str, sentence: str, icon: str = "") -> None:
        """Say something else: nothing found instead of nothing there."""
        self._icon = icon or self._icon
        self._headline.setText(breakable(headline))
        self._sentence.setText(breakable(sentence))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the icon above the headline: decoration, so no widget that a screen reader would stop at."""
        ratio = self.devicePixelRatioF()
        drawn = pixmap(self._icon, ICON_SIZE, colors().muted, ratio)
        top = self._headline.geometry().top() - ICON_SIZE - SPACE
        QPainter(self).drawPixmap(QRect((self.width() - ICON_SIZE) // 2, top, ICON_SIZE, ICON_SIZE), drawn)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the system's font."""
        if event.type() == QEvent.Type.FontChange:
            self._use_font()
        super().changeEvent(event)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE // 2)
        layout.addStretch(2)
        layout.addSpacing(ICON_SIZE + SPACE)
        for label in (self._headline, self._sentence):
            # In a row of its own: an alignment would take the label's height for another width and cut its lines.
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(label, 1_000)
            row.addStretch(1)
            layout.addLayout(row)
        layout.addSpacing(SPACE * 3 // 2)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def _use_font(self) -> None:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.2)
        font.setWeight(QFont.Weight.DemiBold)
        self._headline.setFont(font)
        width = self.fontMetrics().averageCharWidth() * LINE_CHARS
        for label in (self._headline, self._sentence):
            label.setMaximumWidth(width)


def _label(text: str) -> QLabel:
    label = QLabel(breakable(text))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label
