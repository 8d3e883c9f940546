"""Markdown on a terminal while it grows; pyte is not needed: the few codes used are played by hand."""

import re

import pytest
from rich.cells import cell_len

from agent.interfaces.cli.markdown import MarkdownStream, split_blocks

TEXT = """# Title

A paragraph with **bold** and a [link](https://example.org/x), long enough to be wrapped by this narrow screen.

- one
- two

  still two

```python
def f():

    return 1
```
After the code.

| a | b |
|---|---|
| 1 | 2 |

1. first

2. second
"""


WIDE = "\0"
"""The second half of a wide character."""


class Screen:
    """A terminal that knows what the stream uses: text, wrapping, CR, cursor up, erase below."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.rows = [""]
        self.row = 0
        self.column = 0

    def write(self, text: str) -> None:
        for part in re.findall(r"\x1b\[[0-9;]*[A-Za-z]|.", text, re.DOTALL):
            if part == "\n":
                self._down()
                self.column = 0
            elif part == "\r":
                self.column = 0
            elif part.startswith("\x1b") and part.endswith("A"):
                self.row -= int(part[2:-1])
                assert self.row >= 0
            elif part == "\x1b[J":
                self.rows[self.row] = self.rows[self.row][: self.column]
                del self.rows[self.row + 1 :]
            elif not part.startswith("\x1b"):
                self._put(part)

    def _put(self, char: str) -> None:
        width = cell_len(char)
        if self.column + width > self.columns:
            self._down()
            self.column = 0
        row = self.rows[self.row].ljust(self.column)
        self.rows[self.row] = row[: self.column] + char + WIDE * (width - 1) + row[self.column + width :]
        self.column += width

    def _down(self) -> None:
        self.row += 1
        if self.row == len(self.rows):
            self.rows.append("")

    @property
    def text(self) -> str:
        return "\n".join(row.replace(WIDE, "").rstrip() for row in self.rows).rstrip("\n")


def play(text: str, size: int, columns: int = 40, rows: int = 24) -> str:
    """What stands on the screen after the text came in pieces of that size."""
    stream, screen = MarkdownStream(columns, rows, colour=True), Screen(columns)
    for start in range(0, len(text), size):
        screen.write(stream.feed(text[start : start + size]))
    screen.write(stream.finish())
    return screen.text


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_the_end_is_the_same_however_the_text_came(size: int) -> None:
    assert play(TEXT, size) == play(TEXT, len(TEXT))


def test_everything_is_shown_once_and_in_order() -> None:
    shown = play(TEXT, 3)
    places = [shown.index(word) for word in ("Title", "A paragraph", "one", "still two", "def f", "After", "second")]
    assert places == sorted(places)
    assert shown.count("A paragraph") == shown.count("def f") == shown.count("After the code") == 1
    assert "**" not in shown and "```" not in shown
    assert "https://example.org/x" in shown, "where a link leads must be seen"


@pytest.mark.parametrize("size", [1, 11])
def test_a_block_taller_than_the_screen_stays_plain_and_whole(size: int) -> None:
    code = "".join(f"line {number}\n" for number in range(50))
    shown = play(f"Before.\n\n```\n{code}```\n\nAfter.", size, rows=10)
    lines = shown.split("\n")
    assert [line for line in lines if line.startswith("line ")] == code.splitlines()
    assert lines[0] == "Before." and lines[-1] == "After."


@pytest.mark.parametrize("columns", [40, 41])
def test_wide_characters_are_wiped_rightly(columns: int) -> None:
    shown = play("Before.\n\n" + "中文字符" * 15 + " **end**\n\nnext", 1, columns=columns)
    assert shown.startswith("Before.\n\n中") and shown.endswith("\n\nnext")
    assert shown.replace("\n", "").count("中文字符") == 15 and "**" not in shown


def test_several_texts_go_through_one_stream() -> None:
    stream, screen = MarkdownStream(40, 24, colour=False), Screen(40)
    for text in ("First.", "Second."):
        screen.write(stream.feed(text) + stream.finish())
    assert screen.text == "First.\nSecond."


def test_without_colour_there_is_no_style() -> None:
    stream = MarkdownStream(40, 24, colour=False)
    assert not re.search(r"\x1b\[[0-9;]*m", stream.feed(TEXT) + stream.finish())


def test_empty_texts_write_nothing() -> None:
    stream = MarkdownStream(40, 24, colour=True)
    assert stream.feed("") + stream.feed("\n\n") + stream.finish() == ""


@pytest.mark.parametrize(
    ("text", "blocks", "rest"),
    [
        ("one", [], "one"),
        ("one\n\n", [], "one\n\n"),
        ("one\n\ntwo", ["one\n\n"], "two"),
        ("- a\n\n  b", [], "- a\n\n  b"),
        ("```\na\n\nb\n", [], "```\na\n\nb\n"),
        ("```\na\n\nb\n```\n", ["```\na\n\nb\n```\n"], ""),
        ("````\n```\n````\nx", ["````\n```\n````\n"], "x"),
        ("~~~\n```\n~~~\nx", ["~~~\n```\n~~~\n"], "x"),
    ],
)
def test_blocks(text: str, blocks: list[str], rest: str) -> None:
    assert split_blocks(text) == (blocks, rest)
