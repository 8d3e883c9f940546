"""How often each plugin was called, and when last: for a person who looks for those that nobody needs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import msgspec

from agent.whole_file import replace_file

NAME: Final = ".used.json"
WRITE_EVERY_S: Final = 60.0


class Use(msgspec.Struct, frozen=True):
    """Of one plugin."""

    calls: int = 0
    last_at: float = 0.0
    """Seconds since 1970, UTC; 0: never."""


class Used:
    """Of all plugins; what cannot be written is forgotten. `note` is cheap, the others block for the disk."""

    def __init__(self, plugins: Path) -> None:
        self._path = plugins / NAME
        self._new: dict[str, Use] = {}
        self._written_at = 0.0

    def look(self) -> dict[str, Use]:
        """All of them."""
        found = self._stored()
        for plugin, new in self._new.items():
            before = found.get(plugin, Use())
            found[plugin] = Use(before.calls + new.calls, max(before.last_at, new.last_at))
        return found

    def note(self, plugin: str) -> bool:
        """One call more; says whether it is time to write."""
        before = self._new.get(plugin, Use())
        self._new[plugin] = Use(before.calls + 1, time.time())
        return time.monotonic() - self._written_at > WRITE_EVERY_S

    def write(self) -> None:
        """Keep what was noted."""
        self._written_at = time.monotonic()
        if not self._new:
            return
        whole, self._new = self.look(), {}
        try:
            replace_file(self._path, msgspec.json.encode(whole))
        except OSError:
            return

    def _stored(self) -> dict[str, Use]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Use])
        except (OSError, msgspec.DecodeError):
            return {}
