"""Looks for text inside many files, whatever they hold, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import FileIO
from typing import NamedTuple

from agent.errors import ToolFailed
from agent.safety.folders import Folders, Located
from agent.safety.printable import printable
from agent.tools.listing import Row, Sort, count, cut_lines, first, notes, row_of
from agent.tools.stoppable import OutOfTime, Stop
from agent.tools.text_file import SNIFF_BYTES, read_some, sniff
from agent.tools.text_query import TextQuery, pieces
from agent.tools.walk import Item, Walk

LINE_CHARS = 200
LEAD_CHARS = 60
"""How much of a long line is shown before the match."""
MAX_LINES_OF_FILE = 100


class _Line(NamedTuple):
    number: int
    text: str


class _Hits(NamedTuple):
    row: Row
    lines: list[_Line]


class ContentSearch:
    """One search; use it once."""

    def __init__(
        self, text: str, folders: Folders, stop: Stop, *, sort: Sort, limit: int, any_case: bool = False
    ) -> None:
        """`any_case`: although the text has capitals. Raises ToolRetry for a text that cannot be looked for."""
        self._text, self._query = text, TextQuery(text, any_case=any_case)
        self._folders, self._stop, self._limit = folders, stop, limit
        self._sort: Sort = sort
        self._matches = self._files = self._searched = self._binary = self._kept = 0
        self._cut = False

    @property
    def found(self) -> bool:
        """Whether anything matched."""
        return self._matches > 0

    @property
    def minds_case(self) -> bool:
        """Whether other capitals might have matched."""
        return not self._query.any_case

    def in_file(self, located: Located) -> str:
        """Search one file and describe the outcome. Raises ToolError."""
        with self._folders.open_read(located) as file:
            lines = self._search(file)
        found = [_Hits(Row(located.shown, "file", 0, 0), lines)] if lines else []
        return self._describe(found, "; stopped before its end, for it takes too long" if self._cut else "")

    def below(self, walk: Walk, items: Iterable[Item]) -> str:
        """Search the files among these items and describe the outcome."""
        hits = first(self._found(walk, items), self._sort, self._limit, row=lambda found: found.row)
        walk.out_of_time |= self._cut
        return self._describe(hits, notes(walk))

    def _found(self, walk: Walk, items: Iterable[Item]) -> Iterator[_Hits]:
        for item in items:
            if item.entry.is_file(follow_symlinks=False) and (hits := self._search_item(walk, item)):
                yield hits

    def _search_item(self, walk: Walk, item: Item) -> _Hits | None:
        try:
            if self._folders.hides(item.real):
                raise PermissionError
            with item.open() as file:
                hits = self._search(file)
            if hits is None:
                return None
            row = Row(item.shown, "file", 0, 0) if self._sort == "name" else row_of(item)
            return _Hits(row, hits)
        except FileNotFoundError:
            return None
        except (OSError, ToolFailed):
            walk.unreadable.append(item.shown)
            return None

    def _search(self, file: FileIO) -> list[_Line] | None:
        """The first matching lines of a file; None: there are none, or it is no text."""
        head = read_some(file, SNIFF_BYTES)
        whole = len(head) < SNIFF_BYTES
        if whole and not self._query.may_occur(head):  # most files; so no more is asked about them
            self._binary += b"\0" in head
            self._searched += b"\0" not in head
            return None
        text_format = sniff(head, whole=whole)
        if text_format is None:
            self._binary += 1
            return None
        self._searched += 1
        lines: list[_Line] = []
        before = self._matches
        try:
            self._search_lines(text_format.blocks(file, self._stop.check), lines)
        except OutOfTime:
            self._cut = True
        self._files += self._matches > before
        return lines if self._matches > before else None

    def _search_lines(self, blocks: Iterator[bytes], lines: list[_Line]) -> None:
        number, last = 1, 0
        for piece in pieces(blocks):
            for index, line, at in self._query.hits(piece, self._stop.check):
                if number + index == last:
                    continue  # seen in the piece before, which overlaps
                last = number + index
                self._matches += 1
                self._keep(lines, last, line, at)
            number += piece.count(b"\n")

    def _keep(self, lines: list[_Line], number: int, line: str, at: int) -> None:
        full = self._kept >= self._limit if self._sort == "name" else len(lines) >= MAX_LINES_OF_FILE
        if not full:
            self._kept += 1
            lines.append(_Line(number, _cut(line, at)))

    def _describe(self, found: list[_Hits], left_out: str) -> str:
        skipped = f"; {count(self._binary, 'binary file')} skipped" if self._binary else ""
        note = f"; {self._query.note}" if self._query.note else ""
        if not self._matches:
            looked = count(self._searched, "file")
            return f"No match for {printable(self._text)!r} in {looked}{skipped}{left_out}{note}."
        head = f"{count(self._matches, 'match', 'matches')} in {count(self._files, 'file')}{skipped}{left_out}{note}"
        lines = [f"{hits.row.shown}:{line.number}: {line.text}" for hits in found for line in hits.lines]
        return "\n".join([head, *cut_lines(lines[: self._limit], self._matches)])


def _cut(line: str, at: int) -> str:
    """The part of a line around a match."""
    line = line.rstrip("\r\n")
    if len(line) > LINE_CHARS:
        start = max(0, min(at - LEAD_CHARS, len(line) - LINE_CHARS))
        end = start + LINE_CHARS
        line = ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")
    return line.replace("\t", " ").strip()
