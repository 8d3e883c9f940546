"""The person's rules: in words, to take away, one more by a small form; and the way back from a broken file."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.rule_words import DOS, WHATS, do_words, what_words, where_hint
from app.viewmodels.rules import RuleRow, Rules
from app.widgets.cards.surface import FlowLayout, Mark, QuietTool, Surface, push_button
from app.widgets.cards.words import PlainText, Tone, Words, revealed
from app.widgets.choice_box import ChoiceBox
from app.widgets.elided_label import breakable
from app.windows.settings.action_card import ActionCard

_LOOKS: dict[str, tuple[str, Tone]] = {
    "allow": ("check", "ok"),
    "ask": ("question", "muted"),
    "deny": ("cross", "error"),
}


class RulesCard(ActionCard):
    """A denial beats a question, and a question beats leave: their order does not matter."""

    removed = Signal(str)
    """A rule that was taken away, in words."""

    def __init__(self, rules: Rules, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rules = rules
        self.broken = _Broken(rules, self)
        self._none = Words(
            translate(
                "Rules", "None. Reading the granted folders is allowed, what can be undone is done; the rest asks."
            ),
            self,
            tone="muted",
            wrap=True,
        )
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE // 2)
        self.rows: dict[str, QWidget] = {}
        self.form = RuleForm(self)
        self.form.entered.connect(self._add)
        self.column.addWidget(self.broken)
        self.column.addWidget(self._none)
        self.column.addLayout(self._list)
        self.column.addSpacing(SPACE // 2)
        self.column.addWidget(self.form)
        self.finish()
        rules.changed.connect(self._refresh)
        self._refresh()

    def _add(self) -> None:
        form = self.form
        self.run(self._rules.add(form.do.value, form.what.value, form.where.text(), form.until.text()), form.clear)

    def _remove(self, row: RuleRow) -> None:
        self.run(self._rules.remove(row.rule_id), lambda: self.removed.emit(row.words))

    def _refresh(self) -> None:
        for widget in self.rows.values():
            widget.hide()
            widget.deleteLater()
        self.rows = {row.rule_id: self._row(row) for row in self._rules.rows}
        for widget in self.rows.values():
            self._list.addWidget(widget)
        broken = bool(self._rules.broken)
        self.broken.setVisible(broken)
        self.broken.show_problem(self._rules.broken)
        self.form.setVisible(not broken)
        self._none.setVisible(not self.rows and not broken)

    def _row(self, row: RuleRow) -> QWidget:
        widget = QWidget(self)
        line = QHBoxLayout(widget)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE)
        icon, tone = ("alert", "warn") if row.warning else _LOOKS[row.do]
        beside, words = QVBoxLayout(), QVBoxLayout()
        for part in (beside, words):
            part.setContentsMargins(0, SPACE // 2, 0, 0)
        beside.addWidget(Mark(icon, widget, tone=tone), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(beside)
        words.setSpacing(2)
        words.addWidget(PlainText(revealed(row.words), widget, name=translate("Rules", "Rule")))
        if row.warning:
            name = translate("Rules", "Why it does nothing")
            words.addWidget(PlainText(revealed(row.warning), widget, name=name, face="small", muted=True))
        line.addLayout(words, 1)
        button = QuietTool("cross", translate("Rules", "Remove: {rule}").format(rule=row.words), widget)
        button.clicked.connect(lambda: self._remove(row))
        line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return widget


class RuleForm(QWidget):
    """Do, what, where, until."""

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.do = ChoiceBox(self)
        self.do.show_choices([(do, do_words(do)) for do in DOS], DOS[0])
        self.what = ChoiceBox(self)
        self.what.show_choices([(what, what_words(what)) for what in WHATS], WHATS[0])
        self.where = QLineEdit(self)
        self.where.setAccessibleName(translate("Rules", "Where"))
        self.until = QLineEdit(self)
        self.until.setAccessibleName(translate("Rules", "Last day"))
        self.until.setPlaceholderText(translate("Rules", "For ever, or until 2027-01-31"))
        self.add_button = push_button(translate("Rules", "Add rule"), self.entered.emit, self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE * 2)
        grid.setVerticalSpacing(SPACE // 2)
        captions = (
            (translate("Rules", "Do"), self.do),
            (translate("Rules", "What"), self.what),
            (translate("Rules", "Where"), self.where),
            (translate("Rules", "Last day"), self.until),
        )
        for at, (caption, field) in enumerate(captions):
            label = QLabel(caption, self)
            label.setBuddy(field)
            grid.addWidget(label, at, 0)
            grid.addWidget(field, at, 1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.add_button, len(captions), 1, Qt.AlignmentFlag.AlignLeading)
        self.what.chosen.connect(self._hint)
        self.where.returnPressed.connect(self.entered)
        self.until.returnPressed.connect(self.entered)
        self._hint(self.what.value)

    def clear(self) -> None:
        """Make room for the next one."""
        self.where.clear()
        self.until.clear()

    def _hint(self, what: str) -> None:
        self.where.setPlaceholderText(where_hint(what))


class _Broken(Surface):
    """What is wrong with the file, and the ways out."""

    def __init__(self, rules: Rules, parent: ActionCard) -> None:
        super().__init__(parent, fill="", border="error")
        self._why = Words("", self, wrap=True)
        self.restore_button = push_button(
            translate("Rules", "Restore the last good rules"), lambda: parent.run(rules.restore()), self, role="main"
        )
        self.restore_button.setToolTip(translate("Rules", "The file as it is now is kept beside them."))
        again = push_button(translate("Rules", "Read it again"), lambda: parent.run(_read(rules)), self)
        self.open_button = push_button(translate("Rules", "Open the file"), lambda: _open(rules), self)
        buttons = FlowLayout()
        for button in (self.restore_button, again, self.open_button):
            buttons.addWidget(button)
        layout = QVBoxLayout()
        layout.setSpacing(SPACE)
        headline = translate("Rules", "The rules cannot be read, so nothing is allowed")
        layout.addWidget(Words(headline, self, face="bold", wrap=True))
        layout.addWidget(self._why)
        layout.addLayout(buttons)
        across = QHBoxLayout(self)
        across.setContentsMargins(SPACE * 3 // 2, SPACE * 3 // 2, SPACE * 3 // 2, SPACE * 3 // 2)
        across.setSpacing(SPACE)
        across.addWidget(Mark("alert", self, tone="error"), 0, Qt.AlignmentFlag.AlignTop)
        across.addLayout(layout, 1)

    def show_problem(self, why: str) -> None:
        """Say what is wrong, with its line."""
        self._why.setText(breakable(revealed(why)))


async def _read(rules: Rules) -> str:
    await rules.load()
    return ""


def _open(rules: Rules) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(rules.file)))
