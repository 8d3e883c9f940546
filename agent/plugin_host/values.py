"""What a person set for a plugin: read from the settings, checked by its plugin.toml, drawn as a form."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from agent.errors import UsageError
from agent.plugin_host.manifest import MAX_NUMBER, Manifest, Setting


def values_of(manifest: Manifest, written: Mapping[str, Any]) -> dict[str, Any]:
    """All settings but secrets; what is not set, or set to what cannot be, has its default. Never raises."""
    defaults = {name: _expanded(one, one.value) for name, one in manifest.settings.items() if one.type != "secret"}
    return {**defaults, **chosen(manifest, written)}


def chosen(manifest: Manifest, written: Mapping[str, Any]) -> dict[str, Any]:
    """Those that a person set to what can be: only these say what a plugin may reach, never an author's default."""
    found: dict[str, Any] = {}
    for name, setting in manifest.settings.items():
        if setting.type != "secret" and name in written:
            with suppress(UsageError):
                found[name] = _expanded(setting, checked(name, setting, written[name]))
    return found


def checked(name: str, setting: Setting, value: Any) -> str | bool | float:
    """Take a value of the right kind, or a text that means one. Raises UsageError."""
    match setting.type:
        case "boolean":
            if isinstance(value, bool):
                return value
            if str(value).lower() in ("true", "yes", "on", "1", "false", "no", "off", "0"):
                return str(value).lower() in ("true", "yes", "on", "1")
            raise UsageError(f"{name} is true or false, not {str(value)[:40]!r}.")
        case "number":
            try:
                number = value if isinstance(value, int | float) and not isinstance(value, bool) else float(str(value))
            except ValueError:
                number = math.nan
            if not abs(number) <= MAX_NUMBER:
                raise UsageError(f"{name} is a number, not {str(value)[:40]!r}.")
            return int(number) if isinstance(number, float) and number.is_integer() else number
        case "choice" if value not in setting.choices:
            raise UsageError(f"{name} is one of {', '.join(setting.choices)}, not {str(value)[:40]!r}.")
        case _:
            if not isinstance(value, str) or len(value) > 4_000 or "\0" in value:
                raise UsageError(f"{name} is a text.")
            return value


def setting_of(manifest: Manifest | None, name: str) -> Setting:
    """The setting of a name. Raises UsageError that says which there are."""
    settings = manifest.settings if manifest is not None else {}
    if name not in settings:
        there = f"There are: {', '.join(settings)}." if settings else "It has none."
        raise UsageError(f"There is no setting {name[:80]!r}. {there}")
    return settings[name]


def schema_of(manifest: Manifest) -> dict[str, Any]:
    """JSON Schema of the settings, in the order of plugin.toml; a secret has the format `secret`."""
    properties: dict[str, Any] = {}
    kinds = {"number": "number", "boolean": "boolean"}
    for name, setting in manifest.settings.items():
        field: dict[str, Any] = {"type": kinds.get(setting.type, "string"), "title": setting.title or name}
        if setting.description:
            field["description"] = setting.description
        if setting.type == "choice":
            field["enum"] = list(setting.choices)
        if setting.type in ("folder", "file", "secret"):
            field["format"] = setting.type
        if setting.type != "secret":
            field["default"] = setting.value
        properties[name] = field
    return {"type": "object", "properties": properties, "additionalProperties": False}


def secret_name(plugin: str, name: str) -> str:
    """Under which name of the keyring the secret of a setting is kept."""
    return f"plugin.{plugin}.{name}"


def _expanded(setting: Setting, value: str | bool | float) -> str | bool | float:
    if setting.type in ("folder", "file") and isinstance(value, str) and value:
        return os.path.realpath(os.path.expanduser(value))
    return value
