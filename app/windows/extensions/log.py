"""The end of what something wrote while it worked."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.theme import SPACE
from app.translation import translate
from app.widgets.cards.surface import column, push_button
from app.widgets.cards.words import Words
from app.widgets.text_block import TextBlock

SHOWN_LINES = 200
CHARS = 200_000


class LogView(QWidget):
    """Shows what it is told; asks for it anew."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.block = TextBlock(translate("Extensions", "The newest lines are last"), max_lines=SHOWN_LINES, parent=self)
        self.block.pane.setAccessibleName(translate("Extensions", "Log"))
        self._none = Words(translate("Extensions", "It has written nothing yet."), self, tone="muted", wrap=True)
        self.refresh_button = push_button(translate("Extensions", "Read again"), self.wanted.emit, self)
        layout = column(self, spacing=SPACE)
        layout.addWidget(self.refresh_button, 0, Qt.AlignmentFlag.AlignLeading)
        layout.addWidget(self._none)
        layout.addWidget(self.block)
        self.show_log("")

    def show_log(self, text: str) -> None:
        """Show the end of a log."""
        lines = text[-CHARS:].splitlines()[-SHOWN_LINES:]
        self.block.set_text("\n".join(lines))
        self.block.setVisible(bool(lines))
        self._none.setVisible(not lines)
