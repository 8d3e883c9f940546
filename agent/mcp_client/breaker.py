"""How often a server may fail: again at once, then later and later, and at the third time not again by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

DELAYS_S: Final = (0.0, 1.0, 5.0, 30.0)
IN_A_ROW: Final = 3
WITHIN_S: Final = 600.0


class Breaker:
    """Of one server. `clock` counts seconds and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._row = 0
        self._times: list[float] = []

    @property
    def wait_s(self) -> float:
        """Seconds until it may be started again."""
        if not self._row:
            return 0.0
        delay = DELAYS_S[min(self._row - 1, len(DELAYS_S) - 1)]
        return max(0.0, self._times[-1] + delay - self._clock())

    def failed(self) -> bool:
        """Count a failure; whether it is one too many."""
        now = self._clock()
        self._row += 1
        self._times = [one for one in self._times if now - one < WITHIN_S] + [now]
        return self._row >= IN_A_ROW or len(self._times) >= IN_A_ROW

    def worked(self) -> None:
        """It did what it was asked to."""
        self._row = 0

    def reset(self) -> None:
        """A person says that it may try again."""
        self._row, self._times = 0, []
