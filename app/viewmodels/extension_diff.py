"""What is different between the files of two folders, to be looked at before one takes the place of the other."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path

from agent.skills.tree import Stamp, read_same
from app.translation import translate
from app.viewmodels.extension_source import FileDiff

MAX_TEXT = 200_000
"""Bytes of a file whose lines are compared."""
MAX_LINES = 3_000
"""Comparing takes time with their square."""
Side = tuple[Path, Mapping[str, Stamp]]
"""A folder, and its files."""


def folder_diffs(before: Side, now: Side) -> tuple[FileDiff, ...]:
    """Compare two folders that were read. Blocks for the disk."""
    paths = sorted(
        path
        for path in before[1].keys() | now[1].keys()
        if path not in before[1] or path not in now[1] or before[1][path].sha256 != now[1][path].sha256
    )
    return tuple(_diff(path, before, now) for path in paths)


def lines_diff(path: str, lines: Sequence[str]) -> FileDiff:
    """A difference that is given as lines with `-` and `+` before them."""
    removed = sum(line.startswith("-") for line in lines)
    added = sum(line.startswith("+") for line in lines)
    return FileDiff(path, (f"@@ -1,{removed} +1,{added} @@", *(_tight(line) for line in lines)))


def split_diff(lines: Sequence[str]) -> tuple[FileDiff, ...]:
    """The files of a unified difference over many of them."""
    found: list[tuple[str, list[str]]] = []
    for at, line in enumerate(lines):
        if line.startswith("--- ") and lines[at + 1 : at + 2] and lines[at + 1].startswith("+++ "):
            found.append((lines[at + 1][4:].partition("/")[2], []))
        elif found and not (line.startswith("+++ ") and not found[-1][1]):
            found[-1][1].append(line)
    return tuple(FileDiff(path, tuple(inside)) for path, inside in found)


def _tight(line: str) -> str:
    """As `difflib.ndiff` gives it there is a space behind the sign."""
    return line[:1] + line[2:] if line[1:2] == " " else line


def _diff(path: str, before: Side, now: Side) -> FileDiff:
    if path not in now[1]:
        return FileDiff(path, note=translate("Extensions", "The file is gone."))
    note = "" if path in before[1] else translate("Extensions", "The file is new.")
    old, new = _lines(path, before), _lines(path, now)
    if old is None or new is None:
        unshown = translate("Extensions", "It is no text, or too long to be shown.")
        return FileDiff(path, note=f"{note} {unshown}".strip())
    return FileDiff(path, tuple(list(difflib.unified_diff(old, new, lineterm="", n=3))[2:]), note)


def _lines(path: str, side: Side) -> list[str] | None:
    folder, files = side
    stamp = files.get(path)
    if stamp is None:
        return []
    data = read_same(folder, path, stamp) if stamp.size <= MAX_TEXT else None
    if data is None or b"\0" in data:
        return None
    lines = data.decode("utf-8", "replace").splitlines()
    return lines if len(lines) <= MAX_LINES else None
