"""Trying a plugin where it is written, in its real sandbox, with nothing of the person's home in play."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from agent.errors import SecretUnavailable, ToolFailed, UsageError
from agent.messages import ToolResult
from agent.plugin_api.copies import Copies
from agent.plugin_host.host import PluginHost
from agent.plugin_host.manifest import Manifest
from agent.plugin_host.plugin import Plugin
from agent.plugin_host.values import checked, secret_name, setting_of
from agent.settings import Settings
from agent.tools.egress_pass import ANYWHERE
from agent.tools.foreign import ForeignCall, ForeignResult, ToolOffer

if TYPE_CHECKING:
    from agent.sandbox.measured import Measured


class Trial:
    """A plugin that runs; made by `trial`."""

    def __init__(self, host: PluginHost, plugin: Plugin, manifest: Manifest) -> None:
        self.plugin = plugin
        self.manifest = manifest
        self._provider = host.providers()[0]
        self._calls = 0
        self.progress: list[str] = []

    async def call(self, tool: str, arguments: str | Mapping[str, Any]) -> ForeignResult:
        """Call a tool with its arguments, as JSON or as they are. Raises ToolRetry, ToolFailed, UsageError."""
        offer = next((one for one in self.plugin.tools if tool in (one.name, one.own_name)), None)
        if offer is None:
            names = ", ".join(one.own_name for one in self.plugin.tools)
            raise UsageError(f"There is no tool {tool[:80]!r}. There are: {names}.")
        given = _object(arguments) if isinstance(arguments, str) else dict(arguments)
        self._calls += 1
        exchange = self._provider.exchange / f"call-{self._calls}"
        exchange.mkdir(parents=True)
        try:
            return await self._exchanged(offer, given, exchange)
        finally:
            shutil.rmtree(exchange, ignore_errors=True)

    async def _exchanged(self, offer: ToolOffer, given: dict[str, Any], exchange: Path) -> ForeignResult:
        copies = Copies(exchange)
        handed = copies.handed(given, offer.files)
        call = ForeignCall(offer, handed, exchange, self.progress.append, _no_tools, egress=ANYWHERE)
        result = await self._provider.call(call)
        copies.bring_back()
        return result


@asynccontextmanager
async def trial(
    folder: Path,
    settings: Mapping[str, Any],
    *,
    secrets: Mapping[str, str] | None = None,
    measured: Callable[[], Measured] | None = None,
) -> AsyncGenerator[Trial]:
    """Run a plugin from its folder. `settings`: values, or texts that mean them. Raises UsageError, with the line."""
    from agent.plugin_host.manifest import read_manifest

    manifest = read_manifest(folder)
    values = {name: checked(name, setting_of(manifest, name), value) for name, value in settings.items()}
    place = Path(tempfile.mkdtemp(prefix="homard-trial-"))
    host = PluginHost(
        place / "plugins",
        private=place / "private",
        logs=place / "logs",
        settings=lambda: Settings(plugins={manifest.id: values}),
        secrets=_Secrets(manifest, secrets or {}),
        measured=measured,
    )
    try:
        plugin = await host.develop(folder)
        yield Trial(host, plugin, manifest)
    finally:
        await host.aclose()
        shutil.rmtree(place, ignore_errors=True)


class _Secrets:
    def __init__(self, manifest: Manifest, secrets: Mapping[str, str]) -> None:
        self._keys = {f"keyring:{name}": value for name, value in secrets.items()}
        self._keys |= {f"keyring:{secret_name(manifest.id, name)}": value for name, value in secrets.items()}

    async def get(self, reference: str) -> str:
        """The key that was given for the trial."""
        if reference not in self._keys:
            raise SecretUnavailable("There is no such key in this trial.")
        return self._keys[reference]


def _object(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise UsageError(f'The arguments are no JSON object ({error}). Write them as {{"words": "milk"}}.') from None


async def _no_tools(name: str, _arguments: Mapping[str, Any]) -> ToolResult:
    raise ToolFailed(f"{name} cannot be called in a trial.")
