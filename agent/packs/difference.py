"""What another version of a pack changes: what it may do, what is in it, and the text line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from agent.packs.archive import Pack
from agent.packs.consent import part_lines, permission_lines, rule_lines
from agent.packs.part import Part
from agent.skills.tree import differences, read_same

MAX_LINES: Final = 400
"""Of one file."""
MAX_TEXT: Final = 200_000
"""Bytes of a file whose lines are compared."""
MAX_COMPARED: Final = 3_000
"""Lines of a file: comparing takes time with their square."""
MAX_ALL: Final = 4_000


@dataclass(frozen=True)
class Difference:
    """Between the version that is here and another one."""

    more: tuple[str, ...]
    """What it may do, or no longer keeps itself from: in sentences."""
    less: tuple[str, ...]
    parts: tuple[str, ...]
    """`new: skill letters`, `gone: plugin crm`."""
    files: tuple[str, ...]
    """As `tree.differences` says them."""
    text: tuple[str, ...]
    """A unified diff of what is text."""
    digest: str
    """Hash of the other one."""

    @property
    def nothing(self) -> bool:
        """Whether they are the same."""
        return not (self.more or self.less or self.parts or self.files)


def difference(before: Pack, now: Pack, parts_before: Sequence[Part], parts_now: Sequence[Part]) -> Difference:
    """Compare two versions. Reads their files; blocks."""
    may, might = permission_lines(now), permission_lines(before)
    keeps, kept = rule_lines(now), rule_lines(before)
    holds, held = part_lines(parts_now), part_lines(parts_before)
    return Difference(
        more=(*_new(might, may), *(f"gives up: {line}" for line in _new(keeps, kept))),
        less=(*(f"no longer {line}" for line in _new(may, might)), *_new(kept, keeps)),
        parts=(*(f"new: {line}" for line in _new(held, holds)), *(f"gone: {line}" for line in _new(holds, held))),
        files=tuple(differences(before.files, now.files)),
        text=tuple(_text(before, now)),
        digest=now.digest,
    )


def _new(before: Sequence[str], now: Sequence[str]) -> list[str]:
    return [line for line in now if line not in before]


def _text(before: Pack, now: Pack) -> Iterator[str]:
    left = MAX_ALL
    for path in sorted(before.files.keys() | now.files.keys()):
        old, new = _lines(before, path), _lines(now, path)
        if old is None or new is None or old == new:
            continue
        lines = list(difflib.unified_diff(old, new, f"before/{path}", f"now/{path}", lineterm="", n=2))
        most = min(MAX_LINES, left)
        yield from lines[:most]
        if len(lines) > most:
            yield f"… {len(lines) - most:,} more lines of {path}"
        left -= min(len(lines), most)


def _lines(pack: Pack, path: str) -> list[str] | None:
    """The lines of a file; none where there is no such file. None: it is no text, or too long."""
    stamp = pack.files.get(path)
    if stamp is None:
        return []
    data = read_same(pack.folder, path, stamp) if stamp.size <= MAX_TEXT else None
    if data is None or b"\0" in data:
        return None
    lines = data.decode("utf-8", "replace").split("\n")
    return lines if len(lines) <= MAX_COMPARED else None
