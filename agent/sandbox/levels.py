"""How well this machine can hold a command, in words that can be compared."""

from __future__ import annotations

from typing import Final, Literal

Level = Literal["none", "limits", "files", "isolated"]
"""`limits`: bounded and ended as a whole. `files`: sees and changes the granted folders only. `isolated`: reaches no
network, no other program and none of the kernel's rarer doors either."""

LEVELS: Final[tuple[Level, ...]] = ("none", "limits", "files", "isolated")
"""From the weakest to the strongest."""


def at_least(level: Level, needed: Level) -> bool:
    """Whether a level is as strong as the needed one."""
    return LEVELS.index(level) >= LEVELS.index(needed)
