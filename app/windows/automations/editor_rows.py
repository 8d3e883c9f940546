"""Rows of the job's form: each takes an entry at once and says beside it what is wrong, or what may surprise."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from agent.automation.variables import NAMES
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.job_editor_triggers import MANY
from app.viewmodels.settings_fields import Field, Path
from app.widgets.cards.disclosure import Disclosure
from app.widgets.cards.surface import FlowLayout, Surface, column
from app.widgets.cards.words import Words, revealed
from app.widgets.elided_label import breakable
from app.widgets.field import FieldRow

PROMPT_LINES = 7
_WIDE_CHARS = 56
_WIDE: frozenset[str] = frozenset(("name", "path", "exists", "has_words", "succeeds", "patterns", "ignore", "zone"))
"""Entries of several words."""


class EntryRow(FieldRow):
    """A field whose entry is told with each key: the form shows at once what it means."""

    _said: tuple[str, tuple[str, ...]] = ("", ())

    def show_field(self, field: Field) -> None:
        """Show another value of the same field, from its beginning."""
        super().show_field(field)
        if isinstance(self.entry, QLineEdit):
            self.entry.setPlaceholderText(field.placeholder)
            self.entry.setCursorPosition(0)

    def show_notes(self, problem: str, warnings: Sequence[str] = ()) -> None:
        """Say what is wrong, else what may surprise; nothing takes it back."""
        said = (problem, tuple(warnings))
        if said == self._said:
            return
        self._said = said
        self._problem.set_tone("error" if problem else "warn")
        self.show_problem(revealed(problem or "\n".join(warnings)))

    def _typed(self) -> None:
        self._finish()

    def _limit_entry(self) -> None:
        super()._limit_entry()
        if self.field.path[-1] in _WIDE:
            self.entry.setMaximumWidth(self.fontMetrics().averageCharWidth() * _WIDE_CHARS)
            self.entry.setMinimumWidth(self.fontMetrics().averageCharWidth() * _WIDE_CHARS * 2 // 3)


class ManyRow(EntryRow):
    """Several of the choices can hold: a button for each that stays down."""

    def show_field(self, field: Field) -> None:
        """Show which of them hold."""
        super().show_field(field)
        for button, choice in zip(self._buttons, field.choices, strict=True):
            button.blockSignals(True)
            button.setChecked(choice.value in field.value)
            button.blockSignals(False)

    def _make_entry(self) -> QWidget:
        box = QWidget(self)
        box.setAccessibleName(self.field.title)
        flow = FlowLayout(box, SPACE // 2)
        self._buttons: list[QPushButton] = []
        for choice in self.field.choices:
            button = QPushButton(choice.title, box)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setProperty("role", "choice")
            button.toggled.connect(self._toggled)
            self._buttons.append(button)
            flow.addWidget(button)
        if self._buttons:
            box.setFocusProxy(self._buttons[0])
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        box.setSizePolicy(policy)
        return box

    def _limit_entry(self) -> None:
        self.entry.setMinimumWidth(self.fontMetrics().averageCharWidth() * 40)

    def _toggled(self) -> None:
        held = tuple(
            choice.value for button, choice in zip(self._buttons, self.field.choices, strict=True) if button.isChecked()
        )
        self.entered.emit(self.field.path, held)


class PromptRow(QWidget):
    """What is to be done, in many words, and the variables it may hold."""

    entered = Signal(object, object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.entry = QPlainTextEdit(self)
        self._title = Words(field.title, self)
        self._problem = Words("", self, face="small", wrap=True)
        self._help = Words(
            translate("JobEditor", "These stand for what they say when it runs:"), self, tone="muted", face="small"
        )
        self._problem.hide()
        self._lay_out()
        self.show_field(field)
        self.entry.textChanged.connect(lambda: self.entered.emit(self.field.path, self.entry.toPlainText()))

    def show_field(self, field: Field) -> None:
        """Show another text."""
        self.field = field
        if self.entry.toPlainText() != field.value:
            self.entry.blockSignals(True)
            self.entry.setPlainText(field.value)
            self.entry.blockSignals(False)

    def show_notes(self, problem: str, warnings: Sequence[str] = ()) -> None:
        """Say what is wrong, else what may surprise."""
        text = problem or "\n".join(warnings)
        self._problem.set_tone("error" if problem else "warn")
        self._problem.setText(breakable(revealed(text)))
        self._problem.setVisible(bool(text))
        self.entry.setAccessibleDescription(text)

    def _insert(self, name: str) -> None:
        self.entry.textCursor().insertText(f"{{{name}}}")
        self.entry.setFocus()

    def _lay_out(self) -> None:
        self._title.setBuddy(self.entry)
        self.entry.setAccessibleName(self.field.title)
        self.entry.setTabChangesFocus(True)
        self.entry.setPlaceholderText(
            translate("JobEditor", "Summarise the new mail exports in {folder} in five sentences.")
        )
        self.entry.setFixedHeight(self.entry.fontMetrics().lineSpacing() * PROMPT_LINES + SPACE * 2)
        names = QWidget(self)
        flow = FlowLayout(names, SPACE // 2)
        flow.addWidget(self._help)
        for name in NAMES:
            button = QPushButton(f"{{{name}}}", names)
            button.setAutoDefault(False)
            button.setProperty("role", "quiet")
            button.setAccessibleName(translate("JobEditor", "Insert {name}").format(name=f"{{{name}}}"))
            button.clicked.connect(lambda _checked=False, name=name: self._insert(name))
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE)
        column.setSpacing(SPACE // 2)
        for widget in (self._title, self.entry, self._problem, names):
            column.addWidget(widget)


class Group(QWidget):
    """A heading, a sentence, and a card of rows; those that are seldom needed are closed to begin with."""

    def __init__(self, title: str, about: str, parent: QWidget | None = None, *, folded: bool = False) -> None:
        super().__init__(parent)
        self.rows: dict[Path, EntryRow | PromptRow] = {}
        self._fold = Disclosure(title, self) if folded else None
        self._layout = column(self, spacing=SPACE)
        inside = QWidget(self)
        parts = column(inside, spacing=SPACE)
        if about:
            parts.addWidget(Words(about, inside, tone="muted", face="small", wrap=True))
        self.card = Surface(inside)
        parts.addWidget(self.card)
        self._inside = QVBoxLayout(self.card)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(0)
        if self._fold is not None:
            self._fold.set_body(inside, QMargins(0, SPACE, 0, 0))
            self._layout.addWidget(self._fold)
        else:
            self._layout.addWidget(Words(title, self, face="bold"))
            self._layout.addWidget(inside)

    def add(self, field: Field) -> EntryRow | PromptRow:
        """One more row."""
        row = entry_row(field, self.card, first=not self.rows)
        self.rows[field.path] = row
        self._inside.addWidget(row)
        return row

    def open(self) -> None:
        """Show what is in it."""
        if self._fold is not None:
            self._fold.open(True)


def entry_row(field: Field, parent: QWidget, *, first: bool = False) -> EntryRow | PromptRow:
    """The row for a field."""
    if field.path == ("prompt",):
        return PromptRow(field, parent)
    return (ManyRow if field.path in MANY else EntryRow)(field, parent, first=first)
