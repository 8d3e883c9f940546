"""What a pack is made of: each kind of part behind one port, so that the pack need not know how it is kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from agent.errors import UsageError
from agent.packs.archive import Pack
from agent.packs.capability import CapabilityText
from agent.packs.state import PartKind, Placed
from agent.skills.tree import Stamp, Tree, differences, look, read_same


@dataclass(frozen=True)
class Part:
    """One part as it lies in the pack."""

    kind: PartKind
    name: str
    description: str
    path: str
    """Of its folder or file in the pack; empty: it stands in pack.toml."""
    digest: str
    files: Mapping[str, Stamp] = field(default_factory=dict[str, Stamp])
    """Of its folder, by the path in it."""
    asks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What it asks for by itself: words of capabilities, with their targets."""
    warnings: tuple[str, ...] = ()
    said: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Of a server: its settings as the pack has them."""


class Parts(Protocol):
    """Parts of one kind. All methods block for the disk."""

    kind: PartKind

    def found(self, pack: Pack) -> Sequence[Part]:
        """Give the parts of this kind in a pack. Raises UsageError if one cannot be used."""
        ...

    def taken(self, part: Part) -> str:
        """Say why its name is not free, as a sentence; empty: it is. Not asked where the pack itself has it already."""
        ...

    def texts(self, placed: Placed) -> Mapping[str, str]:
        """Give the skills that it is or brings: their hashes, and the folder where each lives if that is known."""
        ...

    def planned(self, part: Part) -> Placed:
        """Say where it will live, before anything is done."""
        ...

    def put(self, part: Part, pack: Pack) -> Placed:
        """Put it where it lives, off, in place of what is there. Raises UsageError."""
        ...

    def changes(self, placed: Placed, granted: Sequence[CapabilityText]) -> Sequence[str]:
        """Say how it differs from what was put there, as `tree.differences` does; empty: not at all.

        `granted`: what the pack may do now; a part that was let do more by hand is another one too.
        """
        ...

    def enable(self, placed: Placed, granted: Sequence[CapabilityText]) -> None:
        """Let it be used, with no more than this and than it asks for. Raises UsageError."""
        ...

    def disable(self, placed: Placed) -> None:
        """Let it be used no more. What is not there is no error."""
        ...

    def remove(self, placed: Placed) -> None:
        """Take it away. What is not there is no error."""
        ...


def files_below(pack: Pack, path: str) -> dict[str, Stamp]:
    """The files of a folder of the pack, by the path in it. Raises UsageError if there is none."""
    start = f"{path.rstrip('/')}/"
    found = {one.removeprefix(start): stamp for one, stamp in pack.files.items() if one.startswith(start)}
    if not found:
        raise UsageError(f"pack.toml names {path}, and there is no such folder in the pack.")
    return found


def digest_of(files: Mapping[str, Stamp]) -> str:
    """The hash of a folder, as the part that lives there tells it."""
    return Tree(files).digest


def copied(pack: Pack, part: Part, target: Path, stage: Path) -> dict[str, Stamp]:
    """Put a folder of the pack in a place, whole, instead of what is there; its files there. Raises UsageError."""
    whole = stage / os.urandom(6).hex()
    try:
        for path in part.files:
            _copy(pack, f"{part.path}/{path}", whole.joinpath(*path.split("/")))
    except OSError as error:
        raise UsageError(
            f"{target} cannot be written ({error.strerror}). Make room; install the pack again."
        ) from error
    replace_folder(whole, target, stage)
    return dict(look(target).files)


def _copy(pack: Pack, path: str, place: Path) -> None:
    data = read_same(pack.folder, path, pack.files[path])
    if data is None:
        raise UsageError(f"{path} changed while it was copied. Install the pack again.")
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.write_bytes(data)
    place.chmod(0o700 if path in pack.programs else 0o600)


def replace_folder(new: Path, target: Path, stage: Path) -> None:
    """Rename a folder into a place; what is there goes. Raises UsageError; then it stays."""
    gone = stage / os.urandom(6).hex()
    try:
        for folder in (target.parent, stage):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.path.lexists(target):
            target.rename(gone)
        new.rename(target)
    except OSError as error:
        if os.path.lexists(gone) and not os.path.lexists(target):
            gone.rename(target)
        raise UsageError(f"{target} cannot be written ({error.strerror}). It is as it was.") from error
    shutil.rmtree(gone, ignore_errors=True)


def folder_changes(placed: Placed) -> list[str]:
    """How the folder of a part differs from what was put there."""
    try:
        tree = look(Path(placed.place), placed.files)
    except OSError as error:
        return [f"gone: {placed.place} ({error.strerror})"]
    if tree.problems:
        return [f"changed: {problem}" for problem in tree.problems]
    return differences(placed.files, tree.files)
