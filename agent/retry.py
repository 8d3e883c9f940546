"""Whether and when a failed model call is tried again."""

from __future__ import annotations

import random

from agent.errors import ModelError, ReplyCut

MAX_ATTEMPTS = 4
MAX_ATTEMPTS_AT_A_CUT = 2
"""A reply that broke off was paid for, and is likely to break off again."""
MAX_DELAY_S = 30.0
"""Longer than this nobody wants to wait in silence: a provider that asks for more ends the run in words."""


def retry_delay(error: ModelError, attempt: int) -> float | None:
    """Seconds to wait after the failed attempt of that number (from 1); None: do not try again."""
    most = MAX_ATTEMPTS_AT_A_CUT if isinstance(error, ReplyCut) else MAX_ATTEMPTS
    if not error.retryable or attempt >= most:
        return None
    asked = error.retry_after_s
    if asked is not None:
        return None if asked > MAX_DELAY_S else max(asked, 0.1)
    return min(0.5 * 2 ** (attempt - 1), MAX_DELAY_S) * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret
