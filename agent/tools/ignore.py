"""What .gitignore files leave out, as git sees it (gitignore(5)): the nearest file decides, and in it the last rule."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from io import FileIO
from typing import NamedTuple

from agent.tools.text_file import read_some
from agent.tools.timed_pattern import TimedPattern, TooSlow

FILE_NAME = ".gitignore"
MAX_BYTES = 256_000
MAX_RULES = 2_000


class _Rule(NamedTuple):
    source: str
    """A regular expression."""
    ignores: bool
    by_name: bool
    """It looks at the last component only."""


class IgnoreRules:
    """The rules of one .gitignore file."""

    def __init__(self, text: str, folder: str) -> None:
        """`folder`: the real path of the folder that the file lies in."""
        self._cut = len(folder.rstrip(os.sep)) + 1
        lines = [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")[:MAX_RULES]]
        self._rules = [rule for line in lines if (rule := _rule(line)) is not None]
        # Nearly all names match no rule: one pattern of them all finds that out at once.
        self._names = _union(rule.source for rule in self._rules if rule.by_name)
        self._paths = _union(rule.source for rule in self._rules if not rule.by_name)

    def decide(self, name: str, real: str, *, is_folder: bool) -> bool | None:
        """True: left out; False: taken in; None: these rules do not say."""
        end = "/" if is_folder else ""
        name += end
        path = real[self._cut :].replace(os.sep, "/") + end
        try:
            if not (_matches(self._names, name) or _matches(self._paths, path)):
                return None
            for rule, pattern in self._last_first:
                if _matches(pattern, name if rule.by_name else path):
                    return rule.ignores
        except TooSlow:
            return None  # rules made to hang us rule nothing
        return None

    @cached_property
    def _last_first(self) -> list[tuple[_Rule, TimedPattern]]:
        return [(rule, TimedPattern(rule.source)) for rule in reversed(self._rules)]


def read_rules(file: int, folder: str) -> IgnoreRules | None:
    """Read the rules from an open .gitignore and close it; None: it holds none. Raises OSError and ToolFailed."""
    with FileIO(file) as opened:
        text = read_some(opened, MAX_BYTES).decode("utf-8", "surrogateescape")
    return IgnoreRules(text, folder) if text.strip() else None


def _rule(line: str) -> _Rule | None:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern  # here: 50 ms, and most folders have no rules

    try:
        source, ignores = GitIgnoreSpecPattern.pattern_to_regex(line)
    except ValueError:
        return None
    if source is None or ignores is None:
        return None
    by_name = "/" not in line.strip().removeprefix("!").rstrip("/")
    return _Rule(_exact(source, line.rstrip().endswith("/**/")), ignores, by_name)


def _exact(source: str, below: bool) -> str:
    """Make pathspec's expression match one path only, not all below it too: the walk comes level by level.

    A folder's path ends with `/`. `below`: the rule means folders below the one it names.
    """
    source = source.removesuffix(r"(?:(?P<ps_d>/)|$)") + r"/?\Z" if source.endswith("|$)") else source
    if source.endswith("(?P<ps_d>/)"):
        source = source.removesuffix("(?P<ps_d>/)") + (r"/.+/\Z" if below else r"/\Z")
    if source.endswith("/"):
        source += "."  # `a/**` means what is in the folder, not the folder
    return source.replace("?P<ps_d>", "?:")


def _matches(pattern: TimedPattern | None, text: str) -> bool:
    return pattern is not None and pattern.search(text) is not None


def _union(sources: Iterable[str]) -> TimedPattern | None:
    together = "|".join(f"(?:{source})" for source in sources)
    return TimedPattern(together) if together else None
