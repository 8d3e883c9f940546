"""The label of a conversation: the join of the labels of all that stands in it."""

from __future__ import annotations

from collections.abc import Iterable

from agent.labels import USER, Label
from agent.messages import Entry, ToolMessage


def label_of(entries: Iterable[Entry]) -> Label:
    """Join the labels of tool results. What the person typed and what the model made of it add nothing of their own."""
    label = USER
    for entry in entries:
        seen = entry.message.result.label if isinstance(entry.message, ToolMessage) else None
        if seen is not None and seen != label:
            label = label.join(seen)
    return label
