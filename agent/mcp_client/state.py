"""What is known of servers beside their settings: what a person agreed to, and what a server said last."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from agent.errors import StorageError
from agent.file_lock import changing
from agent.mcp_client.pin import Pin
from agent.settings import ServerSettings
from agent.skills.tree import Stamp
from agent.whole_file import replace_file

NAME: Final = ".state.json"
"""In the folder of servers; no server begins with a dot."""


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a server said of itself when it was asked last."""

    tools: dict[str, Pin] = {}
    unusable: tuple[str, ...] = ()
    """Sentences on tools that cannot be used."""
    name: str = ""
    version: str = ""
    protocol: str = ""
    """Version of MCP that was agreed on, for instance `2025-11-25`."""
    at: datetime | None = None


class Bundle(msgspec.Struct, frozen=True, omit_defaults=True):
    """The MCPB file that a server was installed from."""

    version: str
    tree: str
    """Digest of its files as they were unpacked."""
    files: dict[str, Stamp] = {}
    source: str = ""
    display_name: str = ""
    description: str = ""
    author: str = ""


class ServerState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of one server."""

    pins: dict[str, Pin] = {}
    """Tools that a person agreed to, by the server's own names."""
    left_out: tuple[str, ...] = ()
    """Tools that were there too, and that they did not want."""
    definition: str = ""
    """Digest of what was agreed to be run or reached; empty: nothing yet."""
    said: Said = Said()
    bundle: Bundle | None = None
    fetched: str = ""
    """Digest of the command whose program was brought from the internet into its private folder; see `command_of`."""
    failed: str = ""
    """Why it was switched off by itself, as a sentence; empty: it was not."""
    sign_in_hosts: tuple[str, ...] = ()
    """Hosts, with ports, where a person signed in for it."""
    calls: int = 0
    last_used: datetime | None = None


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of it, by name."""

    servers: dict[str, ServerState] = {}

    def of(self, name: str) -> ServerState:
        """What is known of one; nothing if it is new."""
        return self.servers.get(name, ServerState())


class StateFile:
    """The file; all methods block for the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: tuple[tuple[int, int, int], State] | None = None

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._folder / NAME

    def load(self) -> State:
        """Read it, if it has changed. Raises StorageError; a missing file says nothing."""
        try:
            stat = self.path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if self._read is None or self._read[0] != stamp:
                self._read = stamp, msgspec.json.decode(self.path.read_bytes(), type=State)
            return self._read[1]
        except FileNotFoundError:
            return State()
        except (OSError, msgspec.DecodeError) as error:
            raise StorageError(
                f"{self.path} cannot be read ({error}), so no MCP server is used. Delete it and trust your servers "
                "again."
            ) from error

    def change(self, name: str, change: Callable[[ServerState], ServerState | None]) -> ServerState:
        """Replace what is known of one server, at once and whole; None: nothing is. Raises StorageError."""
        with changing(self.path):
            state = self.load()
            others = {key: one for key, one in state.servers.items() if key != name}
            changed = change(state.of(name))
            servers = others if changed is None else {**others, name: changed}
            if servers != state.servers:
                self._save(State(servers))
        return changed or ServerState()

    def _save(self, state: State) -> None:
        try:
            replace_file(self.path, msgspec.json.encode(state))
            if os.name == "posix":
                os.chmod(self._folder, 0o700)
        except OSError as error:
            raise StorageError(
                f"{self.path} cannot be written ({error.strerror}). Nothing changed; make room and try again."
            ) from error


def definition_of(settings: ServerSettings, bundle: Bundle | None) -> str:
    """Digest of what a person agrees to: what is run or reached, with what it may read, change and reach."""
    what: dict[str, Any] = {
        name: getattr(settings, name)
        for name in ("command", "args", "env", "url", "headers", "folders", "writable", "hosts")
    }
    what["tree"] = bundle.tree if bundle is not None else ""
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def command_of(settings: ServerSettings) -> str:
    """Digest of the command alone."""
    return hashlib.sha256(json.dumps([settings.command, settings.args]).encode()).hexdigest()
