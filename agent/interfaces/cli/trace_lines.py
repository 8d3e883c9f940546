"""A trace as lines of text: one for each thing that took time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from agent.interfaces.cli.outcome import money
from agent.interfaces.cli.table import one_line_end
from agent.interfaces.cli.text import one_line
from agent.traces.span import ModelWork, PromptShare, Span, ToolWork, Trace, Waiting
from agent.traces.sums import last_prompt, seconds, sums_of

LATE_MS = 500
"""A request that left later is told of: a worker or a connection was slow, not the model."""
_NAMES = {
    "system": "system prompt",
    "fixed": "system prompt and tools",
    "prompt": "what you said",
    "replies": "replies",
    "summary": "summary",
}
_MARKS = {"steered": "you said something", "note": "a word to the model", "summary": "old turns were put together"}


def trace_lines(trace: Trace, now: datetime, columns: int | None) -> str:
    """Write a trace for a person; `columns`: longer lines are cut, None: they are not."""
    depth = _depths(trace.spans)
    lines = [_head(trace, now)]
    if trace.prompt:
        lines.append(one_line(trace.prompt, 400))
    lines.append("")
    end = trace.finished_at or now
    lines += [_line(span, trace, depth[span.key], end) for span in trace.spans[1:]]
    if trace.stop_reason is None:
        lines.append("… it works, or waits for you")
    sums = sums_of(trace, now)
    lines += [
        "",
        f"Waiting for models {_time(sums.waiting_s)}, replies coming in {_time(sums.streaming_s)}, "
        f"tools at work {_time(sums.tools_s)}, waiting for you {_time(sums.person_s)}.",
    ]
    if prompt := last_prompt(trace):
        lines.append(f"In the last prompt: {', '.join(f'{_part(one)} {one.tokens:,}' for one in prompt)} tokens.")
    if trace.stop_reason == "interrupted" and trace.usage.output_tokens > _written(trace):
        lines.append("A call to a model was under way when it was interrupted: it counts as the most that it may take.")
    if trace.unmeasured:
        lines.append(f"Of {trace.unmeasured} replies it was not kept how they came; their times are estimates.")
    return "".join(f"{line if columns is None else one_line_end(line, columns)}\n" for line in lines)


def _written(trace: Trace) -> int:
    """Tokens of the replies that are shown."""
    return sum(span.model.usage.output_tokens for span in trace.spans if span.model is not None)


def _head(trace: Trace, now: datetime) -> str:
    took = _time(sums_of(trace, now).whole_s)
    usage = trace.usage
    words = [f"run {trace.run_id}", trace.model, f"{trace.stop_reason or 'under way'} after {took}"]
    if usage.input_tokens or usage.output_tokens:
        words.append(_tokens(usage.input_tokens, usage.cached_tokens, usage.output_tokens))
        words.append(money(usage.cost_usd, trace.model))
    return " · ".join(words)


def _line(span: Span, trace: Trace, depth: int, end: datetime) -> str:
    after = max((span.started_at - trace.started_at).total_seconds(), 0.0)
    took = "" if span.kind == "mark" else _time(seconds(span, end))
    name, words = _told(span)
    line = f"{'+' + _time(after):>11}  {took:>9}  {'  ' * (depth - 1)}{name}"
    return f"{line}  {' · '.join(words)}" if words else line


def _told(span: Span) -> tuple[str, list[str]]:
    if span.model is not None:
        return span.model.model, _of_model(span.model) if span.ended_at is not None else ["under way"]
    if span.tool is not None:
        return _of_tool(span.tool)
    if span.waiting is not None:
        return "waits for you", _of_waiting(span.waiting)
    if span.kind == "mark":
        return _MARKS.get(span.name, span.name), [one_line(span.text, 120)] if span.text else []
    return f"turn {span.name}", []


def _of_model(work: ModelWork) -> list[str]:
    words = [] if work.purpose == "turn" else [work.purpose]
    if work.error:
        words.append(f"failed: {work.error}")
    if not work.measured:
        words.append("not measured")
    if work.sent_ms is not None and work.sent_ms >= LATE_MS:
        words.append(f"left after {_time(work.sent_ms / 1000)}")
    if work.first_ms is not None:
        words.append(f"first word after {_time(work.first_ms / 1000)}")
    if work.tokens_per_s is not None:
        words.append(f"{work.tokens_per_s:,.0f} tokens/s")
    usage = work.usage
    if usage.input_tokens or usage.output_tokens:
        words.append(_tokens(usage.input_tokens, usage.cached_tokens, usage.output_tokens))
        words.append(money(usage.cost_usd, work.model))
    if work.expected_tokens is not None and work.expected_tokens > usage.cached_tokens:
        words.append(f"{work.expected_tokens:,} cached ones were expected")
    if work.answered_by:
        words.append(f"answered by {one_line(work.answered_by, 80)}")
    return words


def _of_tool(work: ToolWork) -> tuple[str, list[str]]:
    what = one_line("; ".join(work.effects) or work.arguments, 100)
    words = [work.ended.replace("_", " ") or "under way"]
    if work.verdict and work.verdict != "allow":
        words.append(f"{work.verdict} by rule {work.rule}")
    if work.hosts:
        words.append(f"spoke with {', '.join(work.hosts)}")
    return one_line(f"{work.tool} {what}", 120), words


def _of_waiting(waiting: Waiting) -> list[str]:
    if waiting.allowed is None:
        return ["no answer yet"]
    return [f"{'yes' if waiting.allowed else 'no'}, by {waiting.by}"]


def _part(share: PromptShare) -> str:
    kind, _, tool = share.part.partition(":")
    return f"results of {one_line(tool, 40)}" if tool else _NAMES.get(kind, kind)


def _tokens(given: int, cached: int, out: int) -> str:
    return f"{given:,} tokens in ({cached:,} cached), {out:,} out" if cached else f"{given:,} tokens in, {out:,} out"


def _time(seconds_: float) -> str:
    if seconds_ < 1:
        return f"{round(seconds_ * 1000)} ms"
    if seconds_ < 600:
        return f"{seconds_:.1f} s"
    return f"{seconds_ / 60:.0f} min" if seconds_ < 36_000 else f"{seconds_ / 3600:.1f} h"


def _depths(spans: Sequence[Span]) -> dict[str, int]:
    depths: dict[str, int] = {}
    for span in spans:
        depths[span.key] = depths[span.parent] + 1 if span.parent else 0
    return depths
