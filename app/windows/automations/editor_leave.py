"""What a job may do without asking, and the rehearsal that finds what it would need."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agent.errors import HomardError
from agent.jobs import Permission
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.job_editor import JobEditor
from app.viewmodels.job_editor_outlook import ALLOW
from app.viewmodels.job_rule_words import permission_words
from app.viewmodels.runtime_words import effect_words
from app.widgets.cards.surface import Mark, Surface, column, push_button
from app.widgets.cards.words import PlainText, Words, revealed
from app.widgets.elided_label import breakable, one_line

Start = Callable[[Coroutine[Any, Any, Any], str], None]
SHOWN_EFFECTS = 30


class LeaveCard(QWidget):
    """Permissions are given one by one, and taken back the same way; they hold once the job is saved."""

    def __init__(self, editor: JobEditor, start: Start, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor, self._start = editor, start
        self._card = Surface(self)
        self._given = _Lines(self._card)
        self._found = _Lines(self._card)
        self._notes = Words("", self._card, face="small", wrap=True)
        self._none = Words(
            translate("JobEditor", "Beside reading in its folders and writing where it may: nothing. It asks you."),
            self._card, tone="muted", wrap=True,
        )  # fmt: skip
        self._about = Words("", self._card, tone="muted", wrap=True)
        self._outcome = Words("", self._card, face="bold", wrap=True)
        self._would = PlainText("", self._card, name=translate("JobEditor", "What it would do"), face="small")
        self.rehearse_button = push_button(translate("JobEditor", "Rehearse"), self.rehearse, self._card)
        self.stop_button = push_button(translate("JobEditor", "Stop the rehearsal"), self._stop, self._card)
        self._lay_out()
        editor.allow_changed.connect(self._show)
        editor.filled.connect(self._show)
        editor.looked.connect(self._show_notes)
        editor.rehearsal.changed.connect(self._show)
        self._show()

    def rehearse(self) -> None:
        """Make a dry run of the draft."""
        if not self._editor.rehearsal.is_under_way:
            self._start(self._rehearse(), "rehearse a job")

    def found(self) -> list[QWidget]:
        """The buttons that give what was found."""
        return self._found.buttons()

    async def _rehearse(self) -> None:
        try:
            await self._editor.rehearse()
        except HomardError:
            return  # the rehearsal says why

    def _stop(self) -> None:
        self._start(self._editor.rehearsal.stop(), "stop a rehearsal")

    def _show(self) -> None:
        editor, rehearsal = self._editor, self._editor.rehearsal
        allowed = editor.job.allow
        self._none.setVisible(not allowed)
        self._given.show_lines(allowed, translate("JobEditor", "Take back"), "trash", editor.disallow)
        left = [need for need in rehearsal.needs if need not in allowed]
        self._found.show_lines(left, translate("JobEditor", "Allow"), "shield", editor.allow)
        keyboard = self.rehearse_button.hasFocus() or self.stop_button.hasFocus()
        self.rehearse_button.setVisible(not rehearsal.is_under_way)
        self.stop_button.setVisible(rehearsal.is_under_way)
        if keyboard:
            (self.stop_button if rehearsal.is_under_way else self.rehearse_button).setFocus()
        self._show_outcome(bool(left))
        self._show_notes()

    def _show_outcome(self, left: bool) -> None:
        rehearsal = self._editor.rehearsal
        words, tone = "", "text"
        match rehearsal.state:
            case "starting" | "running":
                words = translate("JobEditor", "It is rehearsed: %n use(s) of tools so far.", rehearsal.steps)
                words = f"{words} {one_line(rehearsal.last_step)}".strip()
            case "failed":
                words, tone = rehearsal.words, "error"
            case "done" if left:
                words = translate("JobEditor", "It would also have to do this. What you do not allow, it asks for:")
            case "done" if rehearsal.needs:
                words, tone = translate("JobEditor", "You have allowed all that it needed."), "ok"
            case "done":
                words, tone = translate("JobEditor", "It needed nothing that it may not do."), "ok"
            case "none":
                pass
        self._outcome.setText(breakable(revealed(words)))
        self._outcome.set_tone("error" if tone == "error" else "ok" if tone == "ok" else "text")
        self._outcome.setVisible(bool(words))
        effects = [one_line(effect_words(effect)) for effect in rehearsal.would]
        if len(effects) > SHOWN_EFFECTS:
            more = translate("JobEditor", "and %n more", len(effects) - SHOWN_EFFECTS)
            effects = [*effects[:SHOWN_EFFECTS], more]
        shown = rehearsal.state == "done" and bool(effects)
        text = "\n".join([translate("JobEditor", "All that it would have changed or sent:"), *effects])
        self._would.set_text(revealed(text) if shown else "")
        self._would.setVisible(shown)

    def _show_notes(self) -> None:
        problem, warnings = self._editor.problem(ALLOW), self._editor.warnings(ALLOW)
        text = problem or "\n".join(warnings)
        self._notes.set_tone("error" if problem else "warn")
        self._notes.setText(breakable(revealed(text)))
        self._notes.setVisible(bool(text))

    def _lay_out(self) -> None:
        self._about.setText(
            translate(
                "JobEditor",
                "A rehearsal asks the model and reads, but changes and sends nothing. It shows what the job would do, "
                "and you choose what it may do by itself. Until you save, the job starts nothing.",
            )
        )
        inside = column(self._card, QMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 3 // 2), SPACE)
        for widget in (self._none, self._given, self._notes, self._about):
            inside.addWidget(widget)
        for button in (self.rehearse_button, self.stop_button):
            inside.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        for widget in (self._outcome, self._found, self._would):
            inside.addWidget(widget)
        layout = column(self, spacing=SPACE)
        layout.addWidget(Words(translate("JobEditor", "What it may do without asking"), self, face="bold"))
        layout.addWidget(self._card)


class _Lines(QWidget):
    """Permissions in words, a button beside each."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: list[Permission] = []
        self._rows: list[tuple[QWidget, QWidget]] = []
        self._layout = column(self, spacing=SPACE)
        self.hide()

    def buttons(self) -> list[QWidget]:
        """The buttons, in order."""
        return [button for _row, button in self._rows]

    def show_lines(
        self, permissions: Sequence[Permission], words: str, icon: str, press: Callable[[Permission], object]
    ) -> None:
        """Show these; the keyboard stays at the place of a line that goes."""
        if list(permissions) == self._shown:
            return
        had = next((at for at, (_row, button) in enumerate(self._rows) if button.hasFocus()), None)
        for row, _button in self._rows:
            row.hide()
            row.deleteLater()
        self._shown = list(permissions)
        self._rows = [self._line(one, words, icon, press) for one in permissions]
        self.setVisible(bool(permissions))
        if had is not None and self._rows:
            self._rows[min(had, len(self._rows) - 1)][1].setFocus()

    def _line(
        self, permission: Permission, words: str, icon: str, press: Callable[[Permission], object]
    ) -> tuple[QWidget, QWidget]:
        row = QWidget(self)
        said = revealed(permission_words(permission))
        text = PlainText(said, row, name=translate("JobEditor", "Permission"))
        button = push_button(words, lambda: press(permission), row)
        button.setAccessibleName(f"{words}: {said}")
        across = QHBoxLayout(row)
        across.setContentsMargins(QMargins())
        across.setSpacing(SPACE)
        across.addWidget(Mark(icon if icon != "trash" else "check", row), 0, Qt.AlignmentFlag.AlignTop)
        across.addWidget(text, 1)
        across.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self._layout.addWidget(row)
        row.show()
        return row, button
