"""What something is for, what it may do, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.extension_item import Extension
from app.viewmodels.extension_source import Details
from app.widgets.cards.surface import column
from app.widgets.cards.words import PlainText, Words, revealed
from app.widgets.sentence_list import NoteList, SentenceList

ABOUT_CHARS = 2_000


class Scrolled(QScrollArea):
    """A page of the details that scrolls; put things into `column`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.inside = QWidget()
        self.column = column(self.inside, QMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 2), SPACE * 2)
        self.setWidget(self.inside)


class AboutView(Scrolled):
    """Sentences first, figures last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.about = PlainText("", name=translate("Extensions", "What it is for"))
        self.may = SentenceList(translate("Extensions", "What it may do"))
        self.warnings = NoteList(translate("Extensions", "To be known"), "alert", "warn")
        self.facts = FactList()
        for widget in (self.about, self.warnings, self.may, self.facts):
            self.column.addWidget(widget)
        self.column.addStretch(1)

    def show_item(self, item: Extension, details: Details) -> None:
        """Show one."""
        self.about.set_text(revealed(item.about[:ABOUT_CHARS]))
        self.about.setVisible(bool(item.about))
        self.may.show_sentences(details.may)
        self.warnings.show_lines(details.warnings)
        self.facts.show_facts(details.facts)


class FactList(QWidget):
    """Captions and values, one below the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[tuple[str, str], ...] = ()
        self._content: QWidget | None = None
        self._layout = column(self)

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these."""
        if tuple(facts) == self._shown:
            return
        self._shown = tuple(facts)
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
        self._content = QWidget(self)
        rows = column(self._content, spacing=SPACE // 2)
        captions = [Words(caption, self._content, tone="muted") for caption, _value in facts]
        width = max((named.sizeHint().width() for named in captions), default=0)
        for named, (caption, value) in zip(captions, facts, strict=True):
            row = QHBoxLayout()
            row.setSpacing(SPACE * 2)
            named.setFixedWidth(width)
            beside = QVBoxLayout()
            beside.addWidget(named, 0, Qt.AlignmentFlag.AlignTop)
            row.addLayout(beside)
            row.addWidget(PlainText(revealed(value), self._content, name=caption), 1)
            rows.addLayout(row)
        self._layout.addWidget(self._content)
