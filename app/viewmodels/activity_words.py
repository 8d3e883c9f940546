"""What is told of a run, in a person's words."""

from __future__ import annotations

from typing import Any, cast

import msgspec
from PySide6.QtCore import QLocale

from agent.events import Origin, StopReason
from agent.storage.records import CallRow, Run
from app.translation import translate
from app.widgets.cards.figures import duration_words, money_words  # words only: no widget comes with it

FAILED: frozenset[StopReason] = frozenset(("model_error", "interrupted", "internal_error"))
ARGUMENT_CHARS = 300
MOST_DECODED = 100_000
"""Characters of arguments; what is longer is shown as it is."""


def origin_words(origin: Origin) -> str:
    """Who asked."""
    return {
        "user": translate("Activity", "You"),
        "cli": translate("Activity", "Terminal"),
        "schedule": translate("Activity", "Schedule"),
        "file_watch": translate("Activity", "Watched folder"),
        "plugin": translate("Activity", "Plugin"),
        "mcp": translate("Activity", "Another program (MCP)"),
        "acp": translate("Activity", "Editor (ACP)"),
    }[origin]


def ending_word(run: Run) -> str:
    """How it ended, in a word or two."""
    if run.finished_at is None:
        return translate("Activity", "Working")
    return {
        "end_turn": translate("Activity", "Done"),
        "max_turns": translate("Activity", "Step limit"),
        "max_tokens": translate("Activity", "Token limit"),
        "max_time": translate("Activity", "Time limit"),
        "max_cost": translate("Activity", "Money limit"),
        "max_calls": translate("Activity", "Call limit"),
        "parked": translate("Activity", "Waits for you"),
        "output_limit": translate("Activity", "Answer cut off"),
        "loop": translate("Activity", "Went in circles"),
        "cancelled": translate("Activity", "Stopped"),
        "model_error": translate("Activity", "Model failed"),
        "interrupted": translate("Activity", "Interrupted"),
        "internal_error": translate("Activity", "Failed"),
    }.get(run.stop_reason or "", translate("Activity", "Ended"))


def duration_of(run: Run) -> str:
    """How long it took; empty while it works."""
    return "" if run.finished_at is None else duration_words((run.finished_at - run.started_at).total_seconds())


def figures_of(run: Run) -> str:
    """Time, money and tokens in few words; empty while it works."""
    if run.finished_at is None:
        return ""
    count = run.usage.input_tokens + run.usage.output_tokens
    if not count:
        return duration_of(run)
    tokens = translate("Activity", "{count} tokens").format(count=QLocale().toString(count))
    return " · ".join((duration_of(run), money_words(run.usage.cost_usd), tokens))


def argument_words(arguments: str) -> str:
    """What a tool was given, on one line: the values, or the text as it is where it is no JSON object."""
    head = arguments[:ARGUMENT_CHARS]
    try:
        given = msgspec.json.decode(arguments) if len(arguments) <= MOST_DECODED else head
    except msgspec.DecodeError:
        given = head
    values = cast(dict[str, Any], given).values() if isinstance(given, dict) else [given]
    shown = (value if isinstance(value, str) else msgspec.json.encode(value).decode() for value in values)
    return " ".join(", ".join(text[:ARGUMENT_CHARS] for text in shown)[:ARGUMENT_CHARS].split())


def call_word(call: CallRow) -> str:
    """What became of a tool call, and how long it took."""
    if call.finished_at is None:
        return translate("Activity", "Running")
    match call.outcome:
        case "unknown":
            return translate("Activity", "Outcome unknown")
        case "not_run":
            return translate("Activity", "Not run")
        case "done" | None:
            return duration_words((call.finished_at - call.started_at).total_seconds())
