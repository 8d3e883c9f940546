"""Why each act was allowed: the rows of a call, put together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from agent.audit.body import APPROVED, DECIDED, INTENT, OUTCOME
from agent.audit.row import Row


class Act(msgspec.Struct, frozen=True):
    """One tool call: what it was, why it was allowed or not, what came of it."""

    at: datetime
    run_id: str
    session_id: str
    call_id: str
    seq: int
    """Its first row."""
    tool: str = ""
    principals: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    digest: str = ""
    verdict: str = ""
    """What the rules said: `allow`, `ask` or `deny`."""
    rule: str = ""
    reason: str = ""
    label: dict[str, Any] = {}
    """`integrity`, `secrecy`, `sources` of what the model had seen."""
    sandbox: str = ""
    undo: str = ""
    approval: dict[str, Any] | None = None
    """`allowed`, `by`, `scope`, `note`, of the last answer; None: nobody was asked."""
    begun: bool = False
    """The intent was stored: it may have happened."""
    ended: str = ""
    """`done`, `failed`, `denied`, `not_run`; `unknown` or empty with `begun`: nobody knows whether it happened."""
    error: str = ""


_FIELDS = ("tool", "digest", "verdict", "rule", "reason", "sandbox", "undo")


def acts_of(rows: Iterable[Row]) -> list[Act]:
    """Put the rows of calls together, in the order in which the calls were judged; other rows are passed over."""
    acts: dict[tuple[str, str], Act] = {}
    for row in rows:
        if row.kind not in (DECIDED, APPROVED, INTENT, OUTCOME):
            continue
        place = (row.draft.run_id, row.draft.call_id)
        act = acts.get(place) or Act(row.at, row.draft.run_id, row.draft.session_id, row.draft.call_id, row.seq)
        acts[place] = _with(act, row.kind, row.body)
    return list(acts.values())


def _with(act: Act, kind: str, body: dict[str, Any]) -> Act:
    if kind == APPROVED:
        return msgspec.structs.replace(
            act, approval={name: body.get(name) for name in ("allowed", "by", "scope", "note")}
        )
    if kind == OUTCOME:
        return msgspec.structs.replace(act, ended=str(body.get("ended", "")), error=str(body.get("error", "")))
    changes: dict[str, Any] = {name: str(body.get(name, "")) for name in _FIELDS}
    changes["principals"] = tuple(str(one) for one in body.get("principals") or ())
    # A redirect is judged under the id of the call that was led there.
    changes["effects"] = tuple(dict.fromkeys([*act.effects, *(str(one) for one in body.get("effects") or ())]))
    label = body.get("label")
    if act.verdict == "ask":  # the first verdict is what the rules said; the intent repeats it
        changes |= {"verdict": act.verdict, "rule": act.rule, "reason": act.reason}
    return msgspec.structs.replace(
        act, **changes, label=label if isinstance(label, dict) else {}, begun=act.begun or kind == INTENT
    )
