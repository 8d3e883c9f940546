"""A quiet line between messages."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.rows import NoticeRow
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.surface import Mark, Row, column
from app.widgets.cards.words import PlainText, Tone

_LOOKS: dict[str, tuple[str, Tone]] = {
    "retry": ("retry", "warn"),
    "summary": ("file", "muted"),
    "note": ("info", "muted"),
    "loop": ("alert", "warn"),
    "paused": ("pause", "muted"),
    "earlier": ("clock", "muted"),
}


class Notice(Row):
    """An icon and a sentence, in the middle."""

    def __init__(self, row: NoticeRow, parent: QWidget | None, _actions: RowActions) -> None:
        super().__init__(parent)
        self._mark = Mark("info", self)
        self._text = PlainText("", self, name=translate("Transcript", "Notice"), face="small", muted=True)
        line = QHBoxLayout()
        line.setSpacing(SPACE)
        line.addStretch(1)
        line.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._text)
        line.addStretch(1)
        column(self, QMargins(SPACE * 2, 0, SPACE * 2, 0)).addLayout(line)
        self.show_row(row)

    def show_row(self, row: NoticeRow) -> bool:
        """Show this notice."""
        icon, tone = _LOOKS[row.kind]
        self._mark.show_icon(icon, tone)
        self._text.set_text(row.text)
        return True
