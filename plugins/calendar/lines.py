"""The lines of an .ics file, changed where it is wanted and nowhere else.

A parser that writes out what it understood loses what it did not: this keeps every other byte as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from agent.api import ToolRetry


@dataclass(frozen=True)
class Block:
    """One event in the text: `lines[start:end]`, from BEGIN to END."""

    start: int
    end: int
    uid: str
    original: str
    """The line RECURRENCE-ID of a moved occurrence, unfolded; empty: it is the event itself."""


class Lines:
    """A text as content lines: each one line of RFC 5545 with its folds and its end of line."""

    def __init__(self, text: str) -> None:
        self.lines: list[str] = []
        # Not splitlines(): it also ends lines where RFC 5545 does not, at a line separator of Unicode.
        for line in re.findall(r"[^\n]*\n|[^\n]+$", text):
            if line[:1] in (" ", "\t") and self.lines:
                self.lines[-1] += line
            else:
                self.lines.append(line)
        self.ending = "\n" if "\n" in text and "\r\n" not in text else "\r\n"

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.lines)

    def blocks(self, component: str = "VEVENT") -> Iterator[Block]:
        """Give the events, or other components, of the calendars in the text."""
        nesting: list[str] = []
        start, uid, original = 0, "", ""
        for index, line in enumerate(self.lines):
            name, value = name_of(line), unfolded(line).partition(":")[2].strip()
            if name == "BEGIN":
                nesting.append(value.upper())
                if nesting[1:] == [component]:
                    start, uid, original = index, "", ""
            elif name == "END" and nesting:
                if nesting[1:] == [component]:
                    yield Block(start, index + 1, uid, original)
                nesting.pop()
            elif nesting[1:] == [component]:
                uid = value if name == "UID" else uid
                original = unfolded(line) if name == "RECURRENCE-ID" else original

    def own(self, block: Block) -> list[tuple[str, int]]:
        """Give names and places of the properties of an event, in order, those of its alarms aside."""
        found: list[tuple[str, int]] = []
        depth = 0
        for index in range(block.start, block.end):
            name = name_of(self.lines[index])
            depth += (name == "BEGIN") - (name == "END")
            if depth == 1 and name not in ("BEGIN", "END"):
                found.append((name, index))
        return found

    def line(self, block: Block, name: str) -> str:
        """Give a property of an event as one line, without its end; empty: it has none."""
        return next((unfolded(self.lines[index]) for each, index in self.own(block) if each == name), "")

    def put(self, block: Block, name: str, line: str) -> Block:
        """Give an event a property; an empty line takes it away. Returns the event as it stands now."""
        own = self.own(block)
        new = [line] if line else []
        after = own[-1][1] + 1 if own else block.start + 1
        at, old = next(((index, 1) for each, index in own if each == name), (after, 0))
        self.lines[at : at + old] = new
        return replace(block, end=block.end + len(new) - old)

    def add(self, lines: list[str]) -> None:
        """Put whole lines at the end of the first calendar. Raises ToolRetry if there is none."""
        depth = 0
        for index, line in enumerate(self.lines):
            name = name_of(line)
            depth += (name == "BEGIN") - (name == "END")
            if name == "END" and depth == 0:
                self.lines[index:index] = lines
                return
        raise ToolRetry("Nothing can be added to this file: it holds no calendar, or its end is missing.")


def name_of(line: str) -> str:
    """Give the name of a content line, in capitals."""
    return unfolded(line).partition(":")[0].partition(";")[0].strip().upper()


def unfolded(line: str) -> str:
    """Give a content line as one, without its end."""
    return line.replace("\r\n ", "").replace("\r\n\t", "").replace("\n ", "").replace("\n\t", "").rstrip("\r\n")
