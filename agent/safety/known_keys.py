"""The keys this process has in its hands, so that none of them reaches a tool's result, a prompt or the disk.

A command that a person allowed can find a key, for instance in the environment of a process. What it prints is stored
and sent to a model: there the key is replaced, in the forms of `key_forms.py` too. What a command does to a key beyond
those is not recognised: only the sandbox keeps it away.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from agent.safety.key_forms import KeyForms, Views

SHORTEST = 8
"""Shorter values would replace ordinary words."""
MASK = "[key]"
_CHUNK = 1 << 20
_ASCII = bytes(byte if byte < 128 else ord("?") for byte in range(256))
_SPREAD = 8
"""How many times longer a key may be with what stands between its characters, where a file is read in pieces."""


class KnownKeys:
    """Values to keep out of what is stored and sent. Has no repr of them."""

    def __init__(self) -> None:
        self.__values: dict[str, KeyForms] = {}
        self.__all_ascii = True

    def note(self, value: str) -> None:
        """Remember a key."""
        if len(value) >= SHORTEST and value not in self.__values:
            # A new dict: other threads may be going through the old one.
            self.__values = {**self.__values, value: KeyForms(value)}
            self.__all_ascii = self.__all_ascii and value.isascii()

    def note_environment(self, references: Iterable[str]) -> None:
        """Remember the values of `env:VARIABLE` references that are set."""
        for reference in references:
            kind, _, name = reference.partition(":")
            if kind == "env":
                self.note(os.environ.get(name, "").strip())

    def hide(self, text: str) -> str:
        """The text with every known key replaced."""
        if not self.__values:
            return text
        views = Views(text)
        for forms in self.__values.values():
            if forms.occur_in(views):
                views = Views(forms.hidden(views, MASK))
        return views.text

    def occur_in(self, path: Path) -> bool:
        """Whether a file holds a known key. Blocks: reads it once, a piece at a time."""
        wanted = list(self.__values.values())
        if not wanted:
            return False
        overlap = max(forms.longest for forms in wanted) * _SPREAD
        tail = b""
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                tail += piece
                views = Views(self.__text(tail))
                if any(forms.occur_in(views) for forms in wanted):
                    return True
                tail = tail[-overlap:]
        return False

    def __text(self, data: bytes) -> str:
        """What to look in. Plain ASCII is looked through thirty times faster than text with other characters."""
        return data.translate(_ASCII).decode("ascii") if self.__all_ascii else data.decode("utf-8", "replace")
