from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.widgets.text_pane import TextPane


class Outside(QWidget):
    """Counts what its child does not take."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[int] = []
        self.wheels = 0

    def keyPressEvent(self, event) -> None:
        if event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control):
            self.keys.append(event.key())

    def wheelEvent(self, event) -> None:
        self.wheels += 1


def shown(qtbot: QtBot, text: str) -> tuple[Outside, TextPane]:
    outside = Outside()
    qtbot.addWidget(outside)
    pane = TextPane(outside)
    pane.setPlainText(text)
    pane.setGeometry(0, 0, 300, pane.heightForWidth(300))
    outside.show()
    return outside, pane


def test_it_is_as_high_as_its_text_and_never_scrolls(qtbot: QtBot) -> None:
    _, pane = shown(qtbot, "word " * 300)
    assert pane.heightForWidth(150) > 1.8 * pane.heightForWidth(300)
    pane.setFixedHeight(30)
    pane.moveCursor(pane.textCursor().MoveOperation.End)
    pane.ensureCursorVisible()
    assert pane.verticalScrollBar().value() == 0


def test_plain_keys_and_the_wheel_belong_to_what_is_around_it(qtbot: QtBot) -> None:
    outside, pane = shown(qtbot, "one two\nthree")
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Space):
        qtbot.keyClick(pane, key)
    assert outside.keys == [Qt.Key.Key_PageDown, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Space]
    QTest.wheelEvent(outside.windowHandle(), QPointF(5, 5), QPoint(0, -120))
    qtbot.waitUntil(lambda: outside.wheels == 1)


def test_text_can_be_selected_by_keyboard(qtbot: QtBot) -> None:
    outside, pane = shown(qtbot, "one two\nthree")
    assert not pane.has_selection()
    qtbot.keyClick(pane, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert pane.has_selection() and outside.keys == []
    qtbot.keyClick(pane, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert pane.textCursor().selectedText() == "one two\u2029three"


def test_a_focus_by_keyboard_is_framed_and_one_by_mouse_is_not(qtbot: QtBot) -> None:
    outside, pane = shown(qtbot, "one")
    outside.activateWindow()
    qtbot.waitUntil(pane.hasFocus)
    pane.clearFocus()
    before = pane.grab().toImage()
    pane.setFocus(Qt.FocusReason.MouseFocusReason)
    assert pane.grab().toImage() == before
    pane.clearFocus()
    pane.setFocus(Qt.FocusReason.TabFocusReason)
    assert pane.grab().toImage() != before


def test_a_selection_survives_a_longer_text(qtbot: QtBot) -> None:
    _, pane = shown(qtbot, "one two")
    qtbot.keyClick(pane, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
    pane.keep_selection(lambda: pane.setPlainText("one two three"))
    assert pane.textCursor().selectedText() == "one "


def test_nothing_is_ever_loaded(qtbot: QtBot, tmp_path) -> None:
    _, pane = shown(qtbot, "")
    file = tmp_path / "x.png"
    file.write_bytes(b"data")
    picture = QTextDocument.ResourceType.ImageResource
    for address in (file.as_uri(), str(file), "data:image/png;base64,aGVsbG8=", "https://localhost/x.png"):
        assert pane.document().resource(picture, address) is None
