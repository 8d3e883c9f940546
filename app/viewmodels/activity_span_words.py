"""What is told of each thing that took time in a run, in a person's words."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from agent.traces.span import ModelWork, PromptShare, Span, ToolWork, Waiting
from app.translation import translate
from app.viewmodels.activity_words import argument_words
from app.viewmodels.runtime_words import effect_words
from app.widgets.cards.figures import duration_words, money_words, token_words

EFFECT_CHARS = 300
"""Of what a tool did, on one line."""
TEXT_CHARS = 2_000
"""Of what was said or given, in the details."""


def title_of(span: Span) -> str:
    """What it was."""
    if span.model is not None:
        return span.model.model
    if span.tool is not None:
        return span.tool.tool
    if span.waiting is not None:
        return translate("Timeline", "Waits for you")
    if span.kind == "turn":
        return translate("Timeline", "Turn {number}").format(number=span.name)
    return {
        "steered": translate("Timeline", "You said something"),
        "note": translate("Timeline", "A word to the model"),
        "summary": translate("Timeline", "Old turns were put together"),
    }.get(span.name, span.name)


def subtitle_of(span: Span) -> str:
    """The most telling about it, on one line."""
    if span.model is not None:
        return _model_line(span.model) if span.ended_at is not None else ended_word("")
    if span.tool is not None:
        what = "; ".join(map(effect_words, span.tool.effects))[:EFFECT_CHARS] or argument_words(span.tool.arguments)
        ended = "" if span.tool.ended == "done" else ended_word(span.tool.ended)
        return " · ".join(part for part in (ended, what) if part)
    if span.waiting is not None:
        return _answer(span.waiting)
    return " ".join(span.text[:EFFECT_CHARS].split())


def details_of(span: Span) -> str:
    """All that is known of it, in lines."""
    if span.model is not None:
        lines = _model_details(span.model, span) if span.ended_at is not None else [ended_word("")]
    elif span.tool is not None:
        lines = _tool_details(span.tool)
    elif span.waiting is not None:
        lines = [_answer(span.waiting), _named(translate("Timeline", "Asked by the rule"), span.waiting.rule)]
    else:
        lines = [span.text[:TEXT_CHARS]]
    return "\n".join(line for line in lines if line)


def purpose_word(purpose: str) -> str:
    """What a model call was for; empty: for a turn."""
    return {
        "summary": translate("Timeline", "summary"),
        "reading": translate("Timeline", "reading apart"),
        "title": translate("Timeline", "title of the chat"),
        "trial": translate("Timeline", "trial"),
    }.get(purpose, "")


def ended_word(ended: str) -> str:
    """How a tool call ended."""
    return {
        "done": translate("Timeline", "done"),
        "failed": translate("Timeline", "failed"),
        "denied": translate("Timeline", "denied"),
        "not_run": translate("Timeline", "not run"),
        "unknown": translate("Timeline", "outcome unknown"),
    }.get(ended, translate("Timeline", "under way"))


def part_word(share: PromptShare) -> str:
    """What a part of a prompt is called."""
    kind, _, tool = share.part.partition(":")
    if tool:
        return translate("Timeline", "results of {tool}").format(tool=tool[:80])
    return {
        "system": translate("Timeline", "system prompt"),
        "tools": translate("Timeline", "tools"),
        "fixed": translate("Timeline", "system prompt and tools"),
        "prompt": translate("Timeline", "what you said"),
        "replies": translate("Timeline", "replies"),
        "summary": translate("Timeline", "summary"),
        "notes": translate("Timeline", "words to the model"),
        "images": translate("Timeline", "images"),
    }.get(kind, kind)


def _model_line(work: ModelWork) -> str:
    if work.error:
        return " · ".join(part for part in (purpose_word(work.purpose), _failure(work)) if part)
    first = ""
    if work.first_ms is not None:
        first = translate("Timeline", "first word after {time}").format(time=duration_words(work.first_ms / 1000))
    measured = "" if work.measured else translate("Timeline", "not measured")
    parts = (purpose_word(work.purpose), measured, first, _rate(work), money_words(work.usage.cost_usd))
    return " · ".join(part for part in parts if part)


def _model_details(work: ModelWork, span: Span) -> list[str]:
    lines = [_failure(work) if work.error else ""]
    if not work.measured:
        lines.append(translate("Timeline", "How it went was not kept; the times are estimates."))
    if work.sent_ms is not None:
        left = duration_words(work.sent_ms / 1000)
        lines.append(_named(translate("Timeline", "The request left after"), left))
    if work.first_ms is not None:
        whole = span.took.total_seconds() if span.took is not None else 0.0
        rest = duration_words(max(whole - work.first_ms / 1000, 0.0))
        lines.append(_named(translate("Timeline", "First word after"), duration_words(work.first_ms / 1000)))
        lines.append(_named(translate("Timeline", "Reply came in"), " · ".join(filter(None, (rest, _rate(work))))))
    if tokens := token_words(work.usage):
        lines.append(f"{tokens} · {money_words(work.usage.cost_usd)}")
    if work.expected_tokens is not None:
        expected = QLocale().toString(work.expected_tokens)
        lines.append(_named(translate("Timeline", "Cached tokens expected"), expected))
    lines.append(_named(translate("Timeline", "Went to"), _host(work)))
    lines.append(_named(translate("Timeline", "Answered by"), work.answered_by[:200]))
    if work.prompt:
        lines.append(translate("Timeline", "In the prompt, in tokens:"))
        lines += [f"    {QLocale().toString(share.tokens)}  {part_word(share)}" for share in work.prompt]
    return lines


def _tool_details(work: ToolWork) -> list[str]:
    verdict = f"{work.verdict} · {work.rule}" if work.verdict else ""
    return [
        ended_word(work.ended),
        *map(effect_words, work.effects),
        _named(translate("Timeline", "By the rule"), verdict),
        _named(translate("Timeline", "Spoke with"), ", ".join(work.hosts)),
        _named(translate("Timeline", "Given"), work.arguments[:TEXT_CHARS]),
    ]


def _answer(waiting: Waiting) -> str:
    if waiting.allowed is None:
        return translate("Timeline", "no answer yet")
    if waiting.by == "nobody":
        return translate("Timeline", "nobody was there")
    if waiting.by == "cancelled":
        return translate("Timeline", "stopped")
    return translate("Timeline", "you said yes") if waiting.allowed else translate("Timeline", "you said no")


def _failure(work: ModelWork) -> str:
    if work.error == "cancelled":
        return translate("Timeline", "stopped")
    return translate("Timeline", "failed: {code}").format(code=work.error)


def _rate(work: ModelWork) -> str:
    if work.tokens_per_s is None:
        return ""
    return translate("Timeline", "{n} tokens/s").format(n=QLocale().toString(round(work.tokens_per_s)))


def _host(work: ModelWork) -> str:
    if work.bytes_sent is None:
        return work.host
    return translate("Timeline", "{host} ({bytes} bytes)").format(
        host=work.host, bytes=QLocale().toString(work.bytes_sent)
    )


def _named(name: str, value: str) -> str:
    return f"{name}: {value}" if value else ""
