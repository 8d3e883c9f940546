"""The next slots of one job, as a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QListView, QStackedWidget, QVBoxLayout, QWidget

from agent.jobs import PluginEvent, Slot, Watch
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.job_item import JobItem
from app.viewmodels.job_words import moment_words
from app.viewmodels.palette import Item
from app.widgets.cards.figures import duration_words
from app.widgets.empty_state import EmptyState
from app.widgets.entry_list import EntryDelegate, EntryList

DAYS = 90
MOST = 100


class ComingList(QWidget):
    """Says why there is nothing where there is nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QListView(self)
        self.list.setAccessibleName(translate("Jobs", "What is to come"))
        self._entries = EntryList(self)
        self.list.setModel(self._entries)
        self.list.setItemDelegate(EntryDelegate(self.list, use="read"))
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._nothing = EmptyState("calendar", "", "", parent=self)
        self._body = QStackedWidget(self)
        for page in (self.list, self._nothing):
            self._body.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.addWidget(self._body)

    def show_slots(self, item: JobItem, slots: Sequence[Slot], now: datetime) -> None:
        """List the slots to come of a job."""
        chosen = self.list.currentIndex().row()
        self._entries.show_entries([_entry(slot, now) for slot in slots])
        if slots:
            self.list.setCurrentIndex(self._entries.index(min(max(chosen, 0), len(slots) - 1)))
            self._body.setCurrentWidget(self.list)
            return
        self._nothing.set_words(translate("Jobs", "Nothing is planned"), _why_nothing(item))
        self._body.setCurrentWidget(self._nothing)


def _entry(slot: Slot, now: datetime) -> Item:
    seconds = (slot.due_at - now).total_seconds()
    words = translate("Jobs", "in {time}").format(time=duration_words(seconds)) if 60 <= seconds < 86_400 else ""
    return Item("line", slot.key, moment_words(slot.due_at, now), "", words, "clock")


def _why_nothing(item: JobItem) -> str:
    if item.row.paused:
        return translate("Jobs", "The job is paused. Resume it, and its next moments stand here.")
    if any(isinstance(trigger, Watch) for trigger in item.row.job.triggers):
        return translate("Jobs", "It starts when files come, not at set times.")
    if any(isinstance(trigger, PluginEvent) for trigger in item.row.job.triggers):
        return translate("Jobs", "It starts when a plugin has something to tell, not at set times.")
    if not item.row.job.triggers:
        return translate("Jobs", "It starts only when you press Run now.")
    return translate("Jobs", "Its times are over. Edit it to give it new ones.")
