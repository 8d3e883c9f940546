"""How a confined program ended, and what those who talk with it are told."""

from __future__ import annotations

from typing import Literal

import msgspec

from agent.errors import ToolFailed

Reason = Literal["exited", "killed", "memory", "processes", "disk", "flooded", "stalled"]
"""`exited`: by itself. `killed`: it was asked to. `memory`, `processes`, `disk`: it used more than its bounds.
`flooded`: it sent a message longer than may be. `stalled`: it did not read what was sent to it."""


class Ended(msgspec.Struct, frozen=True):
    """The end of a program; nothing of it is left."""

    reason: Reason
    exit_code: int | None
    """Negative: the number of the signal. None: it could not be ended."""
    words: str
    """For a person: `it used more than 768 MB of memory and was ended`."""


class Gone(ToolFailed):
    """The program has ended; nothing was sent to it."""


class Stalled(ToolFailed):
    """The program did not read what was sent to it, and was ended."""


class Flooded(ToolFailed):
    """The program sent a message that is longer than may be, and was ended."""
