"""What all sections of the Settings screen look like: a headline, its purpose, and content that scrolls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

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
        self.body.setContentsMargins(SPACE * 3, SPACE * 2, SPACE * 3, SPACE * 3)
        self.body.setSpacing(SPACE * 3 // 2)
        self._headline = Words(title, self._content, face="bold", wrap=True)
        self._purpose = Words(purpose, self._content, tone="muted", wrap=True)
        self._purpose.setVisible(bool(purpose))
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(self._headline)
        head.addWidget(self._purpose)
        self.body.addLayout(head)
        self.setWidget(self._content)
        self.viewport().setAutoFillBackground(False)
        self._content.setAutoFillBackground(False)
        self._size_headline()

    def finish(self) -> None:
        """Call it when all content is there: the rest of the height stays free."""
        self.body.addStretch(1)

    def changeEvent(self, arg__1: QEvent) -> None:
        """Keep the headline larger than the text."""
        if arg__1.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange) and hasattr(self, "_headline"):
            self._size_headline()
        super().changeEvent(arg__1)

    def _size_headline(self) -> None:
        font = QFont(QApplication.font())
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setWeight(QFont.Weight.DemiBold)
        self._headline.setFont(font)
        self._content.setMaximumWidth(self.fontMetrics().averageCharWidth() * _WIDEST_CHARS)
