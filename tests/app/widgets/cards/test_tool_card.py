from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.viewmodels.rows import ToolRow
from app.widgets.cards.disclosure import DisclosureTool
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.tool_card import ToolCard
from app.widgets.code_block import CodeBlock
from app.widgets.diff_view import DiffView


def make(qtbot: QtBot, row: ToolRow, actions: RowActions | None = None) -> ToolCard:
    card = ToolCard(row, None, actions or RowActions())
    qtbot.addWidget(card)
    card.resize(600, 400)
    card.show()
    return card


def labels(card: QWidget) -> list[str]:
    return [label.text() for label in card.findChildren(QLabel) if label.isVisible() and label.text()]


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("waiting", "Waiting for you"),
        ("running", "Running"),
        ("done", "Done"),
        ("failed", "Failed"),
        ("denied", "Not allowed"),
        ("unknown", "Outcome unknown"),
        ("not_run", "Not run"),
    ],
)
def test_the_state_is_said_in_words(qtbot: QtBot, state: Any, word: str) -> None:
    card = make(qtbot, ToolRow("t", "read", "Read notes.md", state=state, duration_s=0.021))
    assert labels(card) == ["Read notes.md", word, "21 ms"]


def test_it_opens_by_keyboard_to_arguments_output_and_changes(qtbot: QtBot) -> None:
    details = {"diff": "@@ -1 +1 @@\n-a\n+b", "path": "/home/anna/a.txt"}
    row = ToolRow("t", "edit", "Edit a.txt", '{"path":"a.txt","new":"ü"}', "done", "Edited.", details=details)
    actions = RowActions()
    opened: list[str] = []
    actions.open_path.connect(opened.append)
    card = make(qtbot, row, actions)
    tool = card.findChildren(DisclosureTool)[0]
    assert tool.accessibleName() == "Details of Edit a.txt"
    assert card.findChildren(CodeBlock) == []
    closed = card.heightForWidth(600)
    qtbot.keyClick(tool, Qt.Key.Key_Return)
    assert [view.text for view in card.findChildren(DiffView)] == ["@@ -1 +1 @@\n-a\n+b"]
    assert [block.text for block in card.findChildren(CodeBlock)] == [
        '{\n  "path": "a.txt",\n  "new": "ü"\n}',
        "Edited.",
    ]
    assert card.heightForWidth(600) > closed + 100
    next(button for button in card.findChildren(QPushButton) if button.text() == "Open the file").click()
    assert opened == ["/home/anna/a.txt"]
    qtbot.keyClick(tool, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: card.heightForWidth(600) == closed)


def test_a_click_on_the_line_opens_it(qtbot: QtBot) -> None:
    actions = RowActions()
    card = make(qtbot, ToolRow("t", "shell", "$ ls", '{"cmd":"ls"}', output="a"), actions)
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(200, 12))
    assert actions.opened == {"t"}
    assert [block.text for block in card.findChildren(CodeBlock)] == ["ls", "a"]


def test_output_streams_into_an_open_card(qtbot: QtBot) -> None:
    card = make(qtbot, ToolRow("t", "shell", "$ ls", '{"cmd":"ls"}'))
    card.findChildren(DisclosureTool)[0].click()
    card.show_row(ToolRow("t", "shell", "$ ls", '{"cmd":"ls"}', output="a\nb"))
    assert card.findChildren(CodeBlock)[1].text == "a\nb"


def test_it_is_open_again_when_it_is_made_again(qtbot: QtBot) -> None:
    actions = RowActions()
    row = ToolRow("t", "shell", "$ ls", '{"cmd":"ls"}')
    first = make(qtbot, row, actions)
    first.findChildren(DisclosureTool)[0].click()
    second = make(qtbot, row, actions)
    assert second.findChildren(DisclosureTool)[0].isChecked()


@pytest.mark.parametrize("arguments", ["", "{", "[" * 100_000, '"x"', '{"cmd": 1'])
def test_malformed_arguments_are_shown_as_they_are(qtbot: QtBot, arguments: str) -> None:
    card = make(qtbot, ToolRow("t", "shell", "$", arguments, "failed"))
    card.findChildren(DisclosureTool)[0].click()
    assert card.findChildren(CodeBlock)[0].text.startswith(arguments[:20_000])


def test_of_much_output_the_end_is_shown(qtbot: QtBot) -> None:
    card = make(qtbot, ToolRow("t", "shell", "$", "{}", output="x" * 1_000_000 + "end"))
    card.findChildren(DisclosureTool)[0].click()
    shown = card.findChildren(CodeBlock)[1].text
    assert shown.startswith("[… 980,003 characters before]\n") and shown.endswith("xend")


def test_what_a_dry_run_only_recorded_is_said_as_such(qtbot: QtBot) -> None:
    card = make(qtbot, ToolRow("t", "delete", "Delete notes.md", state="recorded"))
    assert labels(card) == ["Would: Delete notes.md", "Not done: dry run"]
