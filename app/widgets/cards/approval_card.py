"""An effect that waits for a person's yes: all that is agreed to is on the card, and nobody agrees by accident."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import SPACE
from app.viewmodels.rows import ApprovalRow
from app.viewmodels.runtime_words import effect_words
from app.widgets.cards.approval_ask import ApprovalAsk
from app.widgets.cards.approval_words import verdict_words
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.surface import Mark, Row, column
from app.widgets.cards.words import Words, face_font
from app.widgets.elided_label import ElidedLabel


class ApprovalCard(Row):
    """The question while it is open, a line about what became of it afterwards."""

    def __init__(self, row: ApprovalRow, parent: QWidget | None, actions: RowActions) -> None:
        super().__init__(parent)
        self._actions = actions
        self._row: ApprovalRow | None = None
        self._content: QWidget | None = None
        self._layout = column(self)
        self.show_row(row)

    def show_row(self, row: ApprovalRow) -> bool:
        """Show the question, or what became of it. What a person has typed stays while it is open."""
        if row == self._row:
            return True
        self._row = row
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
        self._content = ApprovalAsk(row, self, self._actions) if row.state == "open" else _Verdict(row, self)
        self._layout.addWidget(self._content)
        return True


class _Verdict(QWidget):
    """What became of the question."""

    def __init__(self, row: ApprovalRow, parent: QWidget) -> None:
        super().__init__(parent)
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACE, 0, SPACE, 0)
        line.setSpacing(SPACE * 3 // 4)
        icon = {"allowed": "check", "refused": "cross"}.get(row.state, "info")
        line.addWidget(Mark(icon, self, tone="ok" if row.state == "allowed" else "muted"))
        line.addWidget(Words(verdict_words(row), self, tone="muted", face="small"))
        what = "; ".join(map(effect_words, row.effects)) if row.state == "allowed" or not row.note else f"{row.note}"
        said = ElidedLabel(what, self)
        said.setFont(face_font("small"))
        said.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        line.addWidget(said, 1)
