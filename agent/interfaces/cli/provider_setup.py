"""What `homard provider` does: settings, keys, a trial call."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from agent.errors import SecretUnavailable, UsageError
from agent.interfaces.cli.outcome import money
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House
from agent.models.catalogue import resolve
from agent.models.presets import Preset
from agent.models.provider_edit import (
    ProviderEdit,
    canonical_name,
    check_key,
    check_provider,
    drop_provider,
    key_is_there,
    model_to_try,
    needs_key,
    write_provider,
)
from agent.settings import ProviderSettings, Settings

if TYPE_CHECKING:
    from agent.budget.ledger import Ledger
    from agent.safety.secrets import KeyringSecrets

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def secrets_of(house: House) -> KeyringSecrets:
    """Where keys are kept: the runtime's, which remembers those of this session, or a fresh one."""
    from agent.safety.secrets import KeyringSecrets
    from agent.safety.vault import VAULT_FILE

    return _shared_secrets(house) or KeyringSecrets(house.paths.data / VAULT_FILE)


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
        name = canonical_name(self.name)
        preset = self._preset(name, house.settings().providers.get(name))
        key = await self._key(terminal, house, name, preset)
        edit = ProviderEdit(name, self.base_url, self.transport, key, self.models, self.default)
        settings = await house.change_settings(lambda document: write_provider(document, edit, preset))
        terminal.say(f"Provider {name} is set up in {house.paths.settings}.")
        example = next(iter(settings.providers[name].models), preset.example) or "MODEL"
        terminal.say(f"Try it with: homard provider test {name} --model {example}")
        if key.startswith("env:") and not os.environ.get(key[4:]):
            terminal.say(f"Its key is read from the environment variable {key[4:]}, which is not set here yet.")
        return 0

    def _preset(self, name: str, known: ProviderSettings | None) -> Preset:
        preset = check_provider(name, self.base_url, self.transport, known)
        if self.key_env and not _VARIABLE.fullmatch(self.key_env):
            raise UsageError("--key-env wants the name of an environment variable, not the key itself.")
        return preset

    async def _key(self, terminal: Terminal, house: House, name: str, preset: Preset) -> str:
        """The reference to write: `keyring:…`, `env:…` or empty. Asks for the key where one is needed."""
        if self.no_key or self.key_env:
            return f"env:{self.key_env}" if self.key_env else ""
        if self.key_stdin:
            return await _keep(terminal, house, name, (await terminal.read_stdin()).strip(), preset)
        if not needs_key(name, preset, self.transport):
            return ""
        if terminal.attended:
            hint = f"Enter: read it from {preset.key_variable}" if preset.key_variable else "Enter: it needs none"
            typed = await terminal.ask(f"Key for {name} (not shown; {hint}): ", hidden=True, fresh=True)
            if typed is None:
                raise UsageError("No key was entered. Nothing was changed.")
            if typed.strip():
                return await _keep(terminal, house, name, typed.strip(), preset)
        return f"env:{preset.key_variable}" if preset.key_variable else ""


_KEPT = {
    "keyring": "The key is in the keyring.",
    "sealed": "The key is among the keys that are sealed with your passphrase.",
    "session": "There is no keyring here: the key is kept in memory until the running Homard ends.",
}


async def _keep(terminal: Terminal, house: House, name: str, key: str, preset: Preset) -> str:
    check_key(key)
    secrets = secrets_of(house)
    if _shared_secrets(house) is None and not (status := await secrets.status()).backend:
        variable = preset.key_variable or "NAME_OF_A_VARIABLE"
        raise SecretUnavailable(
            f"{status.reason} Nothing was changed: put the key in an environment variable and name that, "
            f"homard provider add {name} --key-env {variable}."
        )
    terminal.say(_KEPT[await secrets.set(name, key)])
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
    return reference if await key_is_there(secrets, reference) else f"{reference} missing"


async def probe(terminal: Terminal, house: House, name: str, model: str) -> int:
    """Talk to a model of a provider and say what it can. Raises ModelError when it does not answer."""
    from agent.budget.meter import Meter
    from agent.models.gateway import Gateway
    from agent.models.provider_trial import try_provider

    settings = house.settings()
    name = canonical_name(name)
    profile = resolve(settings, f"{name}/{model_to_try(settings, name, model)}", cache=house.paths.cache)
    terminal.status(f"waiting for {profile.label}")
    async with _books(house, settings) as ledger:
        gateway = Gateway(secrets_of(house), settings, partial(Meter, ledger=ledger))
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


@asynccontextmanager
async def _books(house: House, settings: Settings) -> AsyncGenerator[Ledger, None]:
    """The budgets: the runtime's, or those of the home beside whoever owns it."""
    from agent.budget.ledger import Ledger
    from agent.clock import SystemClock
    from agent.storage.database import Database

    if house.opened is not None:
        yield house.opened.budget
        return
    database = await Database.open(house.paths.database)
    ledger = Ledger(database, SystemClock(), settings)
    try:
        yield ledger
    finally:
        await ledger.close()
        await database.close()


async def remove_provider(terminal: Terminal, house: House, name: str, *, keep_key: bool) -> int:
    """Take a provider out of the settings. Raises UsageError if it is not there."""
    name = canonical_name(name) if name not in house.settings().providers else name
    provider = house.settings().providers.get(name)
    if provider is None:
        raise UsageError(f"There is no provider {name!r} in the settings. Nothing was changed.")

    await house.change_settings(lambda document: drop_provider(document, name))
    if provider.key.startswith("keyring:") and not keep_key:
        await secrets_of(house).delete(provider.key.partition(":")[2])
    terminal.say(f"Provider {name} is removed; settings.toml.bak keeps the settings as they were.")
    return 0
