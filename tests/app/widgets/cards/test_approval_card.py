"""Nobody agrees by accident, and what is agreed to is all on the card."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from agent.labels import Label
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
    assert said == [("approve", "a1", "", "once")]


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
    assert said == [("approve", "a1", "", "once")]


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
        ("run make all with the network", "Homard wants to run a command that may use the network"),
        ("delete /a/notes.md", "Homard wants to delete notes.md"),
        ("send to https://example.org/in", "Homard wants to send something to example.org"),
        ("send a message to anna@example.org", "Homard wants to send a message to anna@example.org"),
        ("remember x", "Homard wants to remember something"),
        ("change the rules: x", "Homard wants to change its own rules or jobs"),
        ("use the key github", "Homard wants to use a key of yours"),
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


def test_only_what_is_offered_can_be_answered(card: Callable[[ApprovalRow], Made]) -> None:
    once, _, _ = card(row())
    all_of_it, _, _ = card(row(scopes=("once", "run", "always"), rule="allow writing to /home/anna"))
    no_rule, _, _ = card(row(scopes=("once", "run", "always")))
    assert answers(once) == ["Allow once", "Don't allow"]
    assert answers(all_of_it) == ["Allow once", "Allow in this run", "Always allow…", "Don't allow"]
    assert answers(no_rule) == ["Allow once", "Allow in this run", "Don't allow"]


def answers(card: QWidget) -> list[str]:
    return [found.text() for found in card.findChildren(QPushButton) if found.isVisible() and found.text() != "Copy"]


def test_yes_for_the_run_waits_like_any_yes(qtbot: QtBot, card: Callable[[ApprovalRow], Made]) -> None:
    made, _, said = card(row(scopes=("once", "run")))
    in_run = button(made, "Allow in this run")
    assert not in_run.isEnabled()
    qtbot.waitUntil(in_run.isEnabled, timeout=5_000)
    in_run.setFocus()
    qtbot.keyClick(in_run, Qt.Key.Key_Return)
    assert said == []
    qtbot.keyClick(in_run, Qt.Key.Key_Space)
    assert said == [("approve", "a1", "", "run")]


def test_always_shows_the_rule_and_takes_a_second_press(qtbot: QtBot, card: Callable[[ApprovalRow], Made]) -> None:
    made, actions, said = card(row(scopes=("once", "always"), rule="allow writing to /home/\u202eanna"))
    always = button(made, "Always allow…")
    write = button(made, "Write this rule and allow")
    assert not write.isVisible()
    always.setFocus()
    qtbot.keyClick(always, Qt.Key.Key_Space)
    assert write.isVisible() and not write.isEnabled() and said == []
    assert "allow writing to /home/\\u202eanna" in texts(made)
    assert actions.opened == {"a1 rule"}
    button(made, "Back").click()
    assert not write.isVisible() and actions.opened == set() and made.focusWidget() is always
    always.click()
    qtbot.waitUntil(write.isEnabled, timeout=5_000)
    write.click()
    assert said == [("approve", "a1", "", "always")]


def test_it_says_who_may_be_behind_it_and_what_can_be_undone(card: Callable[[ApprovalRow], Made]) -> None:
    label = Label("external", "private", ("external:example.org", "local:/home/anna"))
    made, _, _ = card(row(label=label, undo="Cannot be undone: what is sent is sent.", prompt="sum it up"))
    assert texts(made)[-4:] == [
        "This chat has read text from example.org; that text may be what asks for this.",
        "Cannot be undone: what is sent is sent.",
        "You had asked: sum it up",
        "Why: it lies outside the working folder",
    ]
    made, _, _ = card(row(label=Label("local", "private"), reason=""))
    assert not [text for text in texts(made) if "has read" in text or "undone" in text]


@pytest.mark.parametrize(("asked", "offered"), [(5, False), (6, True)])
def test_who_is_asked_often_is_offered_better(card: Callable[[ApprovalRow], Made], asked: int, offered: bool) -> None:
    made, actions, _ = card(row(asked_lately=asked, scopes=("once", "run")))
    wanted: list[bool] = []
    actions.safety.connect(lambda: wanted.append(True))
    shown = [label.text() for label in made.findChildren(QLabel) if "times in ten" in label.text().replace("(s)", "s")]
    assert bool(shown) is offered
    for rules in [found for found in made.findChildren(QPushButton) if found.text() == "Rules"]:
        rules.click()
    assert wanted == [True] * offered


def test_the_verdict_says_how_far_it_goes(card: Callable[[ApprovalRow], Made]) -> None:
    said = []
    for scope in ("once", "run", "always"):
        made, _, _ = card(row(state="allowed", scope=scope))
        said.append(made.findChildren(QLabel)[0].text())
    assert said == ["Allowed", "Allowed in this run", "Always allowed"]


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
