"""Where skills stand: among the person's own, and in working folders that a person trusted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from agent.skills.state import State

PROJECT_FOLDERS: Final = (".agents/skills", ".claude/skills")
"""Below a working folder."""
MAX_SKILLS: Final = 500
"""In one place; the others are not looked at."""


def places(skills: Path, state: State, cwd: Path | None) -> Iterator[tuple[Path, bool]]:
    """Folders that may be skills, the person's own first; and whether they are the working folder's. Blocks."""
    for folder in _folders(skills):
        yield folder, False
    if cwd is not None and (real := os.path.realpath(cwd)) in state.trusted:
        for place in PROJECT_FOLDERS:
            for folder in _folders(Path(real, place)):
                yield folder, True


def _folders(place: Path) -> list[Path]:
    """The folders in a place, unless a link leads there: they would be somebody else's."""
    if os.path.realpath(place) != str(place):
        return []
    try:
        with os.scandir(place) as entries:
            names = sorted(one.name for one in entries if one.is_dir(follow_symlinks=False) and one.name[:1] != ".")
    except OSError:
        return []
    return [place / name for name in names[:MAX_SKILLS]]
