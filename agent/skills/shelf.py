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
from agent.skills.source import Source
from agent.skills.state import Accepted, State, editing, load_state, save_state
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
    origin: Source | None = None
    """Where an update is looked for; None: nowhere."""
    place: str = ""
    """Where in that source it lay."""
    only: tuple[str, ...] = ()
    """Scopes in which alone it is on, `session:<id>` or `job:<id>`; empty: everywhere."""
    never: tuple[str, ...] = ()
    """Scopes in which it is off."""

    @property
    def prompt_tokens(self) -> int:
        """About what its name and description cost in each request while it is on."""
        return 0 if self.skill.by_name else text_tokens(f"- {self.skill.name}: {self.skill.description}\n")


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

    def enable(self, name: str, cwd: Path | None = None, *, scope: str = "", seen: str = "") -> Found:
        """Let it be used, as it stands now. Raises UsageError if it cannot be.

        `scope`: there too, and, if it was off, only there; empty: everywhere. `seen`: the digest of what a person
        looked at, or its beginning: another one is not enabled.
        """
        with editing(self.skills):
            return self._enable(self.find(name, cwd), cwd, scope, seen)

    def _enable(self, found: Found, cwd: Path | None, scope: str, seen: str) -> Found:
        name = found.skill.name
        if not found.skill.tree.digest.startswith(seen):
            raise UsageError(f"{name} is another one than the one you looked at. Nothing was enabled; look again.")
        if found.status == "unusable":
            raise UsageError(f"The skill {name} cannot be used. {found.why} Nothing was enabled.")
        only: tuple[str, ...] = ()
        never: tuple[str, ...] = ()
        if scope:
            fresh = found.status != "on" and not found.only
            only = _with(found.only, scope) if found.only or fresh else ()
            never = _without(found.never, scope)
        self._say(found.skill, only=only, never=never)
        return self.find(name, cwd)

    def disable(self, name: str, cwd: Path | None = None, *, scope: str = "") -> Found:
        """Let it be used no more; it stays where it is. `scope`: not there; empty: nowhere."""
        found = self.find(name, cwd)
        with editing(self.skills):
            state = load_state(self.skills)
            accepted = state.skills.get(str(found.skill.folder), Accepted(False))
            off = msgspec.structs.replace(accepted, enabled=False, only=(), never=())
            if scope and accepted.only:
                left = _without(accepted.only, scope)
                off = msgspec.structs.replace(accepted, enabled=accepted.enabled and bool(left), only=left)
            elif scope:
                off = msgspec.structs.replace(accepted, never=_with(accepted.never, scope))
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
        with editing(self.skills):
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
        with editing(self.skills):
            state = load_state(self.skills)
            others = tuple(path for path in state.trusted if path != real)
            save_state(self.skills, State((*others, real) if trusted else others, state.skills))
            if not trusted:
                return []
            for one in self.look(Path(real)):
                if one.project and one.status == "off" and str(one.skill.folder) not in state.skills:
                    self._say(one.skill)
        return [one for one in self.look(Path(real)) if one.project]

    def _say(self, skill: Skill, *, only: tuple[str, ...] = (), never: tuple[str, ...] = ()) -> None:
        """Let it be used. Whoever calls holds `editing`."""
        state = load_state(self.skills)
        accepted = msgspec.structs.replace(
            state.skills.get(str(skill.folder), Accepted(False)),
            enabled=True,
            name=skill.name,
            description=skill.description,
            digest=skill.tree.digest,
            files=dict(skill.tree.files),
            requirements=skill.requirements,
            allowed=skill.allowed,
            by_name=skill.by_name,
            only=only,
            never=never,
        )
        save_state(self.skills, state.with_skill(skill.folder, accepted))

    def is_enabled(self, folder: Path) -> bool:
        """Whether a person wants a skill to be on, as it stood then."""
        return load_state(self.skills).skills.get(str(folder), Accepted(False)).enabled

    def agree(self, name: str, digest: str) -> Found:
        """Let a skill be used where it was on before, if it stands there as a person has seen it. Raises UsageError."""
        with editing(self.skills):
            found = self.find(name)
            if found.skill.tree.digest != digest:
                raise UsageError(
                    f"{name} is another one than the one you looked at, so it is off. Look at it, enable it."
                )
            if found.status != "unusable":
                self._say(found.skill, only=found.only, never=found.never)
            return self.find(name)

    def note_installed(self, folder: Path, source: Source, place: str = "", *, keep: bool = False) -> None:
        """Keep where a skill came from and what it was then; it is off. `place`: where in the source it lay.

        `keep`: it stays on for what it was before, and waits until somebody agrees to what it is now.
        """
        skill = read_skill(folder)
        with editing(self.skills):
            state = load_state(self.skills)
            before = state.skills.get(str(folder), Accepted(False))
            accepted = msgspec.structs.replace(
                before,
                enabled=before.enabled and keep,
                source=str(source),
                installed=skill.tree.digest,
                origin=source,
                place=place,
            )
            save_state(self.skills, state.with_skill(folder, accepted))


def _judged(skill: Skill, accepted: Accepted | None, *, project: bool) -> Found:
    digest = skill.tree.digest
    since_install = accepted is not None and accepted.installed not in ("", digest)
    said = accepted or Accepted(False)
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
    origin = (said.source, said.origin, said.place, said.only, said.never)
    return Found(skill, project, status, why, changes, since_install, *origin)


def _with(scopes: tuple[str, ...], scope: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*scopes, scope)))


def _without(scopes: tuple[str, ...], scope: str) -> tuple[str, ...]:
    return tuple(one for one in scopes if one != scope)
