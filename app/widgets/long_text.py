"""A text of any length that wraps: its beginning, and a button for the rest."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.theme import SPACE
from app.translation import translate
from app.widgets.cards.surface import column, push_button
from app.widgets.cards.words import Face, PlainText, revealed

FIRST_CHARS = 4_000
STEP_CHARS = 20_000


class LongText(QWidget):
    """What is invisible in the text is written as escapes."""

    def __init__(self, name: str, parent: QWidget | None = None, *, face: Face = "plain") -> None:
        """`name`: the accessible name."""
        super().__init__(parent)
        self._text = ""
        self._most = FIRST_CHARS
        self._pane = PlainText("", self, name=name, face=face)
        self.more_button = push_button("", self._show_more, self, role="quiet")
        layout = column(self, spacing=SPACE // 2)
        layout.addWidget(self._pane)
        layout.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeading)
        self._show()

    def set_text(self, text: str) -> None:
        """Show another text, from its beginning."""
        if text != self._text:
            self._text, self._most = text, FIRST_CHARS
            self._show()

    def _show_more(self) -> None:
        self._most += STEP_CHARS
        self._show()

    def _show(self) -> None:
        rest = len(self._text) - self._most
        self._pane.set_text(revealed(self._text[: self._most]))
        self.more_button.setVisible(rest > 0)
        self.more_button.setText(translate("LongText", "Show %n more character(s)", min(max(rest, 0), STEP_CHARS)))
