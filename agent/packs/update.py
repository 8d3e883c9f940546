"""Another version of a pack: found where the first one came from, compared, and what publishers took back meanwhile."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from agent.errors import UsageError
from agent.packs.difference import Difference, difference
from agent.packs.service import Found, Packs
from agent.packs.source import published, revocations
from agent.packs.state import State
from agent.packs.trust import with_revocation


def next_of(packs: Packs, name: str, source: Path | None = None) -> Path | None:
    """Where a newer version lies: in the folder the pack came from, or in `source`; None: there is none.

    An author's folder is always taken for another version. Raises UsageError where it cannot be reached.
    """
    installed = packs.find(name).installed
    place = source or Path(installed.source)
    if source is not None and source.is_file():
        return source
    if (place / "pack.toml").is_file():
        return place
    folder = place if source is not None else place.parent
    here = tuple(map(int, installed.version.split(".")))
    return next((path for version, path in published(folder, name) if version > here), None)


def compared(packs: Packs, name: str, source: Path) -> Difference:
    """What taking a pack from there would change. Raises UsageError: it cannot be taken."""
    before = packs.read(name)
    with packs.store.opened(source) as now:
        if now.manifest.name != name:
            raise UsageError(f"{source} is the pack {now.manifest.name}, not {name}.")
        return difference(before, now, packs.parts_of(before), packs.parts_of(now))


def take_revocations(packs: Packs, name: str, source: Path | None = None) -> list[Found]:
    """Believe what publishers took back beside the pack; the packs that are revoked now. Blocks."""
    place = source or Path(packs.find(name).installed.source)
    found = revocations(place if place.is_dir() else place.parent)

    def believed(state: State) -> State:
        for signed in found:
            with suppress(UsageError):  # what nobody signed says nothing
                state = with_revocation(state, signed)
        return state

    packs.edit(believed)
    return [one for one in packs.look() if one.status == "revoked"]
