from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.viewmodels.rows import UserRow
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.user_message import UserMessage
from app.widgets.text_pane import TextPane


def make(qtbot: QtBot, row: UserRow, actions: RowActions | None = None) -> UserMessage:
    message = UserMessage(row, None, actions or RowActions())
    qtbot.addWidget(message)
    message.resize(600, 200)
    message.show()
    return message


def words(message: UserMessage) -> list[str]:
    found: list[Any] = [*message.findChildren(QLabel), *message.findChildren(TextPane)]
    return [
        text for widget in found if widget.isVisible()
        if (text := widget.text() if isinstance(widget, QLabel) else widget.toPlainText())
    ]  # fmt: skip


def press(message: UserMessage, name: str) -> None:
    buttons = message.findChildren(QAbstractButton)
    next(button for button in buttons if name in (button.text(), button.accessibleName())).click()


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (UserRow("u", "Hello <b>you</b>"), ["Hello <b>you</b>"]),
        (UserRow("u", "Hello", origin="schedule"), ["from a schedule", "Hello"]),
        (UserRow("u", "Hello", waiting=True), ["Hello", "Sent; it reads this before its next step"]),
    ],
)
def test_it_says_what_was_said_and_where_it_came_from(qtbot: QtBot, row: UserRow, shown: list[str]) -> None:
    assert words(make(qtbot, row)) == shown


def test_it_can_be_copied_and_branched_from_once_it_is_stored(qtbot: QtBot) -> None:
    actions, said = RowActions(), list[object]()
    actions.copy.connect(said.append)
    actions.branch.connect(said.append)
    message = make(qtbot, UserRow("u", "x" * 9_000), actions)
    names = [button.accessibleName() for button in message.findChildren(QAbstractButton) if button.isVisible()]
    assert sorted(names) == ["", "Copy"]  # the one without is "Show all", with words of its own
    message.show_row(UserRow("u", "x" * 9_000, entry_id=7))
    press(message, "Copy")
    press(message, "Branch from here")
    assert said == ["x" * 9_000, 7]


def test_a_megabyte_shows_its_beginning_and_all_of_it_when_asked(qtbot: QtBot) -> None:
    text = "y" * 1_000_000
    message = make(qtbot, UserRow("u", text))
    assert words(message) == [text[:4_000]]
    press(message, "Show all")
    field = message.findChildren(QPlainTextEdit)[0]
    assert field.toPlainText().replace("\n", "") == text
    assert words(message) == []
    press(message, "Show less")
    assert words(message) == [text[:4_000]]


def test_it_is_as_wide_as_what_was_said(qtbot: QtBot) -> None:
    short, long = make(qtbot, UserRow("u", "yes")), make(qtbot, UserRow("u", "yes " * 200))
    widths = [message.findChildren(TextPane)[0].width() for message in (short, long)]
    assert widths[0] < 60 and widths[1] > 400
