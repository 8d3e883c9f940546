"""Trying a plugin without an agent: what its author tests with.

plugin = testing.Harness("path/to/plugin", settings={"folder": str(notes)})
result = plugin.run("search", words="milk")
assert result.text == "shopping.md: milk"
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from agent.errors import ToolFailed
from agent.plugin_api.calling import call_tool, called, with_context
from agent.plugin_api.context import Context
from agent.plugin_api.copies import Copies
from agent.plugin_api.result import Image, PlainResult


class Harness:
    """A plugin in this process, with Homard played: what it asks for is granted as its plugin.toml says.

    Raises UsageError for a wrong plugin.toml, `loading.Broken` for code that cannot be imported.
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        settings: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
        tools: Mapping[str, Callable[..., str]] | None = None,
        screen: Path | None = None,
        data: Path | None = None,
        sandbox: bool = False,
    ) -> None:
        """`tools`: functions that play Homard's own tools, by name. `screen`: the PNG that a screenshot gives.

        `data`: the plugin's own folder; None: a temporary one, gone with the Harness. `sandbox`: its tools are called
        in a process in the sandbox, a new one for each call, as Homard does it; slower, and nothing of Homard is played
        but settings and secrets.
        """
        from agent.plugin_api.loading import load
        from agent.plugin_host.manifest import filled, read_manifest

        self.folder = Path(folder).absolute()
        self.manifest = read_manifest(self.folder)
        declared = self.manifest.settings
        self.settings = {name: one.value for name, one in declared.items() if one.type != "secret"} | dict(
            settings or {}
        )
        own = {name: name for name, one in declared.items() if one.type == "secret"}
        self.granted = [filled(one, {**self.settings, **own}) for one in self.manifest.capability]
        self.secrets, self.tools, self.screen = dict(secrets or {}), dict(tools or {}), screen
        self._sandbox = sandbox
        self.clipboard = ""
        self.fired: list[tuple[str, str, str]] = []
        """(trigger, key, text)."""
        self.notices: list[str] = []
        self.progress: list[str] = []
        self._temporary = tempfile.mkdtemp(prefix="homard-plugin-")
        weakref.finalize(self, shutil.rmtree, self._temporary, ignore_errors=True)
        self.data = data or Path(self._temporary, "data")
        self.data.mkdir(exist_ok=True)
        self.loaded = load(self.manifest.id, self.folder, self.manifest.module)

    @property
    def names(self) -> list[str]:
        """The tools."""
        return list(self.loaded.signatures)

    def schema(self, tool: str) -> dict[str, Any]:
        """What a model is told of a tool's arguments."""
        return self.loaded.signatures[tool].schema

    def description(self, tool: str) -> str:
        """What a model is told of a tool."""
        return self.loaded.signatures[tool].description

    def run(self, tool: str, /, **arguments: Any) -> PlainResult:
        """Call a tool, outside of an event loop. Raises ToolRetry and ToolFailed as the model would be told."""
        return asyncio.run(self.call(tool, **arguments))

    async def call(self, tool: str, /, **arguments: Any) -> PlainResult:
        """Call a tool. Paths of files are given as they are; the tool gets copies, as it does from Homard."""
        if self._sandbox:
            return await self._confined(tool, arguments)
        marked, signature = self.loaded.find("tool", tool), self.loaded.signatures.get(tool)
        if marked is None or signature is None:
            raise ToolFailed(f"There is no tool {tool!r}. There are: {', '.join(self.names)}.")
        with tempfile.TemporaryDirectory(prefix="exchange-", dir=self._temporary) as place:
            exchange = Copies(Path(place))
            given = exchange.handed(arguments, signature.files)
            for use in set(signature.files.values()):
                self._require_files(use)
            result = await call_tool(marked.function, signature, given, self._context(1))
            exchange.bring_back()
        return result

    async def _confined(self, tool: str, arguments: Mapping[str, Any]) -> PlainResult:
        from agent.plugin_host.trial import trial

        given = {name: str(value) if isinstance(value, Path) else value for name, value in arguments.items()}
        async with trial(self.folder, self.settings, secrets=self.secrets) as tried:
            result = await tried.call(tool, given)
            self.progress += tried.progress
        images = tuple(Image(one.media_type, one.data) for one in result.images)
        return PlainResult(result.text, result.data, images, result.is_error)

    def poll(self, trigger: str, *, within_s: float = 5.0) -> list[tuple[str, str, str]]:
        """Run a trigger's function once, at most for so long; gives what it fired: (trigger, key, text) each."""
        marked = self.loaded.find("trigger", trigger)
        if marked is None:
            raise ToolFailed(f"There is no trigger {trigger!r}.")
        before = len(self.fired)
        work = called(marked.function, with_context(marked.function, self._context(0)))
        with suppress(TimeoutError):
            asyncio.run(asyncio.wait_for(work, within_s))
        return self.fired[before:]

    def send(self, event: str, **fields: Any) -> None:
        """Hand an event to the functions that want it: `send("RunFinished", text="Done.")`."""
        for marked in self.loaded.marked:
            if marked.kind == "on" and event in marked.events:
                given = with_context(marked.function, self._context(0), {"event": event, **fields})
                asyncio.run(_awaited(marked.function, given))

    async def ask(self, what: str, of: int, arguments: Mapping[str, Any]) -> Any:
        """Play Homard: part of the Context, not for tests."""
        from agent.plugin_host.asks import require

        require(what, arguments, self.granted)
        if what in ("read", "write", "tool", "screenshot") and not of:
            raise ToolFailed("That can be had only while a tool is called.")
        match what:
            case "read":
                return _read(arguments["path"])
            case "write":
                _write(arguments["path"], arguments["text"])
            case "tool":
                return self._own_tool(arguments["name"], arguments["arguments"])
            case "secret":
                return self._secret(arguments["name"])
            case "fire":
                self.fired.append((arguments["trigger"], arguments["key"], arguments["text"]))
            case "notify":
                self.notices.append(arguments["text"])
            case "clipboard.set":
                self.clipboard = arguments["text"]
            case "clipboard.text":
                return self.clipboard
            case _:
                return self._picture()

    def _context(self, of: int) -> Context:
        return Context(self, settings=self.settings, data=self.data, of=of, progress=self.progress.append)

    def _require_files(self, use: str) -> None:
        if not any(one.what == f"files.{use}" for one in self.granted):
            raise ToolFailed(f"plugin.toml does not ask for `files.{use}`, so no file is handed over.")

    def _own_tool(self, name: str, arguments: Mapping[str, Any]) -> str:
        if name not in self.tools:
            raise ToolFailed(f"The test plays no tool {name!r}. Give it: Harness(…, tools={{{name!r}: …}}).")
        return self.tools[name](**arguments)

    def _secret(self, name: str) -> str:
        if name not in self.secrets:
            raise ToolFailed(f"There is no key {name!r}. Give it: Harness(…, secrets={{{name!r}: …}}).")
        return self.secrets[name]

    def _picture(self) -> str:
        if self.screen is None:
            raise ToolFailed("There is no screen. Give a picture: Harness(…, screen=path).")
        return str(shutil.copy(self.screen, Path(self._temporary, "screen.png")))


async def _awaited(function: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    await called(function, arguments)


def _read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def _write(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="utf-8")
