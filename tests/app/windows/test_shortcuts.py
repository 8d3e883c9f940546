"""The sheet of shortcuts."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.actions import Actions, standard
from app.windows.shortcuts import Shortcuts


def test_it_lists_every_shortcut_also_those_that_do_nothing_now_and_goes_with_escape(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    actions = Actions(window)
    for action_id in standard():
        actions.bind(action_id, lambda: None, enabled=lambda: False)
    window.resize(800, 600)
    window.show()
    sheet = Shortcuts(window, actions)
    sheet.open()
    rows = sheet.list.model()
    said = [rows.data(rows.index(at, 0), Qt.ItemDataRole.AccessibleTextRole) for at in range(rows.rowCount())]
    wanted = [", ".join((known.title, known.shortcuts[0])) for known in standard().values() if known.shortcuts]
    assert said[: len(wanted) + 1] == ["Everywhere in the window", *wanted]
    assert said[len(wanted) + 1] == "In the message field"
    assert "Stop the run, Esc, Esc" in said
    assert sheet.list.currentIndex().data() == "New chat"
    with qtbot.waitSignal(sheet.destroyed):
        QTest.keyClick(sheet.list, Qt.Key.Key_Escape)


def test_the_window_stays_usable_beside_it_and_a_second_one_takes_its_place(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    actions = Actions(window)
    first = Shortcuts(window, actions)
    first.open()
    assert not first.isModal()
    second = Shortcuts(window, actions)
    with qtbot.waitSignal(first.destroyed):
        second.open()
    assert window.findChildren(Shortcuts) == [second]
    assert second.isVisible()
