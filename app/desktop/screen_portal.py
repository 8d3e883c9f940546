"""A picture of the screen on Wayland: the desktop asks the person (org.freedesktop.portal.Screenshot 2)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.desktop.portal import ask, name_ourselves
from app.desktop.session_bus import BusError, SessionBus

SCREENSHOT = "org.freedesktop.portal.Screenshot"
PERSON_S = 50.0
"""Shorter than a tool may take: the desktop may ask the person first."""
MAX_BYTES = 100_000_000


async def take_picture() -> bytes:
    """Give the encoded picture. Raises Refused, BusError, TimeoutError, OSError."""
    bus = await SessionBus.open()
    if bus is None:
        raise BusError("there is no session bus")
    try:
        await name_ourselves(bus)
        results = await ask(bus, SCREENSHOT, "Screenshot", "sa{sv}", ("",), {"interactive": ("b", False)}, PERSON_S)
    finally:
        await bus.close()
    return await asyncio.to_thread(_taken, str(results["uri"][1]))


def _taken(uri: str) -> bytes:
    """Read the file, which the portal leaves among the person's pictures, and remove it."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        raise OSError(f"the portal gave no file: {parts.scheme}")
    path = Path(unquote(parts.path))
    with path.open("rb") as file:
        data = file.read(MAX_BYTES)
    path.unlink()
    return data
