"""decide(): the one place where an effect becomes allow, ask or deny."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from agent.safety.effects import Effect


class Decision(msgspec.Struct, frozen=True):
    """The verdict over one call."""

    verdict: Literal["allow", "ask", "deny"]
    rule: str
    """Id of the rule that decided."""
    reason: str
    """For a person and for the model."""


def decide(effects: Sequence[Effect]) -> Decision:
    """Judge all effects of one call; the strictest wins. Pure."""
    for effect in effects:
        if effect.verb == "fs.read" and effect.granted:
            continue
        where = "" if effect.granted or not effect.verb.startswith("fs.") else " outside the granted folders"
        return Decision("ask", f"default.{effect.verb}", f"{effect}{where} needs a person's yes")
    return Decision("allow", "default.read-granted", "reading inside the granted folders")
