"""What was in the prompt of each reply, by part, in tokens."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from agent.context.tokens import IMAGE_TOKENS, MESSAGE_TOKENS, message_tokens, text_tokens
from agent.context.window import visible
from agent.messages import AssistantMessage, Entry, ImagePart, NoteMessage, SummaryMessage, ToolMessage, UserMessage
from agent.traces.span import PromptShare

Counts = dict[str, int]
"""Estimated tokens by part."""


def counts_before(path: Sequence[Entry], wanted: Collection[int]) -> dict[int, Counts]:
    """Estimate what the conversation took of the prompt of each wanted entry, a reply. One pass over the path."""
    counts: Counts = {}
    found: dict[int, Counts] = {}
    for index, entry in enumerate(path):
        if entry.entry_id in wanted:
            found[entry.entry_id] = dict(counts)
        if isinstance(entry.message, SummaryMessage):
            counts = {}
            for shown in visible(path[: index + 1]):
                _count(shown, counts)
        else:
            _count(entry, counts)
    return found


def shares(counts: Mapping[str, int], counted: int, sent: Mapping[str, int]) -> tuple[PromptShare, ...]:
    """Divide a prompt, the largest part first.

    `counts`: of the conversation; `counted`: what the provider counted in all, 0 if it did not; `sent`: bytes of system
    prompt and tools as they left, empty if that was not recorded. What the conversation leaves over is theirs.
    """
    parts = {name: tokens for name, tokens in counts.items() if tokens}
    fixed = {name: (sent[name] + 3) // 4 for name in ("system", "tools") if sent.get(name)}
    left = counted - sum(parts.values())
    if counted and left >= sum(fixed.values()):
        rest = "tools" if "tools" in fixed else "system" if fixed else "fixed"
        known = sum(tokens for name, tokens in fixed.items() if name != rest)
        parts |= fixed | ({rest: left - known} if left > known else {})
    else:
        parts = _scaled(parts | fixed, counted)
    return tuple(PromptShare(name, parts[name]) for name in sorted(parts, key=lambda name: (-parts[name], name)))


def _scaled(parts: Mapping[str, int], counted: int) -> dict[str, int]:
    total = sum(parts.values())
    if not counted or not total:
        return dict(parts)
    scaled = {name: tokens * counted // total for name, tokens in parts.items()}
    largest = max(scaled, key=lambda name: scaled[name])
    scaled[largest] += counted - sum(scaled.values())
    return scaled


def _count(entry: Entry, counts: Counts) -> None:
    match entry.message:
        case UserMessage() as said:
            images = sum(isinstance(part, ImagePart) for part in said.parts)
            _add(counts, "prompt", MESSAGE_TOKENS + text_tokens(said.text) + text_tokens(said.context))
            _add(counts, "images", images * IMAGE_TOKENS)
        case ToolMessage(result=result):
            images = sum(isinstance(part, ImagePart) for part in result.content)
            _add(counts, f"results:{result.name}", MESSAGE_TOKENS + text_tokens(result.text))
            _add(counts, "images", images * IMAGE_TOKENS)
        case AssistantMessage() as reply:
            _add(counts, "replies", message_tokens(reply))
        case NoteMessage() as note:
            _add(counts, "notes", message_tokens(note))
        case SummaryMessage() as summary:
            _add(counts, "summary", message_tokens(summary))


def _add(counts: Counts, part: str, tokens: int) -> None:
    if tokens:
        counts[part] = counts.get(part, 0) + tokens
