"""What a thread that works on watches has at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from agent.automation.watch.ear import Ear
from agent.automation.watch.own import OwnWrites
from agent.automation.watch.pace import Pace
from agent.automation.watch.state import Record
from agent.storage.connection import Connection

T = TypeVar("T")

SCAN_S = 20.0
"""Everything is looked at so often, at most, where the system does not tell of changes."""


class Call(Protocol):
    """Runs work in one transaction of the database; `step` names its failpoints."""

    def __call__(self, work: Callable[[Connection], T], step: str) -> T:
        """Give what the work gives. Raises StorageError."""
        ...


@dataclass(frozen=True)
class Desk:
    """All of it."""

    call: Call
    ear: Ear
    pace: Pace
    record: Record
    own: OwnWrites
    now: Callable[[], float]
    """Seconds that never go back."""
    wall_ns: Callable[[], int]
    wake: Callable[[], None]
    notice: Callable[[str, str], None]
    real: Callable[[str], str]
    """Where a folder really is; see `root.look_at_root`."""
    leave_out: frozenset[str] = frozenset()
    """Homard's own folders, real."""
    scan_s: float = SCAN_S
