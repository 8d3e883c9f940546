from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.theme import colors
from app.widgets.diff_view import DiffView, Line, read_lines

DIFF = "--- a/x.sql\n+++ b/x.sql\n@@ -9,3 +9,3 @@\n same\n--- old remark\n+++ new\n end\n@@ -20 +20,2 @@\n-a\n+b\n+c\n"


def test_each_line_is_told_by_counting() -> None:
    assert read_lines(DIFF) == [
        Line(""), Line(""), Line(""), Line(" ", 9, 9), Line("-", 10, 0), Line("+", 0, 10), Line(" ", 11, 11),
        Line(""), Line("-", 20, 0), Line("+", 0, 20), Line("+", 0, 21), Line(""),
    ]  # fmt: skip


def test_anything_can_be_read() -> None:
    assert read_lines("") == [Line("")]
    assert read_lines("+ no head\n@@ 5 lines replaced by 9 @@") == [Line(""), Line("")]


def backgrounds(view: DiffView) -> list[str]:
    found: list[str] = []
    block = view.pane.document().begin()
    while block.isValid():
        brush = block.blockFormat().background()
        found.append(brush.color().name() if brush.style().value else "")
        block = block.next()
    return found


def test_signs_and_backgrounds_tell_added_from_removed(qtbot: QtBot) -> None:
    view = DiffView(DIFF)
    qtbot.addWidget(view)
    added, removed = QColor(colors().added).name(), QColor(colors().removed).name()
    assert view.pane.toPlainText() == DIFF.split("\n", 2)[2].rstrip("\n")
    assert backgrounds(view) == ["", "", removed, added, "", "", removed, added, added]
    assert [label.text() for label in view.findChildren(QLabel)] == ["x.sql   +3 −2"]


def test_numbers_stand_beside_the_text_and_are_optional(qtbot: QtBot) -> None:
    views = [DiffView(DIFF, line_numbers=shown) for shown in (True, False)]
    pictures: list[object] = []
    for view in views:
        qtbot.addWidget(view)
        view.resize(400, 300)
        pictures.append(view.grab().toImage())
    assert views[0].pane.toPlainText() == views[1].pane.toPlainText()
    assert pictures[0] != pictures[1]


def test_a_long_diff_is_shortened(qtbot: QtBot) -> None:
    view = DiffView("@@ -1,0 +1,100 @@\n" + "+x\n" * 100, max_lines=10)
    qtbot.addWidget(view)
    assert view.pane.document().blockCount() == 10 and view.is_shortened()
    view.show_all()
    assert backgrounds(view)[1:] == [QColor(colors().added).name()] * 100
