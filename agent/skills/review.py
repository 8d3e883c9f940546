"""What a person looks at before a skill is replaced by a newer one: each changed line, and what it would be able to do.

Nothing is left out of a difference: what is too large to be shown line by line is said to be.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from agent.context.tokens import text_tokens
from agent.skills.allowed import allowed_words
from agent.skills.skill import Skill
from agent.skills.tree import read_same

MAX_MATCHED: Final = 1_500
"""Changed lines of a text that are compared with each other; of more, all old ones are shown, then all new ones."""
MAX_SHOWN: Final = 400_000
"""Bytes of a text that is shown."""
CONTEXT: Final = 3


@dataclass(frozen=True)
class FileChange:
    """One file of two skills that is not the same."""

    path: str
    kind: Literal["new", "gone", "changed"]
    lines: tuple[str, ...] = ()
    """A unified difference, without heads for the file; of a gone file nothing."""
    note: str = ""
    """What is not shown, and what else matters, as a sentence."""


@dataclass(frozen=True)
class Review:
    """All that is different between two skills."""

    files: tuple[FileChange, ...]
    notes: tuple[str, ...]
    """What it may, needs, costs and hides, where that is another than before; a sentence each."""


def review(before: Skill, after: Skill) -> Review:
    """Compare two skills that were read. Blocks for the disk."""
    old, new = before.tree.files, after.tree.files
    paths = sorted(
        path for path in old.keys() | new.keys() if path not in old or path not in new or _differs(path, before, after)
    )
    return Review(tuple(_change(path, before, after) for path in paths), tuple(_notes(before, after)))


def _differs(path: str, before: Skill, after: Skill) -> bool:
    return before.tree.files[path].sha256 != after.tree.files[path].sha256


def _change(path: str, before: Skill, after: Skill) -> FileChange:
    if path not in after.tree.files:
        return FileChange(path, "gone")
    kind = "changed" if path in before.tree.files else "new"
    program = "It can be started as a program." if _runs(after, path) and not _runs(before, path) else ""
    old, new = _text(before, path), _text(after, path)
    if old is None or new is None:
        size = f"{after.tree.files[path].size:,} bytes are not shown: it is no text, or too long."
        return FileChange(path, kind, note=" ".join(filter(None, (size, program))))
    return FileChange(path, kind, tuple(_lines(old, new)), program)


def _lines(old: str, new: str) -> list[str]:
    before, after = old.splitlines(), new.splitlines()
    start = _same(before, after)
    end = _same(before[start:][::-1], after[start:][::-1])
    gone, came = before[start : len(before) - end], after[start : len(after) - end]
    if len(gone) + len(came) > MAX_MATCHED:
        head = f"@@ -{start + 1},{len(gone)} +{start + 1},{len(came)} @@"
        return [head, *(f"-{line}" for line in gone), *(f"+{line}" for line in came)]
    found = list(difflib.unified_diff(before, after, lineterm="", n=CONTEXT))[2:]
    return found or ["@@ only the ends of lines are others @@"]


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _text(skill: Skill, path: str) -> str | None:
    """A file as text; empty if it is not there, None if it is none."""
    stamp = skill.tree.files.get(path)
    if stamp is None:
        return ""
    data = read_same(skill.folder, path, stamp) if stamp.size <= MAX_SHOWN else None
    if data is None or b"\0" in data:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _runs(skill: Skill, path: str) -> bool:
    return path in skill.tree.files and os.access(skill.folder / path, os.X_OK)


def _notes(before: Skill, after: Skill) -> list[str]:
    found: list[str] = []
    if before.description != after.description:
        found.append(f"Its description, which stands in each prompt, would be: {after.description}")
    if before.allowed != after.allowed:
        was, is_now = (allowed_words(one.allowed) or "all that you allow" for one in (before, after))
        found.append(f"What may come of it: {is_now}. Before: {was}.")
    if before.by_name != after.by_name:
        found.append(
            "Models would not be told of it." if after.by_name else "Models would be told of it, and choose it."
        )
    found += _needs(before, after)
    if before.license != after.license:
        found.append(f"Its license would be: {' '.join(after.license.split()) or 'none'}.")
    known = {*before.warnings, *before.comments}
    found += [one for one in (*after.warnings, *after.comments) if one not in known]
    if after.unusable:
        found.append(f"It could not be used: {after.unusable}")
    costs = [(text_tokens(one.description), one.body_tokens) for one in (before, after)]
    if costs[0] != costs[1]:
        found.append(f"When it is read it costs {costs[1][1]:,} tokens; before {costs[0][1]:,}.")
    return found


def _needs(before: Skill, after: Skill) -> list[str]:
    found: list[str] = []
    kinds = (("the program", "bins"), ("one of the programs", "any_bins"), ("the environment variable", "env"))
    for words, name in kinds:
        more = [one for one in getattr(after.requirements, name) if one not in getattr(before.requirements, name)]
        found += [f"It would need {words} {', '.join(more)}."] if more else []
    if before.requirements.os != after.requirements.os:
        found.append(f"It would be for {', '.join(after.requirements.os) or 'every system'}.")
    return found
