"""F1: all shortcuts on one sheet."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListView, QVBoxLayout, QWidget

from app.actions import Actions
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.palette import Heading, Item
from app.widgets.entry_list import EntryDelegate, EntryList

_SIZE = QSize(460, 560)


class Shortcuts(QDialog):
    """Show it with `open()`; the window stays usable beside it. Esc closes it, and it is destroyed then."""

    def __init__(self, window: QWidget, actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        self.setWindowTitle(translate("Shortcuts", "Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QListView(self)
        self.list.setAccessibleName(translate("Shortcuts", "Keyboard shortcuts"))
        rows = EntryList(self)
        rows.show_entries([*_everywhere(actions), *_in_the_message_field()])
        self.list.setModel(rows)
        self.list.setItemDelegate(EntryDelegate(self.list, use="read"))
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setCurrentIndex(rows.index(1, 0))
        box = QDialogButtonBox(self)
        box.addButton(translate("Shortcuts", "Close"), QDialogButtonBox.ButtonRole.RejectRole)
        box.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 2, SPACE, SPACE * 2, SPACE * 2)
        layout.setSpacing(SPACE * 2)
        layout.addWidget(self.list, 1)
        layout.addWidget(box)
        self.resize(_SIZE.boundedTo(window.size()))
        self.list.setFocus()

    def open(self) -> None:
        """Show the sheet in the place of an earlier one."""
        for other in self._window.findChildren(Shortcuts):
            if other is not self:
                other.close()
        self.show()
        self.raise_()
        self.activateWindow()


def _everywhere(actions: Actions) -> Iterable[Heading | Item]:
    yield Heading(translate("Shortcuts", "Everywhere in the window"))
    for entry in actions.entries(possible_only=False):
        if entry.shortcut:
            yield Item("line", entry.action_id, entry.title, shortcut=entry.shortcut, icon=entry.icon)


def _in_the_message_field() -> Iterable[Heading | Item]:
    yield Heading(translate("Shortcuts", "In the message field"))
    lines = (
        (translate("Shortcuts", "Send; while a run works, steer it"), "Return", "send"),
        (translate("Shortcuts", "New line"), "Shift+Return", "pencil"),
        (translate("Shortcuts", "What you said before"), "Up", "clock"),
        (translate("Shortcuts", "What you said after that"), "Down", "clock"),
        (translate("Shortcuts", "Name a file or folder"), "@", "file"),
        (translate("Shortcuts", "Stop the run"), "Esc, Esc", "stop"),
    )
    for title, keys, icon in lines:
        native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        yield Item("line", keys, title, shortcut=native, icon=icon)
