"""The tools that something offers, and what each of them is told to be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins
from PySide6.QtWidgets import QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.extension_source import ToolLine
from app.widgets.cards.surface import Surface, column, push_button
from app.widgets.cards.words import PlainText, Words, revealed

FIRST = 20
ABOUT_CHARS = 1_200


class ToolList(QWidget):
    """A card for each; of many, the first ones and a button for the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tools: tuple[ToolLine, ...] = ()
        self._cards: list[QWidget] = []
        self._layout = column(self, spacing=SPACE)
        self.more_button = push_button("", self._show_more, self, role="quiet")
        self._layout.addWidget(self.more_button)
        self.more_button.hide()

    def show_tools(self, tools: Sequence[ToolLine]) -> None:
        """Show these; what waits for consent first."""
        ordered = tuple(sorted(tools, key=lambda tool: not tool.waits))
        if ordered == self._tools:
            return
        self._tools = ordered
        for card in self._cards:
            card.hide()
            card.deleteLater()
        self._cards = []
        self._show(FIRST)

    def _show_more(self) -> None:
        self._show(len(self._cards) + 4 * FIRST)

    def _show(self, most: int) -> None:
        for tool in self._tools[len(self._cards) : most]:
            card = _card(tool, self)
            self._layout.insertWidget(len(self._cards), card)
            self._cards.append(card)
        rest = len(self._tools) - len(self._cards)
        self.more_button.setText(translate("Extensions", "Show %n more tool(s)", rest))
        self.more_button.setVisible(rest > 0)


def _card(tool: ToolLine, parent: QWidget) -> QWidget:
    card = Surface(parent)
    if tool.waits:
        card.set_look(fill="raised", border="border", stripe="accent")
    inside = column(card, QMargins(SPACE * 3 // 2, SPACE, SPACE * 3 // 2, SPACE), SPACE // 2)
    inside.addWidget(PlainText(revealed(tool.name), card, name=translate("Extensions", "Tool"), face="mono"))
    if tool.waits:
        words = translate("Extensions", "New or changed: it is not used before you agree.")
        inside.addWidget(Words(words, card, tone="accent", face="small", wrap=True))
    if tool.about:
        about = revealed(tool.about[:ABOUT_CHARS])
        inside.addWidget(PlainText(about, card, name=translate("Extensions", "What it says of itself"), face="small"))
    for note in tool.notes:
        inside.addWidget(Words(revealed(note), card, tone="muted", face="small", wrap=True))
    return card
