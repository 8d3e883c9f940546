"""Bringing a plugin in from a folder or a zip: copied whole, then put in its place at once; and taking it away."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from agent.errors import UsageError
from agent.plugin_host.collection import Collection, Found, plugin_tree
from agent.plugin_host.manifest import FILE, Manifest, read_manifest
from agent.plugin_host.state import Accepted, change, editing, load_state, save_state
from agent.skills.archive import unpack
from agent.skills.tree import Tree, read_same

_STAGE: Final = ".new-"
_GONE: Final = ".gone-"


def install(collection: Collection, source: Path, *, replace: bool = False, digest: str = "") -> Found:
    """Copy a plugin among the person's own; it is off until somebody enables it. Blocks.

    `replace`: one of that id may be there; what was agreed to for it is kept and compared. `digest`: of the tree that
    was looked at. Raises UsageError: nothing was changed.
    """
    collection.plugins.mkdir(mode=0o700, parents=True, exist_ok=True)
    with opened(source) as folder, _stage(collection) as stage:
        manifest = read_manifest(folder)
        target = collection.plugins / manifest.id
        _require_place(collection, manifest, target, replace)
        tree = plugin_tree(folder, compiled=False)
        if tree.problems:
            raise UsageError(f"{manifest.id} was not installed. {' '.join(tree.problems[:3])}")
        if digest and tree.digest != digest:
            raise UsageError(f"{source} changed while you looked at it. Nothing was changed; look again.")
        _copy(folder, tree, stage / "whole")
        _put(stage / "whole", target, stage / f"{_GONE}{manifest.id}")
    installed = plugin_tree(target)
    change(collection.plugins, manifest.id, source=str(source), installed=installed.digest)
    return collection.find(manifest.id)


@contextmanager
def opened(source: Path) -> Generator[Path]:
    """The folder of the one plugin in a folder or a zip, until the block ends. Raises UsageError. Blocks."""
    with tempfile.TemporaryDirectory(prefix="homard-plugin-", ignore_cleanup_errors=True) as stage:
        root = source
        if not source.is_dir():
            root = Path(stage)
            unpack(source, root)
        yield _only(root, source)


@contextmanager
def _stage(collection: Collection) -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix=_STAGE, dir=collection.plugins, ignore_cleanup_errors=True) as stage:
        yield Path(stage)


def remove(collection: Collection, found: Found, private: Path) -> None:
    """Delete a plugin, what it stored, and what was said of it. Blocks; raises UsageError."""
    if found.bundled:
        raise UsageError(f"{found.id} comes with Homard and cannot be removed. Disable it instead.")
    if not found.accepted.dev:
        gone = collection.plugins / f"{_GONE}{os.urandom(6).hex()}"
        try:
            found.folder.rename(gone)
        except OSError as error:
            raise UsageError(f"{found.folder} cannot be removed ({error.strerror}). It is still there.") from error
        shutil.rmtree(gone, ignore_errors=True)
    name = found.id.partition(":")[0]
    if found.accepted != Accepted():
        with editing(collection.plugins):
            save_state(collection.plugins, load_state(collection.plugins).with_plugin(name, None))
        shutil.rmtree(private / name, ignore_errors=True)


def _only(root: Path, source: Path) -> Path:
    """The folder of the plugin: the source itself, or the one folder in it that is one."""
    if (root / FILE).is_file():
        return root
    inside = [one for one in sorted(root.iterdir()) if (one / FILE).is_file() and not one.is_symlink()]
    if len(inside) == 1:
        return inside[0]
    found = f"{len(inside)} plugins: {', '.join(one.name for one in inside)}" if inside else f"no {FILE}"
    raise UsageError(f"{source} holds {found}. Give the folder or zip of one plugin. Nothing was installed.")


def _require_place(collection: Collection, manifest: Manifest, target: Path, replace: bool) -> None:
    if collection.bundled is not None and (collection.bundled / manifest.id).is_dir():
        raise UsageError(f"Homard has a plugin {manifest.id} of its own. Nothing was installed.")
    if load_state(collection.plugins).plugins.get(manifest.id, Accepted()).dev:
        raise UsageError(f"{manifest.id} is used from the folder where it is written. Remove it there first.")
    if os.path.lexists(target) and not replace:
        raise UsageError(
            f"There is a plugin {manifest.id} already, and nothing was changed. --replace takes the new one in its "
            "place."
        )


def _copy(folder: Path, tree: Tree, target: Path) -> None:
    for path, stamp in tree.files.items():
        data = read_same(folder, path, stamp)
        if data is None:
            raise UsageError(f"{folder / path} changed while it was copied. Nothing was installed; try again.")
        place = target.joinpath(*path.split("/"))
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.write_bytes(data)
        place.chmod(0o600)


def _put(copy: Path, target: Path, before: Path) -> None:
    try:
        if os.path.lexists(target):
            target.rename(before)
        copy.rename(target)
    except OSError as error:
        if before.exists() and not os.path.lexists(target):
            before.rename(target)
        raise UsageError(f"{target} cannot be written ({error.strerror}). Nothing was installed.") from error
