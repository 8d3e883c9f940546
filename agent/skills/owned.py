"""Skills that come and go with a plugin or pack: put among the person's own when it is agreed to, taken out with it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent.errors import UsageError
from agent.skills.bring import Brought
from agent.skills.install import copied, put, skills_in, staged
from agent.skills.name import fits
from agent.skills.shelf import Found, Shelf
from agent.skills.source import Source
from agent.skills.state import editing, load_state, save_state


def adopt(shelf: Shelf, folder: Path, owner: str) -> list[Found]:
    """Put the skills below a folder among the person's own, and let them be used: the person agreed to their owner.

    `owner`: `plugin:<id>`, `pack:<name>`. What it brought before and brings no more is taken out; one that a person
    turned off stays off. Blocks. Raises UsageError, with nothing changed, where one cannot be used or has the name of a
    skill that is somebody else's.
    """
    brought = Brought(folder, Source("folder", str(folder)), (folder,))
    skills = skills_in(brought) if folder.is_dir() else []
    before = owned(shelf, owner)
    for skill in skills:
        if skill.unusable or not fits(skill.name):
            raise UsageError(f"The skill {skill.folder.name} of {owner} cannot be used. {skill.unusable}")
        if (shelf.skills / skill.name).exists() and skill.name not in before:
            raise UsageError(
                f"There is a skill {skill.name} already, so that of {owner} was not put there. Remove it first."
            )
    if len({skill.name for skill in skills}) < len(skills):
        raise UsageError(f"Two skills of {owner} have the same name. Nothing was changed.")
    with staged(shelf.skills) as stage:
        copies = [copied(skill, stage / "whole" / skill.name) for skill in skills]
        for skill, copy in zip(skills, copies, strict=True):
            put(copy, shelf.skills / copy.name, stage)
            _note(shelf, shelf.skills / copy.name, owner)
            if before.get(skill.name, True):
                shelf.agree(skill.name, skill.tree.digest)
    for name in before.keys() - {skill.name for skill in skills}:
        shelf.remove(name)
    return [shelf.find(skill.name) for skill in skills]


def owned(shelf: Shelf, owner: str) -> dict[str, bool]:
    """The names of an owner's skills, and whether each is on as far as the person is concerned. Blocks."""
    known = load_state(shelf.skills).skills
    mine = {Path(path): one for path, one in known.items() if one.owner == owner}
    return {path.name: one.enabled for path, one in mine.items() if path.parent == shelf.skills and path.is_dir()}


def _note(shelf: Shelf, folder: Path, owner: str) -> None:
    with editing(shelf.skills):
        shelf.note_installed(folder, Source("folder", ""), keep=True)
        state = load_state(shelf.skills)
        mine = msgspec.structs.replace(state.skills[str(folder)], owner=owner, source=owner, origin=None)
        save_state(shelf.skills, state.with_skill(folder, mine))
