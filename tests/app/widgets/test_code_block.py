import pytest
from PySide6.QtCore import QEvent
from pytestqt.qtbot import QtBot

from app import theme
from app.highlight import DARK, LIGHT, color_of
from app.widgets.code_block import AT_ONCE, NOT_AT_ALL, CodeBlock


def colored(block: CodeBlock) -> dict[str, str]:
    """Pieces of text that have a colour, of the whole document."""
    found: dict[str, str] = {}
    line = block.pane.document().begin()
    while line.isValid():
        raw = line.text().encode("utf-16-le")
        for piece in line.layout().formats():
            text = raw[2 * piece.start : 2 * (piece.start + piece.length)].decode("utf-16-le")
            found[text] = piece.format.foreground().color().name()
        line = line.next()
    return found


def made(qtbot: QtBot, text: str, language: str = "", max_lines: int = 30) -> CodeBlock:
    block = CodeBlock(text, language, max_lines=max_lines)
    qtbot.addWidget(block)
    return block


def test_code_is_coloured_when_its_language_is_ready(qtbot: QtBot) -> None:
    block = made(qtbot, "x = '🦞🦞'  # so\nimport y", "python")
    expected = {"'🦞🦞'": color_of("string"), "# so": color_of("comment"), "import": color_of("keyword")}
    qtbot.waitUntil(lambda: colored(block) == expected)


def test_a_string_over_lines_is_coloured_in_each(qtbot: QtBot) -> None:
    block = made(qtbot, 'a = """one\ntwo\nthree"""\n', "python")
    qtbot.waitUntil(lambda: list(colored(block)) == ['"""one', "two", 'three"""'])


def test_growing_code_ends_coloured(qtbot: QtBot) -> None:
    block = made(qtbot, "", "python")
    text = "import a\n" * 20
    for end in range(1, len(text)):
        block.set_code(text[:end], "python")
    block.set_code(text + "class B: ...", "python")
    qtbot.waitUntil(lambda: "class" in colored(block))
    assert block.pane.toPlainText() == text + "class B: ..."


def test_long_code_comes_plain_first_and_very_long_stays_so(qtbot: QtBot) -> None:
    long = "import a\n" * (AT_ONCE // 4)
    block = made(qtbot, long, "python", max_lines=100_000)
    assert colored(block) == {}
    qtbot.waitUntil(lambda: colored(block) == {"import": color_of("keyword")})
    endless = made(qtbot, "import a\n" * (NOT_AT_ALL // 9 + 10), "python", max_lines=100_000)
    qtbot.waitUntil(lambda: len(colored(made(qtbot, long, "python"))) == 1)
    assert colored(endless) == {}


def test_an_unknown_language_stays_plain(qtbot: QtBot) -> None:
    block = made(qtbot, "import a", "klingon")
    known = made(qtbot, "import a", "python")
    qtbot.waitUntil(lambda: colored(known) != {})
    assert colored(block) == {} and block.pane.toPlainText() == "import a"


def test_a_block_that_goes_before_its_colours_come_is_no_harm(qtbot: QtBot) -> None:
    gone = CodeBlock("import a\n" * AT_ONCE, "python", max_lines=100_000)
    gone.deleteLater()
    del gone
    block = made(qtbot, "import a", "python")
    qtbot.waitUntil(lambda: colored(block) != {})


def test_colours_follow_the_theme(qtbot: QtBot, qapp, monkeypatch: pytest.MonkeyPatch) -> None:
    block = made(qtbot, "import a", "python")
    qtbot.waitUntil(lambda: colored(block) == {"import": LIGHT["keyword"]})
    monkeypatch.setattr(theme, "_active", theme.DARK)
    qapp.sendEvent(block, QEvent(QEvent.Type.PaletteChange))
    assert colored(block) == {"import": DARK["keyword"]}
