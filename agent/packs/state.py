"""What a person agreed to: which packs are here and on, as they were then, and whose signatures count."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from agent.errors import StorageError
from agent.file_lock import changing
from agent.packs.capability import CapabilityText
from agent.safety.rules import RuleText
from agent.skills.tree import Stamp
from agent.whole_file import replace_file

NAME: Final = ".state.json"
"""Beside the packs, in the data folder; no pack begins with a dot."""

PartKind = Literal["skill", "plugin", "server", "job"]


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a pack or a lock is fetched from, as a person named it."""

    kind: Literal["git", "file", "lock"]
    at: str
    """URL of a repository, of the file of one pack, or of a lock with its packs beside it."""
    ref: str = ""
    """Of a repository: branch, tag or commit; empty: what it offers by itself."""
    path: str = ""
    """The folder in it that is meant, with slashes; empty: all of it."""
    commit: str = ""
    """What `ref` was when it was fetched."""

    def __str__(self) -> str:
        """For people; what a query may hold of a secret is not among it."""
        ref = f" at {self.ref}" if self.ref else ""
        path = f" in {self.path}" if self.path else ""
        commit = f" ({self.commit[:12]})" if self.commit else ""
        return f"{self.at.partition('?')[0]}{ref}{path}{commit}"


class Placed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a pack where it lives."""

    kind: PartKind
    name: str
    digest: str
    """Of what was put there: any other one suspends the pack."""
    place: str = ""
    """Its folder; empty: it is used where the pack was unpacked, or stands in the settings."""
    files: dict[str, Stamp] = {}
    said: dict[str, Any] = {}
    """Of a server: its settings as the pack has them, before they are cut."""


class Kept(msgspec.Struct, frozen=True):
    """A version that was here before, still on the disk."""

    version: str
    digest: str


class Installed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pack as it was installed, and what a person said of it."""

    version: str
    digest: str
    publisher: str
    description: str = ""
    key: str = ""
    """Public key of who signed it; empty: nobody."""
    source: str = ""
    """The file or folder that it came from; of what was fetched, in the copy of all that was there."""
    team: bool = False
    """The lock of the team brought it, and may take it away."""
    files: dict[str, Stamp] = {}
    """Of the folder in which it was unpacked."""
    parts: tuple[Placed, ...] = ()
    requires: tuple[str, ...] = ()
    rules: tuple[RuleText, ...] = ()
    asked: tuple[CapabilityText, ...] = ()
    """What its manifest asks for."""
    enabled: bool = False
    granted: tuple[CapabilityText, ...] = ()
    """Of those: what a person granted, for exactly this digest."""
    kept: tuple[Kept, ...] = ()
    """Versions before, the latest first."""
    origin: Origin | None = None
    """Where that was fetched from; None: `source` is on the person's own disk."""

    @property
    def came_from(self) -> str:
        """For people."""
        return str(self.origin or self.source)


class TrustedKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """A publisher's key that a person let count."""

    publisher: str
    since: str
    """Day, ISO."""
    expires: str = ""
    """Last day on which it counts for something new; empty: no end. As it was when it was trusted."""
    revoked: str = ""
    """Why it counts no more; empty: it does."""


class Followed(msgspec.Struct, frozen=True, omit_defaults=True):
    """The lock of a team."""

    path: str
    key: str
    team: str
    serial: int = 0
    """Of the lock that was followed last; no older one counts."""
    expires: str = ""
    """Last day of its key, as it was when it was trusted; empty: no end."""
    origin: Origin | None = None
    """Where it is fetched from; None: `path` is on the person's own disk."""


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of it."""

    packs: dict[str, Installed] = {}
    keys: dict[str, TrustedKey] = {}
    """By public key."""
    revoked: dict[str, str] = {}
    """Packs that their publisher or the team took back, `key/digest`; why."""
    former: dict[str, str] = {}
    """Skills that packs had in other versions, or in packs that are gone: hash of the skill to name of the pack."""
    followed: Followed | None = None

    def with_pack(self, name: str, installed: Installed | None) -> State:
        """The same with this said of a pack; None: it is not here."""
        others = {one: said for one, said in self.packs.items() if one != name}
        packs = others if installed is None else {**others, name: installed}
        return msgspec.structs.replace(self, packs=packs)

    def with_key(self, public: str, key: TrustedKey) -> State:
        """The same with this said of a key."""
        return msgspec.structs.replace(self, keys={**self.keys, public: key})

    def why_revoked(self, public: str, digest: str) -> str:
        """Why a pack counts no more; empty: it does."""
        key = self.keys.get(public)
        return (key.revoked if key is not None else "") or self.revoked.get(f"{public}/{digest}", "")


def load_state(packs: Path) -> State:
    """Read it from the folder of packs. Raises StorageError; a missing file says nothing."""
    path = packs / NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return State()
    except (OSError, msgspec.DecodeError) as error:
        raise StorageError(
            f"{path} cannot be read ({error}), so no part of any pack is used. Delete it and install your packs again."
        ) from error


def save_state(packs: Path, state: State) -> None:
    """Write it, at once and whole. Raises StorageError."""
    try:
        packs.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(packs / NAME, msgspec.json.encode(state))
        if os.name == "posix":
            os.chmod(packs, 0o700)
    except OSError as error:
        raise StorageError(
            f"{packs / NAME} cannot be written ({error.strerror}). Nothing changed; make room and try again."
        ) from error


def editing(packs: Path) -> AbstractContextManager[None]:
    """Let nobody else say anything between reading what is said and saying it anew. Blocks; raises StorageError."""
    return changing(packs / NAME)
