"""What is looked for inside files: a regular expression, and always also the plain text of it.

So `price ($)` is found although as a pattern it means something else, and `def \\w+` too. Without capital letters any
case matches. Lines are looked at one by one, but a block without any match is passed over at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

from agent.errors import ToolRetry
from agent.tools.text_file import BOMS, TextFormat
from agent.tools.timed_pattern import BadPattern, TimedPattern, TooSlow

MAX_PATTERN_CHARS = 1_000
MAX_LINE_BYTES = 1 << 20
OVERLAP_BYTES = 4_096
MAX_SLOW = 10
"""Searches given up for taking too long, before the whole is."""

_ESCAPE = re.compile(r"\\.")
_SPECIAL = frozenset("\\^$.|?*+()[]{}")
# With these a pattern may match a line but not the block it stands in.
_PER_LINE = ("(?!", "(?<!", "(?>", "++", "*+", "?+", "}+", "\\A", "\\Z", "\\z", "\\G", "(?(", "(?R", "(?&")


class TextQuery:
    """One search, for many files."""

    def __init__(self, text: str, *, any_case: bool = False) -> None:
        """`any_case`: although it has capitals. Raises ToolRetry for a text that cannot be looked for."""
        if len(text) > MAX_PATTERN_CHARS:
            raise ToolRetry(f"The text to look for is too long (at most {MAX_PATTERN_CHARS:,} characters).")
        self.note = ""
        """What the model should know of how its text was understood."""
        letters = _ESCAPE.sub("", text)  # the capital of \S is none
        self.any_case = any_case or letters == letters.lower()
        """Capitals do not matter."""
        self._text = text.lower() if self.any_case else text
        self._slow = 0
        self._pattern: TimedPattern | None = None
        if _SPECIAL & set(text) or (self.any_case and not text.isascii()):
            try:
                self._pattern = TimedPattern(text, ignore_case=self.any_case, lines=True)
            except BadPattern as error:
                self.note = f"looked for as plain text, for it is no valid pattern ({error})"
                self._pattern = TimedPattern(re.escape(text), ignore_case=self.any_case, lines=True)
        self._plain = _encodings(self._text)
        self._whole_blocks = not any(part in text for part in _PER_LINE)

    def may_occur(self, data: bytes) -> bool:
        """Whether a whole file can match; False only if it cannot, whatever its encoding. Cheap."""
        if data.startswith(BOMS) or (self._pattern is not None and not self._whole_blocks):
            return True
        if self._pattern is not None:
            return b"\0" in data or self._may_match(self._pattern, decode(data))
        return _find_any(data.lower() if self.any_case else data, self._plain, 0) >= 0

    def hits(self, piece: bytes, check: Callable[[], None]) -> Iterator[tuple[int, str, int]]:
        """Yield for each line that matches: its index in the piece, its text, and where in it the match begins."""
        if self._pattern is None:
            return self._plain_hits(piece)
        return self._pattern_hits(self._pattern, piece, check)

    def _plain_hits(self, piece: bytes) -> Iterator[tuple[int, str, int]]:
        searched = piece.lower() if self.any_case else piece
        wanted = [one for one in self._plain if one in searched]
        counted, index, at = 0, 0, 0
        while (found := _find_any(searched, wanted, at)) >= 0:
            start = piece.rfind(b"\n", 0, found) + 1
            end = piece.find(b"\n", found)
            end = len(piece) if end < 0 else end
            index += piece.count(b"\n", counted, start)
            counted = start
            yield index, decode(piece[start:end]), len(decode(piece[start:found]))
            at = end
            if at >= len(piece):
                return

    def _pattern_hits(
        self, pattern: TimedPattern, piece: bytes, check: Callable[[], None]
    ) -> Iterator[tuple[int, str, int]]:
        text = decode(piece)
        if self._whole_blocks and not self._may_match(pattern, text):
            return
        for index, line in enumerate(text.removesuffix("\n").split("\n")):
            check()
            found = self._search(pattern, line.removesuffix("\r"))
            if found is not None:
                yield index, line, found

    def _may_match(self, pattern: TimedPattern, text: str) -> bool:
        try:
            return pattern.search(text) is not None or self._find_plain(text) >= 0
        except TooSlow:
            return True  # single lines may be within its reach

    def _search(self, pattern: TimedPattern, line: str) -> int | None:
        try:
            found = pattern.search(line)
        except TooSlow:
            self._slow += 1
            if self._slow > MAX_SLOW:
                raise ToolRetry("This pattern takes too long to match. Use a simpler one, or plain text.") from None
            found = None
        if found is None and (plain := self._find_plain(line)) >= 0:
            return plain
        return found

    def _find_plain(self, text: str) -> int:
        return text.lower().find(self._text) if self.any_case else text.find(self._text)


def pieces(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut blocks at line ends. A line beyond all reason comes in pieces that overlap."""
    rest = b""
    for block in blocks:
        cut = block.rfind(b"\n") + 1
        if cut:
            yield rest + block[:cut]
            rest = block[cut:]
        else:
            rest += block
        if len(rest) > MAX_LINE_BYTES:
            yield rest
            rest = rest[-OVERLAP_BYTES:]
    if rest:
        yield rest


def decode(data: bytes) -> str:
    """Text of a piece of a file: UTF-8, else windows-1252."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return TextFormat("windows-1252").decode(data)


def _encodings(text: str) -> list[bytes]:
    found = [text.encode("utf-8", "surrogateescape")]
    if not text.isascii():
        with suppress(UnicodeEncodeError):
            found.append(TextFormat("windows-1252").encode(text))
    return found


def _find_any(data: bytes, wanted: list[bytes], start: int) -> int:
    found = [at for one in wanted if (at := data.find(one, start)) >= 0]
    return min(found, default=-1)
