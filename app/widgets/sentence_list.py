"""A heading with sentences below it: what something may do, with the reasons of its author, and what is to be known."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.extension_source import Sentence, Weight
from app.widgets.cards.surface import Mark, column
from app.widgets.cards.words import PlainText, Tone, Words, revealed
from app.widgets.check import RING, Check

MOST_SENTENCES = 60
MOST_CHOSEN = 400
"""Where they are agreed to: more can be none of a pack or plugin that is taken in."""
SENTENCE_CHARS = 2_000
REASON_CHARS = 600
_TONES: dict[Weight, Tone] = {"plain": "muted", "reach": "warn", "danger": "error"}


class SentenceList(QWidget):
    """Hidden while there is nothing to say. Where `choosable`, what can be granted has a box to tick."""

    chosen = Signal()
    """A box is another one now."""

    def __init__(self, title: str, parent: QWidget | None = None, *, choosable: bool = False) -> None:
        super().__init__(parent)
        self._title = title
        self._choosable = choosable
        self._shown: tuple[Sentence, ...] = ()
        self._content: QWidget | None = None
        self.boxes: dict[str, Check] = {}
        """By key of the sentence."""
        self._layout = column(self, spacing=SPACE)
        self._layout.addWidget(Words(title, self, face="bold", wrap=True))
        self.hide()

    def show_sentences(self, sentences: Sequence[Sentence]) -> None:
        """Show these."""
        if tuple(sentences) == self._shown:
            return
        self._shown = tuple(sentences)
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
        self.boxes = {}
        self._content = QWidget(self)
        rows = column(self._content, spacing=SPACE)
        most = MOST_CHOSEN if self._choosable else MOST_SENTENCES
        for sentence in self._shown[:most]:
            rows.addLayout(self._row(sentence, self._content))
        if len(self._shown) > most:
            more = translate("Extensions", "… and %n more", len(self._shown) - most)
            rows.addWidget(Words(more, self._content, tone="muted"))
        self._layout.addWidget(self._content)
        self.setVisible(bool(sentences))

    @property
    def missing(self) -> Sentence | None:
        """The first that must be ticked and is not; None: all are."""
        return next((one for one in self._shown if one.must and one.key not in self.granted), None)

    @property
    def granted(self) -> frozenset[str]:
        """Keys of what is ticked."""
        return frozenset(key for key, box in self.boxes.items() if box.isChecked())

    def _row(self, sentence: Sentence, parent: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        said = revealed(sentence.text[:SENTENCE_CHARS])
        if self._choosable and sentence.key:
            box = Check(said, parent)
            box.setChecked(sentence.granted)
            box.toggled.connect(self.chosen)
            self.boxes[sentence.key] = box
            row.addWidget(box, 0, Qt.AlignmentFlag.AlignTop)
        ring = RING if self._choosable and sentence.key else 0  # the first line stands beside the box itself
        if not (sentence.must and self._choosable):  # it is nothing that something may do
            mark = Mark(sentence.icon, parent, tone=_TONES[sentence.weight])
            beside = QVBoxLayout()
            beside.setContentsMargins(0, ring, 0, 0)
            beside.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
            beside.addStretch(1)
            row.addLayout(beside)
        words = QVBoxLayout()
        words.setContentsMargins(0, ring, 0, 0)
        words.setSpacing(2)
        if sentence.new:
            words.addWidget(Words(translate("Extensions", "New"), parent, tone="accent", face="small"))
        words.addWidget(PlainText(said, parent, name=self._title))
        if sentence.reason:
            reason = translate("Extensions", "Its author says: “{reason}”")
            text = reason.format(reason=revealed(sentence.reason[:REASON_CHARS]))
            name = translate("Extensions", "Reason of the author")
            words.addWidget(PlainText(text, parent, name=name, face="small", muted=True))
        row.addLayout(words, 1)
        return row


class NoteList(QWidget):
    """A heading with plain lines below it, each with the same mark; hidden while there are none."""

    def __init__(self, title: str, icon: str, tone: Tone, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._icon = title, icon
        self._tone: Tone = tone
        self._shown: tuple[str, ...] = ()
        self._content: QWidget | None = None
        self._layout = column(self, spacing=SPACE // 2)
        self._layout.addWidget(Words(title, self, face="bold", wrap=True))
        self.hide()

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show these."""
        if tuple(lines) == self._shown:
            return
        self._shown = tuple(lines)
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
        self._content = QWidget(self)
        rows = column(self._content, spacing=SPACE // 2)
        shown = list(self._shown[:MOST_SENTENCES])
        if len(self._shown) > MOST_SENTENCES:
            shown.append(translate("Extensions", "… and %n more", len(self._shown) - MOST_SENTENCES))
        for text in shown:
            row = QHBoxLayout()
            row.setSpacing(SPACE)
            row.addWidget(Mark(self._icon, self._content, tone=self._tone), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(PlainText(revealed(text[:SENTENCE_CHARS]), self._content, name=self._title), 1)
            rows.addLayout(row)
        self._layout.addWidget(self._content)
        self.setVisible(bool(lines))
