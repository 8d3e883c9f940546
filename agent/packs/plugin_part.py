"""Plugins of a pack: they live among the person's own, and get of what they ask for what the pack may."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from agent.errors import UsageError
from agent.packs.archive import Pack
from agent.packs.capability import CapabilityText, covers, cut
from agent.packs.part import Part, digest_of, files_below, folder_changes
from agent.packs.state import PartKind, Placed
from agent.plugin_host.collection import Collection
from agent.plugin_host.install import install, remove
from agent.plugin_host.manifest import Capability, read_manifest
from agent.plugin_host.skill_part import take_skills
from agent.plugin_host.state import change, load_state
from agent.skills.tree import look

Enable = Callable[[str, Sequence[Capability]], None]
"""Start a plugin once and let it be used, with no more than this. Blocks; raises UsageError."""


class PluginParts:
    """See `agent.packs.part.Parts`."""

    kind: PartKind = "plugin"

    def __init__(self, collection: Collection, private: Path, skills: Path, enable: Enable) -> None:
        """`collection`: of this home; `private`: where each plugin has a folder of its own; `skills`: the person's."""
        self._collection, self._private, self._enable = collection, private, enable
        self._skills = Path(os.path.realpath(skills))

    def found(self, pack: Pack) -> list[Part]:
        """Read their manifests. Raises UsageError if one cannot be used here."""
        return [self._part(pack, path) for path in pack.manifest.plugins]

    def _part(self, pack: Pack, path: str) -> Part:
        files = files_below(pack, path)
        manifest = read_manifest(pack.folder.joinpath(*path.split("/")))
        asks = tuple((str(one.what), one.to) for one in manifest.capability)
        return Part("plugin", manifest.id, manifest.description, path, digest_of(files), files, asks)

    def taken(self, part: Part) -> str:
        """Whether a plugin of that id is there, or comes with Homard."""
        for place in (self._collection.plugins, self._collection.bundled):
            if place is not None and os.path.lexists(place / part.name):
                return f"There is a plugin {part.name} already, which is none of this pack."
        return ""

    def texts(self, placed: Placed) -> dict[str, str]:
        """The skills inside it, wherever they are put: by their hash."""
        accepted = load_state(self._collection.plugins).plugins.get(placed.name)
        put = accepted.skills if accepted is not None else ()
        folders = [path.rpartition("/")[0] for path in placed.files if path.rpartition("/")[2].lower() == "skill.md"]
        found: dict[str, str] = {}
        for folder in folders:
            start = f"{folder}/" if folder else ""
            files = {path.removeprefix(start): stamp for path, stamp in placed.files.items() if path.startswith(start)}
            name = folder.rpartition("/")[2]
            found[digest_of(files)] = str(self._skills / name) if name in put else ""
        return found

    def planned(self, part: Part) -> Placed:
        """A folder among the person's own."""
        return Placed("plugin", part.name, part.digest, str(self._collection.plugins / part.name))

    def put(self, part: Part, pack: Pack) -> Placed:
        """Copy it there; off, and with nothing granted."""
        placed = self.planned(part)
        install(self._collection, pack.folder.joinpath(*part.path.split("/")), replace=True)
        change(self._collection.plugins, part.name, enabled=False, granted=(), stopped="")
        files = dict(look(Path(placed.place)).files)
        if digest_of(files) != part.digest:
            raise UsageError(f"{part.path} changed while it was copied. Install the pack again.")
        return msgspec.structs.replace(placed, files=files)

    def changes(self, placed: Placed, granted: Sequence[CapabilityText]) -> list[str]:
        """Compare its files, and what it was granted with what the pack may."""
        accepted = load_state(self._collection.plugins).plugins.get(placed.name)
        found = folder_changes(placed)
        found += [f"changed: {folder}" for digest, folder in self.texts(placed).items() if not _is(folder, digest)]
        if accepted is None or not accepted.enabled:
            return found
        if accepted.dev:
            found.append(f"changed: it is used from {accepted.dev}")
        beyond = [one for one in accepted.granted if not covers(granted, one.what, one.to)]
        return found + [f"granted by hand: {' '.join((one.what, *one.to))}" for one in beyond]

    def enable(self, placed: Placed, granted: Sequence[CapabilityText]) -> None:
        """Let it be used, with what both it and the pack say."""
        manifest = read_manifest(Path(placed.place))
        left = [
            msgspec.structs.replace(one, to=to)
            for one in manifest.capability
            for _what, to in cut([(str(one.what), one.to)], granted)
        ]
        self._enable(placed.name, left)

    def disable(self, placed: Placed) -> None:
        """Let it be used no more; what runs of it ends at its next call."""
        accepted = load_state(self._collection.plugins).plugins.get(placed.name)
        if accepted is not None:
            take_skills(self._skills, placed.name, accepted.skills)
            change(self._collection.plugins, placed.name, enabled=False, granted=(), skills=())

    def remove(self, placed: Placed) -> None:
        """Delete it with what it stored."""
        with suppress(UsageError):
            found = self._collection.find(placed.name)
            if str(found.folder) == placed.place:
                remove(self._collection, found, self._private)


def _is(folder: str, digest: str) -> bool:
    """Whether a skill that was put somewhere is still what the plugin holds; one that was put nowhere is."""
    try:
        tree = look(Path(folder)) if folder else None
    except OSError:
        return False
    return tree is None or (tree.digest == digest and not tree.problems)
