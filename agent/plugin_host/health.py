"""When a plugin that failed may be started again, and when it has failed too often."""

from __future__ import annotations

from collections import deque
from typing import Final

BACKOFF_S: Final = (0.0, 1.0, 5.0, 30.0)
"""After the first, second, … failure in a row."""
IN_A_ROW: Final = 3
WITHIN: Final = 3
WITHIN_S: Final = 600.0


class Health:
    """Of one plugin in this process."""

    def __init__(self) -> None:
        self._row = 0
        self._at: deque[float] = deque(maxlen=WITHIN)
        self._again_at = 0.0

    def failed(self, now: float) -> bool:
        """It crashed or hung. Says whether it is to be disabled."""
        self._again_at = now + BACKOFF_S[min(self._row, len(BACKOFF_S) - 1)]
        self._row += 1
        self._at.append(now)
        return self._row >= IN_A_ROW or (len(self._at) == WITHIN and now - self._at[0] <= WITHIN_S)

    def worked(self) -> None:
        """It did what it was asked."""
        self._row = 0

    def wait_s(self, now: float) -> float:
        """Seconds until it may be started again."""
        return max(0.0, self._again_at - now)
