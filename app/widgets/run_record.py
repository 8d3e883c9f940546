"""What a run did and why it was allowed, and what left this computer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QListView, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.palette import Item
from app.viewmodels.run_records import ActRow, RunRecord
from app.widgets.cards.surface import column
from app.widgets.cards.words import PlainText, Words, revealed
from app.widgets.entry_list import EntryDelegate, EntryList

MOST_ROWS = 8
"""Acts in sight; more are scrolled."""


class RunRecordView(QWidget):
    """The chosen act is told in full below the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record = RunRecord()
        self._title = Words(translate("Audit", "What was done, and why it was allowed"), self, face="bold", wrap=True)
        self.acts = QListView(self)
        self._entries = EntryList(self)
        self.details = PlainText("", self, name=translate("Audit", "About the chosen act"), face="small")
        self._left = Words(translate("Audit", "What left this computer"), self, face="bold", wrap=True)
        self.traffic = PlainText("", self, name=translate("Audit", "What left this computer"), face="small")
        self.acts.setAccessibleName(translate("Audit", "Acts"))
        self.acts.setModel(self._entries)
        self.acts.setItemDelegate(EntryDelegate(self.acts, tall=True))
        self.acts.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.acts.selectionModel().currentChanged.connect(self._choose)
        layout = column(self, spacing=SPACE)
        for widget in (self._title, self.acts, self.details):
            layout.addWidget(widget)
        layout.addSpacing(SPACE // 2)
        for widget in (self._left, self.traffic):
            layout.addWidget(widget)
        self.show_record(RunRecord())

    def show_record(self, record: RunRecord) -> None:
        """Show this; the same act stays chosen."""
        before = self.acts.currentIndex().row()
        same = [row.key for row in record.acts[: before + 1]] == [row.key for row in self._record.acts[: before + 1]]
        changed = record.acts != self._record.acts
        self._record = record
        if changed or not record.acts:
            self._entries.show_entries(_items(record.acts))
            self.details.set_text("")
            self.details.hide()
            if same and before >= 0:
                self.acts.setCurrentIndex(self._entries.index(before))
        for widget in (self._title, self.acts):
            widget.setVisible(bool(record.acts))
        row = self.acts.sizeHintForRow(0) if record.acts else 0
        self.acts.setFixedHeight(row * min(len(record.acts), MOST_ROWS) + 2)
        nothing = translate("Audit", "Nothing, and nothing came from outside.")
        self.traffic.set_text(revealed("\n".join(record.traffic)) or nothing)

    def _choose(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self._record.acts):
            self.details.set_text(revealed(self._record.acts[index.row()].details))
            self.details.show()


def _items(acts: Sequence[ActRow]) -> list[Item]:
    return [Item("line", row.key, row.title, row.why, row.ended, "check" if row.good else "cross") for row in acts]
