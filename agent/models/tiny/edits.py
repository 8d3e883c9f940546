"""Edits that fulfil a request in a text that was read: old passages that occur once, and what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from agent.models.tiny.vocabulary import WORD, stem, words
from agent.models.tiny.wishes import Wish

MAX_OPTIONS = 6
_YES = ("true", "on", "yes", "1", "enabled", "active")
_NO = ("false", "off", "no", "0", "disabled", "inactive")
_NOT_KEY = {"the", "my", "value", "of", "option", "setting", "it"}
_ENTRY = re.compile(r"^(\s*[-*]?\s*[\"']?([\w .-]+?)[\"']?\s*[:=]\s*)([\"']?)(.*?)([\"']?,?)\s*$")
_BULLET = re.compile(r"^\s*(?:[-*+•] (?:\[[ xX]\] )?|(\d+)([.)] ))")


class Edit(NamedTuple):
    """What stands there and what shall."""

    old: str
    new: str


def possible_edits(text: str, wished: Sequence[Wish]) -> list[Edit]:
    """All ways to fulfil the surest wish that can be, whole lines each."""
    lines = text.split("\n")
    for wish in wished:
        by_key = wish.key or _is_key(lines, wish.old)
        options = _assignments(lines, wish) if by_key else _replacements(lines, wish)
        fitting = [option for option in options if text.count(option.old) == 1 and option.old != option.new]
        if fitting:
            return list(dict.fromkeys(fitting))[:MAX_OPTIONS]
    return []


def addition(text: str, item: str) -> Edit | None:
    """Add a line at the end, in the manner of the one before; None: the text is empty."""
    last = next((line for line in reversed(text.split("\n")) if line.strip()), None)
    if last is None:
        return None
    bullet = _BULLET.match(last)
    if bullet and bullet[1]:
        item = f"{int(bullet[1]) + 1}{bullet[2]}{item}"
    elif bullet:
        item = re.sub(r"\[[xX]\]", "[ ]", bullet[0]) + item
    end = text.rstrip("\n")
    start = end.rfind("\n") + 1
    while text.count(end[start:]) > 1 and start > 0:
        start = end.rfind("\n", 0, start - 1) + 1
    return Edit(end[start:], f"{end[start:]}\n{item}")


def removal(text: str, item: str) -> Edit | None:
    """Take out the line that is about something; None: there is none."""
    wanted = set(words(item))
    lines = text.split("\n")
    fitting = [line for line in lines if item and item.lower() in line.lower()]
    fitting = fitting or [line for line in lines if wanted and wanted <= set(words(line))]
    for line in fitting:
        for passage in (line + "\n", "\n" + line):
            if text.count(passage) == 1:
                return Edit(passage, "")
    return None


def _is_key(lines: list[str], old: str) -> bool:
    """Whether `change theme to dark` names a key and not its value."""
    named = set(words(old)) - _NOT_KEY
    return any((entry := _ENTRY.match(line)) and set(words(entry[2])) == named for line in lines)


def _replacements(lines: list[str], wish: Wish) -> list[Edit]:
    for flags in (re.NOFLAG, re.IGNORECASE):
        pattern = re.compile(rf"(?<!\w){re.escape(wish.old)}(?!\w)", flags)
        fitting = [Edit(line, pattern.sub(lambda _: wish.new, line)) for line in lines if pattern.search(line)]
        if fitting:
            return fitting
    return []


def _assignments(lines: list[str], wish: Wish) -> list[Edit]:
    """Lines like `key = value` and `key: value`, else sentences that name the key before a number."""
    asked = set(words(wish.key or wish.old)) - _NOT_KEY
    scored: list[tuple[float, Edit]] = []
    for line in lines if asked else []:
        entry = _ENTRY.match(line)
        key = set(words(entry[2])) if entry else set[str]()
        if entry and asked & key:
            new = entry[1] + entry[3] + _in_style(entry[4], wish.new) + entry[5]
            scored.append((1 + len(asked & key) / len(asked | key), Edit(line, new)))
        elif asked <= set(words(line)) and (place := _number_after(line, asked)):
            scored.append((0.5, Edit(line, line[: place.start()] + wish.new + line[place.end() :])))
    best = max((score for score, _ in scored), default=0.0)
    return [edit for score, edit in scored if score >= best - 0.2]


def _in_style(old: str, new: str) -> str:
    """`on` is `true` where the old value was `false`."""
    if new not in ("on", "off"):
        return new
    at = next((index for index, pair in enumerate(zip(_YES, _NO, strict=True)) if old.lower() in pair), 0)
    return _YES[at] if new == "on" else _NO[at]


def _number_after(line: str, asked: set[str]) -> re.Match[str] | None:
    at = max((match.end() for match in WORD.finditer(line) if stem(match[0]) in asked), default=0)
    return re.compile(r"\d[\d.,:]*\d|\d").search(line, at)
