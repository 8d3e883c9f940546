"""Fuzzy matching: how well a few typed letters fit a name."""

from __future__ import annotations

CHARS = 200
"""Of a name; what comes later is not looked at."""


def score(typed: str, name: str) -> int:
    """How well `typed` fits; 0: not at all.

    Each typed word must be found: at the beginning of the name, at the beginning of a word, inside, or (worst) as
    letters in that order that each begin a word or follow one that fits (`nc` or `necha` for "New chat").
    """
    name = name[:CHARS].casefold()
    total = 0
    for word in typed.casefold().split():
        fits = _word_score(word, name)
        if not fits:
            return 0
        total += fits
    return total


def _word_score(word: str, name: str) -> int:
    if name.startswith(word):
        return 100 if len(word) == len(name) else 90
    at = name.find(word)
    while at > 0 and name[at - 1].isalnum() and (later := name.find(word, at + 1)) > 0:
        at = later
    if at > 0 and not name[at - 1].isalnum():
        return 70
    if at >= 0 and len(word) > 1:
        return 50
    return 30 if len(word) > 1 and _initials(word, name) else 0


def _initials(word: str, name: str) -> bool:
    """Whether the letters of `word` stand in `name` in order, each at the start of a word or right after the last."""
    positions = {-1}
    for letter in word:
        first = min(positions)
        positions = {
            at
            for at, char in enumerate(name)
            if char == letter and at > first and (_begins(name, at) or at - 1 in positions)
        }
        if not positions:
            return False
    return True


def _begins(name: str, at: int) -> bool:
    return at == 0 or not name[at - 1].isalnum()
