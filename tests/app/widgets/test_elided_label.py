"""A label of any text on one line of any width."""

import time

import pytest
from PySide6.QtGui import QAccessible

from app.widgets.elided_label import ElidedLabel, breakable, one_line, plain_tooltip


def test_it_shrinks_and_keeps_its_whole_text_for_a_screen_reader(qtbot) -> None:
    text = "A name that is longer than the room that there is for it"
    label = ElidedLabel(text)
    qtbot.addWidget(label)
    label.resize(80, 20)
    assert label.is_elided()
    assert label.minimumSizeHint().width() < 60
    assert QAccessible.queryAccessibleInterface(label).text(QAccessible.Text.Name) == text
    label.resize(2000, 20)
    assert not label.is_elided()


def test_it_is_as_wide_as_a_short_text_and_no_wider_than_a_line(qtbot) -> None:
    short, long = ElidedLabel("abc"), ElidedLabel("abc" * 1000)
    qtbot.addWidget(short)
    qtbot.addWidget(long)
    assert short.sizeHint().width() < 60 < long.sizeHint().width() < 1000
    assert short.sizeHint().height() == long.sizeHint().height()


@pytest.mark.parametrize("text", ["x" * 1_000_000, "a\nb\x00c\u202ed", "<img src=x>", "مرحبا بالعالم", "🦞" * 500, ""])
def test_any_text_is_drawn_at_once(qtbot, text: str) -> None:
    label = ElidedLabel(text)
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.show()
    started = time.process_time()
    label.grab()
    assert time.process_time() - started < 10
    assert label.text() == text


def test_breaks_and_controls_become_spaces() -> None:
    assert one_line(" a\r\n\tb\x1b[0m\u202ec ") == "a b [0m c"


def test_a_tooltip_is_no_html() -> None:
    assert "<b>" not in plain_tooltip("<b>bold</b>")
    assert plain_tooltip("") == ""


def test_endless_words_may_be_broken_and_others_stay() -> None:
    assert breakable("a " + "x" * 100) == "a " + "\u200b".join(["x" * 48, "x" * 48, "xxxx"])
    assert breakable("x" * 48 + " short") == "x" * 48 + " short"
