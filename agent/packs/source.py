"""Where packs are given out: a folder, shared or of a git repository, with the files of packs in it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from agent.errors import UsageError
from agent.packs.archive import SUFFIX
from agent.packs.signing import MAX_BYTES, Signed, read_signed

REVOKED: Final = "revoked"
"""Folder with what publishers took back, a signed statement in each file."""
MAX_LISTED: Final = 5_000
MAX_REVOKED: Final = 1_000
_FILE: Final = re.compile(r"([a-z0-9-]{1,64})-(\d{1,9})\.(\d{1,9})\.(\d{1,9})" + re.escape(SUFFIX))


def published(folder: Path, name: str = "") -> list[tuple[tuple[int, ...], Path]]:
    """The files of a pack (empty: of all) in a folder with the versions of their names, the highest first.

    What is in a file, only opening it tells. Raises UsageError where the folder cannot be reached.
    """
    try:
        with os.scandir(folder) as entries:
            names = sorted(one.name for _, one in zip(range(MAX_LISTED), entries, strict=False) if one.is_file())
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be reached ({error.strerror}). What is installed goes on as it is; try again later."
        ) from error
    found = [match for one in names if (match := _FILE.fullmatch(one)) and match[1] == (name or match[1])]
    versions = [((int(one[2]), int(one[3]), int(one[4])), folder / one[0]) for one in found]
    return sorted(versions, key=lambda one: (one[0], str(one[1])), reverse=True)


def chosen(place: Path, name: str = "") -> Path:
    """What of a place is to be installed: the file or the folder of an author itself, or the newest of a pack there.

    `name`: which, where there are several. Raises UsageError.
    """
    if not place.is_dir() or (place / "pack.toml").is_file():
        return place
    found = published(place, name)
    names = sorted({match[1] for _, path in published(place) if (match := _FILE.fullmatch(path.name))})
    if not found:
        there = f"There are: {', '.join(names)}." if names else f"A pack there is called NAME-1.2.3{SUFFIX}."
        raise UsageError(f"There is no pack {name} in it. {there} Nothing was changed.".replace("  ", " "))
    if len({path.name.rpartition("-")[0] for _, path in found}) > 1:
        raise UsageError(f"It holds several packs: {', '.join(names)}. Say which with --pack. Nothing was changed.")
    return found[0][1]


def publish(archive: Path, folder: Path) -> Path:
    """Copy a pack to where others find it; its path there. Raises UsageError if other content has that name."""
    target = folder / archive.name
    try:
        if target.exists() and target.read_bytes() != archive.read_bytes():
            raise UsageError(f"{target} is there with other content. Raise the version; nothing was changed.")
        folder.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f".{target.name}.new")
        shutil.copyfile(archive, fresh)
        fresh.replace(target)
    except OSError as error:
        raise UsageError(f"{target} cannot be written ({error.strerror}). Nothing was published.") from error
    return target


def write_revocation(folder: Path, signed: Signed, name: str) -> Path:
    """Put a signed statement that something was taken back beside the packs."""
    target = folder / REVOKED / f"{name}.json"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(msgspec.json.encode(signed))
    except OSError as error:
        raise UsageError(f"{target} cannot be written ({error.strerror}). Nothing was published.") from error
    return target


def revocations(folder: Path) -> Iterator[Signed]:
    """All statements beside the packs; what is none is passed over, for it says nothing."""
    try:
        with os.scandir(folder / REVOKED) as entries:
            paths = sorted(one.path for _, one in zip(range(MAX_REVOKED), entries, strict=False) if one.is_file())
    except OSError:
        return
    for path in paths:
        try:
            with open(path, "rb") as file:
                yield read_signed(file.read(MAX_BYTES + 1))
        except (OSError, UsageError):
            continue
