"""An open approval: what would be done, what is known of it, and the answers.

Enter never allows. The buttons work only after they have been on the screen for a second, so that no click or key
meant for something else decides. The card takes the keyboard from nobody.
"""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from agent.events import Scope
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.label_words import taint_words
from app.viewmodels.rows import ApprovalRow
from app.viewmodels.rule_words import sentence_words
from app.viewmodels.runtime_words import effect_words, reason_words
from app.viewmodels.undo_words import promise_words
from app.widgets.cards.approval_contents import ApprovalContents
from app.widgets.cards.approval_words import headline
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.slow_button import SlowButton
from app.widgets.cards.surface import FlowLayout, Mark, Surface, column, push_button
from app.widgets.cards.words import PlainText, Tone, Words, revealed

MANY_ASKED = 5
"""More approvals than this in ten minutes: people say yes without reading, so something better is offered."""


class ApprovalAsk(Surface):
    """The open question."""

    def __init__(self, row: ApprovalRow, parent: QWidget, actions: RowActions) -> None:
        super().__init__(parent)
        self.set_look(fill="raised", border="border", stripe="accent")
        self._row, self._actions = row, actions
        layout = column(self, QMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 3 // 2), SPACE)
        layout.addLayout(self._head())
        layout.addWidget(PlainText(headline(row), self, name=translate("Approval", "What Homard wants"), face="bold"))
        layout.addWidget(self._effects())
        contents = ApprovalContents(row, self)
        if contents.is_empty():
            contents.deleteLater()
        else:
            layout.addWidget(contents)
        self._add_circumstances(layout)
        layout.addSpacing(SPACE // 2)
        self._note = QLineEdit(actions.drafts.get(row.key, ""), self)
        self._note.textChanged.connect(self._remember)
        self._rule: RuleOffer | None = None
        self._add_answer(layout)
        self._add_fatigue(layout)

    def _head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(SPACE // 2)
        line.addWidget(Mark("alert", self, tone="accent"))
        line.addWidget(Words(translate("Approval", "Needs you"), self, tone="accent", face="small"))
        line.addStretch(1)
        return line

    def _effects(self) -> QWidget:
        box = Surface(self, fill="code", border="")
        inside = column(box, QMargins(SPACE * 3 // 2, SPACE, SPACE * 3 // 2, SPACE), SPACE)
        for effect in self._row.effects:
            name = translate("Approval", "What would be done")
            inside.addWidget(PlainText(revealed(effect_words(effect)), box, name=name, face="mono"))
        return box

    def _add_circumstances(self, layout: QVBoxLayout) -> None:
        row = self._row
        if taint := taint_words(row.label):
            name = translate("Approval", "Who may be behind it")
            layout.addLayout(_fact("globe", "warn", revealed(taint), name, self, muted=False))
        if row.undo:
            icon, tone = _undo_look(row.undo)
            name = translate("Approval", "What can be undone")
            layout.addLayout(_fact(icon, tone, revealed(promise_words(row.undo)), name, self, muted=tone == "muted"))
        if row.prompt:
            asked = translate("Approval", "You had asked: {prompt}").format(prompt=revealed(row.prompt))
            name = translate("Approval", "What you had asked for")
            layout.addLayout(_fact("user", "muted", asked, name, self, muted=True))
        if row.reason:
            reason = reason_words(row.reason, row.effects)
            why = translate("Approval", "Why: {reason}").format(reason=revealed(reason))
            layout.addLayout(_fact("info", "muted", why, translate("Approval", "Why you are asked"), self, muted=True))

    def _add_answer(self, layout: QVBoxLayout) -> None:
        word = translate("Approval", "A word to the agent (optional)")
        self._note.setPlaceholderText(word)
        self._note.setAccessibleName(word)
        self._note.setMinimumWidth(0)
        layout.addWidget(self._note)
        buttons = QWidget(self)
        flow = FlowLayout(buttons)
        allow = self._slow(translate("Approval", "Allow once"), "once", buttons)
        allow.setProperty("role", "main")
        flow.addWidget(allow)
        if "run" in self._row.scopes:
            in_run = self._slow(translate("Approval", "Allow in this run"), "run", buttons)
            in_run.setToolTip(translate("Approval", "Asks no more for the like of it until this run is over"))
            flow.addWidget(in_run)
        if "always" in self._row.scopes and self._row.rule:
            flow.addWidget(self._always(buttons))
        refuse = SlowButton(translate("Approval", "Don't allow"), buttons)
        refuse.pressed_deliberately.connect(lambda: self._actions.refuse.emit(self._row.key, self._word()))
        flow.addWidget(refuse)
        layout.addWidget(buttons)
        if self._rule is not None:
            layout.addWidget(self._rule)

    def _slow(self, words: str, scope: Scope, parent: QWidget) -> SlowButton:
        button = SlowButton(words, parent)
        button.pressed_deliberately.connect(lambda: self._approve(scope))
        return button

    def _always(self, parent: QWidget) -> QPushButton:
        """Opens the rule; nothing is agreed to by that."""
        words = translate("Approval", "Always allow…")
        if self._row.of_job:
            words = translate("Approval", "Always allow this job…")
        button = push_button(words, lambda: self._open_rule(opened=True), parent)
        self._rule = RuleOffer(self._row.rule, self, of_job=self._row.of_job)
        self._rule.agreed.connect(lambda: self._approve("always"))
        self._rule.declined.connect(lambda: self._open_rule(opened=False))
        self._rule.declined.connect(button.setFocus)
        self._rule.setVisible(f"{self._row.key} rule" in self._actions.opened)
        return button

    def _open_rule(self, *, opened: bool) -> None:
        self._actions.note_opened(f"{self._row.key} rule", opened)
        if self._rule is not None:
            self._rule.setVisible(opened)

    def _add_fatigue(self, layout: QVBoxLayout) -> None:
        if self._row.asked_lately <= MANY_ASKED:
            return
        words = translate("Approval", "You were asked %n time(s) in ten minutes.", self._row.asked_lately)
        advice = (
            translate("Approval", "“Allow in this run” asks no more for the like of this; rules of yours last.")
            if "run" in self._row.scopes
            else translate("Approval", "A rule of yours can answer what you always answer alike.")
        )
        line = QHBoxLayout()
        line.setSpacing(SPACE)
        line.addWidget(Words(f"{words} {advice}", self, tone="muted", face="small", wrap=True), 1)
        rules = push_button(translate("Approval", "Rules"), self._actions.safety.emit, self, role="quiet")
        line.addWidget(rules, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(line)

    def _remember(self, text: str) -> None:
        self._actions.drafts[self._row.key] = text

    def _word(self) -> str:
        return self._note.text().strip()

    def _approve(self, scope: Scope) -> None:
        self._actions.approve.emit(self._row.key, self._word(), scope)


class RuleOffer(Surface):
    """The narrow rule that "always" would write, and the press that writes it."""

    agreed = Signal()
    declined = Signal()

    def __init__(self, rule: str, parent: QWidget, *, of_job: bool = False) -> None:
        """`of_job`: it is added to what a job may do."""
        super().__init__(parent, fill="base", border="border")
        layout = column(self, QMargins(SPACE * 3 // 2, SPACE, SPACE * 3 // 2, SPACE), SPACE)
        head = translate(
            "Approval", "This rule would be written. It holds in every chat, until you remove it in Settings."
        )
        if of_job:
            head = translate("Approval", "The job may do this from now on, until you take it away in its form.")
        layout.addWidget(Words(head, self, tone="muted", face="small", wrap=True))
        shown = revealed(sentence_words(rule))
        layout.addWidget(PlainText(shown, self, name=translate("Approval", "The rule"), face="bold"))
        buttons = QWidget(self)
        flow = FlowLayout(buttons)
        agree = translate("Approval", "Write this rule and allow")
        if of_job:
            agree = translate("Approval", "Add this to the job and allow")
        write = SlowButton(agree, buttons)
        write.pressed_deliberately.connect(self.agreed)
        back = push_button(translate("Approval", "Back"), self.declined.emit, buttons, role="quiet")
        for button in (write, back):
            flow.addWidget(button)
        layout.addWidget(buttons)


def _undo_look(undo: str) -> tuple[str, Tone]:
    """The runtime's sentence begins with what holds for all of it; only a plain yes needs no attention."""
    return ("undo", "muted") if undo.startswith("Can be undone") else ("alert", "warn")


def _fact(icon: str, tone: Tone, text: str, name: str, parent: QWidget, *, muted: bool) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(SPACE)
    line.addWidget(Mark(icon, parent, tone=tone), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(PlainText(text, parent, name=name, face="small", muted=muted), 1)
    return line
