"""Plugins for the common list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from agent.errors import ToolError, UsageError
from agent.plugin_host.collection import plugin_tree
from agent.plugin_host.host import PluginHost
from agent.plugin_host.install import opened
from agent.plugin_host.manifest import Capability, read_manifest
from agent.plugin_host.plugin import Plugin
from agent.plugin_host.values import checked, secret_name
from app.translation import translate
from app.viewmodels.extension_item import Act, Extension, Kind
from app.viewmodels.extension_may import key_of
from app.viewmodels.extension_plugin_words import (
    Believed,
    Newer,
    claims_consent,
    consent_of,
    details_of,
    item_of,
    newer_consent,
)
from app.viewmodels.extension_setting import SettingsPort, declared_setting, secret_setting
from app.viewmodels.extension_source import Consent, Cost, Details, Setting, Uses
from app.viewmodels.settings_fields import Field

LOG_LINES = 400


class PluginSource:
    """An `ExtensionSource` over the plugins of one home."""

    def __init__(self, host: PluginHost, settings: SettingsPort) -> None:
        self._host = host
        self._settings = settings
        self._seen: dict[str, Plugin] = {}

    @property
    def kind(self) -> Kind:
        """Plugins."""
        return "plugin"

    async def rows(self, uses: Uses) -> Sequence[Extension]:
        """List them."""
        plugins = await asyncio.to_thread(self._host.plugins)
        self._seen = {plugin.id: plugin for plugin in plugins}
        return [item_of(plugin) for plugin in plugins]

    async def cost(self) -> Cost:
        """Count the tools of those that are on."""
        return Cost(sum(plugin.prompt_tokens for plugin in self._seen.values() if plugin.status == "on"))

    async def details(self, key: str) -> Details:
        """Say all of one."""
        plugin = await self._plugin(key)
        return details_of(plugin, await self._settings_of(plugin))

    async def consent(self, key: str) -> Consent:
        """Say what enabling it would mean, as it is now."""
        return consent_of(await self._plugin(key))

    async def enable(self, consent: Consent, granted: frozenset[str]) -> Consent | None:
        """Let it be used as it was shown; of a newer version, take that first."""
        key = consent.item.key
        if isinstance(consent.seal, Believed):
            await self._believe(key, consent.seal)
            return None
        if isinstance(consent.seal, Newer):
            await asyncio.to_thread(self._take, consent.seal)
            digest = consent.seal.digest
        else:
            digest = str(consent.seal)
        plugin = await self._enable(await self._plugin(key), digest, granted)
        return claims_consent(plugin) if plugin.claims and not plugin.believed else None

    async def disable(self, key: str) -> None:
        """Let it be used no more, and end it."""
        await self._host.disable(key)

    async def remove(self, key: str) -> None:
        """Delete it with what it stored."""
        await self._host.remove(key)

    async def do(self, act: Act, key: str) -> str | Consent:
        """Start it anew, or show what its tools say of themselves."""
        if act == "believe":
            return claims_consent(await self._plugin(key))
        if act != "reload":
            return ""
        try:
            plugin = await self._host.reload(key)
        except ToolError as error:
            raise UsageError(str(error)) from None
        words = translate("Extensions", "{name} starts anew when it is used next.")
        return words.format(name=plugin.name)

    async def update(self, key: str) -> Consent | None:
        """Look where it was installed from."""
        plugin = await self._plugin(key)
        source = Path(plugin.found.accepted.source)
        return await asyncio.to_thread(self._compared, source)

    async def install(self, place: Path | str) -> Sequence[str] | Consent:
        """Copy a plugin of a folder or a zip; one that is there already is asked about, with all that would change."""
        source = Path(place)
        consent = await asyncio.to_thread(self._compared, source)
        if consent is not None:
            return consent
        plugin = await asyncio.to_thread(self._host.install, source)
        return [plugin.id]

    async def log(self, key: str) -> str:
        """Give what it printed last."""
        return "\n".join(await asyncio.to_thread(self._host.logs, key, LOG_LINES))

    async def change_setting(self, key: str, field: Field, value: Any) -> None:
        """Set it, in the settings file or the keyring."""
        plugin = await self._plugin(key)
        (name,) = field.path
        declared = plugin.manifest.settings.get(name) if plugin.manifest else None
        if declared is None:
            return
        if declared.type == "secret":
            entry = secret_name(key, name)
            await (self._settings.keys.set(entry, str(value)) if value else self._settings.keys.delete(entry))
            return
        plain = None if value == declared.value else checked(declared.title or name, declared, value)
        await self._settings.write(["plugins", key, name], plain)

    def folder(self, key: str) -> Path | None:
        """Where it lies."""
        return self._seen[key].found.folder if key in self._seen else None

    # -- how

    async def _plugin(self, key: str) -> Plugin:
        plugin = await asyncio.to_thread(self._host.plugin, key)
        self._seen[key] = plugin
        return plugin

    async def _settings_of(self, plugin: Plugin) -> tuple[Setting, ...]:
        if plugin.manifest is None or plugin.status == "unusable":
            return ()
        values = await asyncio.to_thread(self._host.settings_values, plugin.id)
        made: list[Setting] = []
        for name, declared in plugin.manifest.settings.items():
            if declared.type == "secret":
                there = await self._settings.has_key(secret_name(plugin.id, name))
                made.append(secret_setting((name,), declared.title or name, declared.description, there=there))
            else:
                made.append(declared_setting(name, declared, values))
        return tuple(made)

    async def _enable(self, plugin: Plugin, digest: str, granted: frozenset[str]) -> Plugin:
        """Enable it as it was shown. One that changes after this look is refused by the host."""
        if plugin.found.tree.digest != digest and not plugin.found.accepted.dev:
            words = translate("Extensions", "{name} changed while you read, so it was not turned on. Look at it again.")
            raise UsageError(words.format(name=plugin.name))
        self._seen[plugin.id] = await self._host.enable(plugin.id, _granted(plugin.found.wanted, granted), seen=digest)
        return self._seen[plugin.id]

    async def _believe(self, key: str, seal: Believed) -> None:
        plugin = await self._plugin(key)
        if tuple(plugin.claims) != seal.claims:
            words = translate("Extensions", "{name} changed while you read, so nothing was changed. Look at it again.")
            raise UsageError(words.format(name=plugin.name))
        await self._host.believe(key)

    def _compared(self, source: Path) -> Consent | None:
        """What taking a plugin in the place of one of the same id would mean; None: there is none, or it is the same.

        Raises UsageError. Blocks.
        """
        with opened(source) as folder:
            manifest = read_manifest(folder)
            before = {plugin.id: plugin for plugin in self._host.plugins()}.get(manifest.id)
            if before is None or before.found.bundled or before.found.accepted.dev:
                return None
            tree = plugin_tree(folder, compiled=False)
            if tree.digest == before.found.tree.digest:
                return None
            return newer_consent(before, manifest, folder, tree, source)

    def _take(self, newer: Newer) -> None:
        with opened(newer.source) as folder:
            if plugin_tree(folder, compiled=False).digest != newer.digest:
                words = translate("Extensions", "{name} changed while you read, so it was not taken. Look at it again.")
                raise UsageError(words.format(name=newer.source.name))
        self._host.install(newer.source, replace=True, digest=newer.digest)


def _granted(wanted: Sequence[Capability], granted: frozenset[str]) -> list[Capability]:
    """What of the wanted was ticked, target by target."""
    found: list[Capability] = []
    for one in wanted:
        to = tuple(to for to in one.to if key_of(one.what, to) in granted)
        if to or (not one.to and key_of(one.what, "") in granted):
            found.append(msgspec.structs.replace(one, to=to))
    return found
