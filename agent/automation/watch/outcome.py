"""Differences between the disk and the manifest, and what came of them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from agent.automation.watch.manifest import Known
from agent.automation.watch.state import Found
from agent.jobs import Change

Signature = tuple[int, int, int]
"""Size, time and inode; see `Found.signature`."""


class Pending(NamedTuple):
    """A difference that has not kept still long enough."""

    found: Found | None
    """None: the file is gone."""
    at: float
    """When it was seen first as it is."""
    late: bool = False
    """It came about before Homard was started."""
    quiet: bool = False
    """Nobody is to hear of it."""


class Outcome(NamedTuple):
    """What came of it."""

    path: str
    """Below the watched folder."""
    change: Change | Literal["same"]
    found: Found | None
    digest: str
    known: Known | None
    late: bool
    quiet: bool
    old: str = ""
    """Path below the watched folder that a moved file had."""


def compared(known: Known, found: Found, digest: str) -> Change | Literal["same"]:
    """Say what became of a known file that is there."""
    if known.digest == digest:
        return "same"
    if not known.found.absent:
        return "changed"
    unread = known._replace(found=known.found._replace(size=-1 - known.found.size))
    as_it_was = not unread.digest and unread.found.signature[:2] == found.signature[:2]
    return "same" if as_it_was else "created"
