"""The passage of a text that was probably meant, when an exact one is not there."""

from __future__ import annotations

import difflib
import re
import time

MAX_SHOWN = 600
MAX_COMPARED = 400
"""Characters of a passage that are compared."""
BUDGET_S = 0.5
GOOD_ENOUGH = 0.6

_SPACE = re.compile(r"\s+")
_BLANKS = re.compile(r"[ \t]")


def describe_nearest(text: str, wanted: str) -> str:
    """Say where in `text` something like `wanted` stands and how it differs, or how to find it."""
    text = text.encode("utf-8", "replace").decode()  # what is no UTF-8 came in as lone surrogates
    wanted_lines = wanted.strip("\r\n").replace("\r\n", "\n").split("\n")
    if "\\n" in wanted and wanted.replace("\\n", "\n") in text:
        return "It would with real line breaks in place of \\n."
    lines = text.replace("\r\n", "\n").split("\n")
    at, score = _nearest(lines, wanted_lines)
    if score < GOOD_ENOUGH:
        return "Read the file and copy the passage exactly."
    passage = lines[at : at + len(wanted_lines)]
    where = f"line {at + 1}" if len(passage) == 1 else f"lines {at + 1}-{at + len(passage)}"
    if _squeezed(passage) == _squeezed(wanted_lines):
        shown = _BLANKS.sub(lambda blank: "·" if blank[0] == " " else "→", "\n".join(passage))
        return f"Only white space differs: {where} (· is a space, → a tab):\n{shown[:MAX_SHOWN]}"
    return f"The nearest is {where}:\n{chr(10).join(passage)[:MAX_SHOWN]}"


def _nearest(lines: list[str], wanted: list[str]) -> tuple[int, float]:
    """Index of the first line of the most similar passage, and how similar it is (0 to 1)."""
    target = _squeezed(wanted)[:MAX_COMPARED]
    height = len(wanted)
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(target)
    best, best_score = 0, 0.0
    deadline = time.monotonic() + BUDGET_S
    for at in range(max(1, len(lines) - height + 1)):
        passage = _squeezed(lines[at : at + height])[:MAX_COMPARED]
        if passage == target:
            return at, 1.0
        matcher.set_seq1(passage)
        if matcher.real_quick_ratio() > best_score and matcher.quick_ratio() > best_score:
            score = matcher.ratio()
            if score > best_score:
                best, best_score = at, score
        if time.monotonic() > deadline:
            break
    return best, best_score


def _squeezed(lines: list[str]) -> str:
    return _SPACE.sub("", "".join(lines)[: 4 * MAX_COMPARED])
