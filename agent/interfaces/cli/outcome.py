"""How a run ended, for scripts: the exit code, the JSON object, the closing line."""

from __future__ import annotations

from typing import Any

import msgspec

from agent.events import RunFinished
from agent.interfaces.cli.failure import CANCEL_EXIT, FAILURE_EXIT, LIMIT_EXIT, MODEL_EXIT, PERSON_EXIT

_EXIT = {
    "cancelled": CANCEL_EXIT,
    "model_error": MODEL_EXIT,
    "interrupted": FAILURE_EXIT,
    "internal_error": FAILURE_EXIT,
    "max_turns": LIMIT_EXIT,
    "max_tokens": LIMIT_EXIT,
    "max_time": LIMIT_EXIT,
    "output_limit": LIMIT_EXIT,
    "max_cost": LIMIT_EXIT,
    "max_calls": LIMIT_EXIT,
    "parked": PERSON_EXIT,
    "loop": LIMIT_EXIT,
}

NEEDS_PERSON = "Something was not done because nobody was there to say yes. Run it in a terminal, or with --yes."


def exit_code(finished: RunFinished) -> int:
    """The exit code of a run."""
    done = PERSON_EXIT if finished.needs_person else 0
    return _EXIT.get(finished.stop_reason, done)


def error_of(finished: RunFinished) -> str | None:
    """Why the exit code is not 0, as a sentence; None when it is."""
    if exit_code(finished) == 0:
        return None
    if finished.error:
        return finished.error
    return NEEDS_PERSON if finished.needs_person else f"The run ended early ({finished.stop_reason}); its work is kept."


def report_of(finished: RunFinished) -> dict[str, Any]:
    """The object of `ask --json`; of a dry run with `dry_run`, and in each call what it would have done."""
    report: dict[str, Any] = {
        "session_id": finished.session_id,
        "run_id": finished.run_id,
        "text": finished.text,
        "stop_reason": finished.stop_reason,
        "tool_calls": [{"name": call.name, "is_error": call.is_error} for call in finished.tool_calls],
        "usage": msgspec.to_builtins(finished.usage),
        "error": error_of(finished),
    }
    if finished.dry_run:
        report["dry_run"] = True
        report["tool_calls"] = [msgspec.to_builtins(call) for call in finished.tool_calls]
    return report


def closing_line(finished: RunFinished, model: str) -> str:
    """What it took: time, tokens, money, and how to go on."""
    usage = finished.usage
    parts = [f"{finished.duration_s:.1f} s"]
    if usage.input_tokens or usage.output_tokens:
        cached = f" ({usage.cached_tokens:,} cached)" if usage.cached_tokens else ""
        parts.append(f"{usage.input_tokens:,} tokens in{cached}, {usage.output_tokens:,} out")
        parts.append(money(usage.cost_usd, model))
    if finished.stop_reason != "end_turn":
        parts.append(finished.stop_reason)
    if finished.dry_run:
        parts.append("dry run: nothing was changed")
    parts.append(f"session {finished.session_id}")
    return " · ".join(parts)


def money(cost_usd: float | None, model: str = "") -> str:
    """An amount for a person; unknown is never 0."""
    if cost_usd is None:
        return "price unknown"
    if cost_usd == 0:
        return "free (offline model)" if model.startswith("local/") else "free"
    return f"${cost_usd:.4f}" if cost_usd >= 0.0001 else f"${cost_usd:.2g}"
