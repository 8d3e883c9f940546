"""The loop breaker: sees a run going in circles, whatever tool it uses.

Measured elsewhere: one call made 1,498 times; breakers per tool are evaded by switching tools. So one breaker watches
all calls of a session and is reset only by a person's word.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from typing import Literal

from agent.messages import ToolCall, ToolResult

Pattern = Literal["same_error", "nothing_new", "alternating"]

SAME_ERROR = 3
"""One call, or any calls without a success in between."""
NOTHING_NEW = 8
ALTERNATIONS = 3
MEMORY = 5_000
"""Outcomes that are remembered: a session may go on for weeks."""

ADVICE: dict[Pattern, str] = {
    "same_error": "The same error came back three times. Choose another way, or tell the user what is in the way.",
    "nothing_new": "The last calls brought nothing new. Answer with what you have, or choose another way.",
    "alternating": "You go back and forth between two calls. Answer with what you have, or choose another way.",
}


class Breaker:
    """Counts what repeats. `observe` says which pattern it saw; after a warning the next pattern is final."""

    def __init__(self) -> None:
        self.warned = False
        self._clear()

    def reset(self) -> None:
        """Forget everything: a person spoke."""
        self.warned = False
        self._clear()

    def observe(self, call: ToolCall, result: ToolResult, *, reading: bool) -> Pattern | None:
        """Take one finished call; return the pattern it completes, if any."""
        outcome = _digest(result.text)
        act = _digest(f"{call.name}\0{call.arguments}")
        pattern = self._errors_repeat(act, result) or self._news_ends(outcome if reading else f"{act}{outcome}")
        self._recent.append(f"{act}{outcome}")
        pattern = pattern or self._alternates()
        if pattern:
            self._clear()
        return pattern

    def _clear(self) -> None:
        self._errors: Counter[str] = Counter()
        self._in_a_row: Counter[str] = Counter()
        self._seen: dict[str, None] = {}
        self._stale = 0
        self._recent: deque[str] = deque(maxlen=2 * ALTERNATIONS)

    def _errors_repeat(self, act: str, result: ToolResult) -> Pattern | None:
        if not result.is_error:
            self._in_a_row.clear()
            return None
        error = _digest(result.text)
        self._errors[act + error] += 1
        self._in_a_row[error] += 1
        most = max(self._errors[act + error], self._in_a_row[error])
        return "same_error" if most >= SAME_ERROR else None

    def _news_ends(self, news: str) -> Pattern | None:
        self._stale = self._stale + 1 if news in self._seen else 0
        self._seen[news] = None
        if len(self._seen) > MEMORY:
            del self._seen[next(iter(self._seen))]
        return "nothing_new" if self._stale >= NOTHING_NEW else None

    def _alternates(self) -> Pattern | None:
        acts = list(self._recent)
        full = len(acts) == 2 * ALTERNATIONS and acts[0] != acts[1]
        return "alternating" if full and all(act == acts[at % 2] for at, act in enumerate(acts)) else None


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
