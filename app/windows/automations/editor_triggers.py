"""When a job is due: a card for each trigger, with its words as they are read."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.job_editor import JobEditor
from app.viewmodels.job_editor_triggers import TriggerDraft, TriggerKind, kind_choices
from app.viewmodels.job_words import trigger_words
from app.viewmodels.settings_fields import Choice, Path
from app.widgets.cards.surface import Mark, QuietTool, Surface, column, push_button
from app.widgets.cards.words import Words, revealed
from app.widgets.choice_box import ChoiceBox
from app.widgets.elided_label import breakable
from app.windows.automations.editor_rows import EntryRow, PromptRow, entry_row


class TriggerCard(Surface):
    """One trigger."""

    def __init__(self, editor: JobEditor, draft: TriggerDraft, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self.key = draft.key
        self.rows: dict[Path, EntryRow | PromptRow] = {}
        self._words = Words("", self, face="bold", wrap=True)
        self._notes = Words("", self, face="small", wrap=True)
        self.kind = ChoiceBox(self)
        caption = Words(translate("JobEditor", "Starts"), self)
        caption.setBuddy(self.kind)
        self.kind.setAccessibleDescription(translate("JobEditor", "Trigger {number}").format(number=number))
        self.kind.show_choices(kind_choices(), draft.kind)
        self.kind.chosen.connect(self._choose_kind)
        name = translate("JobEditor", "Remove trigger {number}").format(number=number)
        self.remove = QuietTool("trash", name, self)
        self.remove.clicked.connect(lambda: editor.remove_trigger(self.key))
        head = QHBoxLayout()
        head.setContentsMargins(SPACE * 2, SPACE * 3 // 2, SPACE, SPACE)
        head.setSpacing(SPACE)
        head.addWidget(Mark("eye" if draft.kind in ("watch", "plugin") else "clock", self))
        head.addWidget(self._words, 1)
        head.addWidget(self.remove)
        notes = QHBoxLayout()
        notes.setContentsMargins(SPACE * 2, 0, SPACE * 2, 0)
        notes.addWidget(self._notes)
        choice = QHBoxLayout()
        choice.setContentsMargins(SPACE * 2, 0, SPACE * 2, SPACE)
        choice.addWidget(caption, 1)
        self.kind.setMaximumWidth(self.fontMetrics().averageCharWidth() * 28)
        choice.addWidget(self.kind, 1)
        layout = column(self, QMargins(), 0)
        for part in (head, notes, choice):
            layout.addLayout(part)
        for field in draft.fields():
            row = entry_row(field, self)
            row.entered.connect(self._enter)
            if isinstance(row, EntryRow):
                row.reset.connect(self._reset)
            self.rows[field.path] = row
            layout.addWidget(row)
        self.show_draft(draft)

    def show_draft(self, draft: TriggerDraft) -> None:
        """Say in words how it is read; rows that the person does not write in now follow."""
        self._words.setText(breakable(revealed(_capital(trigger_words(draft.trigger)))))
        for field in draft.fields():
            if (row := self.rows.get(field.path)) is not None and not row.entry.hasFocus():
                row.show_field(field)

    def show_notes(self) -> None:
        """Say what is wrong with it, or may surprise."""
        place: Path = ("triggers", str(self.key))
        problem, warnings = self._editor.problem(place), self._editor.warnings(place)
        text = problem or "\n".join(warnings)
        self._notes.set_tone("error" if problem else "warn")
        self._notes.setText(breakable(revealed(text)))
        self._notes.setVisible(bool(text))
        self.kind.setAccessibleDescription(text)
        for path, row in self.rows.items():
            row.show_notes(self._editor.problem((*place, *path)))

    def focus(self, path: Path = ()) -> None:
        """Put the keyboard on a field, or on the first."""
        (self.rows[path].entry if path in self.rows else self.kind).setFocus()

    def _choose_kind(self, kind: TriggerKind) -> None:
        self._editor.set_kind(self.key, kind)

    def _enter(self, path: Path, raw: object) -> None:
        self._editor.enter_trigger(self.key, path, raw)

    def _reset(self, path: Path) -> None:
        default = self.rows[path].field.default
        self._editor.enter_trigger(self.key, path, "" if default is None else default)
        for field in self._editor.trigger(self.key).fields():
            if field.path == path:
                self.rows[path].show_field(field)


class TriggerCards(QWidget):
    """All of them, and a way to one more."""

    def __init__(self, editor: JobEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.cards: dict[int, TriggerCard] = {}
        self._shapes: dict[int, list[tuple[Path, tuple[Choice, ...]]]] = {}
        self._none = Words(
            translate("JobEditor", "Without a trigger it runs only when you start it."), self, tone="muted", wrap=True
        )
        self.add_button = push_button(translate("JobEditor", "Add a trigger"), self._add, self)
        self._layout = column(self, spacing=SPACE)
        self._layout.addWidget(Words(translate("JobEditor", "When it runs"), self, face="bold"))
        self._layout.addWidget(self._none)
        self._layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeading)
        editor.triggers_changed.connect(self.show_triggers)
        editor.filled.connect(self.show_triggers)
        editor.entered.connect(self._show_words)
        editor.looked.connect(self.show_notes)
        editor.refused.connect(self._refused)
        self.show_triggers()

    def show_triggers(self) -> None:
        """Show the triggers there are; a card whose fields stay the same stays as it is, with the keyboard on it."""
        drafts = self._editor.triggers
        wanted = {draft.key: [(field.path, field.choices) for field in draft.fields()] for draft in drafts}
        keyboard = self._keyboard()
        for key in [key for key in self.cards if self._shapes[key] != wanted.get(key)]:
            card = self.cards.pop(key)
            card.hide()
            card.deleteLater()
        for at, draft in enumerate(drafts):
            if draft.key not in self.cards:
                card = TriggerCard(self._editor, draft, at + 1, self)
                self.cards[draft.key] = card
                self._layout.insertWidget(2 + at, card)
                card.show()
            else:
                self.cards[draft.key].show_draft(draft)
        self._shapes = wanted
        self._none.setVisible(not drafts)
        self._give_back(keyboard)
        self.show_notes()

    def show_notes(self) -> None:
        """Say what is wrong with each."""
        for card in self.cards.values():
            card.show_notes()

    def _show_words(self) -> None:
        for draft in self._editor.triggers:
            if draft.key in self.cards:
                self.cards[draft.key].show_draft(draft)

    def _refused(self, path: Path, _words: str) -> None:
        if path[:1] == ("triggers",):
            self.show_notes()

    def _add(self) -> None:
        key = self._editor.add_trigger()
        self.cards[key].focus()

    def _keyboard(self) -> tuple[int, Path] | None:
        """Where in the cards the keyboard is: the trigger and its field."""
        for key, card in self.cards.items():
            if card.kind.hasFocus():
                return key, ()
            for path, row in card.rows.items():
                if row.entry.hasFocus():
                    return key, path
            if card.remove.hasFocus():
                return key, ("-",)
        return None

    def _give_back(self, before: tuple[int, Path] | None) -> None:
        """Leave the keyboard where it was, though that is another widget now; where all of it went, on the button."""
        if before is None:
            return
        card = self.cards.get(before[0])
        if card is None:
            self.add_button.setFocus()
        elif not card.isAncestorOf(self.window().focusWidget() or self):
            card.focus(before[1])


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
