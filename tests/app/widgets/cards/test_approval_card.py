"""Nobody agrees by accident, and what is agreed to is all on the card."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.viewmodels.rows import ApprovalRow
from app.widgets.cards.approval_card import ApprovalCard
from app.widgets.cards.row_actions import RowActions
from app.widgets.code_block import CodeBlock
from app.widgets.diff_view import DiffView
from app.widgets.elided_label import ElidedLabel
from app.widgets.text_pane import TextPane

Made = tuple[ApprovalCard, RowActions, list[tuple[str, ...]]]


def row(**more: Any) -> ApprovalRow:
    fields: dict[str, Any] = {
        "key": "a1",
        "run_id": "r1",
        "tool": "write",
        "effects": ("write /home/anna/notes.md (12 bytes)",),
        "reason": "it lies outside the working folder",
        "details": {"arguments": {"path": "notes.md", "text": "# Notes\n"}},
    }
    return ApprovalRow(**{**fields, **more})


@pytest.fixture
def card(qtbot: QtBot) -> Callable[[ApprovalRow], Made]:
    def make(shown: ApprovalRow) -> Made:
        actions = RowActions()
        said: list[tuple[str, ...]] = []
        actions.approve.connect(lambda *words: said.append(("approve", *words)))
        actions.refuse.connect(lambda *words: said.append(("refuse", *words)))
        made = ApprovalCard(shown, None, actions)
        qtbot.addWidget(made)
        made.resize(600, 500)
        made.show()
        qtbot.waitExposed(made)
        return made, actions, said

    return make


def button(card: QWidget, words: str) -> QPushButton:
    return next(found for found in card.findChildren(QPushButton) if found.text() == words)


def texts(card: QWidget) -> list[str]:
    return [pane.toPlainText() for pane in card.findChildren(TextPane)]


def test_buttons_work_only_after_a_second_in_sight(qtbot: QtBot, card: Callable[[ApprovalRow], Made]) -> None:
    made, _, said = card(row())
    allow = button(made, "Allow once")
    assert not allow.isEnabled() and "second" in allow.accessibleDescription()
    qtbot.mouseClick(allow, Qt.MouseButton.LeftButton)
    assert said == []
    qtbot.waitUntil(allow.isEnabled, timeout=5_000)
    qtbot.mouseClick(allow, Qt.MouseButton.LeftButton)
    assert said == [("approve", "a1", "")]


def test_a_button_that_is_shown_again_waits_again(qtbot: QtBot, card: Callable[[ApprovalRow], Made]) -> None:
    made, _, _ = card(row())
    allow = button(made, "Allow once")
    qtbot.waitUntil(allow.isEnabled, timeout=5_000)
    made.hide()
    made.show()
    assert not allow.isEnabled()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_never_allows(qtbot: QtBot, card: Callable[[ApprovalRow], Made], key: Qt.Key) -> None:
    made, _, said = card(row())
    allow, field = button(made, "Allow once"), made.findChildren(QLineEdit)[0]
    qtbot.waitUntil(allow.isEnabled, timeout=5_000)
    assert not allow.isDefault() and not allow.autoDefault()
    for widget in (allow, button(made, "Don't allow"), field):
        widget.setFocus()
        qtbot.keyClick(widget, key)
    assert said == []
    qtbot.keyClick(allow, Qt.Key.Key_Space)
    assert said == [("approve", "a1", "")]


def test_the_word_to_the_agent_goes_along(qtbot: QtBot, card: Callable[[ApprovalRow], Made]) -> None:
    made, actions, said = card(row())
    qtbot.keyClicks(made.findChildren(QLineEdit)[0], " use the other folder ")
    refuse = button(made, "Don't allow")
    qtbot.waitUntil(refuse.isEnabled, timeout=5_000)
    refuse.click()
    assert said == [("refuse", "a1", "use the other folder")]
    assert actions.drafts == {"a1": " use the other folder "}


def test_it_takes_the_keyboard_from_nobody(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout, elsewhere = QVBoxLayout(window), QLineEdit(window)
    layout.addWidget(elsewhere)
    window.resize(600, 600)
    window.show()
    elsewhere.setFocus()
    made = ApprovalCard(row(), window, RowActions(window))
    layout.addWidget(made)
    qtbot.waitUntil(button(made, "Allow once").isEnabled, timeout=5_000)
    made.show_row(row(state="allowed"))
    assert window.focusWidget() is elsewhere


def test_all_of_the_target_is_there_and_hides_nothing(card: Callable[[ApprovalRow], Made]) -> None:
    target = "/home/" + "folder/" * 200 + "a\u202egnp.exe\u200b\x1b[2J"
    made, _, _ = card(row(effects=(f"write {target} (12 bytes)", "run rm -rf /")))
    shown = texts(made)
    assert shown[0] == "Homard wants to do 2 thing(s)"
    assert shown[1] == "write /home/" + "folder/" * 200 + "a\\u202egnp.exe\\u200b\\x1b[2J (12 bytes)"
    assert shown[2] == "run rm -rf /"


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        ("write /a/notes.md (3 bytes)", "Homard wants to write notes.md"),
        ("read /a/b/", "Homard wants to read b"),
        ("run make all", "Homard wants to run a command"),
        ("fetch https://example.org/a", "Homard wants to fetch a page from example.org"),
        ("mem.write x", "Homard wants to do this"),
    ],
)
def test_the_headline_says_it_in_words(card: Callable[[ApprovalRow], Made], effect: str, words: str) -> None:
    made, _, _ = card(row(effects=(effect,)))
    assert texts(made)[0] == words


def test_what_would_be_written_and_changed_is_shown(card: Callable[[ApprovalRow], Made]) -> None:
    made, _, _ = card(row())
    assert [block.text for block in made.findChildren(CodeBlock)] == ["# Notes\n"]
    made, _, _ = card(row(tool="edit", details={"arguments": {"path": "a", "old": "x\ny", "new": "z", "all": True}}))
    assert [view.text for view in made.findChildren(DiffView)] == ["@@ -1,2 +1 @@\n-x\n-y\n+z"]
    assert "all: true" in texts(made)


def test_long_lines_of_contents_are_all_there(card: Callable[[ApprovalRow], Made]) -> None:
    made, _, _ = card(row(details={"arguments": {"path": "a", "text": "x" * 5_000}}))
    shown = made.findChildren(CodeBlock)[0].pane.toPlainText()
    assert shown.replace("\n", "") == "x" * 5_000


@pytest.mark.parametrize(
    ("state", "note", "line"),
    [
        ("allowed", "", ["Allowed", "write /home/anna/notes.md (12 bytes)"]),
        ("refused", "not there", ["Not allowed:", "not there"]),
        ("refused", "", ["Not allowed", "write /home/anna/notes.md (12 bytes)"]),
        ("nobody", "", ["Nobody was there", "write /home/anna/notes.md (12 bytes)"]),
        ("cancelled", "", ["Cancelled", "write /home/anna/notes.md (12 bytes)"]),
    ],
)
def test_afterwards_it_is_one_line(
    qtbot: QtBot, card: Callable[[ApprovalRow], Made], state: Any, note: str, line: list[str]
) -> None:
    made, _, _ = card(row())
    before = made.heightForWidth(600)
    assert made.show_row(row(state=state, note=note))
    qtbot.waitUntil(lambda: not made.findChildren(QPushButton))
    assert [label.text() for label in made.findChildren(QLabel) if label.isVisible()] == line
    assert made.findChildren(ElidedLabel)
    assert made.heightForWidth(600) < before / 5
