"""What a person agrees to, in sentences, before something is turned on or replaced by another version."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QMargins, QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.extension_item import kind_word
from app.viewmodels.extension_source import Consent, FileDiff
from app.viewmodels.settings_fields import Field, Path
from app.widgets.cards.disclosure import Disclosure
from app.widgets.cards.slow_button import SlowButton
from app.widgets.cards.surface import Surface, column, push_button
from app.widgets.cards.words import PlainText, Words, revealed
from app.widgets.diff_view import DiffView
from app.widgets.elided_label import breakable
from app.widgets.long_text import LongText
from app.widgets.sentence_list import NoteList, SentenceList
from app.windows.extensions.settings_form import SettingsForm
from app.windows.extensions.tools import ToolList

_CHARS, _LEAST, _MOST = 84, 14, 38
"""How wide it opens, and how many lines high."""
ABOUT_CHARS = 1_000
MOST_FILES, DIFF_LINES = 40, 40


class ConsentDialog(QDialog):
    """Open it with `open`; it is deleted when it goes. Enter agrees to nothing."""

    agreed = Signal(object, object)
    """The `Consent`, and the keys of what is granted (a frozenset)."""

    def __init__(self, consent: Consent, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.consent = consent
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_title(consent))
        self.may = SentenceList(_may_title(consent), self, choosable=True)
        self.form = SettingsForm(self)
        self._values: dict[Path, object] = {}
        self._problem = Words("", self, tone="error", face="small", wrap=True)
        self._problem.hide()
        self.agree_button = SlowButton(_agree_word(consent), self)
        self.cancel_button = push_button(translate("Extensions", "Cancel"), self.reject, self)
        self._scroll = QScrollArea(self)
        self._fill()
        self._lay_out()
        self.may.chosen.connect(self._disarm)
        self.form.entered.connect(self._enter)
        self.agree_button.pressed_deliberately.connect(self._agree)
        self.cancel_button.setFocus()

    def _agree(self) -> None:
        if (missing := self.may.missing) is not None:
            words = translate("Extensions", "First tick: {what}")
            self._problem.setText(breakable(words.format(what=revealed(missing.text))))
            self._problem.show()
            return
        self.agreed.emit(replace(self.consent, values=dict(self._values)), self.may.granted)
        self.accept()

    def _enter(self, field: Field, value: object) -> None:
        self._values[field.path] = value
        shown = [
            replace(one, field=replace(one.field, value=self._values.get(one.field.path, one.field.value)))
            if one.kind != "secret"
            else one
            for one in self.consent.settings
        ]
        self.form.show_settings(shown)
        self._disarm()

    def _disarm(self) -> None:
        """What agreeing would do is something else now."""
        self._problem.hide()
        self.agree_button.disarm()
        self.agree_button.update()

    def _fill(self) -> None:
        consent = self.consent
        inside = QWidget(self)
        parts = column(inside, QMargins(SPACE * 3, SPACE * 2, SPACE * 3, SPACE * 2), SPACE * 2)
        parts.addWidget(_head(consent, inside))
        if consent.changes or consent.diffs:
            parts.addWidget(_changes(consent, inside))
        if consent.warnings:
            parts.addWidget(_warnings(consent, inside))
        self.may.show_sentences(consent.sentences)
        parts.addWidget(self.may)
        if consent.settings:
            parts.addWidget(Words(translate("Extensions", "What it must know first"), inside, face="bold", wrap=True))
            self.form.show_settings(consent.settings)
            parts.addWidget(self.form)
        if consent.tools:
            tools = ToolList(inside)
            tools.show_tools(consent.tools)
            waiting = any(tool.waits for tool in consent.tools)
            words = translate("Extensions", "Its %n tool(s)", len(consent.tools))
            parts.addWidget(_folded(words, tools, inside, opened=waiting))
        if consent.text:
            text = LongText(translate("Extensions", "What the model reads"), inside, face="mono")
            text.set_text(consent.text)
            parts.addWidget(_folded(translate("Extensions", "What the model reads"), text, inside))
        parts.addStretch(1)
        self._scroll.setWidget(inside)

    def _lay_out(self) -> None:
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(translate("Extensions", "What you agree to"))
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE * 3, SPACE, SPACE * 3, SPACE * 2)
        foot.setSpacing(SPACE)
        foot.addWidget(self._problem, 1)
        foot.addStretch(0)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.agree_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(foot)
        self._fit()

    def _fit(self) -> None:
        """As high as what it says, where the screen has room for it."""
        metrics, inside = self.fontMetrics(), self._scroll.widget()
        width = metrics.averageCharWidth() * _CHARS
        needed = inside.heightForWidth(width) if inside is not None else 0
        height = needed + self.agree_button.sizeHint().height() + SPACE * 4
        wanted = QSize(width, min(max(height, metrics.lineSpacing() * _LEAST), metrics.lineSpacing() * _MOST))
        self.resize(wanted.boundedTo(self.screen().availableSize() * 0.9))


def _title(consent: Consent) -> str:
    name = consent.item.title
    if consent.asks:
        return consent.asks
    if consent.update:
        return translate("Extensions", "Update {name}?").format(name=name)
    if consent.item.standing in ("changed", "waits"):
        return translate("Extensions", "Agree to the change of {name}?").format(name=name)
    return translate("Extensions", "Turn on {name}?").format(name=name)


def _agree_word(consent: Consent) -> str:
    if consent.agrees:
        return consent.agrees
    if consent.update:
        return translate("Extensions", "Update")
    if consent.item.standing in ("changed", "waits"):
        return translate("Extensions", "Agree to the change")
    return translate("Extensions", "Turn on")


def _may_title(consent: Consent) -> str:
    if any(sentence.must for sentence in consent.sentences):
        return translate("Extensions", "Before you go on")
    if any(sentence.key for sentence in consent.sentences):
        return translate("Extensions", "What it may do; untick what you do not want")
    return translate("Extensions", "What it may do")


def _head(consent: Consent, parent: QWidget) -> QWidget:
    item = consent.item
    head = QWidget(parent)
    lines = column(head, spacing=SPACE // 2)
    lines.addWidget(Words(breakable(revealed(_title(consent))), head, face="title", wrap=True))
    beside = " · ".join(part for part in (kind_word(item.kind), item.beside) if part)
    lines.addWidget(Words(breakable(revealed(beside)), head, tone="muted", face="small", wrap=True))
    if item.about:
        about = translate("Extensions", "What it is for")
        lines.addWidget(PlainText(revealed(item.about[:ABOUT_CHARS]), head, name=about))
    return head


def _changes(consent: Consent, parent: QWidget) -> QWidget:
    part = QWidget(parent)
    lines = column(part, spacing=SPACE)
    notes = NoteList(translate("Extensions", "What changed"), "pencil", "accent", part)
    notes.show_lines(consent.changes)
    lines.addWidget(notes)
    for diff in consent.diffs[:MOST_FILES]:
        lines.addWidget(_diff(diff, part))
    if len(consent.diffs) > MOST_FILES:
        more = translate("Extensions", "… and %n more file(s)", len(consent.diffs) - MOST_FILES)
        lines.addWidget(Words(more, part, tone="muted"))
    return part


def _diff(diff: FileDiff, parent: QWidget) -> QWidget:
    part = QWidget(parent)
    lines = column(part, spacing=SPACE // 2)
    if diff.lines:
        head = f"--- {diff.path}\n+++ {diff.path}\n"
        lines.addWidget(DiffView(head + "\n".join(map(revealed, diff.lines)), max_lines=DIFF_LINES, parent=part))
    else:
        lines.addWidget(PlainText(revealed(diff.path), part, name=translate("Extensions", "File"), face="mono"))
    if diff.note:
        lines.addWidget(Words(breakable(revealed(diff.note)), part, tone="muted", face="small", wrap=True))
    return part


def _warnings(consent: Consent, parent: QWidget) -> QWidget:
    card = Surface(parent)
    card.set_look(fill="raised", border="border", stripe="warn")
    notes = NoteList(translate("Extensions", "Look at this first"), "alert", "warn", card)
    notes.show_lines(consent.warnings)
    column(card, QMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 3 // 2)).addWidget(notes)
    return card


def _folded(words: str, body: QWidget, parent: QWidget, *, opened: bool = False) -> Disclosure:
    fold = Disclosure(words, parent)
    fold.set_body(body, QMargins(0, SPACE // 2, 0, 0))
    fold.open(opened)
    return fold
