import pytest
from PySide6.QtWidgets import QScrollArea, QVBoxLayout
from pytestqt.qtbot import QtBot

from app.theme import colors
from app.widgets.cards.words import PlainText, Words, revealed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain / ünïcode 漢字 🎉\n\tend", "plain / ünïcode 漢字 🎉\n\tend"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("\x00\x1b\x7f\x9b\r", "\\x00\\x1b\\x7f\\x9b\\x0d"),
        ("a\u200bb\ufeff\u00ad", "a\\u200bb\\ufeff\\xad"),
        ("\U000e0041", "\\U000e0041"),
        ("\u3164\u2800", "\\u3164\\u2800"),
        ("\udcff", "\\udcff"),
        ("\u2028", "\\u2028"),
    ],
)
def test_what_hides_is_written_out(text: str, shown: str) -> None:
    assert revealed(text) == shown


def test_nothing_is_left_out_of_a_long_text() -> None:
    assert revealed("x" * 100_000 + "\u202e") == "x" * 100_000 + "\\u202e"


def test_plain_text_wraps_anywhere_and_asks_for_no_more_than_it_needs(qtbot: QtBot) -> None:
    long, short = PlainText("x" * 500, name="t"), PlainText("yes", name="t")
    for block in (long, short):
        qtbot.addWidget(block)
    assert short.sizeHint().width() < 60 < long.sizeHint().width()
    assert long.minimumSizeHint().width() < 100
    assert long.heightForWidth(100) > 10 * long.heightForWidth(10_000)


def test_it_shows_text_as_it_is(qtbot: QtBot) -> None:
    block = PlainText("<b>bold</b> &amp;", name="t")
    qtbot.addWidget(block)
    assert (block.toPlainText(), block.accessibleName()) == ("<b>bold</b> &amp;", "t")


def test_words_keep_their_colour_inside_a_list(qtbot: QtBot) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    words = Words("█" * 20, area.viewport(), tone="error")
    QVBoxLayout(area.viewport()).addWidget(words)
    area.resize(200, 60)
    area.show()
    drawn = words.grab().toImage()
    seen = {drawn.pixelColor(x, drawn.height() // 2).name() for x in range(drawn.width())}
    assert colors().error in seen
