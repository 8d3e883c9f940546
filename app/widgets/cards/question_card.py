"""A question of the model to the person."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.rows import QuestionRow
from app.widgets.cards.choice_button import ChoiceButton
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.surface import FlowLayout, Mark, Row, Surface, column, push_button
from app.widgets.cards.words import PlainText, Words


class QuestionCard(Row):
    """The question with its choices and a field while it is open, the answer afterwards."""

    def __init__(self, row: QuestionRow, parent: QWidget | None, actions: RowActions) -> None:
        super().__init__(parent)
        self._actions = actions
        self._row: QuestionRow | None = None
        self._content: QWidget | None = None
        self._layout = column(self)
        self.show_row(row)

    def show_row(self, row: QuestionRow) -> bool:
        """Show the question, or its answer. What a person has typed stays while it is open."""
        if row == self._row:
            return True
        self._row = row
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
        self._content = _Open(row, self, self._actions) if row.open else _Closed(row, self)
        self._layout.addWidget(self._content)
        return True


class _Open(Surface):
    def __init__(self, row: QuestionRow, parent: QWidget, actions: RowActions) -> None:
        super().__init__(parent)
        self.set_look(fill="raised", border="border", stripe="accent")
        self._row, self._actions = row, actions
        layout = column(self, QMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 3 // 2), SPACE)
        head = QHBoxLayout()
        head.setSpacing(SPACE // 2)
        head.addWidget(Mark("question", self, tone="accent"))
        head.addWidget(Words(translate("Question", "Homard asks"), self, tone="accent", face="small"))
        head.addStretch(1)
        layout.addLayout(head)
        layout.addWidget(PlainText(row.text, self, name=translate("Question", "The question"), face="bold"))
        if row.choices:
            layout.addWidget(self._choices())
        self._field = QLineEdit(actions.drafts.get(row.key, ""), self)
        self._send = push_button(translate("Question", "Send"), self._send_text, self)
        layout.addLayout(self._free_answer())

    def _choices(self) -> QWidget:
        box = QWidget(self)
        flow = FlowLayout(box)
        for choice in self._row.choices:
            flow.addWidget(ChoiceButton(choice, self._answer, box))
        return box

    def _free_answer(self) -> QHBoxLayout:
        words = translate("Question", "Your answer")
        other = translate("Question", "Another answer")
        self._field.setPlaceholderText(other if self._row.choices else words)
        self._field.setAccessibleName(words)
        self._field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._field.returnPressed.connect(self._send_text)
        self._field.textChanged.connect(self._typed)
        self._send.setEnabled(bool(self._field.text().strip()))
        line = QHBoxLayout()
        line.setSpacing(SPACE)
        line.addWidget(self._field, 1)
        line.addWidget(self._send)
        return line

    def _typed(self, text: str) -> None:
        self._actions.drafts[self._row.key] = text
        self._send.setEnabled(bool(text.strip()))

    def _send_text(self) -> None:
        if text := self._field.text().strip():
            self._answer(text)

    def _answer(self, text: str) -> None:
        self._actions.answer.emit(self._row.key, text)


class _Closed(QWidget):
    def __init__(self, row: QuestionRow, parent: QWidget) -> None:
        super().__init__(parent)
        layout = column(self, QMargins(SPACE, 0, SPACE, 0))
        layout.addLayout(_line("question", row.text, translate("Question", "The question"), self, muted=True))
        if row.answer is None:
            gone = translate("Question", "Nobody answered")
            layout.addLayout(_line("info", gone, translate("Question", "Your answer"), self, muted=True))
        else:
            layout.addLayout(_line("check", row.answer, translate("Question", "Your answer"), self, muted=False))


def _line(icon: str, text: str, name: str, parent: QWidget, *, muted: bool) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(SPACE)
    block = PlainText(text, parent, name=name, face="small" if muted else "plain", muted=muted)
    line.addWidget(Mark(icon, parent, tone="muted" if muted else "ok"), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(block, 1)
    return line
