"""Holding the work of a watch to a small part of one processor core, however much there is to do."""

from __future__ import annotations

import time
from collections.abc import Callable

SHARE = 0.15
"""Of one core, on average. What others do with the findings comes on top."""
CREDIT_S = 0.25
"""So much may be used at once after a quiet time: a single file is found without delay."""
_SLACK_S = 0.004


class Pace:
    """Counts the processor time of the thread that calls it, and lets it rest. Belongs to one thread."""

    def __init__(self, rest: Callable[[float], None], share: float = SHARE) -> None:
        """`rest`: waits so many seconds."""
        self._rest, self._share = rest, share
        self._left = CREDIT_S
        self._used_at = time.thread_time()
        self._at = time.monotonic()

    def add(self, seconds: float) -> None:
        """Count what was used on our behalf in another thread."""
        self._left -= seconds

    def keep(self) -> None:
        """Rest if too much was used. To be called often, where it does no harm to wait."""
        used, at = time.thread_time(), time.monotonic()
        self._left = min(CREDIT_S, self._left + (at - self._at) * self._share) - (used - self._used_at)
        self._used_at, self._at = used, at
        if self._left < -_SLACK_S:
            self._rest(-self._left / self._share)
