"""What was said and done in a session, shown once more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from agent.interfaces.acp.updates import Translator, arguments_of
from agent.interfaces.cli.text import one_line
from agent.messages import Entry, ToolCall

TITLE_CHARS = 100


def replayed(entries: Sequence[Entry], cwd: str) -> Iterator[Any]:
    """The updates that draw these entries, the oldest first."""
    translator = Translator(cwd)
    for entry in entries:
        yield from translator.replay(entry, title_of)


def title_of(call: ToolCall) -> str:
    """One line about a call of which no more is known than its arguments."""
    told = next((value for value in arguments_of(call).values() if isinstance(value, str)), "")
    return one_line(f"{call.name} {told}", TITLE_CHARS)
