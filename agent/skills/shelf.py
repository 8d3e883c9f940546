"""All skills that can be seen from a folder, and what a person says of them."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec

from agent.context.tokens import text_tokens
from agent.errors import UsageError
from agent.skills.name import folded
from agent.skills.place import places
from agent.skills.skill import Skill, read_skill
from agent.skills.state import Accepted, State, load_state, save_state
from agent.skills.tree import differences

Status = Literal["on", "off", "changed", "unavailable", "unusable"]


@dataclass(frozen=True)
class Found:
    """A skill with what was said of it."""

    skill: Skill
    project: bool
    """It lies in a working folder, not among the person's own."""
    status: Status
    why: str = ""
    """Of `unavailable` and `unusable`."""
    changes: tuple[str, ...] = ()
    """Since it was enabled last, as `tree.differences` says them."""
    changed_since_install: bool = False
    source: str = ""

    @property
    def prompt_tokens(self) -> int:
        """About what its name and description cost in each request while it is on."""
        return text_tokens(f"- {self.skill.name}: {self.skill.description}\n")


class Shelf:
    """Skills of one home. All methods block for the disk."""

    def __init__(self, skills: Path) -> None:
        """`skills`: the folder of the person's own ones; it need not be there."""
        self.skills = Path(os.path.realpath(skills))

    def look(self, cwd: Path | None = None) -> list[Found]:
        """All of them by name, those of a trusted working folder among them. Raises StorageError."""
        state = load_state(self.skills)
        taken: dict[str, Path] = {}
        found: list[Found] = []
        for folder, project in places(self.skills, state, cwd):
            accepted = state.skills.get(str(folder))
            skill = read_skill(folder, accepted.files if accepted else None)
            one = _judged(skill, accepted, project=project)
            first = taken.setdefault(folded(skill.name), folder)
            if skill.name and first != folder:
                one = replace(one, status="unusable", why=f"Another skill of this name stands in {first}.")
            found.append(one)
        return sorted(found, key=lambda one: (one.skill.name, str(one.skill.folder)))

    def find(self, name: str, cwd: Path | None = None) -> Found:
        """The skill of a name. Raises UsageError that says which there are."""
        every = self.look(cwd)
        same = [one for one in every if one.skill.name == name]
        if best := next((one for one in same if one.status != "unusable"), same[0] if same else None):
            return best
        names = ", ".join(dict.fromkeys(one.skill.name for one in every if one.skill.name))
        there = f"There are: {names}." if names else "There is none yet: homard skills new, or install."
        raise UsageError(f"There is no skill {name!r} here. {there}")

    def enable(self, name: str, cwd: Path | None = None) -> Found:
        """Let it be used, as it stands now. Raises UsageError if it cannot be."""
        found = self.find(name, cwd)
        if found.status == "unusable":
            raise UsageError(f"The skill {name} cannot be used. {found.why} Nothing was enabled.")
        self._say(found.skill, enabled=True)
        return self.find(name, cwd)

    def disable(self, name: str, cwd: Path | None = None) -> Found:
        """Let it be used no more; it stays where it is."""
        found = self.find(name, cwd)
        state = load_state(self.skills)
        accepted = state.skills.get(str(found.skill.folder), Accepted(False))
        off = msgspec.structs.replace(accepted, enabled=False)
        save_state(self.skills, state.with_skill(found.skill.folder, off))
        return self.find(name, cwd)

    def remove(self, name: str) -> Path:
        """Delete one of the person's own skills from the disk. Raises UsageError."""
        found = self.find(name)
        gone = self.skills / f".gone-{os.urandom(6).hex()}"
        try:
            found.skill.folder.rename(gone)
        except OSError as error:
            raise UsageError(
                f"{found.skill.folder} cannot be removed ({error.strerror}). It is still there."
            ) from error
        save_state(self.skills, load_state(self.skills).with_skill(found.skill.folder, None))
        shutil.rmtree(gone, ignore_errors=True)
        return found.skill.folder

    def trust(self, folder: Path, *, trusted: bool = True) -> list[Found]:
        """Let a working folder bring skills, and enable those that are there now; or no more. Raises UsageError.

        What was said of a skill before stays said.
        """
        real = os.path.realpath(folder)
        if not os.path.isdir(real):
            raise UsageError(f"There is no folder {folder}. Nothing was changed.")
        state = load_state(self.skills)
        others = tuple(path for path in state.trusted if path != real)
        save_state(self.skills, State((*others, real) if trusted else others, state.skills))
        if not trusted:
            return []
        for one in self.look(Path(real)):
            if one.project and one.status == "off" and str(one.skill.folder) not in state.skills:
                self._say(one.skill, enabled=True)
        return [one for one in self.look(Path(real)) if one.project]

    def _say(self, skill: Skill, *, enabled: bool) -> None:
        state = load_state(self.skills)
        before = state.skills.get(str(skill.folder), Accepted(False))
        accepted = Accepted(
            enabled,
            skill.name,
            skill.description,
            skill.tree.digest,
            dict(skill.tree.files),
            skill.requirements,
            before.source,
            before.installed,
        )
        save_state(self.skills, state.with_skill(skill.folder, accepted))

    def note_installed(self, folder: Path, source: str) -> None:
        """Keep where a skill came from and what it was then; it stays off."""
        skill = read_skill(folder)
        state = load_state(self.skills)
        before = state.skills.get(str(folder), Accepted(False))
        accepted = msgspec.structs.replace(before, enabled=False, source=source, installed=skill.tree.digest)
        save_state(self.skills, state.with_skill(folder, accepted))


def _judged(skill: Skill, accepted: Accepted | None, *, project: bool) -> Found:
    digest = skill.tree.digest
    since_install = accepted is not None and accepted.installed not in ("", digest)
    source = accepted.source if accepted is not None else ""
    changes: tuple[str, ...] = ()
    why = ""
    status: Status = "off"
    if skill.unusable:
        status, why = "unusable", skill.unusable
    elif accepted is not None and accepted.enabled and accepted.digest != digest:
        status, changes = "changed", tuple(differences(accepted.files, skill.tree.files))
    elif unmet := skill.requirements.unmet():
        status, why = "unavailable", f"{'; '.join(unmet)}."
    elif accepted is not None and accepted.enabled:
        status = "on"
    return Found(skill, project, status, why, changes, since_install, source)
