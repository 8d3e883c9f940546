"""Which sessions belong to which program, so that one that asks over MCP sees its own and nobody else's."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from agent.errors import StorageError
from agent.whole_file import replace_file

MOST = 500
"""Sessions that are remembered of one program; its oldest are forgotten, and kept as chats."""

Known = dict[str, list[str]]


class ClientSessions:
    """A small file of the owner's: name of the program to ids of sessions, the oldest first."""

    def __init__(self, data: Path) -> None:
        self._path = data / "clients.json"
        self._lock = asyncio.Lock()

    async def of(self, client: str) -> list[str]:
        """List the sessions of a program, the latest first."""
        return (await asyncio.to_thread(self._read)).get(client, [])[::-1]

    async def add(self, client: str, session_id: str) -> None:
        """Remember a session. Raises StorageError."""
        async with self._lock:
            await asyncio.to_thread(self._add, client, session_id)

    def _add(self, client: str, session_id: str) -> None:
        known = self._read()
        known[client] = [*known.get(client, ()), session_id][-MOST:]
        try:
            replace_file(self._path, msgspec.json.encode(known))
        except OSError as error:
            raise StorageError(
                f"{self._path} cannot be written ({error.strerror}), so the session was not begun. "
                "Mend that and try again."
            ) from error

    def _read(self) -> Known:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Known)
        except (OSError, msgspec.DecodeError):
            return {}  # nothing is shared then: a program sees what it begins from now on
