"""What a plugin gets when it asks Homard for something: each thing only as far as it was granted."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from agent.errors import SecretUnavailable, ToolFailed
from agent.messages import ImagePart, ToolResult
from agent.plugin_api.wire import Ask
from agent.plugin_host.asks import require
from agent.plugin_host.effective import Effective
from agent.plugin_host.manifest import Manifest
from agent.plugin_host.values import secret_name
from agent.ports import SecretStore
from agent.safety.printable import printable
from agent.tools.foreign import ForeignCall
from agent.tools.shared_folder import SharedFolder

MAX_TEXT: Final = 4_000_000
MAX_KEY: Final = 500
NOTICES_AN_HOUR: Final = 6
_PART_OF = re.compile(r", lines \d+-\d+ of [^\n]*bytes[^\n]*:")


Fire = Callable[[str, str, str, str], Awaitable[None]]
"""(plugin, trigger, key, text): start the jobs that wait for it."""


@dataclass(frozen=True)
class Sources:
    """Where what plugins ask for comes from."""

    secrets: SecretStore | None = None
    fire: Fire | None = None
    notify: Callable[[str, str], None] = lambda _plugin, _text: None
    """(plugin, text): tell the person."""


class Answers:
    """For one plugin, as it was when its process started."""

    def __init__(self, manifest: Manifest, effective: Effective, triggers: frozenset[str], sources: Sources) -> None:
        self._manifest, self._effective, self._sources = manifest, effective, sources
        self.triggers = triggers
        self._notices: list[float] = []

    async def __call__(self, ask: Ask, call: ForeignCall | None) -> Any:
        """Give what was asked for. Raises ToolError."""
        arguments = ask.arguments
        require(ask.what, arguments, self._effective.granted)
        match ask.what:
            case "secret":
                return await self._secret(_text(arguments, "name"))
            case "fire":
                return await self._fire(arguments)
            case "notify":
                return self._notify(_text(arguments, "text"))
            case _ if call is None:
                raise ToolFailed("That can be had only while a tool is called.")
            case "clipboard.text":
                return (await _through(call, "clipboard_text", {})).text
            case "clipboard.set":
                await _through(call, "set_clipboard_text", {"text": _text(arguments, "text")})
                return None
            case "screenshot":
                return await self._screenshot(call)
            case "read":
                return _whole(await self._own(call, "read", {"path": _text(arguments, "path")}))
            case "write":
                await self._own(call, "write", {"path": _text(arguments, "path"), "text": _text(arguments, "text")})
                return None
            case _:
                given: Any = arguments.get("arguments")
                if not isinstance(given, dict):
                    raise ToolFailed("The arguments of a tool are an object.")
                return (await self._own(call, _text(arguments, "name"), given)).text  # pyright: ignore[reportUnknownArgumentType]

    async def _own(self, call: ForeignCall, name: str, arguments: Mapping[str, Any]) -> ToolResult:
        await asyncio.to_thread(self._effective.require_own_tool, name, arguments)
        return await _through(call, name, arguments)

    async def _secret(self, name: str) -> str:
        if self._sources.secrets is None:
            raise ToolFailed("There are no keys here.")
        setting = self._manifest.settings.get(name)
        own = setting is not None and setting.type == "secret"
        try:
            value = await self._sources.secrets.get(f"keyring:{secret_name(self._manifest.id, name) if own else name}")
        except SecretUnavailable as error:
            raise ToolFailed(str(error)) from None
        if not value:
            raise ToolFailed(f"The key {printable(name)} is not set. A person sets it in the plugin's settings.")
        return value

    async def _fire(self, arguments: Mapping[str, Any]) -> None:
        trigger, key = _text(arguments, "trigger"), _text(arguments, "key")
        if trigger not in self.triggers:
            raise ToolFailed(f"The plugin has no trigger {printable(trigger)[:60]}.")
        if not key or len(key) > MAX_KEY:
            raise ToolFailed(f"The key of an event has 1 to {MAX_KEY} characters.")
        if self._sources.fire is None:
            raise ToolFailed("Nothing is started here.")
        await self._sources.fire(self._manifest.id, trigger, key, _text(arguments, "text")[:20_000])

    def _notify(self, text: str) -> None:
        now = asyncio.get_running_loop().time()
        self._notices = [at for at in self._notices if now - at < 3_600]
        if len(self._notices) >= NOTICES_AN_HOUR:
            raise ToolFailed(f"A plugin tells at most {NOTICES_AN_HOUR} things an hour.")
        self._notices.append(now)
        self._sources.notify(self._manifest.id, printable(" ".join(text.split()))[:300])

    async def _screenshot(self, call: ForeignCall) -> str:
        result = await _through(call, "screenshot", {})
        picture = next((part.data for part in result.content if isinstance(part, ImagePart)), None)
        if picture is None:
            raise ToolFailed("There is no picture of the screen.")
        return await asyncio.to_thread(_handed, call.exchange, f"screen-{os.urandom(4).hex()}.png", picture)


def _handed(exchange: Path, name: str, data: bytes) -> str:
    """Put a file where its process finds it, and nowhere else; gives its path."""
    try:
        with (
            SharedFolder.opened(exchange.parent) as around,
            closing(around.inside(exchange.name)) as place,
            place.create(name) as file,
        ):
            file.write(data)
    except OSError as error:
        raise ToolFailed(f"The picture could not be handed on ({error.strerror}).") from None
    return str(exchange / name)


async def _through(call: ForeignCall, name: str, arguments: Mapping[str, Any]) -> ToolResult:
    """Have one of Homard's own tools called, through the gate. Raises ToolFailed."""
    result = await call.tools(name, arguments)
    if result.is_error:
        raise ToolFailed(result.text[:4_000])
    return result


def _text(arguments: Mapping[str, Any], name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ToolFailed(f"{name} must be a text.")
    return value


def _whole(result: ToolResult) -> str:
    """The text of a file without the heading that a model reads."""
    head, _, text = result.text.partition("\n")
    if _PART_OF.search(head):
        raise ToolFailed("The file is too long to be read in one piece. Take it as a ReadFile.")
    if "lines" not in result.details:
        raise ToolFailed(head[:400])
    return text
