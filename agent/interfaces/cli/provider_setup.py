"""What `homard provider` does: settings, keys, a trial call."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.errors import SecretUnavailable, UsageError
from agent.interfaces.cli.outcome import money
from agent.interfaces.cli.settings_file import put
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House
from agent.models.catalogue import resolve
from agent.models.presets import ALIASES, PRESETS, Preset, find_preset
from agent.settings import ProviderSettings, Settings

if TYPE_CHECKING:
    from agent.safety.secrets import KeyringSecrets

TRANSPORTS = ("direct", "litellm", "local", "scripted")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def secrets_of(house: House) -> KeyringSecrets:
    """Where keys are kept: the runtime's, which remembers those of this session, or a fresh one."""
    from agent.safety.secrets import KeyringSecrets

    return _shared_secrets(house) or KeyringSecrets()


def _shared_secrets(house: House) -> KeyringSecrets | None:
    from agent.safety.secrets import KeyringSecrets

    shared = getattr(house.opened, "secrets", None)
    return shared if isinstance(shared, KeyringSecrets) else None


@dataclass(frozen=True)
class AddProvider:
    """The arguments of `provider add`."""

    name: str
    base_url: str
    transport: str
    models: tuple[str, ...]
    key_env: str
    key_stdin: bool
    no_key: bool
    default: bool

    async def run(self, terminal: Terminal, house: House) -> int:
        """Find out the key's place, then write the settings."""
        name = ALIASES.get(self.name, self.name)
        preset = self._preset(name, house.settings().providers.get(name))
        key = await self._key(terminal, house, name, preset)
        settings = await house.change_settings(lambda document: self._write(document, name, preset, key))
        terminal.say(f"Provider {name} is set up in {house.paths.settings}.")
        example = next(iter(settings.providers[name].models), preset.example) or "MODEL"
        terminal.say(f"Try it with: homard provider test {name} --model {example}")
        if key.startswith("env:") and not os.environ.get(key[4:]):
            terminal.say(f"Its key is read from the environment variable {key[4:]}, which is not set here yet.")
        return 0

    def _preset(self, name: str, known: ProviderSettings | None) -> Preset:
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name!r} cannot be a provider's name. Use letters, digits, dots and hyphens.")
        if self.transport and self.transport not in TRANSPORTS:
            raise UsageError(f"--transport {self.transport}: there is {', '.join(TRANSPORTS)}. Name one of them.")
        if self.base_url and not self.base_url.startswith(("http://", "https://", "unix:", "http+unix:")):
            raise UsageError(f"--base-url {self.base_url}: an address begins with http:// or https://.")
        if self.key_env and not _VARIABLE.fullmatch(self.key_env):
            raise UsageError("--key-env wants the name of an environment variable, not the key itself.")
        preset = find_preset(name)
        if preset is None and not (self.base_url or self.transport or known):
            raise UsageError(
                f"{name!r} is not one of the providers that are known ({', '.join(PRESETS)}). "
                "Give its address with --base-url, or --transport litellm."
            )
        return preset or Preset(name)

    async def _key(self, terminal: Terminal, house: House, name: str, preset: Preset) -> str:
        """The reference to write: `keyring:…`, `env:…` or empty. Asks for the key where one is needed."""
        if self.no_key or self.key_env:
            return f"env:{self.key_env}" if self.key_env else ""
        if self.key_stdin:
            return await _keep(terminal, house, name, (await terminal.read_stdin()).strip(), preset)
        needs_key = bool(preset.key_variable) or (name not in PRESETS and self.transport not in ("local", "scripted"))
        if not needs_key:
            return ""
        if terminal.attended:
            hint = f"Enter: read it from {preset.key_variable}" if preset.key_variable else "Enter: it needs none"
            typed = await terminal.ask(f"Key for {name} (not shown; {hint}): ", hidden=True, fresh=True)
            if typed is None:
                raise UsageError("No key was entered. Nothing was changed.")
            if typed.strip():
                return await _keep(terminal, house, name, typed.strip(), preset)
        return f"env:{preset.key_variable}" if preset.key_variable else ""

    def _write(self, document: Any, name: str, preset: Preset, key: str) -> None:
        place = ["providers", name]
        transport = self.transport or preset.transport
        fields = {
            "transport": "" if transport == "direct" else transport,
            "base_url": self.base_url or preset.base_url,
            "key": key,
            "litellm_provider": preset.litellm_provider,
        }
        put(document, [*place, "models"], document.get("providers", {}).get(name, {}).get("models", {}))
        table = document["providers"][name]
        for field, value in fields.items():
            if value:
                table[field] = value
            elif field == "key":
                table.pop(field, None)
        for model in self.models:
            if model not in table["models"]:
                table["models"][model] = {}
        if not table["models"]:
            table.pop("models")
        first = next(iter(self.models), preset.example)
        if first and (self.default or (self.models and not document.get("model"))):
            document["model"] = f"{name}/{first}"


async def _keep(terminal: Terminal, house: House, name: str, key: str, preset: Preset) -> str:
    if not key or not key.isprintable() or " " in key:
        raise UsageError("That is no key: it is empty or has blanks in it. Nothing was changed.")
    secrets = secrets_of(house)
    if _shared_secrets(house) is None and not (status := await secrets.status()).backend:
        variable = preset.key_variable or "NAME_OF_A_VARIABLE"
        raise SecretUnavailable(
            f"{status.reason} Nothing was changed: put the key in an environment variable and name that, "
            f"homard provider add {name} --key-env {variable}."
        )
    if await secrets.set(name, key) == "session":
        terminal.say("There is no keyring here: the key is kept in memory until the running Homard ends.")
    else:
        terminal.say("The key is in the keyring.")
    return f"keyring:{name}"


async def provider_rows(house: House) -> list[dict[str, Any]]:
    """The providers as plain data; of a key only whether it is there."""
    secrets = secrets_of(house)
    return [
        {
            "provider": name,
            "transport": provider.transport,
            "base_url": provider.base_url,
            "key": provider.key,
            "key_state": await _key_state(secrets, provider.key),
            "models": list(provider.models),
        }
        for name, provider in house.settings().providers.items()
    ]


async def _key_state(secrets: KeyringSecrets, reference: str) -> str:
    if not reference:
        return "none needed"
    try:
        await secrets.get(reference)
    except SecretUnavailable:
        return f"{reference} missing"
    return reference


async def probe(terminal: Terminal, house: House, name: str, model: str) -> int:
    """Talk to a model of a provider and say what it can. Raises ModelError when it does not answer."""
    from agent.models.gateway import Gateway
    from agent.models.provider_trial import try_provider

    settings = house.settings()
    name = ALIASES.get(name, name)
    profile = resolve(settings, f"{name}/{_model_to_try(settings, name, model)}", cache=house.paths.cache)
    terminal.status(f"waiting for {profile.label}")
    gateway = Gateway(secrets_of(house), settings)
    try:
        report = await try_provider(gateway, profile)
    finally:
        await gateway.aclose()
        terminal.status("")
    speed = "" if report.tokens_per_s is None else f", {report.tokens_per_s:.0f} tokens/s"
    terminal.out(f"✓ {profile.label} answers: first word after {report.first_token_s:.1f} s{speed}\n")
    terminal.out(f"{'✓' if report.tools else '✗'} calls tools\n")
    if report.vision is not None:
        terminal.out(f"{'✓' if report.vision else '✗'} sees images\n")
    for problem in report.problems:
        terminal.say(f"homard: {problem}")
    usage = report.usage
    cost = money(usage.cost_usd, profile.label)
    terminal.say(f"The trial took {usage.input_tokens} tokens in, {usage.output_tokens} out: {cost}.")
    return 0


def _model_to_try(settings: Settings, name: str, model: str) -> str:
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


async def remove_provider(terminal: Terminal, house: House, name: str, *, keep_key: bool) -> int:
    """Take a provider out of the settings. Raises UsageError if it is not there."""
    name = ALIASES.get(name, name) if name not in house.settings().providers else name
    provider = house.settings().providers.get(name)
    if provider is None:
        raise UsageError(f"There is no provider {name!r} in the settings. Nothing was changed.")

    def change(document: Any) -> None:
        document["providers"].pop(name)
        if str(document.get("model", "")).startswith(f"{name}/"):
            document.pop("model")

    await house.change_settings(change)
    if provider.key.startswith("keyring:") and not keep_key:
        await secrets_of(house).delete(provider.key.partition(":")[2])
    terminal.say(f"Provider {name} is removed; settings.toml.bak keeps the settings as they were.")
    return 0
