import pytest

from app.printable import printable, printable_code


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x07c\x9bd", "a\ufffdb\ufffdc\ufffdd"),
        ("\x1b[31mred\x1b[0m \x1b]0;title\x07end", "red end"),
        ("half \ud83d here", "half \ufffd here"),
        ("🦞 שלום", "🦞 שלום"),
    ],
)
def test_nothing_reaches_the_screen_that_it_cannot_show(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_code_shows_what_would_turn_its_direction() -> None:
    assert printable_code("if a:\u202e # x") == "if a:[U+202E] # x"
