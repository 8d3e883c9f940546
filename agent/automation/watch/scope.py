"""Which files below a folder a watch is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.errors import UsageError
from agent.jobs import Watch
from agent.safety.printable import printable

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

UNFINISHED = (
    "~", ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".opdownload", ".unfinished",
    ".aria2", ".!ut", ".!qb", ".swp", ".swx", ".bak~", "___jb_tmp___", "___jb_old___",
)  # fmt: skip
"""Ends of the names of files that editors, browsers and copying programs have not finished, or keep for themselves."""
MOST_STARS = 8
"""In one pattern: with many more, a long name takes for ever."""
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


def check_patterns(watch: Watch) -> None:
    """Raise UsageError for a pattern that is none, or that would take for ever."""
    for pattern in (*watch.patterns, *watch.ignore):
        if pattern.count("*") > MOST_STARS:
            raise UsageError(
                f"The pattern {printable(pattern)} holds more than {MOST_STARS} stars. Name fewer; nothing was saved."
            )
        try:
            _spec([pattern])
        except (ValueError, re.error) as error:
            raise UsageError(
                f"The pattern {printable(pattern)} cannot be read ({error}). Write it as *.pdf; nothing was saved."
            ) from None


def _spec(patterns: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # 50 ms

    return GitIgnoreSpec.from_lines([pattern.lower() for pattern in patterns])
