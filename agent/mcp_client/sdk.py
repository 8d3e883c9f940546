"""The one door to the package `mcp`: imported late and in a thread, for it takes half a second.

We take the SDK and no client of our own: two eras of the protocol, their ways of asking back, OAuth with its
discoveries are its matter. What a stranger's server could do with it to the event loop is held in `channel.py` (how
much and how large, and what is in a listing) and `way.py` (the network).
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from typing import Any, Final

import msgspec

MOST_PIECES: Final = 100_000
"""Objects and lists in one message: making them is what takes the time of the event loop, half a microsecond each."""
_PARTS = ("mcp.client.client", "mcp.client.streamable_http", "mcp.client.auth", "anyio._backends._asyncio")


async def import_sdk() -> None:
    """Import it; afterwards `import mcp` costs nothing."""
    if all(name in sys.modules for name in _PARTS):
        return
    await asyncio.to_thread(_import)


def _import() -> None:
    for name in _PARTS:
        importlib.import_module(name)
    # WORKAROUND(mcp 2.3.0): it reads each message as JSON by pydantic's union of four shapes, a copy of all for each.
    # 4 MB of small objects take it seconds of the event loop, which a server can choose to send. Read first and
    # looked at after, the same takes a hundredth of that.
    transport: Any = importlib.import_module("mcp.client.streamable_http")
    transport.jsonrpc_message_adapter = _Adapter()


class _Adapter:
    """What the SDK calls to read a message."""

    def validate_json(self, data: str | bytes, **_options: object) -> Any:
        """Read one."""
        return message_of(data)


def message_of(data: str | bytes) -> Any:
    """Read a message of JSON-RPC. Raises ValueError for what is none, or is made of too many pieces."""
    from mcp_types import jsonrpc_message_adapter

    pieces = data.count("{") + data.count("[") if isinstance(data, str) else data.count(b"{") + data.count(b"[")
    if pieces > MOST_PIECES:
        raise ValueError(f"the message is made of more than {MOST_PIECES:,} pieces")
    try:
        value: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        if len(data) > 1_000_000:
            raise ValueError(f"the message is no JSON ({error})") from None
        return jsonrpc_message_adapter.validate_json(data, by_name=False)  # it takes what JavaScript writes, like NaN
    return jsonrpc_message_adapter.validate_python(value, by_name=False)
