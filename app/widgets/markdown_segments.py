"""Markdown cut into pieces that can be drawn on their own: text, and fenced code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

SOFT = 3_000
"""Cost of a text, roughly its characters, after which it is cut at the next safe place."""
HARD = 6_000
"""Cost after which it is cut at any top-level list item or, at twice as much, at any line."""
LONG_LINE = 4_000
"""Characters of a line that is no Markdown any more: some such lines take the reader minutes."""

_FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<marks>`{3,}(?=[^`]*$)|~{3,})[ \t]*(?P<info>.*)$")
_ITEM = re.compile(r"^(?P<indent>[ \t]*)(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)")
_RULE = re.compile(r"^\|(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?[ \t]*$")
_PARTIAL_FENCE = re.compile(r"(?:^|\n)[ \t]*(?:`+|~+)$")
_NESTING = frozenset({"markdown", "md"})


@dataclass(frozen=True)
class Segment:
    """A piece of Markdown. A text has no fences at its top level; a code's text is what stands between them."""

    kind: Literal["text", "code", "plain"]
    text: str
    language: str = ""
    indent: int = 0
    """Columns by which it stands inside a list; taken off each line of `text`."""
    start: int = 0
    """Where its line begins in the whole text, in characters."""
    in_list: bool = False
    """Whether it begins inside a list."""
    head: str = ""
    """The head of the table it goes on with; `text` begins with it."""


def segments(markdown: str, resume: Segment | None = None, *, streaming: bool = False) -> Iterator[Segment]:
    """Cut `markdown`, all of it or from the beginning of the segment `resume` of an earlier call.

    All but the last stay the same however the text grows, once the last holds a whole line. While `streaming`, a last
    line that may become a fence is held back, so that its backticks do not flicker.
    """
    if streaming:
        held = _PARTIAL_FENCE.search(markdown, max(markdown.rfind("\n"), 0))
        markdown = markdown[: held.start()] if held else markdown
    return _Cutter(markdown, resume or Segment("text", "")).run()


def finished(cut: list[Segment], markdown: str) -> int:
    """How many of the segments of `markdown` no growing can change; the one after them can be resumed from."""
    index = max(len(cut) - 1, 0)
    while index and (cut[index].start == cut[index - 1].start or markdown.find("\n", cut[index].start) < 0):
        index -= 1
    return index


def cost(markdown: str) -> int:
    """How long it takes to draw, in characters of plain text: cells of tables and marks take longer."""
    return len(markdown) + 30 * markdown.count("|") + 4 * sum(map(markdown.count, "*_[<"))


class _Cutter:
    """Walks over the lines once."""

    def __init__(self, text: str, resume: Segment) -> None:
        self.text = text
        self.at = self.begun = resume.start
        self.lines: list[str] = []
        self.size = 0
        self.indent = 0 if resume.kind == "code" else resume.indent
        self.in_list = self.begun_in_list = resume.in_list
        self.blank = False
        self.head = resume.head
        if self.head:
            self._take_head()

    def run(self) -> Iterator[Segment]:
        while self.at < len(self.text):
            begin = self.at
            line = self._next()
            if len(line) > LONG_LINE:
                yield from self._flush(begin)
                yield from self._plain(line, begin)
                continue
            item = _ITEM.match(line)
            fence = _FENCE.match(line[item.end() :]) if item else _FENCE.match(line)
            if item and fence:
                self._take(line[: item.end()])
                begun = self.begun  # they share a line: neither can be cut again without the other
                yield from self._flush(begin)
                yield self._code(fence, begun, _columns(" " * item.end()))
            elif fence and (self.in_list or self.indent or _columns(fence["indent"]) < 4):
                yield from self._flush(begin)
                yield self._code(fence, begin, _columns(fence["indent"]))
            else:
                if self._ends_before(line):
                    head = self._table_head() if line.startswith("|") else ""
                    yield from self._flush(begin)
                    self.head = head
                    self._take_head()
                self._take(line)
        yield from self._flush(self.at)

    def _next(self) -> str:
        end = self.text.find("\n", self.at)
        line = self.text[self.at : end if end >= 0 else len(self.text)]
        self.at = end + 1 if end >= 0 else len(self.text)
        return line

    def _take(self, line: str) -> None:
        if line.strip():
            item = _ITEM.match(line)
            if item:
                self.in_list = True
            elif self.blank and not line[0].isspace():
                self.in_list = False
            self.blank = False
        else:
            self.blank = True
        self.lines.append(line)
        self.size += cost(line) + 1

    def _table_head(self) -> str:
        """The first two lines of the table that the text ends with, so that its next part has columns, too."""
        first = len(self.lines)
        while first and self.lines[first - 1].startswith("|"):
            first -= 1
        head = self.lines[first : first + 2]
        return "\n".join(head) + "\n" if len(head) == 2 and _RULE.match(head[1]) else ""

    def _take_head(self) -> None:
        for line in self.head.splitlines():
            self._take(line)

    def _plain(self, line: str, begin: int) -> Iterator[Segment]:
        for at in range(0, len(line), LONG_LINE):
            yield Segment("plain", line[at : at + LONG_LINE], start=begin)
        self._continue_list()

    def _ends_before(self, line: str) -> bool:
        """Whether a new text must or may begin with this line."""
        if not self.lines or not line.strip():
            return False
        if self.indent and _columns(line) < self.indent:
            return True
        if self.size < SOFT:
            return False
        top = not line[0].isspace()
        if self.blank and top and not _ITEM.match(line) and line[0] not in ">|":
            return True
        return (self.size > HARD and top and bool(_ITEM.match(line))) or self.size > 2 * HARD

    def _flush(self, end: int) -> Iterator[Segment]:
        """The text so far. One that begins inside a list is shifted to the left by its first line's indent."""
        text = "\n".join(line[_prefix(line, self.indent) :] for line in self.lines)
        if text.strip():
            yield Segment(
                "text",
                text.strip("\n"),
                indent=self.indent,
                start=self.begun,
                in_list=self.begun_in_list,
                head=self.head,
            )
        self.lines, self.size, self.blank, self.head = [], 0, False, ""
        self.begun, self.begun_in_list = end, self.in_list
        rest = self.text[end : end + 200].split("\n", 1)[0]
        self.indent = _columns(rest) if rest.strip() and (self.in_list or self.indent) else 0

    def _code(self, fence: re.Match[str], begin: int, indent: int) -> Segment:
        marks, info = fence["marks"], fence["info"].strip()
        words = info.strip("{}").split()
        language = words[0].lstrip(".").split("{")[0][:40] if words else ""
        in_list = self.begun_in_list = self.in_list
        nested = 0
        body: list[str] = []
        while self.at < len(self.text):
            line = self._next()
            inner = _FENCE.match(line)
            if inner and inner["marks"].startswith(marks[0]) and language.lower() in _NESTING and inner["info"].strip():
                nested += 1
            elif inner and inner["marks"].startswith(marks) and not inner["info"].strip():
                if not nested:
                    break
                nested -= 1
            body.append(line[_prefix(line, indent) :])
        self._continue_list()
        return Segment("code", "\n".join(body), language, indent if in_list else 0, begin, in_list)

    def _continue_list(self) -> None:
        """What follows the code may belong to the list item that held it."""
        end = self.at
        while self.text[end : end + 1] == "\n":
            end += 1
        self.begun, self.begun_in_list = end, self.in_list
        line = self.text[end : end + 200].split("\n", 1)[0]
        self.indent = _columns(line) if self.in_list and line.strip() else 0


def _columns(line: str) -> int:
    """Columns of white space at the start; a tab counts to the next multiple of four."""
    columns = 0
    for sign in line:
        if sign == " ":
            columns += 1
        elif sign == "\t":
            columns += 4 - columns % 4
        else:
            break
    return columns


def _prefix(line: str, columns: int) -> int:
    """How many characters of white space to cut, to take off at most that many columns."""
    cut = passed = 0
    while cut < len(line) and line[cut] in " \t" and passed < columns:
        passed += 1 if line[cut] == " " else 4 - passed % 4
        cut += 1
    return cut
