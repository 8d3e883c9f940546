from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.widgets.text_block import MAX_LINE, STEP, TextBlock


def block(qtbot: QtBot, text: str, max_lines: int = 3) -> TextBlock:
    made = TextBlock("Title", max_lines=max_lines)
    qtbot.addWidget(made)
    made.set_text(text)
    made.resize(400, 300)
    made.show()
    return made


def button(of: TextBlock, text: str) -> QToolButton:
    return next(found for found in of.findChildren(QToolButton) if found.text().startswith(text))


def test_only_the_first_lines_are_shown_until_asked(qtbot: QtBot) -> None:
    made = block(qtbot, "1\n2\n3\n4\n5\n")
    assert made.pane.toPlainText() == "1\n2\n3" and made.is_shortened()
    low = made.sizeHint().height()
    button(made, "Show all").click()
    assert made.pane.toPlainText() == "1\n2\n3\n4\n5" and not made.is_shortened()
    assert made.heightForWidth(400) > low
    assert not button(made, "Show all").isVisible()


def test_one_press_adds_a_bounded_number_of_lines(qtbot: QtBot) -> None:
    made = block(qtbot, "x\n" * (2 * STEP))
    button(made, f"Show {STEP} more").click()
    assert made.pane.document().blockCount() == STEP + 3


def test_growing_text_keeps_what_is_there(qtbot: QtBot) -> None:
    made = block(qtbot, "1\n2")
    cursor = made.pane.textCursor()
    cursor.setPosition(1, cursor.MoveMode.KeepAnchor)
    made.pane.setTextCursor(cursor)
    made.set_text("1\n2 and\n3\n4")
    assert made.pane.toPlainText() == "1\n2 and\n3" and made.text == "1\n2 and\n3\n4"
    assert made.pane.textCursor().selectedText() == "1"
    made.set_text("other")
    assert made.pane.toPlainText() == "other" and not made.is_shortened()


def test_the_button_copies_all_as_it_was_given_and_says_so(qtbot: QtBot) -> None:
    made = block(qtbot, "a\x00\n" + "y" * (MAX_LINE + 5) + "\n3\n4\n")
    assert made.pane.toPlainText() == "a\ufffd\n" + "y" * MAX_LINE + "…\n3"
    button(made, "Copy").click()
    assert QGuiApplication.clipboard().text() == "a\x00\n" + "y" * (MAX_LINE + 5) + "\n3\n4\n"
    assert button(made, "Copied").isVisible()
    qtbot.waitUntil(lambda: button(made, "Cop").text() == "Copy")


def test_a_wide_line_gets_room_for_its_scroll_bar(qtbot: QtBot) -> None:
    narrow, wide = block(qtbot, "x"), block(qtbot, "x" * 500)
    assert wide.heightForWidth(400) > narrow.heightForWidth(400)
    assert wide.minimumSizeHint().width() <= 80
