"""The text of one note: headings, to-dos and links. Each function gives a new text and leaves all else as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_TODO = re.compile(r"(\s*(?:[-*+]|\d{1,9}[.)])\s+\[)(.)(\]\s+)(.*\S)\s*$")
_LINK = re.compile(r"\[\[([^\[\]\n]+)\]\]")


@dataclass(frozen=True)
class Todo:
    """One line with a box to tick."""

    line: int
    """Counted from 1."""
    text: str
    done: bool


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines that are no code, with their index from 0: what looks like a heading in code is none."""
    fence = ""
    for index, line in enumerate(text.split("\n")):
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not line.strip(" \r`~"):
                fence = ""
        elif found:
            fence = found[1]
        else:
            yield index, line


def todos(text: str) -> list[Todo]:
    """Give the lines `- [ ] …`; a box that holds anything counts as done."""
    found = ((index, _TODO.match(line)) for index, line in prose(text))
    return [Todo(index + 1, match[4], match[2] != " ") for index, match in found if match]


def tick(text: str, todo: Todo, done: bool) -> str:
    """Tick one of the note's to-dos, or take its tick away."""
    lines = text.split("\n")
    lines[todo.line - 1] = re.sub(r"\[.\]", "[x]" if done else "[ ]", lines[todo.line - 1], count=1)
    return "\n".join(lines)


def links(text: str) -> list[str]:
    """Give the notes that `[[name]]`, `[[name#heading]]` and `[[name|shown]]` lead to, each once."""
    found = (target(match[1]) for _, line in prose(text) for match in _LINK.finditer(line))
    return list(dict.fromkeys(name for name in found if name))


def target(link: str) -> str:
    """Take the name out of a link, with or without its brackets."""
    return re.split(r"[|#^]", link.strip().removeprefix("[[").removesuffix("]]"), maxsplit=1)[0].strip()


def append(text: str, addition: str, heading: str = "") -> str:
    """Add lines at the end, or at the end of what stands under a heading; a heading that is not there is made."""
    end_of_line = "\r" if "\r\n" in text else ""
    lines = text.rstrip().split("\n") if text.strip() else []
    if lines:
        lines[-1] += end_of_line
    added = addition.replace("\r", "").strip("\n").split("\n")
    end = _end_of(lines, heading) if heading else len(lines)
    if end is None:
        added = [f"## {heading.lstrip('# ')}", "", *added]
        end = len(lines)
    while end and not lines[end - 1].strip() and not (end > 1 and _HEADING.match(lines[end - 2])):
        end -= 1
    if end and lines[end - 1].strip() and not _same_list(lines[end - 1], added[0]):
        added = ["", *added]
    if lines[end:] and lines[end].strip():
        added = [*added, ""]
    return "\n".join([*lines[:end], *(f"{line}{end_of_line}" for line in added), *lines[end:], ""])


def _end_of(lines: list[str], heading: str) -> int | None:
    """Where the section with this heading ends; None: there is none."""
    level = 0
    for index, line in prose("\n".join(lines)):
        match = _HEADING.match(line)
        if match and level and len(match[1]) <= level:
            return index
        if match and not level and match[2].casefold() == heading.lstrip("# ").casefold():
            level = len(match[1])
    return len(lines) if level else None


def _same_list(before: str, after: str) -> bool:
    return all(re.match(r"\s*([-*+]|\d{1,9}[.)])\s", line) for line in (before, after))
