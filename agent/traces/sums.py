"""Where the time of a run went."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from agent.traces.span import PromptShare, Span, Trace


class Sums(msgspec.Struct, frozen=True):
    """Seconds; what happened side by side counts each, so they need not add up to the whole."""

    whole_s: float
    """From its start to its end, or to now."""
    waiting_s: float
    """For the first piece of replies, failed attempts among them."""
    streaming_s: float
    """Replies coming in."""
    tools_s: float
    """Tools at work, without what they waited for."""
    person_s: float
    """Questions waiting for an answer."""


def sums_of(trace: Trace, now: datetime) -> Sums:
    """Add up a trace."""
    end = trace.finished_at or now
    waiting = streaming = tools = person = 0.0
    for span in trace.spans:
        took = seconds(span, end)
        if span.model is not None and span.model.measured:
            first = took if span.model.first_ms is None else min(span.model.first_ms / 1000, took)
            waiting, streaming = waiting + first, streaming + took - first
        elif span.kind == "tool":
            asked = sum(seconds(one, end) for one in trace.within(span.key) if one.kind == "approval")
            tools += max(took - asked, 0.0)
        elif span.kind == "approval":
            person += took
    return Sums(max((end - trace.started_at).total_seconds(), 0.0), waiting, streaming, tools, person)


def seconds(span: Span, end: datetime) -> float:
    """How long a span took; of one that has not ended, until `end`."""
    took = span.took if span.took is not None else max(end - span.started_at, timedelta(0))
    return took.total_seconds()


def last_prompt(trace: Trace) -> tuple[PromptShare, ...]:
    """What was in the prompt of the newest reply of which that is known."""
    prompts = [span.model.prompt for span in trace.spans if span.model is not None and span.model.prompt]
    return prompts[-1] if prompts else ()
