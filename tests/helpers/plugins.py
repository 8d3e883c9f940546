"""Plugins in temporary folders."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from agent.desktop import Desktop
from agent.events import AnyEvent, ExtensionChanged
from agent.messages import ImagePart, TextPart, ToolResult
from agent.plugin_host.host import PluginHost
from agent.plugin_host.plugin import Plugin
from agent.sandbox.measure import known
from agent.sandbox.measured import Measured
from agent.settings import Settings
from agent.tools.egress_pass import EgressPass
from agent.tools.foreign import ForeignCall, ForeignResult

TOML = """\
api = 1
id = "{id}"
name = "{id}"
version = "1.0"
description = "A plugin of the tests."
"""


def write_plugin(place: Path, code: str, *, name: str = "hello", more: str = "", **files: str) -> Path:
    """Make a plugin: `code` is its main.py, `more` goes to the end of its plugin.toml; gives its folder."""
    folder = place / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plugin.toml").write_text(TOML.format(id=name) + more, encoding="utf-8")
    (folder / "main.py").write_text(code, encoding="utf-8")
    for file, text in files.items():
        (folder / f"{file}.py").write_text(text, encoding="utf-8")
    return folder


def capability(what: str, *to: str) -> str:
    """The lines of plugin.toml that ask for something."""
    return f'[[capability]]\nwhat = "{what}"\nto = {list(to)!r}\nreason = "The tests want it."\n'


class PluginHome:
    """A home with plugins, each in the real sandbox. Use it as an async context manager."""

    def __init__(self, place: Path, *, desktop: Desktop | None = None, **options: Any) -> None:
        self.place, self.desktop = place, desktop
        self.settings = Settings()
        self.events: list[ExtensionChanged] = []
        self.told: list[str] = []
        self._news = asyncio.Event()
        self.shown: list[str] = []
        self.own_calls: list[tuple[str, dict[str, Any]]] = []
        self.own: Callable[[str, Mapping[str, Any]], ToolResult] = _no_tool
        self.host = PluginHost(
            place / "plugins",
            private=place / "private",
            logs=place / "logs",
            settings=lambda: self.settings,
            publish=self._publish,
            measured=measured,
            **options,
        )

    async def __aenter__(self) -> PluginHome:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.host.aclose()

    def _publish(self, event: AnyEvent) -> None:
        assert isinstance(event, ExtensionChanged)
        self.events.append(event)
        if event.tell:
            self.told.append(event.note)
        self._news.set()

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds that an event tells of."""
        async with asyncio.timeout(20):
            while not holds():
                self._news.clear()
                await self._news.wait()

    def write(self, code: str, *, name: str = "hello", more: str = "", **files: str) -> Path:
        """Put a plugin among the person's own."""
        return write_plugin(self.place / "plugins", code, name=name, more=more, **files)

    async def enabled(self, code: str, *, name: str = "hello", more: str = "", **files: str) -> Plugin:
        """Put a plugin there and enable it with all it asks for."""
        self.write(code, name=name, more=more, **files)
        return await self.host.enable(name)

    async def call(
        self, tool: str, /, *, plugin: str = "hello", egress: EgressPass | None = None, **arguments: Any
    ) -> Any:
        """Call a tool as the executor does; gives its text."""
        return (await self.result(tool, plugin=plugin, egress=egress, **arguments)).text

    async def result(
        self, tool: str, /, *, plugin: str = "hello", egress: EgressPass | None = None, **arguments: Any
    ) -> ForeignResult:
        """The same, whole."""
        providers = await asyncio.to_thread(self.host.providers)
        provider = next((one for one in providers if one.principal == f"plugin:{plugin}"), None)
        assert provider is not None, "the plugin is not on"
        offer = next(one for one in provider.offers() if one.own_name == tool)
        exchange = provider.exchange / f"call-{len(self.shown)}-{id(arguments)}"
        exchange.mkdir(parents=True, exist_ok=True)
        call = ForeignCall(offer, arguments, exchange, self.shown.append, self._own, egress=egress)
        return await provider.call(call)

    async def _own(self, name: str, arguments: Mapping[str, Any]) -> ToolResult:
        self.own_calls.append((name, dict(arguments)))
        if self.desktop is not None and name in ("clipboard_text", "set_clipboard_text", "screenshot"):
            return await self._of_the_desktop(self.desktop, name, arguments)
        return self.own(name, arguments)

    async def _of_the_desktop(self, desktop: Desktop, name: str, arguments: Mapping[str, Any]) -> ToolResult:
        if name == "clipboard_text":
            return ToolResult("", name, (TextPart(await desktop.clipboard_text()),))
        if name == "set_clipboard_text":
            await desktop.set_clipboard_text(arguments["text"])
            return ToolResult("", name, (TextPart("It is in the clipboard."),))
        path = self.place / "screen.png"
        await desktop.screenshot(path)
        return ToolResult("", name, (TextPart("The screen:"), ImagePart("image/png", path.read_bytes())))


def _no_tool(name: str, _arguments: Mapping[str, Any]) -> ToolResult:
    return ToolResult("", name, (TextPart(f"{name} is done."),))


@cache
def measured() -> Measured:
    """What the sandbox holds here; measured once."""
    return known(Path(tempfile.gettempdir()) / f"homard-tests-{os.getuid()}")
