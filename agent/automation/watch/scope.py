"""Which files below a folder a watch is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.jobs import Watch

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

UNFINISHED = (
    "~", ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".opdownload", ".unfinished",
    ".aria2", ".!ut", ".!qb", ".swp", ".swx", ".bak~", "___jb_tmp___", "___jb_old___",
)  # fmt: skip
"""Ends of the names of files that editors, browsers and copying programs have not finished, or keep for themselves."""
_BEGINNINGS = (".", "~$", "#")
_NAMES = frozenset({"4913", "desktop.ini", "thumbs.db"})
"""4913: vim looks whether it may write there."""


class Scope:
    """The patterns of a watch. Upper and lower case are the same: a scanner's `SCAN.PDF` is a `*.pdf`."""

    def __init__(self, watch: Watch) -> None:
        self.recursive = watch.recursive
        self._patterns = None if watch.patterns == ("*",) else _spec(watch.patterns)
        self._ignore = _spec(watch.ignore) if watch.ignore else None

    def enters(self, name: str) -> bool:
        """Whether a folder of that name inside the watched one is looked into."""
        return self.recursive and not name.startswith(".")

    def takes(self, relative: str) -> bool:
        """Whether the file is meant; its path below the folder, with `/`."""
        name = relative.rpartition("/")[2].lower()
        if name.startswith(_BEGINNINGS) or name.endswith(UNFINISHED) or name in _NAMES:
            return False
        if self._patterns is None and self._ignore is None:
            return True
        path = relative.lower()
        if self._patterns is not None and not self._patterns.match_file(path):
            return False
        return self._ignore is None or not self._ignore.match_file(path)


def _spec(patterns: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # 50 ms

    return GitIgnoreSpec.from_lines([pattern.lower() for pattern in patterns])
