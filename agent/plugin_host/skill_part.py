"""Skills that a plugin brings in its folder `skills`: put among the person's own when it is enabled, and taken back.

Their bytes are part of the plugin's, so that a person has agreed to them with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from agent.errors import UsageError
from agent.plugin_host.collection import Found

FOLDER: Final = "skills"


def put_skills(skills: Path, found: Found, before: Sequence[str]) -> tuple[str, ...]:
    """Put them there, and enable them; gives their names. `before`: those that it had put there. Blocks.

    Raises UsageError if a skill of such a name is there that is another's; then nothing changed.
    """
    source = found.folder / FOLDER
    if not source.is_dir():
        take_skills(skills, before)
        return ()
    from agent.skills.install import install
    from agent.skills.shelf import Shelf
    from agent.skills.skill import read_skill

    names = [read_skill(one).name for one in sorted(source.iterdir()) if one.is_dir() and not one.is_symlink()]
    if others := [name for name in names if name not in before and (skills / name).exists()]:
        raise UsageError(f"There is a skill {others[0]} already, which {found.id} brings too. Remove it first.")
    shelf = Shelf(skills)
    install(shelf, source, every=True, replace=True)
    for name in names:
        shelf.enable(name)
    take_skills(skills, [name for name in before if name not in names])
    return tuple(names)


def take_skills(skills: Path, names: Sequence[str]) -> None:
    """Take back what was put there. Blocks."""
    if not names:
        return
    from agent.skills.shelf import Shelf

    shelf = Shelf(skills)
    for name in names:
        with suppress(UsageError):  # a person has removed it
            shelf.remove(name)
