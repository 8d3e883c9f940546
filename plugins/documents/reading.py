"""What all readers share: what they give back, the pages that are asked for, and the bounds of a file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.api import ToolFailed, ToolRetry

MAX_CHARS = 300_000
"""Of what is read at once; the rest is asked for by `part`."""
MAX_FILE_BYTES = 200_000_000
MAX_UNPACKED_BYTES = 500_000_000
MAX_TEXT_BYTES = 60_000_000
"""Of the unpacked ones those that become objects, many times as large."""
MAX_ENTRIES = 20_000


@dataclass(frozen=True)
class Reading:
    """A document as Markdown."""

    markdown: str
    notes: tuple[str, ...] = ()
    """What was left out and what is there besides, a sentence each."""


def check_package(path: Path, streamed: str = "") -> None:
    """Look at the sizes in a zipped document before anything is unpacked. Raises ToolFailed.

    An entry never yields more than the size it claims: Python's zipfile stops there. `streamed`: the folder in it that
    is not read whole.
    """
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ToolFailed(f"{path.name} is damaged, encrypted or not what its name says ({told(error)}).") from None
    texts = sum(entry.file_size for entry in entries if _is_text(entry.filename, streamed))
    everything = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or everything > MAX_UNPACKED_BYTES or texts > MAX_TEXT_BYTES:
        limits = f"{MAX_UNPACKED_BYTES // 1_000_000} MB, {MAX_TEXT_BYTES // 1_000_000} MB of it text"
        raise ToolFailed(f"{path.name} unpacks to more than {limits}, and is not read.")


def _is_text(name: str, streamed: str) -> bool:
    return name.lower().endswith((".xml", ".rels")) and not (streamed and name.startswith(streamed))


def told(error: Exception) -> str:
    """Give the words of an error, or its name where it has none."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def numbers_in(part: str, count: int, most: int, what: str) -> list[int]:
    """Give the pages that `2-5, 8` means, from 1; of an empty text the first `most`. Raises ToolRetry."""
    if not part.strip():
        return list(range(1, min(count, most) + 1))
    found: list[int] = []
    for piece in part.split(","):
        match = re.fullmatch(r"\s*(\d{1,6})\s*(?:[-–]\s*(\d{0,6})\s*)?", piece)
        if match is None or int(match[1]) < 1 or int(match[1]) > count:
            raise ToolRetry(f"There are {count} {what}. Give those you want as 2-5 or 2,8; not {part!r}.")
        last = int(match[2] or count) if match[2] is not None else int(match[1])
        found += range(int(match[1]), min(last, count) + 1)
    return list(dict.fromkeys(found))[:most]


def spans_of(numbers: Sequence[int]) -> str:
    """Give numbers in order as a person writes them: `1-3, 7`."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Write a table in Markdown, its first row as the head; empty rows and columns at the end are left out."""
    width = max((index + 1 for row in rows for index, cell in enumerate(row) if cell), default=0)
    kept = [[_cell(cell) for cell in (*row[:width], *[""] * (width - len(row)))] for row in rows]
    while kept and not any(kept[-1]):
        kept.pop()
    if not kept:
        return ""
    return "\n".join(_row(row) for row in (kept[0], ["---"] * width, *kept[1:]))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return "<br>".join(text.split("\n")).replace("|", "\\|").strip()
