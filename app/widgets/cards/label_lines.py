"""Under an answer: whose text is in it, and whether it may leave this computer."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agent.labels import Label
from app.theme import SPACE
from app.viewmodels.label_words import LabelWords, label_lines
from app.widgets.cards.surface import Mark, Surface, column
from app.widgets.cards.words import Tone, Words, revealed
from app.widgets.elided_label import breakable, plain_tooltip

_LOOKS: dict[str, tuple[str, Tone]] = {"strangers": ("globe", "warn"), "local": ("chip", "muted")}


class LabelLines(QWidget):
    """A quiet stripe with a line for each thing to know; gone while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[LabelWords, ...] = ()
        self._layout = column(self)
        self._lines: list[QWidget] = []
        self.hide()

    def show_label(self, label: Label | None) -> None:
        """Say what is to be said of this label."""
        lines = label_lines(label)
        if lines == self._shown:
            return
        self._shown = lines
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self._lines = [_Line(words, self) for words in lines]
        for line in self._lines:
            self._layout.addWidget(line)
        self.setVisible(bool(lines))


class _Line(Surface):
    def __init__(self, words: LabelWords, parent: QWidget) -> None:
        icon, tone = _LOOKS[words.kind]
        super().__init__(parent)
        self.set_look(fill="", border="", stripe=tone)
        about = revealed(words.about)
        text = Words(breakable(revealed(words.text)), self, tone="muted", face="small", wrap=True)
        text.setAccessibleDescription(about)
        self.setToolTip(plain_tooltip(about))
        line = QHBoxLayout()
        line.setSpacing(SPACE)
        line.addWidget(Mark(icon, self, tone=tone), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(text, 1)
        column(self, QMargins(SPACE * 3 // 2, 2, SPACE, 2)).addLayout(line)
