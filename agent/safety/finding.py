"""What one step of a decision says."""

from __future__ import annotations

from typing import Literal

import msgspec

from agent.safety.rules import Rule, in_words

Verdict = Literal["allow", "ask", "deny"]


class Finding(msgspec.Struct, frozen=True):
    """What one step says."""

    step: int
    verdict: Verdict
    rule: str
    """Id: of a person's rule (`r1a2b3c4d`), or of one that is built in (`default.fs.write`)."""
    reason: str
    change: str = ""
    """What would change it, as a sentence for the person; empty: nothing."""
    once: bool = False
    """A person may open it for one call only."""


def way_out(rule: Rule) -> str:
    """What would change a finding of a person's rule."""
    return f"That is the rule {rule.rule_id}: {in_words(rule)}. `homard rules remove {rule.rule_id}` takes it away."
