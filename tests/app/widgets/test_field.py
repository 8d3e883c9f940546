"""A row of the form: what is entered is said, the value shown is the view model's."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from agent.settings import Settings, settings_schema
from agent.settings_file import plain
from app.viewmodels.settings_fields import Field, read_fields
from app.widgets.choice_box import ChoiceBox
from app.widgets.field import FieldRow
from app.widgets.path_field import PathField
from app.widgets.switch import Switch

TOML = '[providers.x]\nbase_url = "https://x/v1"\n[providers.x.models.m]\n'
FIELDS = {
    field.name: field for field in read_fields(settings_schema(), plain(msgspec.toml.decode(TOML, type=Settings)))
}
WINDOWS: list[QWidget] = []
"""Held: a window that nobody holds is gone with all that is in it."""


def row(qtbot: Any, field: Field) -> tuple[FieldRow, list[Any]]:
    window = QWidget()
    qtbot.addWidget(window)
    WINDOWS.append(window)
    made = FieldRow(field, window)
    layout = QVBoxLayout(window)
    layout.addWidget(made)
    layout.addWidget(QLineEdit(window))
    said: list[Any] = []
    made.entered.connect(lambda path, raw: said.append((".".join(path), raw)))
    made.reset.connect(lambda path: said.append(("reset", ".".join(path))))
    window.resize(800, 300)
    window.show()
    qtbot.waitExposed(window).__enter__()
    window.activateWindow()
    return made, said


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("app.theme", ChoiceBox),
        ("app.start_at_login", Switch),
        ("app.hotkey", QLineEdit),
        ("app.chat_folder", PathField),
        ("grants", QPlainTextEdit),
        ("limits.max_turns", QLineEdit),
    ],
)
def test_each_kind_has_its_control_with_a_name(qtbot: Any, name: str, kind: type[QWidget]) -> None:
    made, said = row(qtbot, FIELDS[name])
    assert isinstance(made.entry, kind)
    buddies = [label for label in made.findChildren(QLabel) if label.buddy() is made.entry]
    assert [label.text() for label in buddies] == [FIELDS[name].title]
    named = made.entry.line if isinstance(made.entry, PathField) else made.entry
    assert named.accessibleName() or isinstance(named, ChoiceBox)
    assert made.reset_button.accessibleName() and made.reset_button.isHidden()
    assert said == []


def test_typing_is_finished_by_enter_or_by_leaving(qtbot: Any) -> None:
    made, said = row(qtbot, FIELDS["limits.max_turns"])
    made.entry.setFocus()
    assert isinstance(made.entry, QLineEdit)
    made.entry.selectAll()
    QTest.keyClicks(made.entry, "3")
    assert said == []
    QTest.keyClicks(made.entry, "0")
    QTest.keyClick(made.entry, Qt.Key.Key_Return)
    assert said[0] == ("limits.max_turns", "30")
    made.show_field(replace(FIELDS["limits.max_turns"], value=30))
    said.clear()
    QTest.keyClick(made.entry, Qt.Key.Key_Tab)
    assert said == [], "nothing is said of what is in force already"


def test_what_a_program_enters_counts_at_once(qtbot: Any) -> None:
    """A screen reader sets the text of a field without the keyboard on it."""
    made, said = row(qtbot, FIELDS["app.hotkey"])
    assert isinstance(made.entry, QLineEdit)
    made.entry.clearFocus()
    made.entry.setText("Meta+X")
    qtbot.waitUntil(lambda: said == [("app.hotkey", "Meta+X")])


def test_a_choice_and_a_switch_are_said_but_not_when_shown(qtbot: Any) -> None:
    made, said = row(qtbot, FIELDS["app.theme"])
    assert isinstance(made.entry, ChoiceBox)
    made.show_field(replace(FIELDS["app.theme"], value="dark"))
    assert made.entry.value == "dark" and said == []
    QTest.keyClick(made.entry, Qt.Key.Key_Up)
    assert said == [("app.theme", "light")]
    switch, said = row(qtbot, FIELDS["app.start_at_login"])
    switch.show_field(replace(FIELDS["app.start_at_login"], value=True))
    assert said == []
    QTest.keyClick(switch.entry, Qt.Key.Key_Space)
    assert said == [("app.start_at_login", False)]


def test_a_problem_stands_beside_it_and_reset_is_there_when_it_helps(qtbot: Any) -> None:
    made, said = row(qtbot, FIELDS["limits.max_turns"])
    made.show_problem("It must be at least 1.")
    assert "It must be at least 1." in [label.text() for label in made.findChildren(QLabel) if label.isVisible()]
    assert made.entry.accessibleDescription() == "It must be at least 1."
    made.show_problem("")
    made.show_field(replace(FIELDS["limits.max_turns"], value=5))
    assert made.reset_button.isVisible()
    made.reset_button.click()
    assert said == [("reset", "limits.max_turns")]


def test_a_row_is_never_wider_than_its_window(qtbot: Any) -> None:
    endless = replace(FIELDS["app.hotkey"], title="Wort" * 8, help="x" * 500, value="y" * 5000)
    for field in (endless, replace(endless, kind="choice", choices=())):
        made, _said = row(qtbot, field)
        assert made.minimumSizeHint().width() < 500
