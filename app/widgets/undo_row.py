"""A path on its way back: whether, which way where there are three, and what would change."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMargins, QObject, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from agent.undo.plan import Choice
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.undo import WAYS, PathRow
from app.viewmodels.undo_words import choice_words
from app.widgets.cards.disclosure import Disclosure
from app.widgets.cards.surface import FlowLayout, Mark, Row, Surface, column
from app.widgets.cards.words import PlainText, Words, revealed
from app.widgets.check import Check
from app.widgets.diff_view import DiffView
from app.widgets.elided_label import ElidedLabel
from app.widgets.radio import Radio


class UndoWishes(QObject):
    """What a person wants of the paths: one for all rows."""

    wanted = Signal(str, bool)
    """Path, whether it is put back."""
    chosen = Signal(str, str)
    """Path, `Choice`."""
    diff_wanted = Signal(str)
    """Path; the answer goes to `diffs`, and the row is asked to show itself again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.diffs: dict[str, str] = {}
        self.opened: set[str] = set()


class UndoRow(Row):
    """Before it is done: a check box, and what would happen. Afterwards: what did."""

    def __init__(self, row: PathRow, parent: QWidget | None, wishes: UndoWishes) -> None:
        super().__init__(parent)
        self._row, self._wishes = row, wishes
        self._surface = Surface(self)
        self._layout = column(self._surface, QMargins(SPACE, SPACE // 2, SPACE * 3 // 2, SPACE // 2), SPACE // 2)
        self._check: Check | None = None
        self._ways: dict[Choice, Radio] = {}
        self._diff: DiffView | None = None
        self._layout.addLayout(self._head())
        if row.note:
            why = f"{row.note[:1].upper()}{row.note[1:]}"
            text = PlainText(
                revealed(why), self, name=translate("Undo", "Why"), face="small", muted=not self._needs_look
            )
            self._layout.addLayout(_indented(text))
        if row.choice is not None:
            self._layout.addLayout(_indented(self._choices()))
        if row.has_diff:
            self._layout.addLayout(_indented(self._changes()))
        column(self).addWidget(self._surface)
        self.show_row(row)

    @property
    def _needs_look(self) -> bool:
        return self._row.choice is not None or not self._row.good

    def show_row(self, row: PathRow) -> bool:
        """Show what is wanted now; False if it is another kind of row."""
        if (row.path, row.item, row.words) != (self._row.path, self._row.item, self._row.words):
            return False
        self._row = row
        if self._check is not None:
            self._check.blockSignals(True)
            self._check.setChecked(row.wanted)
            self._check.blockSignals(False)
        for way, radio in self._ways.items():
            radio.blockSignals(True)
            radio.setChecked(way == row.choice)
            radio.blockSignals(False)
        if self._diff is not None:
            self._diff.set_diff(self._wishes.diffs.get(row.path, ""))
        return True

    def _head(self) -> QHBoxLayout:
        row = self._row
        line = QHBoxLayout()
        line.setSpacing(SPACE)
        if row.choice is not None:
            line.addWidget(Mark("alert", self, tone="warn"))
        elif row.item is not None:
            self._check = Check(translate("Undo", "Undo {path}").format(path=row.shown), self)
            self._check.setEnabled(row.possible)
            self._check.toggled.connect(self._want)
            line.addWidget(self._check)
        else:
            line.addWidget(Mark("check" if row.good else "alert", self, tone="ok" if row.good else "warn"))
        line.addWidget(ElidedLabel(row.shown, self, mode=Qt.TextElideMode.ElideMiddle), 1)
        line.addWidget(Words(row.words, self, tone="warn" if self._needs_look else "muted", face="small"))
        return line

    def _want(self, on: bool) -> None:
        self._wishes.wanted.emit(self._row.path, on)

    def _choices(self) -> QWidget:
        box = QWidget(self)
        flow = FlowLayout(box)
        group = QButtonGroup(box)
        for way in WAYS:
            radio = Radio(choice_words(way, self._row.item) if self._row.item else "", box)
            radio.toggled.connect(self._chooser(way))
            group.addButton(radio)
            flow.addWidget(radio)
            self._ways[way] = radio
        return box

    def _chooser(self, way: Choice) -> Callable[[bool], None]:
        def choose(on: bool) -> None:
            if on:
                self._wishes.chosen.emit(self._row.path, way)

        return choose

    def _changes(self) -> QWidget:
        line = self._disclosure = Disclosure(translate("Undo", "What would change"), self)
        line.toggled.connect(self._open)
        line.open(self._row.path in self._wishes.opened)
        return line

    def _open(self, opened: bool) -> None:
        path = self._row.path
        (self._wishes.opened.add if opened else self._wishes.opened.discard)(path)
        if not opened or self._diff is not None:
            return
        self._diff = DiffView(self._wishes.diffs.get(path, ""), parent=self)
        self._disclosure.set_body(self._diff)
        if path not in self._wishes.diffs:
            self._wishes.diff_wanted.emit(path)


def _indented(widget: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setContentsMargins(SPACE * 4, 0, 0, 0)
    line.addWidget(widget, 1)
    return line
