"""Adding, changing and removing a provider in the settings, for every interface."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from agent.errors import SecretUnavailable, UsageError
from agent.models.presets import ALIASES, PRESETS, Preset, find_preset
from agent.ports import SecretStore
from agent.settings import ProviderSettings, Settings
from agent.settings_file import put

TRANSPORTS = ("direct", "litellm", "local", "scripted")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_ADDRESS = ("http://", "https://", "unix:", "http+unix:")


@dataclass(frozen=True)
class ProviderEdit:
    """A provider to be added or changed. What is empty comes from the preset of that name, or stays as it is."""

    name: str
    """As the settings name it; `canonical_name` first if a person typed it."""
    base_url: str = ""
    transport: str = ""
    key: str = ""
    """The reference to write: `keyring:NAME`, `env:VARIABLE`, or empty for none."""
    models: tuple[str, ...] = ()
    """To be listed besides those that are there."""
    default: bool = False
    """Make its first model the default one."""


def canonical_name(name: str) -> str:
    """The name of the preset that people also call so, else the name itself."""
    return ALIASES.get(name, name)


def check_provider(name: str, base_url: str, transport: str, known: ProviderSettings | None) -> Preset:
    """The preset to start from, an empty one for a provider of the person's own.

    `known` is what the settings have under that name. Raises UsageError with what is wrong.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot be a provider's name. Use letters, digits, dots and hyphens.")
    if transport and transport not in TRANSPORTS:
        raise UsageError(f"--transport {transport}: there is {', '.join(TRANSPORTS)}. Name one of them.")
    if base_url and not base_url.startswith(_ADDRESS):
        raise UsageError(f"--base-url {base_url}: an address begins with http:// or https://.")
    preset = find_preset(name)
    if preset is None and not (base_url or transport or known):
        raise UsageError(
            f"{name!r} is not one of the providers that are known ({', '.join(PRESETS)}). "
            "Give its address with --base-url, or --transport litellm."
        )
    return preset or Preset(name)


def needs_key(name: str, preset: Preset, transport: str = "") -> bool:
    """Whether this provider's users have a key, as far as can be told."""
    return bool(preset.key_variable) or (name not in PRESETS and transport not in ("local", "scripted"))


def check_key(key: str) -> None:
    """Raise UsageError for what cannot be a key; the message does not hold it."""
    if not key or not key.isprintable() or " " in key:
        raise UsageError("That is no key: it is empty or has blanks in it. Nothing was changed.")


def write_provider(document: Any, edit: ProviderEdit, preset: Preset) -> None:
    """Put a provider into the settings document; a change for `change_settings`."""
    place = ["providers", edit.name]
    transport = edit.transport or preset.transport
    fields = {
        "transport": "" if transport == "direct" else transport,
        "base_url": edit.base_url or preset.base_url,
        "key": edit.key,
        "litellm_provider": preset.litellm_provider,
    }
    put(document, [*place, "models"], document.get("providers", {}).get(edit.name, {}).get("models", {}))
    table = document["providers"][edit.name]
    for field, value in fields.items():
        if value:
            table[field] = value
        elif field == "key":
            table.pop(field, None)
    for model in edit.models:
        if model not in table["models"]:
            table["models"][model] = {}
    if not table["models"]:
        table.pop("models")
    first = next(iter(edit.models), preset.example)
    if first and (edit.default or (edit.models and not document.get("model"))):
        document["model"] = f"{edit.name}/{first}"


def drop_provider(document: Any, name: str) -> Any:
    """Take a provider out of the settings document, and the default model if it is one of its; returns its table."""
    table = document["providers"].pop(name)
    if str(document.get("model", "")).startswith(f"{name}/"):
        document.pop("model")
    return table


async def key_is_there(secrets: SecretStore, reference: str) -> bool:
    """Whether the key that a reference names can be read now; an empty reference needs none."""
    try:
        await secrets.get(reference)
    except SecretUnavailable:
        return False
    return True


def model_to_try(settings: Settings, name: str, model: str = "") -> str:
    """The model of a provider to talk to when none is named. Raises UsageError when none is known."""
    if model:
        return model.removeprefix(f"{name}/")
    provider = settings.providers.get(name)
    if settings.model.startswith(f"{name}/"):
        return settings.model.partition("/")[2]
    preset = find_preset(name)
    found = next(iter(provider.models if provider else ()), preset.example if preset else "")
    if not found and name == "local":
        return "smollm2"
    if not found:
        raise UsageError(f"No model of {name} is known here. Name one: homard provider test {name} --model MODEL.")
    return found
