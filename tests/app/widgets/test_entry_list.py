"""Lists of single lines: what they say, and that any data can be drawn."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QListView

from app.theme import colors
from app.viewmodels.palette import ENTRY_ROLE, Heading, Item
from app.widgets.entry_list import EntryDelegate, EntryList, Use
from app.widgets.row_paint import small_font

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


@pytest.mark.parametrize(("use", "marked"), [("menu", "selection"), ("list", "hover"), ("read", "")])
def test_how_a_line_is_marked_while_the_keyboard_is_elsewhere(qtbot, use: Use, marked: str) -> None:
    shown = QListView()
    qtbot.addWidget(shown)
    rows = EntryList(shown)
    shown.setModel(rows)
    shown.setItemDelegate(EntryDelegate(shown, use=use))
    rows.show_entries([LINE])
    shown.resize(200, 60)
    plain = shown.grab().toImage()
    shown.setCurrentIndex(rows.index(0))
    at = QPoint(4, shown.visualRect(rows.index(0)).center().y())
    seen = shown.grab().toImage()
    assert seen.pixelColor(at) == (QColor(getattr(colors(), marked)) if marked else plain.pixelColor(at))


def test_what_a_line_belongs_to_stands_below_it_where_the_list_is_a_tall_one(qtbot) -> None:
    shown = QListView()
    qtbot.addWidget(shown)
    rows = EntryList(shown)
    shown.setModel(rows)
    rows.show_entries([LINE])
    heights: list[int] = []
    for tall in (False, True):
        shown.setItemDelegate(EntryDelegate(shown, tall=tall))
        heights.append(shown.sizeHintForRow(0))
        shown.grab()
    assert heights[1] >= heights[0] + QFontMetrics(small_font(shown.font())).height()
