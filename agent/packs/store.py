"""The folder of packs: each version that is here lies in it, unpacked, under its name and the beginning of its hash."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from agent.errors import UsageError
from agent.packs.archive import Pack, build, open_pack, read_folder, read_unpacked
from agent.packs.origin import LEFT_S
from agent.packs.part import replace_folder
from agent.packs.state import Installed, Kept
from agent.skills.tree import Stamp, differences, look

KEEP: Final = 2
"""Versions before the present one that stay, for rollback."""
STAGE: Final = ".new-"
"""Begins the name of a folder for what is on its way."""


class Store:
    """Where packs lie. All methods block."""

    def __init__(self, folder: Path) -> None:
        """`folder`: need not be there."""
        self.folder = Path(os.path.realpath(folder))

    @property
    def stage(self) -> Path:
        """A folder for what is on its way, on the disk of the packs; whoever works in it leaves nothing there."""
        return self.folder / f"{STAGE}parts-{os.getpid()}"

    def place(self, name: str, digest: str) -> Path:
        """Where a version lies, or would lie."""
        return self.folder / name / digest[:32]

    @contextmanager
    def opened(self, source: Path) -> Generator[Pack]:
        """Unpack an archive, or pack the folder of an author, beside the packs; gone at the end if nobody keeps it.

        Raises UsageError: nothing was changed.
        """
        source = Path(os.path.abspath(source))
        with self._staged() as stage:
            try:
                if source.is_dir():
                    archive = build(read_folder(source), stage)
                elif source.is_file():
                    archive = source
                else:
                    raise UsageError(f"There is no pack at {source}.")
                into = stage / "whole"
                into.mkdir(mode=0o700)
                pack = open_pack(archive, into)
            except UsageError as error:
                raise UsageError(f"{source.name}: {error}".removesuffix(" Nothing was changed.")) from None
            yield pack

    def keep(self, pack: Pack) -> tuple[Pack, dict[str, Stamp]]:
        """Put an opened pack where it stays; all that lies there now. Raises UsageError."""
        target = self.place(pack.manifest.name, pack.digest)
        replace_folder(pack.folder, target, self.stage)
        return self.kept(pack)

    def kept(self, pack: Pack) -> tuple[Pack, dict[str, Stamp]]:
        """A pack that lies here, and all that lies there now. Raises UsageError if it is another one."""
        target = self.place(pack.manifest.name, pack.digest)
        files = dict(look(target).files)
        return self.read(pack.manifest.name, pack.digest, files), files

    def read(self, name: str, digest: str, known: Mapping[str, Stamp] | None = None) -> Pack:
        """A version that lies here, if it is still what it was. Raises UsageError."""
        pack = read_unpacked(self.place(name, digest), known)
        if pack.digest != digest or pack.manifest.name != name:
            raise UsageError(f"What is kept of {name} is not what was installed. Install it again.")
        return pack

    def changes(self, name: str, installed: Installed) -> list[str]:
        """How the folder of a pack differs from what was put there."""
        folder = self.place(name, installed.digest)
        try:
            tree = look(folder, installed.files)
        except OSError as error:
            return [f"gone: {folder} ({error.strerror})"]
        if tree.problems:
            return [f"changed: {problem}" for problem in tree.problems]
        return differences(installed.files, tree.files)

    def look(self, name: str, installed: Installed) -> dict[str, Stamp]:
        """The files of a pack with their times now; as they were, if they are no more the same."""
        now = dict(look(self.place(name, installed.digest), installed.files).files)
        return now if not differences(installed.files, now) else installed.files

    def drop(self, name: str, keep: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Delete the versions of a pack but those; the digests' beginnings that stayed."""
        kept = {digest[:32] for digest in keep}
        folder = self.folder / name
        there = sorted(os.listdir(folder)) if folder.is_dir() else []
        for one in there:
            if one not in kept:
                shutil.rmtree(folder / one, ignore_errors=True)
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
        return tuple(one for one in there if one in kept)

    def clear(self) -> None:
        """Remove what an installation left that was killed; another one may be at work."""
        for left in self.folder.glob(f"{STAGE}*"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > LEFT_S:
                    shutil.rmtree(left, ignore_errors=True)

    @contextmanager
    def _staged(self) -> Generator[Path]:
        stage = self.folder / f"{STAGE}{os.urandom(6).hex()}"
        try:
            stage.mkdir(mode=0o700, parents=True)
        except OSError as error:
            raise UsageError(f"{self.folder} cannot be written ({error.strerror}). Nothing was changed.") from error
        try:
            yield stage
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def kept_before(installed: Installed | None, digest: str) -> tuple[Kept, ...]:
    """The versions that stay when another one takes the place of what is installed."""
    if installed is None:
        return ()
    before = (Kept(installed.version, installed.digest), *installed.kept)
    return tuple(one for one in before if one.digest != digest)[:KEEP]
