"""MCP servers of a pack: they stand in the settings like any other, and reach of what they want what the pack may."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from agent.errors import UsageError
from agent.mcp_client.name import check_server_name
from agent.mcp_client.plan import check_settings
from agent.mcp_client.state import Bundle, ServerState, StateFile
from agent.packs.archive import Pack
from agent.packs.capability import CapabilityText, covers, cut
from agent.packs.manifest import PackedServer
from agent.packs.part import Part, copied, digest_of, files_below, folder_changes
from agent.packs.state import PartKind, Placed
from agent.settings import ServerSettings
from agent.settings_file import drop, put
from agent.skills.tree import Stamp

HERE: Final = "${__dirname}"
"""As in an MCP bundle: the folder of the server."""
_KEY: Final = "keyring:"
_SAME: Final = ("command", "args", "env", "url", "headers", "folders", "writable", "hosts")
"""Of the settings: what a person agreed to with the pack."""


class ServerParts:
    """See `agent.packs.part.Parts`."""

    kind: PartKind = "server"

    def __init__(
        self,
        folder: Path,
        stage: Path,
        settings: Callable[[], Mapping[str, ServerSettings]],
        change: Callable[[Callable[[Any], None]], object],
    ) -> None:
        """`folder`: of servers; `stage`: of the packs; `settings`: `[mcp]` as it stands; `change` edits the file."""
        self._folder, self._stage = Path(os.path.realpath(folder)), stage
        self._settings, self._change = settings, change
        self._state = StateFile(self._folder)

    def found(self, pack: Pack) -> list[Part]:
        """Look at them. Raises UsageError if one cannot be used, or is reached where the pack may not."""
        return [self._part(pack, name, server) for name, server in sorted(pack.manifest.servers.items())]

    def _part(self, pack: Pack, name: str, server: PackedServer) -> Part:
        check_server_name(name)
        files: dict[str, Stamp] = files_below(pack, server.path) if server.path else {}
        settings = _settings(server, self._place(name))
        check_settings(name, settings)
        host = _host(settings)
        if host and not covers(pack.manifest.capabilities, "net", (host,)):
            raise UsageError(
                f"The server {name} is at {host}. Write a [[capability]] for `net` to it, with the reason."
            )
        for key, value in (*settings.env.items(), *settings.headers.items()):
            if value.startswith("env:") or (value.startswith(_KEY) and not value.startswith(f"{_KEY}mcp.{name}.")):
                raise UsageError(f"The server {name} takes {key} from {value}: only {_KEY}mcp.{name}.NAME is its own.")
        digest = hashlib.sha256(f"{msgspec.json.encode(server)!r}{digest_of(files)}".encode()).hexdigest()
        words = settings.url or " ".join((server.command, *server.args))
        return Part(
            "server", name, words, server.path, digest, files, _asks(settings), said=msgspec.to_builtins(server)
        )

    def taken(self, part: Part) -> str:
        """Whether a server of that name is there."""
        there = part.name in self._settings() or os.path.lexists(self._place(part.name))
        return f"There is an MCP server {part.name} already, which is none of this pack." if there else ""

    def texts(self, placed: Placed) -> dict[str, str]:
        """None."""
        return {}

    def planned(self, part: Part) -> Placed:
        """A folder among the servers, and a table of the settings."""
        place = str(self._place(part.name)) if part.path else ""
        return Placed("server", part.name, part.digest, place, said=dict(part.said))

    def put(self, part: Part, pack: Pack) -> Placed:
        """Copy it, and put it into the settings; off, and with nothing that it wants."""
        placed = self.planned(part)
        bundle = None
        if part.path:
            files = copied(pack, part, Path(placed.place), self._stage)
            placed = msgspec.structs.replace(placed, files=files)
            manifest = pack.manifest
            bundle = Bundle(
                manifest.version, digest_of(files), files, f"pack {manifest.name}", part.name, "", manifest.publisher
            )
        self._state.change(part.name, lambda one: ServerState(pins=one.pins, said=one.said, bundle=bundle))
        self._write(placed, (), enabled=False)
        return placed

    def changes(self, placed: Placed, granted: Sequence[CapabilityText]) -> list[str]:
        """Compare its files and its settings."""
        found = folder_changes(placed) if placed.place else []
        now, meant = self._settings().get(placed.name), self._cut(placed, granted)
        if now is None:
            return [*found, f"gone: mcp.{placed.name} in the settings"]
        if now.enabled and not self._may_be_reached(placed, granted):
            found.append(f"enabled by hand: mcp.{placed.name}")
        return found + [
            f"changed: mcp.{placed.name}.{key} in the settings"
            for key in _SAME
            if getattr(now, key) != getattr(meant, key) and (now.enabled or key not in ("folders", "writable", "hosts"))
        ]

    def enable(self, placed: Placed, granted: Sequence[CapabilityText]) -> None:
        """Let it be used with what both it and the pack say; its tools still wait for a person, as of any server."""
        self._write(placed, granted, enabled=self._may_be_reached(placed, granted))

    def disable(self, placed: Placed) -> None:
        """Let it be used no more."""
        if placed.name in self._settings():
            self._write(placed, (), enabled=False)

    def remove(self, placed: Placed) -> None:
        """Take it out of the settings, and delete its files."""
        self._change(lambda document: drop(document, ["mcp", placed.name]))
        self._state.change(placed.name, lambda _one: None)
        shutil.rmtree(self._folder / placed.name, ignore_errors=True)

    def _may_be_reached(self, placed: Placed, granted: Sequence[CapabilityText]) -> bool:
        """Whether it is a program, or at an address that was granted."""
        host = _host(self._cut(placed, granted))
        return not host or covers(granted, "net", (host,))

    def _place(self, name: str) -> Path:
        return self._folder / name / "bundle"

    def _cut(self, placed: Placed, granted: Sequence[CapabilityText]) -> ServerSettings:
        whole = _settings(_said(placed), self._place(placed.name))

        def left(what: str, to: Sequence[str]) -> tuple[str, ...]:
            return tuple(one for _what, kept in cut([(what, to)] if to else [], granted) for one in kept)

        def held(values: Mapping[str, str]) -> dict[str, str]:
            return {
                key: value
                for key, value in values.items()
                if not value.startswith(_KEY) or covers(granted, "secret.use", (value.removeprefix(_KEY),))
            }

        return msgspec.structs.replace(
            whole,
            folders=left("fs.read", whole.folders),
            writable=left("fs.write", whole.writable),
            hosts=left("net", whole.hosts),
            env=held(whole.env),
            headers=held(whole.headers),
        )

    def _write(self, placed: Placed, granted: Sequence[CapabilityText], *, enabled: bool) -> None:
        plain = msgspec.to_builtins(msgspec.structs.replace(self._cut(placed, granted), enabled=enabled))
        table = {key: value for key, value in plain.items() if value not in ("", [], (), {}, None)}
        self._change(lambda document: put(document, ["mcp", placed.name], {**table, "enabled": enabled}))


def _said(placed: Placed) -> PackedServer:
    """The server as the pack has it. One that cannot be read is none: then what stands in the settings is another."""
    try:
        return msgspec.convert(placed.said, PackedServer)
    except msgspec.ValidationError:
        return PackedServer()


def _settings(server: PackedServer, place: Path) -> ServerSettings:
    """The server as it would stand in the settings, if it got all that it wants."""

    def here(text: str) -> str:
        return text.replace(HERE, str(place))

    return ServerSettings(
        command=here(server.command),
        args=tuple(map(here, server.args)),
        env={key: here(value) for key, value in server.env.items()},
        url=server.url,
        headers=dict(server.headers),
        folders=server.folders,
        writable=server.writable,
        hosts=server.hosts,
        timeout_s=server.timeout_s,
    )


def _host(settings: ServerSettings) -> str:
    """Host, and port if one is named, of a server that is reached by its address; empty: it is a program."""
    return urlsplit(settings.url).netloc


def _asks(settings: ServerSettings) -> tuple[tuple[str, tuple[str, ...]], ...]:
    values = (*settings.env.values(), *settings.headers.values())
    secrets = tuple(value.removeprefix(_KEY) for value in values if value.startswith(_KEY))
    wanted = (("fs.read", settings.folders), ("fs.write", settings.writable), ("net", settings.hosts))
    return tuple((what, to) for what, to in (*wanted, ("secret.use", secrets)) if to)
