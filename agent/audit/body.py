"""What the rows about a tool call say: the kinds of rows, and their bodies made from what the executor has at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from agent.safety.decision import Decision
from agent.safety.request import Request

RUN_BEGUN: Final = "run.begun"
"""`origin`, `model`."""
RUN_ENDED: Final = "run.ended"
"""`stop_reason`, `turns`, and tokens and money."""
DECIDED: Final = "call.decided"
"""A verdict that is not to act at once: deny, or ask. Body: `judged`."""
APPROVED: Final = "call.approval"
"""What a person, or who spoke for one, answered. Body: `approval`."""
INTENT: Final = "call.intent"
"""The call is about to run: nothing of it has happened yet. Body: `judged`."""
OUTCOME: Final = "call.outcome"
"""What came of it. Body: `outcome`."""
EGRESS: Final = "egress"
"""A tool spoke with another machine. Body: `egress`."""
SENT: Final = "model.sent"
"""A request begins to leave for a model. Body: see `ledger.sent_body`."""
RECEIVED: Final = "model.received"
"""The end of its answer."""
POLICY: Final = "policy.changed"
"""`by`, `what`, `before`, `after`."""
UNDONE: Final = "undo"
"""`of` (run), `files`, `conflicts`."""


def judged(call_id: str, request: Request, decision: Decision, *, undo: str = "", sandbox: str = "") -> dict[str, Any]:
    """Body of DECIDED and INTENT: the call in canonical form and why it may be done, or not.

    `sandbox`: the level it runs at, the decision's own if not given; `undo`: in words, how it can be taken back.
    """
    return {
        "call_id": call_id,
        "tool": request.tool,
        "principals": list(request.principals),
        "digest": request.digest,
        "effects": [str(effect) for effect in request.effects],
        "label": msgspec.to_builtins(request.label),
        "attended": request.attended,
        "verdict": decision.verdict,
        "rule": decision.rule,
        "reason": decision.reason,
        "sandbox": sandbox or decision.sandbox,
        "undo": undo or ("kept before the change" if decision.checkpoint else ""),
    }


def approval(
    call_id: str, *, allowed: bool, by: str, scope: str = "once", note: str = "", digest: str = ""
) -> dict[str, Any]:
    """Body of APPROVED. `by`: `person`, `flag`, `nobody`, `cancelled`; `scope`: `once`, `run`, `rule`."""
    return {"call_id": call_id, "allowed": allowed, "by": by, "scope": scope, "note": note, "digest": digest}


def outcome(call_id: str, ended: str, *, error: str = "", details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Body of OUTCOME. `ended`: `done`, `failed`, `denied`, `unknown`, `not_run`; of `details` only what is small."""
    plain = {
        name: value
        for name, value in (details or {}).items()
        if isinstance(value, str | int | float | bool) and name not in ("diff", "output_file")
    }
    return {"call_id": call_id, "ended": ended, "error": error, "details": plain}


def egress(
    call_id: str, url: str, *, bytes_sent: int, bytes_received: int, status: int | None = None
) -> dict[str, Any]:
    """Body of EGRESS. `url`: exactly what was asked for, or `host:port` of a connection that a command made."""
    return {
        "call_id": call_id,
        "url": url,
        "bytes_sent": bytes_sent,
        "bytes_received": bytes_received,
        "status": status,
    }
