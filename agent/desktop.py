"""What of the desktop can be granted: the app has one, a runtime without a window has none."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Desktop(Protocol):
    """The clipboard and the screen. Each raises ToolFailed where it cannot be had, with what to do instead."""

    async def clipboard_text(self) -> str:
        """The text in the clipboard; empty: it holds none. What a password manager marked as secret is not given."""
        ...

    async def set_clipboard_text(self, text: str) -> None:
        """Put a text into it."""
        ...

    async def screenshot(self, path: Path) -> None:
        """Write a PNG of the screen that the person looks at to a new file."""
        ...
