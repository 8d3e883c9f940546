"""MCP servers for the common list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.errors import ToolError, UsageError
from agent.mcp_client.bundle import Manifest, read_manifest
from agent.mcp_client.name import suggested
from agent.mcp_client.servers import McpServers
from agent.mcp_client.view import Server
from app.translation import translate
from app.viewmodels.extension_item import Act, Extension, Kind
from app.viewmodels.extension_server_settings import entries_of, settings_of, wanted_setting
from app.viewmodels.extension_server_words import (
    ALL,
    FETCH,
    TOOL,
    Agreed,
    Asked,
    agreed_of,
    details_of,
    first_consent,
    item_of,
    second_consent,
)
from app.viewmodels.extension_setting import SettingsPort
from app.viewmodels.extension_source import Consent, Cost, Details, Sentence, Setting, Uses
from app.viewmodels.settings_fields import Field

LOG_LINES = 400
MOST_BYTES = 1_000_000
_FILL_IN = "homard mcp secret"
"""In a note on a key that is still to be filled in: it is asked for instead."""


@dataclass(frozen=True)
class _Bundle:
    """Which bundle was shown."""

    file: Path
    manifest: Manifest
    replacing: bool


class ServerSource:
    """An `ExtensionSource` over the MCP servers of one home."""

    def __init__(self, servers: McpServers, settings: SettingsPort, show: Callable[[str], None], folder: Path) -> None:
        """`show` opens a web address for the person; `folder`: where bundles are unpacked."""
        self._servers = servers
        self._settings = settings
        self._show = show
        self._folder = folder
        self._seen: dict[str, Server] = {}
        self._notes: dict[str, tuple[str, ...]] = {}
        """What was not taken over when it came in, by name."""

    @property
    def kind(self) -> Kind:
        """Servers."""
        return "server"

    async def rows(self, uses: Uses) -> Sequence[Extension]:
        """List them."""
        servers = await asyncio.to_thread(self._servers.servers)
        self._seen = {server.name: server for server in servers}
        return [item_of(server) for server in servers]

    async def cost(self) -> Cost:
        """Count the tools of those that are on."""
        return Cost(sum(server.prompt_tokens for server in self._seen.values()))

    async def details(self, key: str) -> Details:
        """Say all of one."""
        server = await self._server(key)
        return details_of(server, self._notes.get(key, ()), await self._settings_of(server))

    async def consent(self, key: str) -> Consent:
        """Say what asking it for its tools would mean, and once they are known, what agreeing to them would."""
        server = await self._server(key)
        notes = self._notes.get(key, ())
        if server.state.said.at is not None:
            return second_consent(server, notes)
        settings = await self._settings_of(server)
        missing = [one for one in settings if one.kind == "secret" and one.field.value is None]
        return first_consent(server, notes, missing)

    async def enable(self, consent: Consent, granted: frozenset[str]) -> Consent | None:
        """Take the step that was shown."""
        key = consent.item.key
        match consent.seal:
            case _Bundle() as bundle:
                server = await self._servers.install_bundle(
                    bundle.file, replacing=bundle.replacing, **_values_of(bundle.manifest, consent)
                )
                return await self.consent(server.name)
            case Asked(definition=definition):
                if (await self._server(key)).settings != definition:
                    raise _stale(key)
                for path, value in consent.values.items():
                    await self._servers.set_secret(key, path[-1], str(value))
                await self._test(key, fetching=FETCH in granted)
                return await self.consent(key)
            case Agreed() as agreed:
                await self._trust(key, agreed, granted)
                return None
            case _:
                return None

    async def disable(self, key: str) -> None:
        """Let it be used no more, and end it."""
        await self._servers.disable(key)

    async def remove(self, key: str) -> None:
        """Take it out of the settings, with its files and keys."""
        await self._servers.remove(key)
        self._notes.pop(key, None)

    async def do(self, act: Act, key: str) -> str:
        """Ask it again what it offers, or sign in to it."""
        match act:
            case "test":
                server = await self._test(key)
                words = translate("Extensions", "It answered; it has %n tool(s).", len(server.state.said.tools))
                return words
            case "sign_in":
                try:
                    server = await self._servers.login(key, self._show)
                except ToolError as error:
                    raise UsageError(str(error)) from None
                words = translate("Extensions", "You are signed in to {name}.")
                return words.format(name=server.name)
            case _:
                return ""

    async def update(self, key: str) -> Consent | None:
        """Nothing newer is known of."""
        return None

    async def install(self, place: Path | str) -> Sequence[str] | Consent:
        """Take in a bundle, or the servers of a JSON text or file; nothing of them is started."""
        if isinstance(place, str):
            return await self._add(place)
        if place.suffix.lower() == ".json":
            return await self._add(await asyncio.to_thread(_text_of, place))
        if await asyncio.to_thread(place.is_dir):
            words = translate("Extensions", "{place} is the folder of an MCP bundle. Drop its file (.mcpb) instead.")
            raise UsageError(words.format(place=place.name))
        return await self._bundle(place)

    async def log(self, key: str) -> str:
        """Give what its program wrote last."""
        return "\n".join(await asyncio.to_thread(self._servers.logs, key, LOG_LINES))

    async def change_setting(self, key: str, field: Field, value: Any) -> None:
        """Set it; what it may do more is agreed to anew."""
        server = await self._server(key)
        name = field.path[-1]
        if (entry := entries_of(server).get(name)) is not None and field.path[0] in ("env", "headers"):
            await (self._servers.set_secret(key, name, str(value)) if value else self._settings.keys.delete(entry))
            return
        await self._settings.write(["mcp", key, *field.path], None if value == field.default else value)

    def folder(self, key: str) -> Path | None:
        """Where its bundle was unpacked."""
        return self._folder / key / "bundle"

    # -- how

    async def _server(self, key: str) -> Server:
        server = await asyncio.to_thread(self._servers.server, key)
        self._seen[key] = server
        return server

    async def _test(self, key: str, *, fetching: bool = False) -> Server:
        try:
            return await self._servers.test(key, fetching=fetching)
        except ToolError as error:
            raise UsageError(str(error)) from None

    async def _trust(self, key: str, agreed: Agreed, granted: frozenset[str]) -> None:
        server = await self._server(key)
        if agreed_of(server) != agreed:
            raise _stale(key)
        names = [own for own, _digest in agreed.tools]
        chosen = names if ALL in granted else [own for own in names if f"{TOOL}{own}" in granted]
        trusted = await asyncio.to_thread(self._servers.trust, key, chosen)
        if agreed_of(trusted) != agreed:
            await self._servers.disable(key)
            raise _stale(key)
        if not trusted.settings.enabled or trusted.status == "disabled":
            await asyncio.to_thread(self._servers.enable, key)

    async def _add(self, text: str) -> Sequence[str]:
        added = await self._servers.add_json(text)
        for pasted, _server in added:
            self._notes[pasted.name] = tuple(note for note in pasted.notes if _FILL_IN not in note)
        return [server.name for _pasted, server in added]

    async def _bundle(self, file: Path) -> Sequence[str] | Consent:
        manifest = await asyncio.to_thread(read_manifest, file)
        name = suggested(manifest.name)
        there = {server.name for server in await asyncio.to_thread(self._servers.servers)}
        if name not in there and not manifest.user_config:
            return [(await self._servers.install_bundle(file)).name]
        about = " ".join(manifest.description.split())
        shown = manifest.display_name or name
        item = Extension("server", name, shown, about, "off", beside=manifest.version)
        there_is = name in there
        asks = translate("Extensions", "Replace {name}?") if there_is else translate("Extensions", "Install {name}?")
        what = translate("Extensions", "Its files are unpacked; nothing of it is started yet.")
        return Consent(
            item,
            (Sentence(what, icon="info"),),
            settings=tuple(wanted_setting(key, value) for key, value in manifest.user_config.items()),
            seal=_Bundle(file, manifest, there_is),
            update=there_is,
            asks=asks.format(name=shown),
            agrees=translate("Extensions", "Install"),
        )

    async def _settings_of(self, server: Server) -> tuple[Setting, ...]:
        keys = {name: await self._settings.has_key(entry) for name, entry in entries_of(server).items()}
        return settings_of(server, keys)


def _stale(key: str) -> UsageError:
    words = translate("Extensions", "{name} changed while you read, so it was not turned on. Look at it again.")
    return UsageError(words.format(name=key))


def _text_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else translate("Extensions", "it is no text")
        words = translate("Extensions", "{place} cannot be read ({why}). Nothing was added.")
        raise UsageError(words.format(place=file.name, why=why)) from error


def _values_of(manifest: Manifest, consent: Consent) -> dict[str, Any]:
    given = {path[0]: value for path, value in consent.values.items() if value not in (None, "", [])}
    return {name: value for name, value in given.items() if name in manifest.user_config}
