"""The label of a conversation: the join of the labels of all that stands in it."""

from __future__ import annotations

from collections.abc import Iterable

from agent.labels import USER, Label
from agent.messages import Entry, ToolMessage, UserMessage


def label_of(entries: Iterable[Entry]) -> Label:
    """Join the labels of results and of what came by a pipe. What a person typed, and a model says, adds nothing."""
    label = USER
    for entry in entries:
        message = entry.message
        seen = message.label if isinstance(message, UserMessage) else None
        seen = message.result.label if isinstance(message, ToolMessage) else seen
        if seen is not None and seen != label:
            label = label.join(seen)
    return label
