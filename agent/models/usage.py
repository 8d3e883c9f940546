"""What a reply cost: the provider's own count where it can be believed, an estimate where there is none."""

from __future__ import annotations

from typing import Any, cast

from agent.messages import Usage
from agent.settings import Price

_BELIEVABLE = 50_000_000
"""Tokens; more than any window holds."""


def read_usage(raw: object) -> tuple[int | None, int, int | None]:
    """Prompt tokens, cached ones among them, and output tokens, as a `usage` object says; None: not said or absurd."""
    if not isinstance(raw, dict):
        return None, 0, None
    fields = cast(dict[str, Any], raw)
    prompt = _count(fields.get("prompt_tokens")) or None
    details = fields.get("prompt_tokens_details")
    cached = _count(cast(dict[str, Any], details).get("cached_tokens")) if isinstance(details, dict) else None
    if cached is None:
        # DeepSeek and Moonshot say it in fields of their own.
        cached = _count(fields.get("prompt_cache_hit_tokens")) or _count(fields.get("cached_tokens"))
    return prompt, min(cached or 0, prompt or 0), _count(fields.get("completion_tokens"))


def priced(input_tokens: int, cached_tokens: int, output_tokens: int, price: Price | None) -> Usage:
    """Put a price on tokens; unknown stays unknown."""
    if price is None:
        return Usage(input_tokens, cached_tokens, output_tokens, None)
    for_cached = price.input if price.cached is None else price.cached
    millionths = (
        (input_tokens - cached_tokens) * price.input + cached_tokens * for_cached + output_tokens * price.output
    )
    return Usage(input_tokens, cached_tokens, output_tokens, millionths / 1_000_000)


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _BELIEVABLE:
        return None
    return int(value)
