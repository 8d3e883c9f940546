"""What of a job waits for a person: permissions, and slots of which somebody must say whether they shall run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QMargins, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.history import approval_row
from app.viewmodels.job_open import Waiting
from app.viewmodels.job_slot_words import note_of, why_words
from app.viewmodels.job_words import moment_words
from app.widgets.cards.approval_card import ApprovalCard
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.slow_button import SlowButton
from app.widgets.cards.surface import FlowLayout, Mark, Surface, column, push_button
from app.widgets.cards.words import PlainText, Words, revealed


class WaitingCards(QScrollArea):
    """A card for each thing that waits, the oldest first. What a person has typed stays while its card does."""

    answered = Signal(int, bool)
    """Slot id: whether it shall run, or go on."""
    open_chat = Signal(str)
    """A session id: what happened there is to be looked at."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wishes = RowActions(self)
        """What a person answers to permissions."""
        self._now = now
        self._shown: dict[tuple[int, str], QWidget] = {}
        self._inside = QWidget()
        self._column = column(self._inside, QMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 2), SPACE * 3 // 2)
        self._column.addStretch(1)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._inside)

    def show_waiting(self, waiting: Sequence[Waiting]) -> None:
        """Show these; the cards of what waited before stay as they are."""
        wanted = {_key(each): each for each in waiting}
        for key in [key for key in self._shown if key not in wanted]:
            card = self._shown.pop(key)
            card.hide()
            card.deleteLater()
        for at, (key, each) in enumerate(wanted.items()):
            if key not in self._shown:
                self._shown[key] = self._card(each)
                self._column.insertWidget(at, self._shown[key])

    def cards(self) -> list[QWidget]:
        """The cards, in order."""
        return list(self._shown.values())

    def _card(self, waiting: Waiting) -> QWidget:
        if waiting.approval is not None:
            return ApprovalCard(approval_row(waiting.approval), self._inside, self.wishes)
        return SlotAsk(waiting, self._now(), self, self._inside)


class SlotAsk(Surface):
    """Asks whether a slot shall run, or go on; says that a permission is being read."""

    def __init__(self, waiting: Waiting, now: datetime, cards: WaitingCards, parent: QWidget) -> None:
        super().__init__(parent)
        self.set_look(fill="raised", border="border", stripe="accent")
        self._slot = slot = waiting.slot
        self._cards = cards
        layout = column(self, QMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 3 // 2), SPACE)
        head = QHBoxLayout()
        head.setSpacing(SPACE // 2)
        head.addWidget(Mark("question", self, tone="accent"))
        head.addWidget(Words(translate("Jobs", "Needs you"), self, tone="accent", face="small"))
        head.addStretch(1)
        layout.addLayout(head)
        due = translate("Jobs", "Due {moment}").format(moment=moment_words(slot.due_at, now))
        layout.addWidget(Words(due, self, face="bold", wrap=True))
        layout.addWidget(Words(why_words(slot), self, wrap=True))
        if note := note_of(slot):
            name = translate("Jobs", "What was noted")
            layout.addWidget(PlainText(revealed(note), self, name=name, face="small", muted=True))
        buttons = QWidget(self)
        flow = FlowLayout(buttons)
        for button in self._buttons(buttons):
            flow.addWidget(button)
        layout.addWidget(buttons)

    def _buttons(self, parent: QWidget) -> list[QWidget]:
        slot, cards = self._slot, self._cards
        found: list[QWidget] = []
        if slot.reason == "answer":
            run = push_button(translate("Jobs", "Run it now"), lambda: cards.answered.emit(slot.slot_id, True), parent)
            leave = push_button(
                translate("Jobs", "Leave it out"), lambda: cards.answered.emit(slot.slot_id, False), parent
            )
            found = [run, leave]
        elif slot.reason == "outcome_unknown":
            go_on = SlowButton(translate("Jobs", "Go on"), parent)
            go_on.pressed_deliberately.connect(lambda: cards.answered.emit(slot.slot_id, True))
            stop = push_button(
                translate("Jobs", "End it here"), lambda: cards.answered.emit(slot.slot_id, False), parent
            )
            found = [go_on, stop]
        if slot.session_id:
            look = push_button(
                translate("Jobs", "Open its chat"), lambda: cards.open_chat.emit(slot.session_id), parent, role="quiet"
            )
            found.append(look)
        return found


def _key(waiting: Waiting) -> tuple[int, str]:
    return waiting.slot.slot_id, waiting.approval.approval_id if waiting.approval is not None else waiting.slot.reason
