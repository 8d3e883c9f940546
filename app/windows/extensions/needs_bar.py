"""Above the list: at some of them somebody should look."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.extension_item import Extension
from app.widgets.cards.surface import Mark, Surface, column, push_button
from app.widgets.cards.words import Words, revealed
from app.widgets.elided_label import breakable


class NeedsBar(QWidget):
    """Hidden while nobody need look."""

    wanted = Signal()
    """Show the first of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        frame = Surface(self)
        frame.set_look(fill="raised", border="border", stripe="accent")
        self._words = Words("", frame, face="bold", wrap=True)
        self.button = push_button(translate("Extensions", "Show"), self.wanted.emit, frame)
        inside = QHBoxLayout(frame)
        inside.setContentsMargins(SPACE * 2, SPACE // 2, SPACE, SPACE // 2)
        inside.setSpacing(SPACE)
        inside.addWidget(Mark("alert", frame, tone="accent"))
        inside.addWidget(self._words, 1)
        inside.addWidget(self.button)
        column(self, QMargins(SPACE * 2, SPACE // 2, SPACE * 2, SPACE // 2)).addWidget(frame)
        self.hide()

    def show_needs(self, needs: Sequence[Extension]) -> None:
        """Name the one, or count them."""
        if len(needs) == 1:
            words = translate("Extensions", "{name} needs you").format(name=needs[0].title)
            self._words.setText(breakable(revealed(words)))
        else:
            self._words.setText(translate("Extensions", "%n of them need you", len(needs)))
        self.setVisible(bool(needs))
