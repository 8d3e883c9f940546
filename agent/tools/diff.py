"""The difference of two texts, for the screen, in bounded time and size."""

from __future__ import annotations

import difflib

MAX_LINES = 1_000
MAX_CHARS = 4_000
LINE_CHARS = 300
CONTEXT_LINES = 3
_NO_NEWLINE = "\n\\ No newline at end of file"
"""As diff(1) says it."""


def unified_diff(old: str, new: str) -> str:
    """The changed lines with `@@` heads and some lines around them; empty if nothing changed.

    A change of more than MAX_LINES lines is only counted; what passes MAX_CHARS is cut.
    """
    old_lines, new_lines = _lines(old), _lines(new)
    same_before = _common(old_lines, new_lines)
    same_after = _common(old_lines[same_before:][::-1], new_lines[same_before:][::-1])
    start = max(0, same_before - CONTEXT_LINES)
    old_part = old_lines[start : len(old_lines) - max(0, same_after - CONTEXT_LINES)]
    new_part = new_lines[start : len(new_lines) - max(0, same_after - CONTEXT_LINES)]
    if len(old_part) + len(new_part) > MAX_LINES:
        return f"@@ {len(old_part):,} lines replaced by {len(new_part):,} @@"
    made: list[str] = []
    chars = 0
    for line in _hunks(old_part, new_part, start):
        chars += min(len(line), LINE_CHARS) + 1
        if chars > MAX_CHARS:
            made.append("[…]")
            break
        made.append(line if len(line) <= LINE_CHARS else line[:LINE_CHARS] + "…")
    return "\n".join(made).encode("utf-8", "replace").decode()  # lone surrogates fit into no JSON


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    last = lines.pop()
    return [*lines, last + _NO_NEWLINE] if last else lines


def _common(one: list[str], other: list[str]) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _hunks(old: list[str], new: list[str], start: int) -> list[str]:
    lines: list[str] = []
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT_LINES):
        first, last = group[0], group[-1]
        old_range = _range(start + first[1], last[2] - first[1])
        lines.append(f"@@ -{old_range} +{_range(start + first[3], last[4] - first[3])} @@")
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                lines += [" " + line for line in old[old_from:old_to]]
                continue
            lines += ["-" + line for line in old[old_from:old_to]]
            lines += ["+" + line for line in new[new_from:new_to]]
    return lines


def _range(start: int, count: int) -> str:
    return f"{start + 1 if count else start},{count}"
