"""What is being done about some of them, and a way to give it up."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.widgets.cards.surface import Mark, push_button
from app.widgets.cards.words import Words, revealed
from app.widgets.elided_label import breakable

SHOW_MS = 300
"""What takes less is not shown."""


class WorkBar(QWidget):
    """Hidden while nothing is being done."""

    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = Words("", self, tone="muted", wrap=True)
        self.button = push_button(translate("Extensions", "Stop"), self.stopped.emit, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE * 2, SPACE // 2, SPACE * 2, SPACE // 2)
        row.setSpacing(SPACE)
        row.addWidget(Mark("clock", self))
        row.addWidget(self._words, 1)
        row.addWidget(self.button)
        self.hide()

    def show_work(self, work: Sequence[str]) -> None:
        """Say what is being done; nothing takes it back."""
        self._words.setText(breakable(revealed(work[-1])) if work else "")
        self.setVisible(bool(work))
