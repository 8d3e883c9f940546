"""What all sections of the Settings screen look like: a headline, its purpose, and content that scrolls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.theme import SPACE
from app.widgets.cards.words import Words

_WIDEST_CHARS = 110
"""Wider lines are hard to read."""


class SectionPage(QScrollArea):
    """Add what it shows to `body`. QScrollArea itself scrolls to what gets the keyboard."""

    def __init__(self, title: str, purpose: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = QWidget(self)
        self._content.setMaximumWidth(self.fontMetrics().averageCharWidth() * _WIDEST_CHARS)
        self.body = QVBoxLayout(self._content)
        """Where content goes, from top to bottom."""
        self.body.setContentsMargins(SPACE * 2, SPACE * 2, SPACE * 2, SPACE * 3)
        self.body.setSpacing(SPACE * 3 // 2)
        self._add_words(Headline(title, self._content), purpose)
        self.setWidget(self._content)
        self.viewport().setAutoFillBackground(False)
        self._content.setAutoFillBackground(False)

    def add_heading(self, title: str, about: str = "") -> None:
        """Begin a part of the section."""
        self.body.addSpacing(SPACE // 2)
        self._add_words(Words(title, self._content, face="bold", wrap=True), about)

    def finish(self) -> None:
        """Call it when all content is there: the rest of the height stays free."""
        self.body.addStretch(1)

    def changeEvent(self, arg__1: QEvent) -> None:
        """Grow with the text."""
        if arg__1.type() == QEvent.Type.FontChange and hasattr(self, "_content"):
            self._content.setMaximumWidth(self.fontMetrics().averageCharWidth() * _WIDEST_CHARS)
        super().changeEvent(arg__1)

    def _add_words(self, title: QWidget, about: str) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        if about:
            words.addWidget(Words(about, self._content, tone="muted", wrap=True))
        self.body.addLayout(words)


class Headline(QLabel):
    """The title of a screen."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self._size()

    def changeEvent(self, arg__1: QEvent) -> None:
        """Stay larger than the text."""
        if arg__1.type() == QEvent.Type.ApplicationFontChange:
            self._size()
        super().changeEvent(arg__1)

    def _size(self) -> None:
        font = QFont(QApplication.font())
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setWeight(QFont.Weight.DemiBold)
        self.setFont(font)
