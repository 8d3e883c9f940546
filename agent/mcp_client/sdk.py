"""The one door to the package `mcp`: imported late and in a thread, for it takes half a second.

We take the SDK and no client of our own: two eras of the protocol, their ways of asking back, OAuth with its
discoveries are its matter. What a stranger's server could do with it to the event loop is held in `channel.py` (how
much and how large, and what is in a listing) and `way.py` (the network).
"""

from __future__ import annotations

import asyncio
import importlib
import sys

_PARTS = ("mcp.client.client", "mcp.client.streamable_http", "mcp.client.auth", "anyio._backends._asyncio")


async def import_sdk() -> None:
    """Import it; afterwards `import mcp` costs nothing."""
    if all(name in sys.modules for name in _PARTS):
        return
    await asyncio.to_thread(_import)


def _import() -> None:
    for name in _PARTS:
        importlib.import_module(name)
