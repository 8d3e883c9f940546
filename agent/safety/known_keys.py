"""The keys this process has in its hands, so that none of them reaches a tool's result, a prompt or the disk.

A command that a person allowed can find a key, for instance in the environment of a process. What it prints is stored
and sent to a model: there the key is replaced. A key that the command transforms first is not recognised: only the
sandbox keeps it away.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

SHORTEST = 8
"""Shorter values would replace ordinary words."""
MASK = "[key]"
_CHUNK = 1 << 20


class KnownKeys:
    """Values to keep out of what is stored and sent. Has no repr of them."""

    def __init__(self) -> None:
        self.__values: set[str] = set()

    def note(self, value: str) -> None:
        """Remember a key."""
        if len(value) >= SHORTEST:
            self.__values.add(value)

    def note_environment(self, references: Iterable[str]) -> None:
        """Remember the values of `env:VARIABLE` references that are set."""
        for reference in references:
            kind, _, name = reference.partition(":")
            if kind == "env":
                self.note(os.environ.get(name, "").strip())

    def hide(self, text: str) -> str:
        """The text with every known key replaced."""
        for value in self.__values:
            if value in text:
                text = text.replace(value, MASK)
        return text

    def occur_in(self, path: Path) -> bool:
        """Whether a file holds a known key. Blocks: reads it once, a piece at a time."""
        wanted = [value.encode() for value in self.__values]
        if not wanted:
            return False
        overlap = max(map(len, wanted)) - 1
        tail = b""
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                tail += piece
                if any(value in tail for value in wanted):
                    return True
                tail = tail[-overlap:]
        return False
