"""All MCP servers of one home: what there is, what a person agreed to, and their tools for runs."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace as replace_fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from agent.errors import HomardError, ToolError, UsageError
from agent.mcp_client.house import House
from agent.mcp_client.live import LiveServer
from agent.mcp_client.offer import check_declarations
from agent.mcp_client.paste import Pasted, read_paste
from agent.mcp_client.pin import Pin, same
from agent.mcp_client.plan import check_settings, ungranted_folders
from agent.mcp_client.provider import ServerProvider
from agent.mcp_client.state import Said, ServerState, command_of, definition_of
from agent.mcp_client.view import Server, changed_bundle, pinned_offers, status_of, tools_of
from agent.settings import ServerSettings, Settings
from agent.settings_file import drop, put

if TYPE_CHECKING:
    from agent.mcp_client.sign_in import Client

ChangeSettings = Callable[[Callable[[Any], None]], Settings]
"""Edits settings.toml; gets what edits the parsed document, gives the settings after (`change_settings`). Blocks."""

_FOR_NOW: Final = (
    "Its keys last until Homard ends, because there is no keyring here; then homard mcp secret takes them."
)
_log = logging.getLogger(__name__)


class McpServers:
    """The service. Methods that are no coroutines block for the disk: call them in a thread where a loop runs."""

    def __init__(self, house: House, change_settings: ChangeSettings) -> None:
        self._house, self._change_file = house, change_settings
        self._changed: tuple[Mapping[str, ServerSettings], Mapping[str, ServerSettings]] | None = None
        """As the house had them when we changed them last, and as they were after that."""
        self._live: dict[str, tuple[ServerSettings, LiveServer]] = {}
        self._providers: dict[str, tuple[object, ServerProvider]] = {}
        self._retired: list[LiveServer] = []
        """With settings that are no longer so; ended when one is next spoken with."""
        self._used: dict[str, int] = {}

    def servers(self) -> list[Server]:
        """All of them, by name. Raises StorageError, SettingsInvalid."""
        return [self._server(name, settings) for name, settings in sorted(self._every().items())]

    def server(self, name: str) -> Server:
        """The one of that name. Raises UsageError that says which there are."""
        return self._server(name, self._settings(name))

    def _every(self) -> Mapping[str, ServerSettings]:
        """`[mcp]` with what was changed here, also while the house has not read its file again."""
        now = self._house.settings()
        if self._changed is not None and self._changed[0] == now:
            return self._changed[1]
        self._changed = None
        return now

    def _change(self, change: Callable[[Any], None]) -> None:
        before, after = self._house.settings(), self._change_file(change).mcp
        self._changed = None if self._house.settings() == after else (before, after)

    def _settings(self, name: str) -> ServerSettings:
        every = self._every()
        if name in every:
            return every[name]
        there = f"There are: {', '.join(sorted(every))}." if every else "There is none yet: homard mcp add."
        raise UsageError(f"There is no MCP server {name!r}. {there}")

    def _server(self, name: str, settings: ServerSettings) -> Server:
        state = self._house.state.load().of(name)
        status, why, words = status_of(name, settings, state, self._house)
        offers = pinned_offers(name, settings, state) if status == "on" else ()
        tools = tools_of(state, {one.own_name: one.name for one in offers})
        live = self._live.get(name)
        process = live[1].process if live else None
        running = bool(live and live[1].connection is not None and live[1].connection.alive)
        return Server(
            name,
            settings,
            status,
            why,
            tuple(words),
            tools,
            state,
            offers,
            running,
            process.memory if process is not None and process.alive else 0,
            self._house.log(name),
        )

    def add(self, name: str, settings: ServerSettings, *, replacing: bool = False) -> Server:
        """Put a server into the settings. Nothing is started, and nothing of it is used yet. Raises UsageError."""
        check_settings(name, settings)
        check_declarations(settings)
        if name in self._every() and not replacing:
            raise UsageError(f"There is a server {name!r} already. Remove it first, or take another name.")
        table = {key: value for key, value in _plain(settings).items() if value not in ("", [], {}, None)}
        self._change(lambda document: put(document, ["mcp", name], table))
        self._house.tell(name, "new")
        return self.server(name)

    async def add_json(self, text: str) -> list[tuple[Pasted, Server]]:
        """Add all servers of an `mcpServers` text; keys in it go to the keyring. Raises UsageError: none was added."""
        pasted = await asyncio.to_thread(read_paste, text)
        for one in pasted:
            check_settings(one.name, one.settings)
        there = await asyncio.to_thread(self._every)
        if twice := next((one.name for one in pasted if one.name in there), None):
            raise UsageError(f"There is a server {twice!r} already, so none was added. Remove it first, or rename it.")
        added: list[tuple[Pasted, Server]] = []
        for one in pasted:
            lasting = await self._keep(one.secrets)
            noted = one if lasting else replace_fields(one, notes=(*one.notes, _FOR_NOW))
            added.append((noted, await asyncio.to_thread(self.add, one.name, one.settings)))
        return added

    async def _keep(self, secrets: Mapping[str, str]) -> bool:
        """Store them; whether they last."""
        kept = [await self._house.secrets.set(entry, value) for entry, value in secrets.items()]
        return "session" not in kept

    async def set_secret(self, name: str, key: str, value: str) -> str:
        """Keep a value of `env` or `headers` in the keyring; says where it is kept. Raises UsageError."""
        settings = await asyncio.to_thread(self._settings, name)
        part = "headers" if settings.url else "env"
        entry = f"mcp.{name}.{key}"
        kept = await self._house.secrets.set(entry, value)
        if getattr(settings, part).get(key) != f"keyring:{entry}":
            await asyncio.to_thread(
                self._change, lambda document: put(document, ["mcp", name, part, key], f"keyring:{entry}")
            )
        return kept

    async def install_bundle(self, file: Path, *, replacing: bool = False, **values: Any) -> Server:
        """Install an MCPB file (manifest 0.3): unpacked, not started, nothing agreed to. Raises UsageError."""
        from agent.mcp_client.bundle import install

        there = set[str]() if replacing else set(await asyncio.to_thread(self._every))
        made = await asyncio.to_thread(install, file, self._house, values, there)
        await self._keep(made.secrets)
        await self._end(made.name)

        def note() -> Server:
            self._house.state.change(
                made.name, lambda one: ServerState(pins=one.pins, said=one.said, bundle=made.bundle)
            )
            return self.add(made.name, made.settings, replacing=True)

        return await asyncio.to_thread(note)

    async def remove(self, name: str) -> None:
        """Take a server out of the settings, with its files, its keys and what was agreed to. Raises UsageError."""
        from agent.mcp_client.sign_in import entry

        settings = await asyncio.to_thread(self._settings, name)
        await asyncio.to_thread(self._change, lambda document: drop(document, ["mcp", name]))  # no run starts it again
        await self._end(name)
        self._live.pop(name, None)

        references = [*settings.env.values(), *settings.headers.values()]
        own = [one.removeprefix("keyring:") for one in references if one.startswith(f"keyring:mcp.{name}.")]
        for key in (*own, entry(name)):
            try:
                await self._house.secrets.delete(key)
            except HomardError as error:
                _log.warning("%s", error)

        def forget() -> None:
            self._house.state.change(name, lambda _one: None)
            shutil.rmtree(self._house.place(name), ignore_errors=True)

        await asyncio.to_thread(forget)
        self._house.tell(name, "removed")

    def enable(self, name: str) -> Server:
        """Let it be used again, as far as a person agreed. Raises UsageError."""
        self._settings(name)
        self._change(lambda document: drop(document, ["mcp", name, "enabled"]))
        self._house.state.change(name, lambda one: replace(one, failed=""))
        if live := self._live.get(name):
            live[1].health.reset()
        server = self.server(name)
        self._house.tell(name, server.status)
        return server

    async def disable(self, name: str) -> Server:
        """Let it be used no more, and end it. What was agreed to stays agreed to. Raises UsageError."""
        await asyncio.to_thread(self._settings, name)
        await asyncio.to_thread(self._change, lambda document: put(document, ["mcp", name, "enabled"], False))
        await self._end(name)
        self._house.tell(name, "off")
        return await asyncio.to_thread(self.server, name)

    def trust(self, name: str, tools: Iterable[str] | None = None, said: Said | None = None) -> Server:
        """Agree to what it may do, and to these tools of its own names; None: all of them.

        `said`: what a person was shown of them (`Server.state.said`); None: what the server said last.
        Raises UsageError where it has not said yet what it has (see `test`), or has no such tool.
        """
        settings = self._settings(name)
        state = self._house.state.load().of(name)
        if why := changed_bundle(name, state, self._house):
            raise UsageError(why)
        shown = state.said if said is None else said
        if shown.at is None:
            raise UsageError(f"Nobody has asked the server {name} yet what tools it has: homard mcp test {name}")
        wanted = list(shown.tools) if tools is None else list(tools)
        if unknown := [one for one in wanted if one not in shown.tools]:
            there = ", ".join(shown.tools) or "none"
            raise UsageError(f"The server {name} has no tool {unknown[0]!r}. It has: {there}.")
        pins = {own: shown.tools[own] for own in wanted}
        left_out = tuple(own for own in shown.tools if own not in pins)
        definition = definition_of(settings, state.bundle)
        agreed = replace(state, pins=pins, left_out=left_out, definition=definition, failed="")
        if state.bundle is not None:
            from agent.mcp_client.bundle import with_times

            agreed = replace(agreed, bundle=with_times(self._house.place(name) / "bundle", state.bundle))
        self._house.state.change(name, partial(_agreed, state, agreed))
        server = self.server(name)
        self._house.tell(name, server.status)
        return server

    async def test(self, name: str, *, fetching: bool = False) -> Server:
        """Start or reach it, ask what it has, and note that; nothing is agreed to by it.

        `fetching`: it may reach any host this once, to bring itself from the internet. Raises UsageError, ToolError.
        """
        settings = await asyncio.to_thread(self._settings, name)
        live = LiveServer(name, settings, self._house)
        try:
            said = (await live.connected(fetching=fetching)).said
        except ToolError as error:
            raise UsageError(f"{error}{_hint(name, settings)}") from None
        finally:
            await live.end()
        if fetching:
            brought = command_of(settings)
            await asyncio.to_thread(self._house.state.change, name, lambda one: replace(one, fetched=brought))
        await self._on_said(name, said)
        return await asyncio.to_thread(self.server, name)

    async def login(
        self, name: str, show: Callable[[str], None], client: Client | None = None, *, port: int = 0
    ) -> Server:
        """Let a person sign in to a server with OAuth; `show` lets them open an address. Raises UsageError, ToolError.

        `client`: one that was registered by hand, None: one is registered. `port`: of the loopback, where the browser
        comes back; 0: any.
        """
        from agent.mcp_client.sign_in import Client, visit

        settings = await asyncio.to_thread(self._settings, name)
        if not settings.url:
            raise UsageError(f"The server {name} is a program of this machine; there is nothing to sign in to.")
        async with visit(show, client or Client(), port=port) as visitor:
            live = LiveServer(name, settings, self._house, visitor)
            try:
                said = (await live.connected()).said
            finally:
                await live.end()
        hosts = tuple(sorted(visitor.visited))
        await asyncio.to_thread(self._house.state.change, name, lambda one: replace(one, sign_in_hosts=hosts))
        await self._on_said(name, said)
        await self._end(name)
        return await asyncio.to_thread(self.server, name)

    def logs(self, name: str, lines: int = 100) -> list[str]:
        """The last lines that its program wrote to standard error. Raises UsageError."""
        from agent.confined.log_file import tail

        self._settings(name)
        return tail(self._house.log(name), lines)

    def providers(self) -> Sequence[ServerProvider]:
        """The servers whose tools may be used now. Cheap while there is none; else reads the disk. Never raises."""
        every = self._every()
        if not every:
            return ()
        found: list[ServerProvider] = []
        for name, settings in sorted(every.items()):
            try:
                state = self._house.state.load().of(name)
                status = status_of(name, settings, state, self._house)[0]
            except HomardError as error:
                _log.warning("%s", error)
                continue
            if status == "on":
                found.append(self._provider(name, settings, same(state.pins, state.said.tools)))
        return found

    def _provider(self, name: str, settings: ServerSettings, pins: dict[str, Pin]) -> ServerProvider:
        live = self._live_of(name, settings)
        known = self._providers.get(name)
        key = (live, {own: pin.digest for own, pin in pins.items()})
        if known is None or known[0] != key:
            known = key, ServerProvider(live, pins, self._house, self._on_said, self._on_used, self._why_not)
            self._providers[name] = known
        return known[1]

    def _why_not(self, live: LiveServer) -> str:
        """Say why a server that some run knows is not to be called now; empty: it may be."""
        try:
            settings = self._settings(live.name)
            state = self._house.state.load().of(live.name)
            status, why, _words = status_of(live.name, settings, state, self._house)
        except HomardError as error:
            return str(error)
        if status == "on" and settings != live.settings:
            why = "Its settings are others than when this run began."
        return why or self._house.closed(f"mcp:{live.name}")

    def _live_of(self, name: str, settings: ServerSettings) -> LiveServer:
        known = self._live.get(name)
        if known is None or known[0] != settings:
            self._retired += [known[1]] if known else []
            known = settings, LiveServer(name, settings, self._house)
            self._live[name] = known
        return known[1]

    async def close(self) -> None:
        """End all that runs."""
        every = (*self._retired, *(one for _, one in self._live.values()))
        await asyncio.gather(*(live.end() for live in every), return_exceptions=True)
        await asyncio.to_thread(self._note_use)

    async def _end(self, name: str) -> None:
        if known := self._live.get(name):
            await known[1].end()

    def _on_used(self, name: str) -> None:
        self._used[name] = self._used.get(name, 0) + 1

    def _note_use(self) -> None:
        used, self._used = self._used, {}
        now = self._house.now()
        for name, count in used.items():
            self._house.state.change(name, lambda one, n=count: replace(one, calls=one.calls + n, last_used=now))

    async def _on_said(self, name: str, said: Said) -> None:
        """Keep what a server says of its tools, and tell a person where it is not what they agreed to."""
        retired, self._retired = self._retired, []
        await asyncio.gather(*(one.end() for one in retired))
        before, after = await asyncio.to_thread(self._note_said, name, said)
        old = {one for one in before.pins if one in same(before.pins, before.said.tools)}
        new = {one for one in after.pins if one in same(after.pins, said.tools)}
        added = set(said.tools) - set(before.said.tools) if before.definition else set[str]()
        if lost := sorted(old - new):
            note = f"{', '.join(lost[:5])} of the server {name} changed and cannot be used until you have looked at it."
            self._house.tell(name, "changed", f"{note} homard mcp show {name}", tell=True)
        elif added:
            note = f"The server {name} has new tools: {', '.join(sorted(added)[:5])}. homard mcp show {name}"
            self._house.tell(name, "changed", note, tell=True)

    def _note_said(self, name: str, said: Said) -> tuple[ServerState, ServerState]:
        before = self._house.state.load().of(name)
        unchanged = replace(said, at=before.said.at) == before.said
        after = self._house.state.change(name, lambda one: one if unchanged else replace(one, said=said))
        if name in self._used:
            self._note_use()
        return before, after


def _agreed(shown: ServerState, agreed: ServerState, now: ServerState) -> ServerState:
    """What was agreed to, in what is known now. Raises UsageError if its files are others than those shown."""
    if now.bundle != shown.bundle:
        raise UsageError("Its files were replaced meanwhile. Nothing was agreed to; look at it again.")
    said = ("pins", "left_out", "definition", "failed", "bundle")
    return replace(now, **{name: getattr(agreed, name) for name in said})


def _plain(settings: ServerSettings) -> dict[str, Any]:
    from agent.settings_file import plain

    values: dict[str, Any] = plain(settings)
    return {key: value for key, value in values.items() if value != plain(getattr(ServerSettings(), key))}


def _hint(name: str, settings: ServerSettings) -> str:
    """Say what a server that does not start may lack."""
    folders = ungranted_folders(settings)
    return (
        f" Its arguments name {folders[0]}, which it may not read: homard mcp allow {name} --folder {folders[0]}"
        if folders
        else ""
    )
