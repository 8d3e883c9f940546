"""Below the form, always seen: when the job is due next, what it costs, what is wrong, and the buttons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QMargins, QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agent.jobs import PluginEvent, Watch
from app.theme import SPACE, colors
from app.translation import translate
from app.viewmodels.job_editor import JobEditor
from app.viewmodels.job_editor_outlook import ANYWHERE
from app.viewmodels.job_words import moment_words
from app.widgets.cards.surface import column, push_button
from app.widgets.cards.words import Words, revealed
from app.widgets.check import Check
from app.widgets.elided_label import breakable


class Foot(QWidget):
    """Follows the draft while it is written."""

    def __init__(self, editor: JobEditor, now: Callable[[], datetime], parent: QWidget) -> None:
        super().__init__(parent)
        self._editor, self._now = editor, now
        self.coming = Words("", self, wrap=True)
        self.cost = Words("", self, tone="muted", wrap=True)
        self._notes = Words("", self, face="small", wrap=True)
        self.starts = Check(translate("JobEditor", "It starts by itself once it is saved"), self, words=True)
        nothing: Callable[[], object] = lambda: None  # noqa: E731 - the dialog connects them
        self.cancel_button = push_button(translate("JobEditor", "Cancel"), nothing, self)
        self.save_button = push_button(translate("JobEditor", "Save"), nothing, self, role="main")
        self.starts.setChecked(editor.starts)
        self.starts.setVisible(editor.is_paused)
        self.starts.toggled.connect(self._choose)
        editor.looked.connect(self._show)
        editor.entered.connect(self._forget)
        self._lay_out()
        for words in (self.cost, self._notes):
            words.hide()

    def say(self, problem: str) -> None:
        """Say why it was not saved."""
        self._tell(problem, wrong=True)

    def set_busy(self, busy: bool) -> None:
        """Take no second wish while one is carried out."""
        self.save_button.setEnabled(not busy)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line above it."""
        QPainter(self).fillRect(QRectF(0, 0, self.width(), 1), QColor(colors().border))

    def _choose(self, starts: bool) -> None:
        self._editor.starts = starts

    def _forget(self) -> None:
        self._tell("")

    def _show(self) -> None:
        outlook = self._editor.outlook
        self.coming.setText(self._coming_words())
        self.cost.setText(outlook.cost)
        self.cost.setVisible(bool(outlook.cost))
        problem = self._editor.problem(ANYWHERE)
        self._tell(problem or "\n".join(self._editor.warnings(ANYWHERE)), wrong=bool(problem))
        if not problem and (count := self._editor.told):
            self._tell(translate("JobEditor", "%n thing(s) to be mended before it can be saved", count), wrong=True)

    def _coming_words(self) -> str:
        outlook, triggers = self._editor.outlook, self._editor.job.triggers
        if outlook.next:
            moments = ", ".join(moment_words(at, self._now()) for at in outlook.next)
            return translate("JobEditor", "Next: {moments}").format(moments=moments)
        if any(isinstance(trigger, Watch) for trigger in triggers):
            return translate("JobEditor", "Next: when files come")
        if any(isinstance(trigger, PluginEvent) for trigger in triggers):
            return translate("JobEditor", "Next: when a plugin has something to tell")
        if not triggers:
            return translate("JobEditor", "Runs only when you start it")
        return translate("JobEditor", "Nothing of it is to come")

    def _tell(self, words: str, *, wrong: bool = False) -> None:
        self._notes.set_tone("error" if wrong else "warn")
        self._notes.setText(breakable(revealed(words)))
        self._notes.setVisible(bool(words))

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addWidget(self.starts)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.save_button)
        layout = column(self, QMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 3 // 2), SPACE // 2)
        for widget in (self.coming, self.cost, self._notes):
            layout.addWidget(widget)
        layout.addSpacing(SPACE // 2)
        layout.addLayout(buttons)
