"""Lists of single lines: what they say, and that any data can be drawn."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListView

from app.viewmodels.palette import ENTRY_ROLE, Heading, Item
from app.widgets.entry_list import EntryDelegate, EntryList

LINE = Item("line", "k", "Title", "what it belongs to", "Ctrl+T", "tool")


def test_a_line_says_all_that_is_drawn_and_a_heading_cannot_be_chosen(qtbot) -> None:
    rows = EntryList()
    rows.show_entries([Heading("Group"), LINE])
    said = [rows.data(rows.index(at, 0), Qt.ItemDataRole.AccessibleTextRole) for at in range(rows.rowCount())]
    assert said == ["Group", "Title, what it belongs to, Ctrl+T"]
    assert rows.data(rows.index(1, 0), ENTRY_ROLE) == LINE
    assert rows.data(rows.index(1, 0)) == "Title"
    assert [bool(rows.flags(rows.index(at, 0)) & Qt.ItemFlag.ItemIsEnabled) for at in (0, 1)] == [False, True]


@pytest.mark.parametrize("text", ["x" * 1_000_000, "a\nb\x00c", "<b>&amp;</b>", "مرحبا بالعالم", "{title} {0} %1", ""])
def test_any_text_is_drawn_and_said(qtbot, text: str) -> None:
    shown = QListView()
    qtbot.addWidget(shown)
    rows = EntryList(shown)
    shown.setModel(rows)
    shown.setItemDelegate(EntryDelegate(shown))
    rows.show_entries([Heading(text), Item("action", "k", text, text, icon="tool"), Item("line", "l", text)])
    shown.resize(200, 120)
    shown.grab()
    assert rows.data(rows.index(2, 0), Qt.ItemDataRole.AccessibleTextRole) == text
