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

    One that a person turned off stays off. Raises UsageError if a skill of such a name is there that is another's; then
    nothing changed.
    """
    source = found.folder / FOLDER
    if not source.is_dir():
        take_skills(skills, found.id, before)
        return ()
    from agent.skills.owned import adopt
    from agent.skills.shelf import Shelf

    return tuple(one.skill.name for one in adopt(Shelf(skills), source, _owner(found.id)))


def take_skills(skills: Path, plugin: str, names: Sequence[str]) -> None:
    """Take back what was put there, and nothing that a person has put in its place. Blocks."""
    if not names:
        return
    from agent.skills.owned import owned
    from agent.skills.shelf import Shelf

    shelf = Shelf(skills)
    for name in sorted(owned(shelf, _owner(plugin)).keys() & set(names)):
        with suppress(UsageError):  # a person has removed it meanwhile
            shelf.remove(name)


def _owner(plugin: str) -> str:
    return f"plugin:{plugin}"
