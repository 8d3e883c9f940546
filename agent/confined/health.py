"""How often a process may fail: started again at once, then later and later, and at the third time not by itself."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

BACKOFF_S: Final = (0.0, 1.0, 5.0, 30.0)
"""After the first, second, … failure in a row."""
IN_A_ROW: Final = 3
WITHIN: Final = 3
WITHIN_S: Final = 600.0


class Health:
    """Of one plugin or server. `clock` counts seconds and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._row = 0
        self._at: deque[float] = deque(maxlen=WITHIN)

    @property
    def wait_s(self) -> float:
        """Seconds until it may be started again."""
        if not self._row:
            return 0.0
        delay = BACKOFF_S[min(self._row, len(BACKOFF_S)) - 1]
        return max(0.0, self._at[-1] + delay - self._clock())

    def failed(self) -> bool:
        """It crashed or hung. Says whether that was once too often."""
        now = self._clock()
        self._row += 1
        self._at.append(now)
        return self._row >= IN_A_ROW or (len(self._at) == WITHIN and now - self._at[0] <= WITHIN_S)

    def worked(self) -> None:
        """It did what it was asked."""
        self._row = 0

    def reset(self) -> None:
        """A person says that it may try again."""
        self._row = 0
        self._at.clear()
