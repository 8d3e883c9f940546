"""All that is known of one slot: what came of it, why it did not run, its files, its answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QLocale, QMargins, Qt, Signal
from PySide6.QtWidgets import QListView, QScrollArea, QWidget

from agent.jobs import Change, Slot
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.job_history import SlotItem, figures_words
from app.viewmodels.job_slot_words import NOT_RUN, note_of, origin_word, why_words
from app.viewmodels.job_words import change_words, short_path
from app.viewmodels.palette import Item
from app.widgets.cards.surface import FlowLayout, column, push_button
from app.widgets.cards.words import PlainText, Words, revealed
from app.widgets.entry_list import EntryDelegate, EntryList
from app.windows.automations.slot_list import state_tone

SHOWN_CHARS = 8_000
"""Of an answer; its chat has all of it."""
MOST_FILES = 500
"""Of one slot that are listed."""
MOST_ROWS = 6
"""Files in sight; more are scrolled."""


class SlotDetails(QScrollArea):
    """Says what a person wants done with the slot it shows."""

    open_chat = Signal(str)
    """A session id."""
    open_run = Signal(str)
    """A run id: what it did is to be looked at."""
    undo = Signal(str)
    """A run id: what it changed is to be put back, or some of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slot: Slot | None = None
        self._title = Words("", face="bold", wrap=True)
        self._ending = Words("", wrap=True)
        self._why_title = Words("", tone="muted", face="small", wrap=True)
        self.why = PlainText("", name=translate("Jobs", "Why"))
        self.note = PlainText("", name=translate("Jobs", "What was noted"), face="small", muted=True)
        self.summary = PlainText("", name=translate("Jobs", "What it said at the end"))
        self._files_title = Words("", tone="muted", face="small")
        self.files = QListView()
        self._files = EntryList(self)
        self._bar = QWidget()
        self.buttons = {
            "open": push_button(translate("Jobs", "Open chat"), self._open, self._bar),
            "run": push_button(translate("Jobs", "What it did"), self._run, self._bar),
            "undo": push_button(translate("Jobs", "Undo…"), self._undo, self._bar),
        }
        self._lay_out()

    def show_slot(self, slot: Slot, now: datetime) -> None:
        """Show a slot; files and undo come with `show_more`."""
        if self.slot is None or self.slot.slot_id != slot.slot_id:
            self.show_more((), can_undo=False)
            self.verticalScrollBar().setValue(0)
        self.slot = slot
        item = SlotItem(slot)
        self._title.setText(item.title(now))
        parts = (item.ending, origin_word(slot.origin), figures_words(slot), _tokens(slot))
        self._ending.setText(" · ".join(part for part in parts if part))
        self._ending.set_tone(state_tone(slot.state))
        why = why_words(slot)
        self._why_title.setText(
            translate("Jobs", "Why did it not run?") if slot.state in NOT_RUN else translate("Jobs", "Why")
        )
        self._why_title.setVisible(bool(why))
        _tell(self.why, why)
        _tell(self.note, revealed(note_of(slot)))
        _tell(self.summary, slot.summary)
        self.buttons["open"].setVisible(bool(slot.session_id))
        self.buttons["run"].setVisible(bool(slot.run_id))

    def show_more(self, files: Sequence[tuple[str, Change]], *, can_undo: bool) -> None:
        """Show the files a slot was about, and whether what its run changed can be put back."""
        shown = [Item("line", path, short_path(path), change_words(change), "", "file") for path, change in files]
        self._files.show_entries(shown[:MOST_FILES])
        self._files_title.setText(translate("Jobs", "%n file(s)", len(files)))
        for widget in (self._files_title, self.files):
            widget.setVisible(bool(files))
        row = self.files.sizeHintForRow(0) if files else 0
        self.files.setFixedHeight(row * min(len(files), MOST_ROWS) + 2)
        self.buttons["undo"].setVisible(can_undo)

    def _lay_out(self) -> None:
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.files.setAccessibleName(translate("Jobs", "Files"))
        self.files.setModel(self._files)
        self.files.setItemDelegate(EntryDelegate(self.files))
        self.files.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.files.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        flow = FlowLayout(self._bar)
        for button in self.buttons.values():
            flow.addWidget(button)
        inside = QWidget()
        layout = column(inside, QMargins(SPACE * 2, SPACE, SPACE * 2, SPACE * 2), SPACE)
        for widget in (self._title, self._ending, self._why_title, self.why, self.note, self._bar, self.summary):
            layout.addWidget(widget)
        layout.addWidget(self._files_title)
        layout.addWidget(self.files)
        layout.addStretch(1)
        self.setWidget(inside)

    def _open(self) -> None:
        if self.slot is not None:
            self.open_chat.emit(self.slot.session_id)

    def _run(self) -> None:
        if self.slot is not None:
            self.open_run.emit(self.slot.run_id)

    def _undo(self) -> None:
        if self.slot is not None:
            self.undo.emit(self.slot.run_id)


def _tell(pane: PlainText, words: str) -> None:
    pane.set_text(words if len(words) <= SHOWN_CHARS else f"{words[:SHOWN_CHARS]}…")
    pane.setVisible(bool(words))


def _tokens(slot: Slot) -> str:
    count = QLocale().toString(slot.tokens)
    return translate("Jobs", "{count} tokens").format(count=count) if slot.tokens else ""
