"""Actions: by shortcut, by id, by list; only while they are possible."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.actions import Actions, Entry, standard


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def activate(qtbot, window: QWidget) -> None:
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def test_a_shortcut_a_trigger_and_the_list_are_one_action(qtbot, window: QWidget) -> None:
    done: list[str] = []
    actions = Actions(window)
    actions.add("greet", "Say hello", ("Ctrl+G", "F7"), lambda: done.append("hello"), "send", "wave")
    seen: list[str] = []
    actions.triggered.connect(seen.append)
    activate(qtbot, window)
    QTest.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_F7)
    assert actions.trigger("greet")
    assert (done, seen) == (["hello"] * 3, ["greet"] * 3)
    assert actions.entries() == [Entry("greet", "Say hello", "Ctrl+G", "wave", "send")]
    assert actions.tooltip("greet") == "Say hello (Ctrl+G)"


def test_what_is_not_possible_now_is_not_listed_and_not_done(window: QWidget) -> None:
    done: list[int] = []
    possible = [False]
    actions = Actions(window)
    actions.add("stop", "Stop", "", lambda: done.append(1), enabled=lambda: possible[0])
    assert (actions.entries(), actions.trigger("stop"), done) == ([], False, [])
    assert [entry.action_id for entry in actions.entries(possible_only=False)] == ["stop"]
    possible[0] = True
    assert actions.trigger("stop")
    assert ([entry.title for entry in actions.entries()], done) == (["Stop"], [1])
    possible[0] = False
    actions.action("stop").trigger()
    assert done == [1], "the predicate is asked at the moment of the click"


def test_an_id_is_taken_once(window: QWidget) -> None:
    actions = Actions(window)
    actions.bind("quit", lambda: None)
    with pytest.raises(ValueError, match="quit"):
        actions.bind("quit", lambda: None)


@pytest.mark.parametrize("field", [QLineEdit, QPlainTextEdit])
def test_shortcuts_work_inside_a_text_field_that_knows_them_too(qtbot, window: QWidget, field: type[QWidget]) -> None:
    """On X11 Ctrl+K deletes to the end of the line and Ctrl+E moves there; Ctrl+Del stays the field's own."""
    done: list[str] = []
    actions = Actions(window)
    for action_id, known in standard().items():
        if known.shortcuts:
            actions.bind(action_id, lambda name=action_id: done.append(name))
    box = field(window)
    QVBoxLayout(window).addWidget(box)
    activate(qtbot, window)
    box.setFocus()
    assert isinstance(box, QLineEdit | QPlainTextEdit)
    box.insert("some words") if isinstance(box, QLineEdit) else box.insertPlainText("some words")
    QTest.keyClick(box, Qt.Key.Key_Home)
    for key in (
        Qt.Key.Key_Delete,
        Qt.Key.Key_K,
        Qt.Key.Key_E,
        Qt.Key.Key_N,
        Qt.Key.Key_J,
        Qt.Key.Key_B,
        Qt.Key.Key_Comma,
    ):
        QTest.keyClick(box, key, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(box, Qt.Key.Key_F2)
    QTest.keyClick(box, Qt.Key.Key_A)
    text = box.text() if isinstance(box, QLineEdit) else box.toPlainText()
    assert (done, text) == (["palette", "export", "new_chat", "needs_you", "branch", "settings", "rename"], "awords")


def test_a_field_that_dies_is_forgotten(qtbot, window: QWidget) -> None:
    actions = Actions(window)
    done: list[int] = []
    actions.add("one", "One", "Ctrl+K", lambda: done.append(1))
    first, second = QLineEdit(window), QLineEdit(window)
    activate(qtbot, window)
    first.setFocus()
    with qtbot.waitSignal(first.destroyed):
        first.deleteLater()
    second.show()
    second.setFocus()
    QTest.keyClick(second, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert done == [1]


def test_the_standard_actions_are_whole(window: QWidget) -> None:
    actions = Actions(window)
    for action_id in standard():
        actions.bind(action_id, lambda: None)
    entries = actions.entries()
    keys = [entry.shortcut for entry in entries if entry.shortcut]
    assert len(keys) == len(set(keys)), "no shortcut twice"
    assert all(entry.title for entry in entries)
    assert len({entry.title for entry in entries}) == len(entries)
    assert all(not entry.icon or entry.icon.isascii() for entry in entries)
