"""Glob patterns for names, as people and models write them.

`*.py` matches at any depth, `src/*.py` from the start on, `**` any number of folders, `{a,b}` either, `[ab]` one of
them; a `/` at the end: folders only. A pattern without capital letters matches any case.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable

from agent.errors import ToolRetry

MAX_CHARS = 500
MAX_ALTERNATIVES = 100

_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")
_Matches = Callable[[str], object]


class NamePattern:
    """A compiled glob."""

    def __init__(self, glob: str) -> None:
        """Raises ToolRetry for a pattern beyond all reason."""
        if len(glob) > MAX_CHARS:
            raise ToolRetry(f"The glob is too long (at most {MAX_CHARS} characters).")
        glob = glob.removeprefix("./")
        self.folders_only = glob.endswith("/")
        self._fold = glob == glob.lower()
        globs = _alternatives(glob.strip("/"))
        self._names = [_component(one) for one in globs if "/" not in one and one != "**"]
        self._paths = [_components(one) for one in globs if "/" in one or one == "**"]

    def matches(self, name: str, path: str) -> bool:
        """Whether it matches a name, or its path from the start on (with `/`)."""
        if self._fold:
            name, path = name.lower(), path.lower()
        if any(matches(name) for matches in self._names):
            return True
        return bool(self._paths) and any(_match(parts, path.split("/")) for parts in self._paths)


def has_wildcard(text: str) -> bool:
    """Whether a text holds anything that a glob does not take literally."""
    return any(char in text for char in "*?[{")


def _alternatives(glob: str) -> list[str]:
    done: list[str] = []
    pending = [glob]
    while pending:
        one = pending.pop()
        found = _BRACES.search(one)
        if found is None:
            done.append(one)
        else:
            pending += [one[: found.start()] + choice + one[found.end() :] for choice in found[1].split(",")]
        if len(done) + len(pending) > MAX_ALTERNATIVES:
            raise ToolRetry(f"The glob has too many alternatives (at most {MAX_ALTERNATIVES}).")
    return done


def _component(glob: str) -> _Matches:
    # fnmatch's translation cannot backtrack without end: each `*` is an atomic group.
    return re.compile(fnmatch.translate(glob), re.DOTALL).match


def _components(glob: str) -> list[_Matches | None]:
    """One matcher for each component; None for `**`, never two in a row."""
    parts: list[_Matches | None] = []
    for part in glob.split("/"):
        if part == "**":
            if not parts or parts[-1] is not None:
                parts.append(None)
        elif part:
            parts.append(_component(part))
    return parts


def _match(parts: list[_Matches | None], names: list[str]) -> bool:
    """Match components against names, in time of their product."""
    reachable = {0}  # how many of `parts` may be used up so far
    for name in names:
        after: set[int] = set()
        for at in reachable:
            while at < len(parts):
                part = parts[at]
                if part is None:
                    after.add(at)  # `**` takes this name too
                    at += 1  # or takes none
                    continue
                if part(name):
                    after.add(at + 1)
                break
        reachable = after
    end = len(parts)
    return end in reachable or (bool(parts) and parts[-1] is None and end - 1 in reachable)
