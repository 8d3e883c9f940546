"""What a person agreed to: which skills are on, as they stood then, and whose folders may bring skills of their own."""

from __future__ import annotations

import os
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import msgspec

from agent.errors import StorageError
from agent.file_lock import changing
from agent.skills.requirements import Requirements
from agent.skills.source import Source
from agent.skills.tree import Stamp
from agent.whole_file import replace_file

NAME: Final = ".state.json"
"""Beside the skills, in the data folder; no skill begins with a dot."""


class Accepted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A skill as a person saw it last."""

    enabled: bool
    name: str = ""
    description: str = ""
    digest: str = ""
    """Of its tree when it was enabled."""
    files: dict[str, Stamp] = {}
    requirements: Requirements = Requirements()
    source: str = ""
    """Where it was installed from; empty: it was put there by hand."""
    installed: str = ""
    """Digest of its tree when it was installed."""
    origin: Source | None = None
    """Where an update is looked for; None: nowhere."""
    place: str = ""
    """Where in that source it lay, with slashes."""
    owner: str = ""
    """The plugin or pack that it came with, and goes with: `plugin:<id>`."""
    allowed: tuple[str, ...] | None = None
    """The tools that it says it needs; None: it says nothing."""
    by_name: bool = False
    """Models are not told of it: a person chooses it by its name."""
    only: tuple[str, ...] = ()
    """Scopes in which alone it is on, `session:<id>` or `job:<id>`; empty: everywhere."""
    never: tuple[str, ...] = ()
    """Scopes in which it is off."""

    def reaches(self, scopes: AbstractSet[str]) -> bool:
        """Whether it is on where these scopes are: in a session, for a job."""
        if not self.enabled or scopes & set(self.never):
            return False
        return not self.only or bool(scopes & set(self.only))


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of it."""

    trusted: tuple[str, ...] = ()
    """Real paths of working folders whose own skills may be used."""
    skills: dict[str, Accepted] = {}
    """By the real path of their folder."""

    def with_skill(self, folder: Path, accepted: Accepted | None) -> State:
        """The same with this said of a skill; None: nothing is."""
        others = {path: one for path, one in self.skills.items() if path != str(folder)}
        return State(self.trusted, others if accepted is None else {**others, str(folder): accepted})


def load_state(skills: Path) -> State:
    """Read it from the folder of skills. Raises StorageError; a missing file says nothing."""
    path = skills / NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return State()
    except (OSError, msgspec.DecodeError) as error:
        raise StorageError(
            f"{path} cannot be read ({error}), so no skill is used. Delete it and enable your skills again."
        ) from error


def save_state(skills: Path, state: State) -> None:
    """Write it, at once and whole. Raises StorageError."""
    try:
        replace_file(skills / NAME, msgspec.json.encode(state))
        if os.name == "posix":
            os.chmod(skills, 0o700)
    except OSError as error:
        raise StorageError(
            f"{skills / NAME} cannot be written ({error.strerror}). Nothing changed; make room and try again."
        ) from error


def editing(skills: Path) -> AbstractContextManager[None]:
    """Let nobody else say anything between reading what is said and saying it anew. Blocks; raises StorageError."""
    return changing(skills / NAME)
