"""Above the composer: several things wait for a person at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, Signal
from PySide6.QtGui import QFontInfo, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.rows import ApprovalRow
from app.widgets.cards.slow_button import SlowButton
from app.widgets.cards.surface import FlowLayout, Mark, Surface, column, push_button
from app.widgets.cards.words import Words
from app.widgets.virtual_list import COLUMN


class WaitingBar(QWidget):
    """Hidden while fewer than two approvals are open. Each of them stays visible in the transcript."""

    allowed = Signal(list)
    """The ids of approvals that are allowed for their run, exactly those that were counted."""
    wanted = Signal(str)
    """Show this approval."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ApprovalRow, ...] = ()
        self._frame = Surface(self)
        self._frame.set_look(fill="raised", border="border", stripe="accent")
        self._words = Words("", self._frame, face="bold", wrap=True)
        self._why = Words("", self._frame, tone="muted", face="small", wrap=True)
        buttons = QWidget(self._frame)
        flow = FlowLayout(buttons)
        self.show_button = push_button(translate("Approval", "Show the first"), self._show_first, buttons)
        self.allow_button = SlowButton(translate("Approval", "Allow these in this run"), buttons)
        self.allow_button.pressed_deliberately.connect(self._allow)
        for button in (self.show_button, self.allow_button):
            flow.addWidget(button)
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(Mark("alert", self._frame, tone="accent"))
        head.addWidget(self._words, 1)
        inside = column(self._frame, QMargins(SPACE * 2, SPACE, SPACE * 2, SPACE), SPACE // 2)
        inside.addLayout(head)
        inside.addWidget(self._why)
        inside.addSpacing(SPACE // 2)
        inside.addWidget(buttons)
        column(self, QMargins(SPACE * 2, SPACE, SPACE * 2, 0)).addWidget(self._frame)
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay as wide as the column of the transcript."""
        super().resizeEvent(event)
        most = round(COLUMN * max(1.0, QFontInfo(self.font()).pixelSize() / 14))
        side = max(SPACE * 2, (self.width() - most) // 2)
        if (layout := self.layout()) is not None:
            layout.setContentsMargins(side, SPACE, side, 0)

    def show_waiting(self, rows: Sequence[ApprovalRow]) -> None:
        """Count the open approvals, and offer one answer for all where they are alike."""
        shown = tuple(rows)
        if shown == self._rows:
            return
        self._rows = shown
        self.setVisible(len(shown) > 1)
        self._words.setText(translate("Approval", "%n thing(s) wait for you", len(shown)))
        alike = is_one_kind(shown)
        self._why.setText(
            translate("Approval", "They are of one kind: one answer can do for all.")
            if alike
            else translate("Approval", "They differ, so each wants its own answer.")
        )
        self.allow_button.disarm()  # what it allows is something else now
        self.allow_button.setVisible(alike)

    def _show_first(self) -> None:
        if self._rows:
            self.wanted.emit(self._rows[0].key)

    def _allow(self) -> None:
        self.allowed.emit([row.key for row in self._rows])


def is_one_kind(rows: Sequence[ApprovalRow]) -> bool:
    """Whether approvals want the same thing done by the same tool in one run, and all may be allowed for it."""
    return (
        len(rows) > 1
        and len({(row.run_id, row.kind) for row in rows}) == 1
        and all("run" in row.scopes for row in rows)
    )
