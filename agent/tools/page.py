"""A page of a text file of any size, in one pass and bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import FileIO

import msgspec

from agent.errors import ToolRetry
from agent.tools.text_file import TextFormat

PAGE_CHARS = 9_600
"""With head line and the way on, an answer stays below tool.MAX_RESULT_CHARS."""
COUNT_BYTES = 128_000_000
"""How far beyond the page lines are counted, to say how many there are in all."""


class Page(msgspec.Struct, frozen=True):
    """Some lines of a file."""

    text: str
    """Joined by line feeds, without the last one."""
    first: int
    last: int
    """Numbers of the first and last line shown, from 1; the last may be shown in part."""
    total: int | None
    """Lines of the whole file; None: it is too long to count."""
    way_on: str
    """How to get what follows; empty at the end of the file."""
    whole: bool
    """All of the file is shown."""


def read_page(
    file: FileIO, text_format: TextFormat, from_line: int, from_char: int, lines: int, check: Callable[[], None]
) -> Page:
    """Read from a line (from 1; negative: from the end) and a character of it on, up to PAGE_CHARS characters.

    Raises ToolRetry when the file has no such place. `check` is called often and may raise.
    """
    if from_line < 0:
        ended = _Lines(text_format.blocks(file, check))
        ended.skip(None)
        from_line = max(1, ended.total + from_line + 1)
    from_line, from_char, lines = max(1, from_line), max(1, from_char), max(1, lines)
    stream = _Lines(text_format.blocks(file, check))
    stream.skip(from_line - 1)
    if stream.number < from_line or (from_line > 1 and stream.at_end):
        raise ToolRetry(f"The file has only {stream.total:,} lines; from_line={from_line} lies behind its end.")
    text = stream.take(text_format.decoder(), from_char, lines)
    shown, is_cut = _fit(text, lines)
    total = stream.count_rest(text, from_line)
    last = from_line + len(shown) - 1
    joined = "\n".join(line.removesuffix("\r") for line in shown)
    way_on = f"more: from_line={last + 1}" if total is None or last < total else ""
    if is_cut:
        goes_on = f"line {last} goes on: from_line={last}, from_char={from_char + len(joined)}"
        way_on = f"{goes_on}; {way_on}" if way_on else goes_on
    whole = from_line == 1 and from_char == 1 and not way_on
    return Page(joined, from_line, last, total, way_on and f"[{way_on}]", whole)


def _fit(text: str, most_lines: int) -> tuple[list[str], bool]:
    """Whole lines up to PAGE_CHARS; if not even the first fits, its beginning, and True."""
    shown: list[str] = []
    chars = 0
    for line in text.removesuffix("\n").split("\n")[:most_lines]:
        chars += len(line) + 1
        if chars > PAGE_CHARS + 1:
            return (shown, False) if shown else ([line[:PAGE_CHARS]], True)
        shown.append(line)
    return shown, False


class _Lines:
    """Blocks of a file, with the number of the line that comes next."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._block = b""
        self._ends_open = False  # the last byte seen is not a line feed
        self.number = 1

    @property
    def at_end(self) -> bool:
        """Whether nothing follows."""
        return not self._block and not self._next()

    @property
    def total(self) -> int:
        """Lines seen up to here; at the end: of the whole file."""
        return self.number if self._ends_open else self.number - 1

    def skip(self, lines: int | None) -> None:
        """Go on by that many lines, None: to the end of the file."""
        while lines is None or lines > 0:
            if not self._block and not self._next():
                return
            feeds = self._block.count(b"\n")
            if lines is None or feeds < lines:
                self.number += feeds
                lines = None if lines is None else lines - feeds
                self._block = b""
                continue
            self.number += lines
            at = -1
            for _ in range(lines):
                at = self._block.index(b"\n", at + 1)
            self._block = self._block[at + 1 :]
            return

    def take(self, decode: Callable[[bytes, bool], str], from_char: int, lines: int) -> str:
        """Decode from here on, until there is enough for a page. Raises ToolRetry if the line is shorter."""
        text, skip = "", from_char - 1
        while len(text) <= PAGE_CHARS + 2 and text.count("\n") < lines:
            more = bool(self._block) or self._next()
            text += decode(self._block, not more)
            self._block = b""
            if skip:
                end = text.find("\n")
                if 0 <= end < skip or (not more and len(text) < skip):
                    have = from_char - 1 - skip + (len(text) if end < 0 else end)
                    raise ToolRetry(
                        f"Line {self.number} has only {have:,} characters; from_char={from_char} is behind."
                    )
                text, skip = text[skip:], max(0, skip - len(text))
            if not more:
                break
        return text

    def count_rest(self, text: str, first: int) -> int | None:
        """Count the lines of the whole file: `text`, from line `first` on, was taken, the rest was not."""
        self.number = first + text.count("\n")
        counted = 0
        while self._block or self._next():
            counted += len(self._block)
            if counted > COUNT_BYTES:
                return None
            self.number += self._block.count(b"\n")
            self._block = b""
        return self.total

    def _next(self) -> bool:
        for block in self._blocks:
            if block:
                self._block = block
                self._ends_open = not block.endswith(b"\n")
                return True
        return False
