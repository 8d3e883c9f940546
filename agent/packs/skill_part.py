"""Skills of a pack: they live among the person's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from agent.errors import UsageError
from agent.packs.archive import Pack
from agent.packs.capability import CapabilityText
from agent.packs.part import Part, copied, digest_of, files_below, folder_changes
from agent.packs.state import PartKind, Placed
from agent.skills.name import fits
from agent.skills.shelf import Shelf
from agent.skills.skill import read_skill
from agent.skills.state import Accepted, editing, load_state, save_state


class SkillParts:
    """See `agent.packs.part.Parts`."""

    kind: PartKind = "skill"

    def __init__(self, skills: Path, stage: Path) -> None:
        """`skills`: the person's own; `stage`: a folder of the same disk, made when it is needed."""
        self._skills, self._stage = Path(os.path.realpath(skills)), stage

    def found(self, pack: Pack) -> list[Part]:
        """Read them as any skill is read. Raises UsageError if one cannot be used."""
        return [self._part(pack, path) for path in pack.manifest.skills]

    def _part(self, pack: Pack, path: str) -> Part:
        files = files_below(pack, path)
        skill = read_skill(pack.folder.joinpath(*path.split("/")))
        if skill.unusable or not fits(skill.name):
            raise UsageError(f"The skill in {path} cannot be used. {skill.unusable}")
        warnings = (*skill.warnings, *skill.comments)
        return Part("skill", skill.name, skill.description, path, digest_of(files), files, warnings=warnings)

    def taken(self, part: Part) -> str:
        """Whether a skill of that name is there."""
        there = os.path.lexists(self._skills / part.name)
        return f"There is a skill {part.name} already, which is none of this pack." if there else ""

    def texts(self, placed: Placed) -> dict[str, str]:
        """Itself."""
        return {placed.digest: placed.place}

    def planned(self, part: Part) -> Placed:
        """A folder among the person's own."""
        return Placed("skill", part.name, part.digest, str(self._skills / part.name))

    def put(self, part: Part, pack: Pack) -> Placed:
        """Copy it there; off."""
        placed = self.planned(part)
        files = copied(pack, part, Path(placed.place), self._stage)
        owner = f"pack:{pack.manifest.name}"
        with editing(self._skills):
            state = load_state(self._skills)
            off = msgspec.structs.replace(
                state.skills.get(placed.place, Accepted(False)), enabled=False, owner=owner, source=owner, origin=None
            )
            save_state(self._skills, state.with_skill(Path(placed.place), off))
        return msgspec.structs.replace(placed, files=files)

    def changes(self, placed: Placed, granted: Sequence[CapabilityText]) -> list[str]:
        """Compare its files."""
        return folder_changes(placed)

    def enable(self, placed: Placed, granted: Sequence[CapabilityText]) -> None:
        """Let it be used as it stands; each run is cut to what the pack was granted, by the hash of what it read."""
        Shelf(self._skills).enable(placed.name)

    def disable(self, placed: Placed) -> None:
        """Let it be used no more."""
        with suppress(UsageError):
            Shelf(self._skills).disable(placed.name)

    def remove(self, placed: Placed) -> None:
        """Delete it, if it is still there."""
        if os.path.isdir(placed.place):
            with suppress(UsageError):
                Shelf(self._skills).remove(placed.name)
            shutil.rmtree(placed.place, ignore_errors=True)
