"""What .gitignore files leave out, as git sees it (gitignore(5)): the nearest file decides, and in it the last rule."""

from __future__ import annotations

import os
from dataclasses import dataclass
from io import FileIO

from agent.tools.text_file import read_some
from agent.tools.timed_pattern import BadPattern, TimedPattern, TooSlow

FILE_NAME = ".gitignore"
MAX_BYTES = 256_000
MAX_RULES = 2_000
_ANYWHERE = "^(?:.+/)?"


@dataclass(frozen=True)
class _Rule:
    pattern: TimedPattern
    ignores: bool
    by_name: bool


class IgnoreRules:
    """The rules of one .gitignore file."""

    def __init__(self, text: str, folder: str) -> None:
        """`folder`: the real path of the folder that the file lies in."""
        self._cut = len(folder.rstrip(os.sep)) + 1
        sources = [found for line in text.splitlines()[:MAX_RULES] if (found := _source(line)) is not None]
        self._rules = [_Rule(TimedPattern(source), ignores, by_name) for source, ignores, by_name in sources]
        # Nearly all names match no rule: one pattern of them all finds that out at once.
        self._names = _union([source for source, _, by_name in sources if by_name])
        self._paths = _union([source for source, _, by_name in sources if not by_name])

    def decide(self, name: str, real: str, *, is_folder: bool) -> bool | None:
        """True: left out; False: taken in; None: these rules do not say."""
        end = "/" if is_folder else ""
        name += end
        path = real[self._cut :].replace(os.sep, "/") + end
        try:
            if not (self._names and self._names.matches_start(name)) and not (
                self._paths and self._paths.matches_start(path)
            ):
                return None
            for rule in reversed(self._rules):
                if rule.pattern.matches_start(name if rule.by_name else path):
                    return rule.ignores
        except TooSlow:
            return None  # rules made to hang us rule nothing
        return None


def read_rules(file: int, folder: str) -> IgnoreRules | None:
    """Read the rules from an open .gitignore and close it; None: it holds none. Raises OSError and ToolFailed."""
    with FileIO(file) as opened:
        text = read_some(opened, MAX_BYTES).decode("utf-8", "surrogateescape")
    return IgnoreRules(text, folder) if text.strip() else None


def _source(line: str) -> tuple[str, bool, bool] | None:
    """A rule as a regular expression, whether it ignores, and whether it looks at the name only."""
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern  # here: 50 ms, and most folders have no rules

    try:
        source, ignores = GitIgnoreSpecPattern.pattern_to_regex(line)
        if source is None or ignores is None:
            return None
        source = source.replace("(?P<ps_d>", "(?:")
        if source.endswith("/"):
            source += "."  # `a/**` leaves out what is in the folder, not the folder
        TimedPattern(source)
    except (ValueError, BadPattern):
        return None
    by_name = source.startswith(_ANYWHERE) and "/" not in line.strip().lstrip("!").rstrip("/")
    return source, ignores, by_name


def _union(sources: list[str]) -> TimedPattern | None:
    return TimedPattern("|".join(f"(?:{source})" for source in sources)) if sources else None
