"""What a folder holds that a watch is about: plain files and folders; no link is followed, nothing else is touched."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import NamedTuple

from agent.automation.watch.manifest import join
from agent.automation.watch.scope import Scope
from agent.automation.watch.state import Found, found_of

_OFTEN = 64


class Listing(NamedTuple):
    """One folder at one moment."""

    files: dict[str, Found]
    """By name."""
    folders: set[str]
    """Names of those that are looked into."""
    mounted: set[str]
    """Names of those in which another file system is mounted: they are not looked into."""


def list_folder(path: str, relative: str, scope: Scope, device: int, rest: Callable[[], None]) -> Listing:
    """Read a folder; `rest` is called between entries. Raises OSError."""
    listing = Listing({}, set(), set())
    with os.scandir(path) as entries:
        for number, entry in enumerate(entries, 1):
            if number % _OFTEN == 0:
                rest()
            try:
                _take(entry, relative, scope, device, listing)
            except OSError:
                continue  # gone since, or nobody may know
    return listing


def _take(entry: os.DirEntry[str], relative: str, scope: Scope, device: int, listing: Listing) -> None:
    if entry.is_dir(follow_symlinks=False):
        if not scope.enters(entry.name) or _is_junction(entry):
            return
        other = os.name != "nt" and entry.stat(follow_symlinks=False).st_dev != device
        (listing.mounted if other else listing.folders).add(entry.name)
    elif entry.is_file(follow_symlinks=False) and scope.takes(join(relative, entry.name)):
        status = entry.stat(follow_symlinks=False)
        if stat.S_ISREG(status.st_mode):
            listing.files[entry.name] = found_of(status)


def is_empty(path: str) -> bool:
    """Whether a folder holds nothing at all. Raises OSError."""
    with os.scandir(path) as entries:
        return next(entries, None) is None


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Windows' links between folders; Python knows them since 3.12."""
    attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0) if os.name == "nt" else 0
    return bool(attributes & 0x400)  # FILE_ATTRIBUTE_REPARSE_POINT
