"""Settings of plugins and servers: written into the settings file and the keyring, in force at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from agent.errors import SecretUnavailable
from app.translation import translate
from app.viewmodels.extension_source import Setting
from app.viewmodels.settings_fields import Choice, Field

if TYPE_CHECKING:
    from agent.plugin_host.manifest import Setting as Declared

ChangeSettings = Callable[[Callable[[Any], None]], object]
"""Edits the settings file; gets what edits the parsed document. Blocks; raises SettingsInvalid."""


class Keys(Protocol):
    """`agent.safety.secrets.KeyringSecrets`, as far as it is used here."""

    async def get(self, reference: str) -> Any:
        """Read a key. Raises SecretUnavailable."""
        ...

    async def set(self, name: str, value: str) -> Any:
        """Store one."""
        ...

    async def delete(self, name: str) -> None:
        """Forget one."""
        ...


class SettingsPort:
    """Where settings are written. All methods raise HomardError."""

    def __init__(self, change: ChangeSettings, reload: Callable[[], object], keys: Keys) -> None:
        """`reload`: puts what was written in force; called on the loop."""
        self._change, self._reload = change, reload
        self.keys = keys

    async def write(self, parts: Sequence[str], value: Any) -> None:
        """Set one; None: as if it had never been set."""
        from agent.settings_file import drop, put

        def change(document: Any) -> None:
            if value is None:
                drop(document, list(parts))
            else:
                put(document, list(parts), value)

        await asyncio.to_thread(self._change, change)
        self._reload()

    async def has_key(self, name: str) -> bool:
        """Whether there is a key of that name."""
        try:
            await self.keys.get(f"keyring:{name}")
        except SecretUnavailable:
            return False
        return True


def secret_setting(path: tuple[str, ...], title: str, about: str, *, there: bool) -> Setting:
    """A key: what it is, and whether there is one."""
    placeholder = translate("Extensions", "Is set") if there else translate("Extensions", "Not set")
    kept = translate("Extensions", "It is kept in the keyring, and given to nobody else.")
    words = f"{about} {kept}".strip()
    return Setting(Field(path, title, words, "text", there or None, None, placeholder=placeholder), "secret")


def declared_setting(name: str, declared: Declared, values: Mapping[str, Any]) -> Setting:
    """One of plugin.toml, but a secret."""
    title, about, value = declared.title or name, declared.description, values.get(name, declared.value)
    default = declared.value
    match declared.type:
        case "boolean":
            return Setting(Field((name,), title, about, "switch", value, default))
        case "number":
            return Setting(Field((name,), title, about, "decimal", value, default))
        case "choice":
            choices = tuple(Choice(each, each) for each in declared.choices)
            return Setting(Field((name,), title, about, "choice", value, default, choices=choices))
        case "folder":
            return Setting(Field((name,), title, about, "folder", value, default, placeholder="~/…"))
        case "file":
            return Setting(Field((name,), title, about, "folder", value, default, placeholder="~/…"), "file")
        case _:
            return Setting(Field((name,), title, about, "text", value, default))
