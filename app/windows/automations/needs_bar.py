"""Above the jobs: something of them waits for a person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.job_open import Waiting
from app.widgets.cards.surface import Mark, Surface, column, push_button
from app.widgets.cards.words import Words


class NeedsBar(QWidget):
    """Hidden while nothing waits."""

    wanted = Signal(str)
    """Show what waits of this job."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job_id = ""
        frame = Surface(self)
        frame.set_look(fill="raised", border="border", stripe="accent")
        self._words = Words("", frame, face="bold", wrap=True)
        self.button = push_button(translate("Jobs", "Show"), lambda: self.wanted.emit(self._job_id), frame)
        inside = QHBoxLayout(frame)
        inside.setContentsMargins(SPACE * 2, SPACE // 2, SPACE, SPACE // 2)
        inside.setSpacing(SPACE)
        inside.addWidget(Mark("alert", frame, tone="accent"))
        inside.addWidget(self._words, 1)
        inside.addWidget(self.button)
        column(self, QMargins(SPACE * 2, 0, SPACE * 2, SPACE)).addWidget(frame)
        self.hide()

    def show_waiting(self, waiting: Sequence[Waiting]) -> None:
        """Count what waits; the oldest is shown first."""
        self._job_id = waiting[0].slot.job_id if waiting else ""
        self._words.setText(translate("Jobs", "%n thing(s) of your jobs wait for you", len(waiting)))
        self.setVisible(bool(waiting))
