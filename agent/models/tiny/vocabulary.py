"""Words: how they are cut out of a text and compared, and the word lists."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

from agent.resources import resource_text

WORD = re.compile(r"[^\W_]+")


def stem(word: str) -> str:
    """A word without case and plural."""
    word = word.lower()
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def words(text: str) -> list[str]:
    """The words of a text, as `stem` gives them."""
    return [stem(word) for word in WORD.findall(text)]


@cache
def word_list(name: str) -> frozenset[str]:
    """One of the lists of words.toml: its words as they stand and as `stem` gives them."""
    listed = str(_tables()[name]).split()
    return frozenset(listed) | {stem(word) for word in listed}


@cache
def alike(word: str) -> frozenset[str]:
    """The words that may stand for a stemmed word."""
    found: set[str] = set()
    for line in _tables()["same"]:
        group = {stem(other) for other in line.split()}
        if word in group:
            found |= group
    return frozenset(found)


@cache
def kind_words() -> dict[str, str]:
    """Stemmed words that ask for a kind of file, each with its glob."""
    return {stem(word): glob for glob, listed in _tables()["kinds"].items() for word in listed.split()}


def resembles(word: str, other: str) -> bool:
    """Whether two stemmed words begin alike: `bake` and `baked`, `lead` and `leads`."""
    shared = min(len(word), len(other))
    return shared >= 4 and abs(len(word) - len(other)) <= 3 and word[: max(shared, 4)] == other[: max(shared, 4)]


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(resource_text("words.toml"))
