"""A run's timeline, put together from what the store, the figures and the audit know of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast

import msgspec

from agent.audit.body import SENT
from agent.audit.row import Row
from agent.context.seen import label_of
from agent.figures.seen import SeenCall
from agent.messages import NO_USAGE, AssistantMessage, Entry, NoteMessage, SummaryMessage, Usage, UserMessage
from agent.storage.records import CallRow, Run
from agent.traces.model_calls import Led, calls_by_reply
from agent.traces.prompt_shares import Counts, counts_before, shares
from agent.traces.span import MarkName, ModelWork, Span, Trace
from agent.traces.tool_calls import CallRecord, call_records

RUN: Final = "run"
"""Key of the run's own span."""
_SLACK = timedelta(milliseconds=100)
"""A request is noted by another clock reading than the call that it is of."""


def timeline(
    run: Run, path: Sequence[Entry], calls: Iterable[CallRow], seen: Sequence[SeenCall], rows: Sequence[Row]
) -> Trace:
    """Make the trace of a run. Pure; counts the tokens of the whole path."""
    own = [entry for entry in path if entry.run_id == run.run_id]
    maker = _Maker(run, path, own, call_records(own, calls, rows), [row for row in rows if row.kind == SENT])
    spans = maker.spans(seen)
    works = [span.model for span in spans if span.model is not None]
    unmeasured = sum(not work.measured and work.entry_id is not None for work in works)
    return Trace(
        run_id=run.run_id,
        session_id=run.session_id,
        origin=run.origin,
        model=run.model,
        started_at=run.started_at,
        finished_at=run.finished_at,
        stop_reason=run.stop_reason,
        error_code=run.error_code or "",
        usage=run.usage if run.finished_at is not None else _spent(spans),
        dry_run=run.dry_run,
        spans=tuple(_in_order(spans)),
        unmeasured=unmeasured,
        prompt=run.prompt,
        error=run.error or "",
        secret=label_of(path).secrecy == "secret",
    )


class _Maker:
    def __init__(
        self, run: Run, path: Sequence[Entry], own: Sequence[Entry], tools: dict[str, CallRecord], sent: list[Row]
    ) -> None:
        self._run, self._own, self._tools = run, own, tools
        self._sent: dict[str, list[Row]] = {}
        for row in sent:
            self._sent.setdefault(f"{row.body.get('provider')}/{row.body.get('model')}", []).append(row)
        self._asked = False
        """What the run began with has been passed."""
        self._left: dict[str, dict[str, int]] = {}
        """Bytes by part of the requests that left, by the key of the span of their call."""
        self._replies = [entry for entry in own if isinstance(entry.message, AssistantMessage)]
        self._counts = counts_before(path, {entry.entry_id for entry in self._replies})

    def spans(self, seen: Sequence[SeenCall]) -> list[Span]:
        run = self._run
        spans = [Span(key=RUN, kind="run", name="run", started_at=run.started_at, ended_at=run.finished_at)]
        led, after = calls_by_reply([cast(AssistantMessage, entry.message) for entry in self._replies], seen)
        came = run.started_at
        number = 0
        for entry in self._own:
            if not isinstance(entry.message, AssistantMessage):
                spans += self._mark(entry)
                continue
            beside = [*led[number + 1].beside] if number + 1 < len(led) else [*after.beside]
            beside[:0] = led[0].beside if number == 0 else ()
            turn = self._turn(number + 1, entry, led[number], beside, came)
            spans += turn
            came = max(span.ended_at or span.started_at for span in turn)
            number += 1
        if after.to_reply or (not self._replies and after.beside):
            spans += self._unanswered(number + 1, after)
        return [*spans, *self._under_way(number + 1, spans)]

    def _turn(self, number: int, entry: Entry, led: Led, beside: Sequence[SeenCall], came: datetime) -> list[Span]:
        """One reply and its tool calls. `came`: when what was before it had ended."""
        key = f"{RUN}/turn/{number}"
        reply = cast(AssistantMessage, entry.message)
        inside = [self._call(key, index, call) for index, call in enumerate(led.to_reply)]
        if led.whole:
            inside[-1] = _answered(inside[-1], entry, reply)
            counted = reply.usage.input_tokens if len(led.whole) == 1 else 0
            inside[-1] = self._with_prompt(inside[-1], entry, counted)
        else:
            inside.append(self._unmeasured(key, entry, reply, min(came, entry.created_at)))
        for index, call in enumerate(reply.tool_calls):
            inside += self._tools[call.call_id].spans(key, index, dry=self._run.dry_run)
        inside += self._beside(key, beside, [span for span in inside if span.kind == "tool"])
        return [_around(key, str(number), inside, open_ended=False), *inside]

    def _unanswered(self, number: int, after: Led) -> list[Span]:
        key = f"{RUN}/turn/{number}"
        calls = after.to_reply if self._replies else [*after.beside, *after.to_reply]
        inside = [self._call(key, index, call) for index, call in enumerate(calls)]
        return [_around(key, str(number), inside, open_ended=self._run.finished_at is None), *inside]

    def _under_way(self, number: int, spans: Sequence[Span]) -> list[Span]:
        """The model call that a run at work waits for: its figures come with its end."""
        if self._run.finished_at is not None or any(span.kind == "tool" and span.ended_at is None for span in spans):
            return []
        turn = f"{RUN}/turn/{number}"
        came = max(span.ended_at or span.started_at for span in spans)
        work = ModelWork(model=self._run.model, measured=False)
        call = Span(key=f"{turn}/now", parent=turn, kind="model", name=self._run.model, started_at=came, model=work)
        there = any(span.key == turn for span in spans)
        return [call] if there else [_around(turn, str(number), [call], open_ended=True), call]

    def _beside(self, turn: str, calls: Sequence[SeenCall], tools: Sequence[Span]) -> list[Span]:
        """What tools asked a model: within the tool during which it was asked, else within the turn."""
        made: list[Span] = []
        for index, call in enumerate(calls):
            around = [tool for tool in tools if tool.started_at <= call.at <= (tool.ended_at or call.at)]
            made.append(self._call(around[-1].key if around else turn, 1_000 + index, call))
        return made

    def _call(self, parent: str, index: int, call: SeenCall) -> Span:
        key = f"{parent}/model/{index}"
        sent = self._sent_of(call)
        if sent is not None:
            self._left[key] = _sizes(sent.body.get("parts"))
        work = ModelWork(
            model=call.model,
            purpose=call.purpose,
            first_ms=call.first_ms,
            usage=Usage(call.input_tokens, call.cached_tokens, call.output_tokens, call.cost_usd),
            expected_tokens=call.expected_tokens,
            tokens_per_s=call.tokens_per_s,
            error=call.error,
            answered_by=call.answered_by,
            host=str(sent.body.get("host", "")) if sent else "",
            bytes_sent=_whole(sent.body.get("bytes_sent")) if sent else None,
            sent_ms=max(0, (sent.at - call.at) // timedelta(milliseconds=1)) if sent else None,
        )
        ended = call.at + timedelta(milliseconds=call.took_ms)
        return Span(
            key=key,
            parent=parent,
            kind="model",
            name=call.model,
            started_at=call.at,
            ended_at=ended,
            model=work,
        )

    def _sent_of(self, call: SeenCall) -> Row | None:
        """The request of a call: each belongs to one only."""
        ended = call.at + timedelta(milliseconds=call.took_ms) + _SLACK
        left = self._sent.get(call.model, [])
        for row in left:
            if call.at - _SLACK <= row.at <= ended:
                left.remove(row)
                return row
        return None

    def _unmeasured(self, turn: str, entry: Entry, reply: AssistantMessage, came: datetime) -> Span:
        span = Span(
            key=f"{turn}/model/0",
            parent=turn,
            kind="model",
            name=reply.model or self._run.model,
            started_at=came,
            ended_at=entry.created_at,
            model=ModelWork(model=reply.model or self._run.model, measured=False, usage=reply.usage),
        )
        return self._with_prompt(_answered(span, entry, reply), entry, reply.usage.input_tokens)

    def _with_prompt(self, span: Span, entry: Entry, counted: int) -> Span:
        work = cast(ModelWork, span.model)
        counts: Counts = self._counts.get(entry.entry_id, {})
        prompt = shares(counts, counted, self._left.get(span.key, {}))
        return msgspec.structs.replace(span, model=msgspec.structs.replace(work, prompt=prompt))

    def _mark(self, entry: Entry) -> list[Span]:
        match entry.message:
            case UserMessage(text=text) if self._asked:
                name: MarkName = "steered"
            case NoteMessage(text=text):
                name = "note"
            case SummaryMessage(text=text):
                name = "summary"
            case _:
                self._asked = self._asked or isinstance(entry.message, UserMessage)
                return []
        at, key = entry.created_at, f"{RUN}/mark/{entry.entry_id}"
        return [Span(key=key, parent=RUN, kind="mark", name=name, started_at=at, ended_at=at, text=text)]


def _answered(span: Span, entry: Entry, reply: AssistantMessage) -> Span:
    work = msgspec.structs.replace(cast(ModelWork, span.model), finish=reply.finish, entry_id=entry.entry_id)
    return msgspec.structs.replace(span, model=work)


def _around(key: str, name: str, inside: Sequence[Span], *, open_ended: bool) -> Span:
    """The turn around what is in it; it has not ended while one of its tools has not."""
    unfinished = open_ended or any(span.kind == "tool" and span.ended_at is None for span in inside)
    ended = None if unfinished else max(span.ended_at or span.started_at for span in inside)
    started = min(span.started_at for span in inside)
    return Span(key=key, parent=RUN, kind="turn", name=name, started_at=started, ended_at=ended)


def _in_order(spans: Sequence[Span]) -> list[Span]:
    """Each directly after the one around it, with all that is in it; else as they come."""
    inside: dict[str, list[Span]] = {}
    for span in spans:
        inside.setdefault(span.parent, []).append(span)
    ordered: list[Span] = []
    waiting = inside.get("", [])
    while waiting:
        span = waiting.pop()
        ordered.append(span)
        waiting += reversed(inside.get(span.key, []))
    return ordered


def _spent(spans: Iterable[Span]) -> Usage:
    """Of a run that works: what its calls took so far."""
    total = NO_USAGE
    for span in spans:
        if span.model is not None and not span.model.error:
            total = total.plus(span.model.usage)
    return total


def _sizes(parts: object) -> dict[str, int]:
    given = cast("dict[str, Any]", parts) if isinstance(parts, dict) else {}
    return {name: size for name, size in given.items() if isinstance(size, int)}


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
