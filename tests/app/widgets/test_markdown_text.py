import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextTable
from pytestqt.qtbot import QtBot

from app.theme import colors
from app.widgets.markdown_text import MarkdownText


def made(qtbot: QtBot, markdown: str) -> MarkdownText:
    text = MarkdownText()
    qtbot.addWidget(text)
    text.set_source(markdown)
    text.resize(400, text.heightForWidth(400))
    return text


def looks(text: MarkdownText) -> dict[str, QTextCharFormat]:
    """The character format of each stretch of the first block."""
    found: dict[str, QTextCharFormat] = {}
    walk = text.document().begin().begin()
    while not walk.atEnd():
        found[walk.fragment().text()] = walk.fragment().charFormat()
        walk += 1
    return found


@pytest.mark.parametrize("address", ["https://x.org/a", "http://x.org", "mailto:a@x.org", "file:///tmp/a"])
def test_a_link_to_somewhere_known_can_be_followed(qtbot: QtBot, address: str) -> None:
    text = made(qtbot, f"[here]({address})")
    assert looks(text)["here"].anchorHref() == address
    with qtbot.waitSignal(text.link_activated) as told:
        text.anchorClicked.emit(QUrl(address))
    assert told.args == [address]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "README.md", "vscode://x", "#part"])
def test_any_other_link_is_plain_text(qtbot: QtBot, address: str) -> None:
    look = looks(made(qtbot, f"[here]({address})"))["here"]
    assert (look.isAnchor(), look.anchorHref(), look.fontUnderline()) == (False, "", False)


def test_a_picture_is_named_and_not_shown(qtbot: QtBot) -> None:
    text = made(qtbot, "See ![the cat](https://localhost/cat.png)!")
    assert text.toPlainText() == "See [the cat]!"


def test_html_stays_text(qtbot: QtBot) -> None:
    assert made(qtbot, "<b>a</b> <img src='x'>").toPlainText() == "<b>a</b> <img src='x'>"


def test_headings_are_a_little_larger_and_bold(qtbot: QtBot) -> None:
    sizes = [looks(made(qtbot, f"{'#' * level} a"))["a"] for level in (1, 2, 3, 6)]
    base = made(qtbot, "a").font().pointSizeF()
    assert [round(look.fontPointSize() / base, 2) for look in sizes] == [1.3, 1.15, 1.0, 1.0]
    assert all(look.fontWeight() >= 700 for look in sizes)


def test_code_in_a_line_has_its_background(qtbot: QtBot) -> None:
    look = looks(made(qtbot, "a `b` c"))["b"]
    assert look.background().color().name() == colors().code and look.fontFixedPitch()


def test_a_table_has_borders_and_aligns_its_head(qtbot: QtBot) -> None:
    text = made(qtbot, "|a|b|\n|-|-:|\n|1|2|\n")
    (table,) = [frame for frame in text.document().rootFrame().childFrames() if isinstance(frame, QTextTable)]
    aligned = [table.cellAt(row, 1).firstCursorPosition().blockFormat().alignment() for row in (0, 1)]
    assert aligned[0] == aligned[1] and table.format().border() == 1


def test_a_selection_survives_growing(qtbot: QtBot) -> None:
    text = made(qtbot, "one **two**")
    cursor = text.textCursor()
    cursor.setPosition(4)
    cursor.setPosition(7, cursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)
    text.set_source("one **two** three")
    assert text.textCursor().selectedText() == "two"


def test_lines_of_a_paragraph_stay_lines_and_tables_and_headings_stay_themselves(qtbot: QtBot) -> None:
    view = MarkdownText()
    qtbot.addWidget(view)
    view.set_source("one fact\nanother fact\n\n# Head\nbelow\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nSet\n===\n")
    text = view.document().toPlainText().replace("\u2028", "\n")
    assert text.split("\n")[:4] == ["one fact", "another fact", "Head", "below"]
    assert [block.blockFormat().headingLevel() for block in blocks(view) if block.text() in ("Head", "Set")] == [1, 1]
    assert isinstance(view.document().rootFrame().childFrames()[0], QTextTable)


def blocks(view: MarkdownText) -> list[QTextBlock]:
    found: list[QTextBlock] = []
    block = view.document().begin()
    while block.isValid():
        found.append(block)
        block = block.next()
    return found
