"""Several things wait at once: all can be allowed together only where they are alike."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.viewmodels.rows import ApprovalRow
from app.widgets.waiting_bar import WaitingBar, is_one_kind


def row(key: str, **more: Any) -> ApprovalRow:
    fields: dict[str, Any] = {"run_id": "r1", "tool": "write", "effects": (f"write /a/{key} (1 bytes)",)}
    return ApprovalRow(key, **{**fields, "scopes": ("once", "run"), **more})


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ({}, True),
        ({"scopes": ("once",)}, False),
        ({"run_id": "r2"}, False),
        ({"tool": "edit"}, False),
        ({"effects": ("delete /a/b",)}, False),
        ({"effects": ("write /a/b", "delete /a/b")}, False),
    ],
)
def test_alike_are_the_same_acts_of_a_tool_in_a_run(other: dict[str, Any], alike: bool) -> None:
    assert is_one_kind((row("a"), row("b", **other))) is alike


def test_a_command_with_the_network_is_of_another_kind() -> None:
    commands = [
        row(key, tool="shell", effects=(f"run curl{more}",)) for key, more in (("a", ""), ("b", " with the network"))
    ]
    assert not is_one_kind(commands)


def test_one_answer_does_for_all_that_were_counted(qtbot: QtBot) -> None:
    bar, said = WaitingBar(), list[Any]()
    qtbot.addWidget(bar)
    bar.allowed.connect(said.append)
    bar.wanted.connect(said.append)
    bar.resize(700, 120)
    bar.show_waiting([row("a")])
    assert not bar.isVisible()
    bar.show_waiting([row("a"), row("b")])
    assert bar.isVisible() and not bar.allow_button.isEnabled()
    assert "2 thing(s) wait for you" in [label.text() for label in bar.findChildren(QLabel)]
    qtbot.waitUntil(bar.allow_button.isEnabled, timeout=5_000)
    bar.show_waiting([row("a"), row("b"), row("c")])
    assert not bar.allow_button.isEnabled()  # it would allow something that nobody has looked at
    qtbot.waitUntil(bar.allow_button.isEnabled, timeout=5_000)
    qtbot.keyClick(bar.allow_button, Qt.Key.Key_Return)
    assert said == []
    qtbot.keyClick(bar.allow_button, Qt.Key.Key_Space)
    bar.show_button.click()
    assert said == [["a", "b", "c"], "a"]


def test_different_things_want_their_own_answers(qtbot: QtBot) -> None:
    bar = WaitingBar()
    qtbot.addWidget(bar)
    bar.show_waiting([row("a"), row("b", tool="edit")])
    assert bar.isVisible() and not bar.allow_button.isVisible()
    bar.show_waiting([])
    assert not bar.isVisible()
