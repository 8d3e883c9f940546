"""One tool call of a run, from what the store and the audit say of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from agent.audit.act import Act, acts_of
from agent.audit.body import APPROVED, DECIDED, EGRESS, INTENT, OUTCOME
from agent.audit.row import Row
from agent.messages import Entry, ToolCall, ToolMessage
from agent.storage.records import CallRow
from agent.traces.span import Span, ToolWork, Waiting

MOST_NAME_CHARS = 80
"""Of the name of a tool: a model may make up any."""
_ENDED = {"unknown": "unknown", "not_run": "not_run"}


@dataclass
class CallRecord:
    """All rows about one call."""

    call: ToolCall
    reply_at: datetime
    row: CallRow | None = None
    result: Entry | None = None
    audit: list[Row] = field(default_factory=list[Row])

    def spans(self, parent: str, index: int, *, dry: bool = False) -> list[Span]:
        """The call, and in it the times at which it waited for a person. `dry`: nobody is asked in this run."""
        key = f"{parent}/tool/{index}"
        moments = [row.at for row in self.audit if row.kind in (DECIDED, INTENT)]
        if self.row is not None:
            moments.append(self.row.started_at)
        ended = self._ended_at()
        begun = min(moments) if moments else ended or self.reply_at  # what was refused at once took no time
        work = self._work()
        span = Span(key=key, parent=parent, kind="tool", name=work.tool, started_at=begun, ended_at=ended, tool=work)
        return [span, *(() if dry else self._waits(key))]

    def _work(self) -> ToolWork:
        acts = acts_of(self.audit)
        act = acts[0] if acts else None
        sent = [row.body for row in self.audit if row.kind == EGRESS]
        return ToolWork(
            call_id=self.call.call_id,
            tool=self._name(),
            ended=self._ended(act),
            verdict=act.verdict if act else "",
            rule=act.rule if act else "",
            hosts=tuple(dict.fromkeys(_host(str(one.get("url", ""))) for one in sent)),
            bytes_sent=sum(_number(one.get("bytes_sent")) for one in sent),
            bytes_received=sum(_number(one.get("bytes_received")) for one in sent),
            arguments=self.call.arguments,
            effects=act.effects if act else (),
            entry_id=self.result.entry_id if self.result else None,
        )

    def _name(self) -> str:
        """What was meant where a call stands for another one (`use_tool`)."""
        message = self.result.message if self.result else None
        meant = message.result.name if isinstance(message, ToolMessage) else ""
        return (meant or (self.row.name if self.row else "") or self.call.name)[:MOST_NAME_CHARS] or "(no name)"

    def _ended(self, act: Act | None) -> str:
        message = self.result.message if self.result else None
        if not isinstance(message, ToolMessage):
            return act.ended if act else ""
        result = message.result
        if result.outcome in _ENDED:
            return _ENDED[result.outcome]
        return ("denied" if result.details.get("denied") else "failed") if result.is_error else "done"

    def _ended_at(self) -> datetime | None:
        if self.row is not None and self.row.finished_at is not None:
            return self.row.finished_at
        if self.result is not None:
            return self.result.created_at
        return next((row.at for row in reversed(self.audit) if row.kind == OUTCOME), None)

    def _waits(self, parent: str) -> list[Span]:
        found: list[Span] = []
        asked: Row | None = None
        for row in self.audit:
            if row.kind == DECIDED and row.body.get("verdict") == "ask":
                asked = asked or row
            elif row.kind == APPROVED and asked is not None:
                found.append(_waited(f"{parent}/wait/{len(found)}", parent, asked, row.at, row))
                asked = None
        if asked is not None:  # nobody was there, or nobody has answered yet
            end = self.result.created_at if self.result else None
            found.append(_waited(f"{parent}/wait/{len(found)}", parent, asked, end, None))
        return found


def call_records(entries: Sequence[Entry], rows: Iterable[CallRow], audit: Iterable[Row]) -> dict[str, CallRecord]:
    """The calls of a run's entries by id, each with all that is known of it."""
    records: dict[str, CallRecord] = {}
    for entry in entries:
        for call in getattr(entry.message, "tool_calls", ()):
            records[call.call_id] = CallRecord(call, entry.created_at)
        if isinstance(entry.message, ToolMessage) and (record := records.get(entry.message.result.call_id)):
            record.result = entry
    for row in rows:
        if record := records.get(row.call_id):
            record.row = row
    for said in audit:
        if said.draft.call_id and (record := records.get(said.draft.call_id)):
            record.audit.append(said)
    return records


def _waited(key: str, parent: str, asked: Row, end: datetime | None, answer: Row | None) -> Span:
    said = answer.body if answer else {}
    allowed = bool(said.get("allowed")) if answer else False if end is not None else None
    by = str(said.get("by", "")) if answer else "nobody" if end is not None else ""
    rule = str(asked.body.get("rule", ""))
    waiting = Waiting(allowed=allowed, by=by, scope=str(said.get("scope", "")), rule=rule)
    return Span(
        key=key, parent=parent, kind="approval", name="approval", started_at=asked.at, ended_at=end, waiting=waiting
    )


def _host(url: str) -> str:
    if "://" not in url:
        return url
    try:
        return urlsplit(url).netloc.rpartition("@")[2] or url
    except ValueError:
        return "?"


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
