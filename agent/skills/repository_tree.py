"""Taking skills out of a fetched commit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from agent.errors import UsageError
from agent.safety.printable import printable
from agent.skills.commit_tree import Entry, contents_of, entries_of, why_not_written
from agent.skills.name import wrong_with
from agent.skills.source import MARKETPLACE

FILE: Final = "SKILL.md"
DEPTH: Final = 4
"""So deep folders of skills are looked for: `plugins/office/skills/letters`."""
MAX_SKILLS: Final = 300
MAX_ALL_BYTES: Final = 300_000_000
MAX_LIST_BYTES: Final = 1_000_000


def write_skills(store: Path, commit: str, within: str, target: Path) -> dict[Path, str]:
    """Write the skills of a commit that lie in its folder `within`, and its marketplace's list, below a new folder.

    Gives the folders of those that were not written whole, each with why, as a sentence. Blocks. Raises UsageError:
    then part may stand there.
    """
    entries = list(entries_of(store, commit, within))
    refused: dict[Path, str] = {}
    target.mkdir(parents=True, mode=0o700)
    with contents_of(store) as contents:
        left = MAX_ALL_BYTES
        for folder, inside in _skills(entries).items():
            place = target.joinpath(*folder.split("/")) if folder else target
            if why := why_not_written(folder, inside) or contents.why_not(inside):
                refused[place] = f"It holds what no skill may hold: {why}."
                named = (one for one in inside if one.folder == folder and _is_skill_file(one) and not one.wrong)
                inside = [one for one in named if not contents.why_not([one])][:1]
            for entry in inside:
                size, whole = contents.write(entry, target)
                left -= size
                if not whole:
                    refused[place] = f"{printable(entry.path)} is not in the repository but elsewhere (Git LFS)."
            if left < 0:
                raise UsageError("Its skills are too large together. Name the folder of one with --path.")
        for entry in entries:
            if entry.path == MARKETPLACE and not entry.wrong and contents.size(entry.name) <= MAX_LIST_BYTES:
                contents.write(entry, target)
    return refused


def _skills(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Folders with a SKILL.md, none inside another one, each with all that is in it."""
    found = {entry.folder for entry in entries if _is_skill_file(entry) and entry.path.count("/") <= DEPTH}
    plain = {folder for folder in found if not folder or not wrong_with(folder)}
    outer = {one for one in plain if not any(above in plain for above in _above(one))}
    skills: dict[str, list[Entry]] = {folder: [] for folder in sorted(outer)[:MAX_SKILLS]}
    for entry in entries:
        folder = next((one for one in _above(entry.path) if one in skills), None)
        if folder is not None:
            skills[folder].append(entry)
    return skills


def _is_skill_file(entry: Entry) -> bool:
    return entry.path.rpartition("/")[2].lower() == FILE.lower()


def _above(path: str) -> Iterator[str]:
    """The folders around a path; the root is the empty one."""
    while path:
        path = path.rpartition("/")[0]
        yield path
