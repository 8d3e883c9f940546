"""All plugins there are: those in the data folder, those that come with Homard, and those that are being written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agent.errors import UsageError
from agent.plugin_host.effective import beyond
from agent.plugin_host.manifest import FILE, Capability, Manifest, read_manifest
from agent.plugin_host.offers import claims_digest
from agent.plugin_host.state import Accepted, State, load_state
from agent.skills.tree import Stamp, Tree, differences, look

Status = Literal["on", "off", "changed", "disabled", "unusable"]
"""`changed`: it was on, and is not used before a person has looked; `disabled`: Homard switched it off."""
_COMPILED = "__pycache__"


@dataclass(frozen=True)
class Found:
    """A plugin with what was said of it."""

    id: str
    """As its plugin.toml says; of one without: the name of its folder."""
    folder: Path
    manifest: Manifest | None
    tree: Tree
    accepted: Accepted
    bundled: bool
    """It comes with Homard."""
    status: Status
    why: str = ""
    """Of `unusable`, `disabled` and `changed`."""
    changes: tuple[str, ...] = ()
    """Of files since it was enabled last."""

    @property
    def wanted(self) -> tuple[Capability, ...]:
        """All that it asks for."""
        return self.manifest.capability if self.manifest else ()

    @property
    def believed(self) -> bool:
        """Whether what its tools say of themselves counts: it comes with Homard, or a person said so."""
        return self.bundled or self.accepted.believed == claims_digest(self.accepted.said)

    @property
    def new(self) -> tuple[Capability, ...]:
        """What it asks for and nobody granted."""
        return beyond(self.wanted, self.accepted.granted)


class Collection:
    """The plugins of one home. All methods block for the disk."""

    def __init__(self, plugins: Path, bundled: Path | None, program: str = "") -> None:
        """`bundled`: the folder of those that come with Homard; `program`: the version of Homard."""
        self.plugins = Path(os.path.realpath(plugins))
        self.bundled = Path(os.path.realpath(bundled)) if bundled is not None else None
        self.program = program

    def look(self) -> list[Found]:
        """All of them by id. Raises StorageError."""
        state = load_state(self.plugins)
        found: dict[str, Found] = {}
        for folder, bundled, dev in self._folders(state):
            one = self._judged(folder, state, bundled=bundled, dev=dev)
            if (other := found.get(one.id)) is not None:
                why = f"Another plugin {one.id} stands in {other.folder}. Remove one of them."
                one = Found(f"{one.id}:{folder.name}", folder, None, one.tree, Accepted(), bundled, "unusable", why)
            found[one.id] = one
        return sorted(found.values(), key=lambda one: one.id)

    def find(self, plugin: str) -> Found:
        """The plugin of an id. Raises UsageError that says which there are."""
        every = self.look()
        for one in every:
            if one.id == plugin:
                return one
        there = ", ".join(one.id for one in every)
        after = f"There are: {there}." if there else "There is none yet: homard plugins new, or install."
        raise UsageError(f"There is no plugin {plugin[:80]!r}. {after}")

    def enabled(self, only: str = "") -> list[Found]:
        """Those that may be used now, or the one of an id, if it may. Nothing else is read. Raises StorageError."""
        state = load_state(self.plugins)
        found: list[Found] = []
        for plugin, accepted in state.plugins.items():
            if accepted.enabled and only in ("", plugin) and (folder := self._folder(plugin, accepted)) is not None:
                found.append(self._judged(folder[0], state, bundled=folder[1], dev=bool(accepted.dev), plugin=plugin))
        return [one for one in found if one.status == "on"]

    def _folder(self, plugin: str, accepted: Accepted) -> tuple[Path, bool] | None:
        if accepted.dev:
            return Path(accepted.dev), False
        for place, bundled in ((self.plugins, False), (self.bundled, True)):
            if place is not None and (place / plugin).is_dir():
                return place / plugin, bundled
        return None

    def _folders(self, state: State) -> Iterator[tuple[Path, bool, bool]]:
        for accepted in state.plugins.values():
            if accepted.dev:
                yield Path(accepted.dev), False, True
        for folder in _inside(self.plugins):
            yield folder, False, False
        if self.bundled is not None:
            for folder in _inside(self.bundled):
                if (folder / FILE).is_file():
                    yield folder, True, False

    def _judged(self, folder: Path, state: State, *, bundled: bool, dev: bool, plugin: str = "") -> Found:
        accepted = state.plugins.get(plugin or folder.name, Accepted())
        try:
            tree = plugin_tree(folder, accepted.files, compiled=not (bundled or dev))
            same = accepted.manifest is not None and tree.digest == accepted.digest
            manifest = accepted.manifest if same and accepted.manifest is not None else read_manifest(folder)
            _require_name(manifest, folder, dev)
        except (UsageError, OSError) as error:
            why = str(error) if isinstance(error, UsageError) else f"{folder} cannot be read ({error.strerror})."
            name = plugin or folder.name
            return Found(name, folder, None, Tree({}), state.plugins.get(name, Accepted()), bundled, "unusable", why)
        accepted = state.plugins.get(manifest.id, Accepted())
        status, why, changes = self._status(tree, manifest, accepted, bundled=bundled, dev=dev)
        return Found(manifest.id, folder, manifest, tree, accepted, bundled, status, why, changes)

    def _status(
        self, tree: Tree, manifest: Manifest, accepted: Accepted, *, bundled: bool, dev: bool
    ) -> tuple[Status, str, tuple[str, ...]]:
        if tree.problems and not dev:
            return "unusable", " ".join(tree.problems[:3]), ()
        if accepted.stopped:
            return "disabled", accepted.stopped, ()
        if not accepted.enabled:
            return "off", "", ()
        if accepted.digest == tree.digest or dev:
            return "on", "", ()
        if bundled and accepted.program != self.program and not beyond(manifest.capability, accepted.granted):
            return "on", "", ()  # it came with a newer Homard, and asks for nothing new
        changes = tuple(differences(accepted.files, tree.files))
        return "changed", "It changed since a person enabled it. Look at the changes and enable it again.", changes


def plugin_tree(folder: Path, known: Mapping[str, Stamp] | None = None, *, compiled: bool = True) -> Tree:
    """The files of a plugin. `compiled`: what Python compiled counts too; it is never used, but it is there.

    Raises OSError.
    """
    tree = look(folder, known)
    if compiled:
        return tree
    files = {path: stamp for path, stamp in tree.files.items() if _COMPILED not in path.split("/")}
    return Tree(files, tuple(one for one in tree.problems if _COMPILED not in one))


def bundled_plugins() -> Path:
    """The folder of the plugins that come with Homard, from the sources and in a frozen build alike."""
    import agent

    return Path(str(agent.__file__)).parents[1] / "plugins"


def _require_name(manifest: Manifest, folder: Path, dev: bool) -> None:
    if manifest.id != folder.name and not dev:
        raise UsageError(f"The folder {folder.name[:80]} holds the plugin {manifest.id}. Give it that name.")


def _inside(place: Path) -> list[Path]:
    """The folders in a place, unless a link leads there: they would be somebody else's."""
    try:
        with os.scandir(place) as entries:
            names = [one.name for one in entries if one.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return [place / name for name in sorted(names) if not name.startswith((".", "_"))]
