"""What the app remembers of its own looks between starts: where the window stood, what was said once."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

import msgspec

_log = logging.getLogger(__name__)


class UiState(msgspec.Struct):
    """Plain data; losing it costs nothing but comfort."""

    geometry: tuple[int, int, int, int] | None = None
    """x, y, width, height of the window."""
    sidebar: int = 0
    """Its width; 0: as it comes."""
    session_id: str = ""
    """The chat that was open."""
    told_hidden: bool = False
    """It was said that closing the window leaves Homard running."""
    said: list[str] = []
    """What was sent last, for the composer's history."""
    drafts: dict[str, str] = {}
    """What was written and not sent, by session; of an empty one: in a chat that is not begun."""
    keep_without_tray: bool | None = None
    """Closing the window where there is no tray: go on in the background, or quit; None: ask."""


def load(path: Path) -> UiState:
    """Read the file; what cannot be read is as good as none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=UiState)
    except (OSError, msgspec.MsgspecError):
        return UiState()


def save(path: Path, state: UiState) -> None:
    """Replace the file at once. Does not raise."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".ui-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(state))
        Path(name).replace(path)
    except (OSError, UnicodeEncodeError) as error:
        _log.warning("%s cannot be written: %s", path, error)
