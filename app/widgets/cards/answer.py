"""What the model said."""

from __future__ import annotations

from PySide6.QtCore import QMargins
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agent.labels import Label
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.label_words import label_lines
from app.viewmodels.rows import AnswerRow
from app.widgets.cards.disclosure import Disclosure
from app.widgets.cards.label_lines import LabelLines
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.surface import Row, column
from app.widgets.cards.words import PlainText, face_font
from app.widgets.elided_label import ElidedLabel
from app.widgets.markdown_view import MarkdownView

THINKING_CHARS = 20_000
"""Shown of what a model thought, from the end."""


class _ShyLabel(ElidedLabel):
    """Keeps its place, and is drawn while the mouse is over the answer: most answers are of one model."""

    _noticed = False

    def notice(self, noticed: bool) -> None:
        """Say whether the mouse is over the row."""
        self._noticed = noticed
        self.update()

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Draw it, or keep quiet."""
        if self._noticed:
            super().paintEvent(arg__1)


class Answer(Row):
    """Markdown, over the whole width; what the model thought is there for who opens it."""

    def __init__(self, row: AnswerRow, parent: QWidget | None, actions: RowActions) -> None:
        super().__init__(parent)
        self._row = row
        self._actions = actions
        self._thinking = Disclosure(translate("Transcript", "Thinking"), self)
        self._thoughts: PlainText | None = None
        self._thinking.toggled.connect(self._show_thoughts)
        self._view = MarkdownView(parent=self)
        self._view.link_activated.connect(actions.open_link)
        self._model = _ShyLabel("", self)
        self._shy.append(self._model)
        self._model.setFont(face_font("small"))
        self._model.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._copy = self.shy_tool(
            "copy", translate("Transcript", "Copy"), lambda: actions.copy.emit(self._row.text), self
        )
        self._branch = self.shy_tool("branch", translate("Transcript", "Branch from here"), self._ask_branch, self)
        self._foot = QWidget(self)
        self._label: LabelLines | None = None
        self._lay_out()
        self.show_row(row)
        self._thinking.open(f"{row.key} thinking" in actions.opened)

    def show_row(self, row: AnswerRow) -> bool:
        """Show what is known of it now."""
        self._row = row
        self._view.set_markdown(row.text, streaming=row.streaming)
        self._view.setVisible(bool(row.text))
        self._thinking.setVisible(bool(row.thinking))
        if self._thoughts is not None:
            self._thoughts.set_text(row.thinking[-THINKING_CHARS:])
        self._show_label(None if row.streaming else row.label)
        self._model.setText(row.model)
        self._foot.setVisible(bool(row.text) and not row.streaming)
        self._branch.setVisible(row.entry_id is not None)
        return True

    def _lay_out(self) -> None:
        line = QHBoxLayout(self._foot)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self._model)
        line.addSpacing(SPACE)
        line.addWidget(self._copy)
        line.addWidget(self._branch)
        line.addStretch(1)
        layout = column(self)
        for widget in (self._thinking, self._view, self._foot):
            layout.addWidget(widget)

    def _show_label(self, label: Label | None) -> None:
        """Most answers have nothing to say of that, and no widget for it."""
        if self._label is None:
            if not label_lines(label):
                return
            self._label = LabelLines(self)
            layout = self.layout()
            if isinstance(layout, QVBoxLayout):
                layout.insertWidget(layout.indexOf(self._foot), self._label)
        self._label.show_label(label)

    def _show_thoughts(self, opened: bool) -> None:
        self._actions.note_opened(f"{self._row.key} thinking", opened)
        if opened and self._thoughts is None:
            name = translate("Transcript", "What the model thought")
            self._thoughts = PlainText(self._row.thinking[-THINKING_CHARS:], self, name=name, face="small", muted=True)
            self._thinking.set_body(self._thoughts, QMargins(SPACE * 3, 0, 0, SPACE // 2))

    def _ask_branch(self) -> None:
        if self._row.entry_id is not None:
            self._actions.branch.emit(self._row.entry_id)
