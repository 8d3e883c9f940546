"""What a reply cost: the provider's own count where it can be believed, an estimate where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeGuard, cast

from agent.messages import Usage
from agent.settings import Price

_BELIEVABLE = 50_000_000
"""Tokens; more than any window holds."""
_COUNTS = ("prompt_tokens", "completion_tokens")


class Told(NamedTuple):
    """What a `usage` object says; None: not said or absurd."""

    prompt: int | None
    cached: int
    """Of the prompt, read from a cache."""
    output: int | None
    written: int = 0
    """Of the prompt, put into a cache."""
    absurd: bool = False
    """A number was said that is no count."""


def together(said: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """What two `usage` objects of one reply say together: some servers begin with the prompt and end with the rest.

    Counts only grow, so of two numbers the larger one holds; what is not said again stands.
    """
    return {**said, **{name: _both(said.get(name), value) for name, value in more.items()}}


def _both(before: Any, after: Any) -> Any:
    if isinstance(before, dict) and isinstance(after, dict):
        details = cast(dict[str, Any], before)
        return {**details, **{key: _larger(details.get(key), one) for key, one in cast(dict[str, Any], after).items()}}
    return _larger(before, after)


def read_usage(raw: object) -> Told:
    """Read it, in whichever dialect."""
    if not isinstance(raw, dict):
        return Told(None, 0, None)
    fields = cast(dict[str, Any], raw)
    prompt = _count(fields.get("prompt_tokens")) or None
    details = fields.get("prompt_tokens_details")
    cached = _count(cast(dict[str, Any], details).get("cached_tokens")) if isinstance(details, dict) else None
    if cached is None:
        # DeepSeek and Moonshot say it in fields of their own.
        cached = _count(fields.get("prompt_cache_hit_tokens")) or _count(fields.get("cached_tokens"))
    cached = min(cached or 0, prompt or 0)
    written = _count(fields.get("cache_creation_input_tokens"))  # Anthropic's, as litellm hands it on
    if written is None and isinstance(details, dict):
        written = _count(cast(dict[str, Any], details).get("cache_write_tokens"))  # OpenRouter's
    output = _count(fields.get("completion_tokens"))
    absurd = any(_count(said := fields.get(name)) is None and _number(said) for name in _COUNTS)
    return Told(prompt, cached, output, min(written or 0, (prompt or 0) - cached), absurd)


def priced(
    input_tokens: int, cached_tokens: int, output_tokens: int, price: Price | None, written_tokens: int = 0
) -> Usage:
    """Put a price on tokens; unknown stays unknown. `written_tokens`: of those not cached, put into a cache."""
    if price is None:
        return Usage(input_tokens, cached_tokens, output_tokens, None)
    for_cached = price.input if price.cached is None else price.cached
    for_written = price.input if price.written is None else price.written
    fresh = input_tokens - cached_tokens - written_tokens
    millionths = (
        fresh * price.input + written_tokens * for_written + cached_tokens * for_cached + output_tokens * price.output
    )
    return Usage(input_tokens, cached_tokens, output_tokens, millionths / 1_000_000)


def _count(value: object) -> int | None:
    return int(value) if _number(value) and 0 <= value <= _BELIEVABLE else None


def _number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _larger(before: Any, after: Any) -> Any:
    if after is None:
        return before
    return max(before, after) if _number(before) and _number(after) else after
