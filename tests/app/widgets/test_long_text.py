"""A text of any length: its beginning, and the rest on demand."""

from PySide6.QtWidgets import QTextEdit
from pytestqt.qtbot import QtBot

from app.widgets.long_text import FIRST_CHARS, STEP_CHARS, LongText


def test_a_long_text_is_shown_piece_by_piece(qtbot: QtBot) -> None:
    shown = LongText("Text")
    qtbot.addWidget(shown)
    pane = shown.findChild(QTextEdit)
    assert isinstance(pane, QTextEdit)
    shown.set_text("a" * FIRST_CHARS)
    assert shown.more_button.isHidden()
    shown.set_text("b" * (FIRST_CHARS + STEP_CHARS + 5) + "\u200b")
    assert len(pane.toPlainText()) == FIRST_CHARS and not shown.more_button.isHidden()
    shown.more_button.click()
    assert len(pane.toPlainText()) == FIRST_CHARS + STEP_CHARS
    shown.more_button.click()
    assert pane.toPlainText().endswith("b\\u200b") and shown.more_button.isHidden()
    shown.set_text("short")
    assert pane.toPlainText() == "short"
