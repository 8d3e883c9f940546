"""The only door to files: granted folders that no path, link or race leaves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folders:
    """The folders a run may use; the first is the working folder. (Contract: the owner of this file fills it.)"""

    roots: tuple[Path, ...]
    forbidden: tuple[Path, ...] = ()
