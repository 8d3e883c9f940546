"""The records of a run at chosen moments, to make traces of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from agent.audit.body import APPROVED, DECIDED, EGRESS, INTENT, SENT
from agent.audit.row import NO_MAC, Draft, Row
from agent.figures.seen import SeenCall
from agent.labels import Label
from agent.messages import (
    AssistantMessage,
    Entry,
    Message,
    TextPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    Usage,
    UserMessage,
)
from agent.storage.records import CallRow, Outcome, Run, to_micros
from agent.traces.recorded import Recorded

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MODEL = "openai/gpt"


def at(seconds: float) -> datetime:
    """A moment of the run."""
    return START + timedelta(seconds=seconds)


def said(text: str) -> UserMessage:
    return UserMessage((TextPart(text),))


def result(call_id: str, name: str, text: str = "fine", label: Label | None = None, **more: Any) -> ToolMessage:
    return ToolMessage(ToolResult(call_id, name, (TextPart(text),), label=label, **more))


def reply(text: str, *calls: tuple[str, str, str], usage: Usage = Usage(100, 40, 10, 0.5)) -> AssistantMessage:  # noqa: B008
    parts = (TextPart(text), *(ToolCall(*call) for call in calls))
    return AssistantMessage(parts, MODEL, "tool_calls" if calls else "stop", usage)


def seen(second: float, took_ms: int = 2_000, first_ms: int | None = 500, **more: Any) -> SeenCall:
    """A call that went well unless `error` says otherwise; counted as `reply` is."""
    counted: dict[str, Any] = {"input_tokens": 100, "cached_tokens": 40, "output_tokens": 10, "cost_usd": 0.5}
    if more.get("error"):
        counted = {}
    values = {"model": MODEL, "purpose": "turn", "run_id": "r1", "session_id": "s1", **counted, **more}
    return SeenCall(at=at(second), took_ms=took_ms, first_ms=first_ms, **values)


@dataclass
class Records:
    """Written down step by step."""

    entries: list[Entry] = field(default_factory=list[Entry])
    calls: list[CallRow] = field(default_factory=list[CallRow])
    seen: list[SeenCall] = field(default_factory=list[SeenCall])
    rows: list[Row] = field(default_factory=list[Row])
    finished: float | None = 20.0
    more: dict[str, Any] = field(default_factory=dict[str, Any])

    def entry(self, second: float, message: Message, run_id: str = "r1") -> int:
        number = len(self.entries) + 1
        self.entries.append(Entry(number, number - 1 or None, "s1", run_id, at(second), message))
        return number

    def call(
        self, call_id: str, name: str, begun: float, ended: float | None, outcome: Outcome | None = "done"
    ) -> None:
        end = None if ended is None else at(ended)
        self.calls.append(CallRow(call_id, "r1", "s1", name, "{}", at(begun), end, outcome if end else None))

    def row(self, second: float, kind: str, call_id: str = "", **body: Any) -> None:
        draft = Draft(to_micros(at(second)), kind, "r1", "s1", call_id, msgspec.json.encode(body).decode())
        self.rows.append(Row(len(self.rows) + 1, draft, NO_MAC, NO_MAC))

    def recorded(self) -> Recorded:
        ended: dict[str, Any] = {"stop_reason": "end_turn"} | self.more
        end = None if self.finished is None else at(self.finished)
        model = ended.pop("model", MODEL)
        run = Run("r1", "s1", "user", model, "secret words", START, end, **(ended if end else {}))
        return Recorded(run, self.entries, self.calls, self.seen, self.rows)


def story() -> Records:
    """It asks the model, waits for a yes, writes, has a page read apart, fails once, and is spoken to."""
    made = Records()
    made.entry(0, said("do it"))
    made.seen.append(seen(1, expected_tokens=80))
    made.row(1, SENT, provider="openai", model="gpt", host="api.openai.com", bytes_sent=900, parts={"system": 80})
    made.entry(3, reply("I write.", ("c1", "write", '{"path": "x"}'), ("c2", "use_tool", '{"name": "fetch"}')))
    made.row(3, DECIDED, "c1", tool="write", verdict="ask", rule="default.write", effects=["write x"])
    made.row(8, APPROVED, "c1", allowed=True, by="person", scope="once")
    made.row(8, INTENT, "c1", tool="write", verdict="ask", rule="default.write", effects=["write x"])
    made.call("c1", "write", 8, 9)
    made.entry(9, result("c1", "write"))
    made.row(9, INTENT, "c2", tool="fetch", verdict="allow", rule="a", effects=["fetch https://example.org/p?q"])
    made.call("c2", "fetch", 9, 12)
    made.seen.append(seen(10, 1_000, model="small/m", purpose="reading", input_tokens=7, output_tokens=1))
    made.row(11, EGRESS, "c2", url="https://example.org/p?q", bytes_sent=10, bytes_received=50)
    made.entry(12, result("c2", "fetch", "x" * 400))
    made.entry(12.5, said("faster"))
    made.seen.append(seen(13, 100, None, error="overloaded"))
    made.seen.append(seen(14, 2_000, 1_500, input_tokens=300, output_tokens=20, answered_by="gpt-other"))
    made.entry(16, reply("Done.", usage=Usage(300, 40, 20, 0.5)))
    return made
