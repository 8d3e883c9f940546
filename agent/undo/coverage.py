"""Whether what a command changes could be undone: known before it runs, and for a moment after."""

from __future__ import annotations

from typing import NamedTuple


class ShellCoverage(NamedTuple):
    """Whether what a command changes in the writable folders can be undone; known before it runs."""

    undoable: bool
    why: str = ""
    """Why not, or not all of it, as words that follow "not undoable: "; empty: all of it can be."""


class Estimate(NamedTuple):
    """What a look at some folders gave."""

    roots: tuple[str, ...]
    at_s: float
    """On the monotonic clock."""
    coverage: ShellCoverage
