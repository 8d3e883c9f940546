import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.widgets.code_block import CodeBlock
from app.widgets.markdown_text import MarkdownText
from app.widgets.markdown_view import AT_ONCE, MarkdownView

ANSWER = "# Title\n\nText\n\n```python\nx = 1\n```\n\nMore text\n\n- a\n- b\n"


def made(qtbot: QtBot, text: str = "") -> MarkdownView:
    view = MarkdownView(text)
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    return view


def pieces(view: MarkdownView) -> list[MarkdownText | CodeBlock]:
    """From top to bottom."""
    QCoreApplication.sendPostedEvents()
    found = [widget for widget in view.children() if isinstance(widget, MarkdownText | CodeBlock)]
    return sorted((widget for widget in found if not widget.isHidden()), key=lambda widget: widget.y())


def texts(view: MarkdownView) -> list[str]:
    return [(w if isinstance(w, MarkdownText) else w.pane).toPlainText() for w in pieces(view)]


def test_text_and_code_are_drawn_in_order(qtbot: QtBot) -> None:
    view = made(qtbot, ANSWER)
    assert texts(view) == ["Title\nText", "x = 1", "More text\na\nb"]
    assert [type(piece) for piece in pieces(view)] == [MarkdownText, CodeBlock, MarkdownText]
    assert view.markdown == ANSWER


def test_streaming_ends_like_all_at_once_and_leaves_finished_pieces_alone(qtbot: QtBot) -> None:
    view = made(qtbot)
    first: list[MarkdownText | CodeBlock] = []
    for end in range(1, len(ANSWER)):
        view.set_markdown(ANSWER[:end], streaming=True)
        first = first or (pieces(view)[:2] if len(pieces(view)) == 3 else [])
    view.set_markdown(ANSWER)
    assert texts(view) == texts(made(qtbot, ANSWER))
    assert pieces(view)[:2] == first


def test_a_reply_stored_without_its_last_blank_lines_keeps_what_is_drawn(qtbot: QtBot) -> None:
    view = made(qtbot)
    view.set_markdown(ANSWER + "\n\n", streaming=True)
    before = pieces(view)
    view.set_markdown(ANSWER.rstrip())
    assert pieces(view) == before and texts(view) == texts(made(qtbot, ANSWER))


def test_another_text_replaces_the_first(qtbot: QtBot) -> None:
    view = made(qtbot, ANSWER)
    view.set_markdown("```\ncode\n```")
    assert texts(view) == ["code"]
    view.set_markdown("")
    assert texts(view) == []


def test_its_height_follows_its_width(qtbot: QtBot) -> None:
    view = made(qtbot, "word " * 400)
    assert view.hasHeightForWidth()
    assert view.heightForWidth(300) > 1.7 * view.heightForWidth(600)


def test_a_piece_gets_the_height_it_needs_at_any_width(qtbot: QtBot) -> None:
    view = made(qtbot, ANSWER + "\n" + "long " * 200 + "\n\n```\n" + "wide" * 200 + "\n```\n\nEnd")
    for width in (900, 340, 500):
        view.resize(width, view.heightForWidth(width))
        assert [p.height() - p.heightForWidth(p.width()) for p in pieces(view)] == [0] * len(pieces(view))


def test_asking_for_its_hints_lays_nothing_out_anew(qtbot: QtBot) -> None:
    view = made(qtbot, ANSWER + "word " * 400)
    before = [(w if isinstance(w, MarkdownText) else w.pane).document().textWidth() for w in pieces(view)]
    assert view.minimumSizeHint().width() <= view.sizeHint().width() < view.width()
    after = [(w if isinstance(w, MarkdownText) else w.pane).document().textWidth() for w in pieces(view)]
    assert after == before


def test_a_screen_reader_is_told_what_it_is_and_what_it_says(qtbot: QtBot) -> None:
    view = made(qtbot, "Some *words*.")
    (piece,) = pieces(view)
    face = QAccessible.queryAccessibleInterface(piece)
    words = face.textInterface()
    assert face.text(QAccessible.Text.Name) == "Answer"
    assert words.text(0, words.characterCount()) == "Some words."


def test_a_very_long_text_waits_behind_a_button(qtbot: QtBot) -> None:
    text = "\n\n".join(f"paragraph {n} " + "word " * 30 for n in range(1_500))
    view = made(qtbot, text)
    qtbot.waitUntil(lambda: sum(map(len, texts(view))) > AT_ONCE * 0.9)
    assert sum(map(len, texts(view))) <= AT_ONCE
    (more,) = [found for found in view.findChildren(QToolButton) if found.text().startswith("Show more")]
    while more.isVisible():
        before = len(texts(view))
        more.click()
        qtbot.waitUntil(lambda before=before: len(texts(view)) > before)
    qtbot.waitUntil(lambda: "\n".join(texts(view)).split() == text.split())


def test_selected_text_is_told(qtbot: QtBot) -> None:
    view = made(qtbot, ANSWER)
    assert view.selected_text() == ""
    last = pieces(view)[2]
    assert isinstance(last, MarkdownText)
    last.selectAll()
    assert view.selected_text() == "More text\na\nb"


@pytest.mark.parametrize(
    "text",
    [
        "\ud800 half", "a\x00b\x1b[0m", "```\n" * 99, "> " * 500 + "x", "[" * 5_000, "*a" * 9_000, "|" * 3_000,
        "- " * 300, "\u202e שלום", "#" * 50, "&#0; &bogus; &amp;", "1. " * 200, "\t- a\n\t\t```\n\t\tx", "~~~~",
        "x" * 100_000, "![](" * 900,
    ],
)  # fmt: skip
def test_any_text_can_be_shown_and_streamed(qtbot: QtBot, text: str) -> None:
    view = made(qtbot)
    for end in (len(text) // 3, len(text) // 2, len(text)):
        view.set_markdown(text[:end], streaming=True)
    view.set_markdown(text)
    assert view.markdown == text
    assert view.heightForWidth(400) > 0
    view.grab()
