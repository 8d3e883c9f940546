"""The places that serve models: their list, their keys, a trial, the default model."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from agent.errors import HomardError
from agent.models.catalogue import model_names
from agent.models.presets import Preset, find_preset
from agent.models.provider_edit import (
    ProviderEdit,
    canonical_name,
    check_key,
    check_provider,
    drop_provider,
    key_is_there,
    model_to_try,
    write_provider,
)
from agent.runtime import Runtime
from agent.safety.secrets import KeyringSecrets
from agent.settings import ProviderSettings, Settings
from agent.settings_file import put
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.key_place import KeyPlace, key_place
from app.viewmodels.model_words import price_words, report_words, window_words
from app.viewmodels.settings_form import SettingsForm
from app.viewmodels.teller import Teller

KeyState = Literal["none", "there", "missing"]


@dataclass(frozen=True)
class ProviderRow:
    """One provider of the settings."""

    name: str
    title: str
    settings: ProviderSettings
    key_state: KeyState
    key_words: str
    """What there is to say about its key."""
    is_default: bool
    """The default model is one of its."""


@dataclass(frozen=True)
class ModelChoice:
    """A model that can be the default one."""

    label: str
    """`provider/model`."""
    about: str
    """Its window and price; why it cannot be used."""


@dataclass(frozen=True)
class Trial:
    """A test of a provider, under way or done."""

    state: Literal["none", "running", "done", "failed", "cancelled"] = "none"
    provider: str = ""
    model: str = ""
    """`provider/model`."""
    lines: tuple[tuple[str, bool], ...] = ()
    """What it showed: sentences, each with whether it is good news."""


@dataclass(frozen=True)
class _Removed:
    name: str
    table: Any
    default: str
    key: str


class Providers(Teller):
    """What the section "Models and providers" shows. Intents return why they did not go, or an empty text."""

    changed = Signal()
    """`rows`, `place`, `models` or the default is another."""
    trial_changed = Signal()
    removed = Signal(str)
    """The title of a provider that is out; `undo_remove` brings it back."""

    def __init__(
        self, runtime: Runtime, secrets: KeyringSecrets, form: SettingsForm, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runtime = runtime
        self._secrets = secrets
        self._form = form
        self._removed: _Removed | None = None
        self._task: asyncio.Task[None] | None = None
        self.rows: tuple[ProviderRow, ...] = ()
        self.models: tuple[ModelChoice, ...] = ()
        self.place: KeyPlace | None = None
        """None: not known yet."""
        self.trial = Trial()
        form.reloaded.connect(self.reload)

    @property
    def default(self) -> str:
        """The default model as the settings have it; empty: the bundled one."""
        return self._runtime.settings.model

    def reload(self) -> None:
        """Look again, in the background; `changed` follows."""
        spawn(self.load(), "providers-load")

    async def load(self) -> None:
        """Look at settings, keys and models."""
        settings = self._runtime.settings
        self.models = tuple(await asyncio.to_thread(self._choices, settings))
        self.place = self.place or await key_place(self._secrets)
        rows = [await self._row(name, provider) for name, provider in settings.providers.items()]
        self.rows = tuple(row for row in rows if row.settings.transport != "local")
        self.tell(self.changed)

    async def add(self, edit: ProviderEdit, key: str = "", variable: str = "") -> str:
        """Write a provider, its key first: into the keyring, or as the name of an environment variable."""
        name = canonical_name(edit.name.strip())
        try:
            preset = self._checked(name, edit)
            reference = await self._keep(name, key.strip()) if key.strip() else ""
        except HomardError as error:
            return str(error)
        known = self._runtime.settings.providers.get(name, ProviderSettings())
        reference = reference or (f"env:{variable}" if variable else known.key)
        made = ProviderEdit(name, edit.base_url.strip(), edit.transport, reference, edit.models, edit.default)
        problem = await self._form.change(lambda document: write_provider(document, made, preset))
        await self.load()
        return problem

    async def set_key(self, name: str, key: str) -> str:
        """Keep a key for a provider that is there; the settings then name its place."""
        try:
            reference = await self._keep(name, key.strip())
        except HomardError as error:
            return str(error)
        problem = await self._form.change(lambda document: put(document, ["providers", name, "key"], reference))
        await self.load()
        return problem

    async def remove(self, name: str) -> str:
        """Take a provider out, and its key from where it is kept; `undo_remove` brings both back."""
        provider = self._runtime.settings.providers[name]
        default = self.default if self.default.startswith(f"{name}/") else ""
        key, kept = "", provider.key.partition(":")[2] if provider.key.startswith("keyring:") else ""
        tables: list[Any] = []
        try:
            if kept and await key_is_there(self._secrets, provider.key):
                key = await self._secrets.get(provider.key)
            if problem := await self._form.change(lambda document: tables.append(drop_provider(document, name))):
                return problem
            if key:
                await self._secrets.delete(kept)
        except HomardError as error:
            return str(error)
        self._removed = _Removed(name, tables[0], default, key)
        preset = find_preset(name)
        self.tell(self.removed, preset.title if preset else name)
        await self.load()
        return ""

    async def undo_remove(self) -> str:
        """Bring back the provider that was removed last."""
        removed, self._removed = self._removed, None
        if removed is None:
            return ""

        def change(document: Any) -> None:
            put(document, ["providers", removed.name], removed.table)
            if removed.default:
                document["model"] = removed.default

        try:
            if removed.key:
                await self._secrets.set(removed.name, removed.key)
        except HomardError as error:
            return str(error)
        problem = await self._form.change(change)
        await self.load()
        return problem

    async def make_default(self, label: str) -> str:
        """Let new chats be answered by this model."""
        if not await self._form.set(("model",), label):
            return translate("Settings", "That model cannot be the default one.")
        await self.load()
        return ""

    async def list_models(self, name: str) -> tuple[list[str], str]:
        """Ask a provider for its own list of models; the list, and why there is none."""
        from agent.models.discovery import list_models

        provider = self._runtime.settings.providers[name]
        try:
            key = await self._secrets.get(provider.key)
            return await list_models(name, provider, key), ""
        except HomardError as error:
            return [], str(error)

    async def add_model(self, name: str, model: str) -> str:
        """Note a model of a provider in the settings."""
        if model in self._runtime.settings.providers[name].models:
            return ""
        problem = await self._form.change(lambda document: put(document, ["providers", name, "models", model], {}))
        await self.load()
        return problem

    async def create_vault(self, passphrase: str) -> str:
        """Make the sealed file; keys that are entered from now on go there."""
        return await self._with_vault(passphrase, create=True)

    async def unlock_vault(self, passphrase: str) -> str:
        """Open the sealed file."""
        return await self._with_vault(passphrase, create=False)

    def test(self, name: str, model: str = "") -> None:
        """Talk to a model of a provider; `trial` and `trial_changed` tell of it. A test under way is cancelled."""
        self.cancel_test()
        settings = self._runtime.settings
        try:
            label = f"{name}/{model_to_try(settings, name, model)}"
        except HomardError:
            words = translate("Settings", "No model of this provider is known here. Choose one from its list first.")
            self._show(Trial("failed", name, "", ((words, False),)))
            return
        self._show(Trial("running", name, label))
        self._task = spawn(self._test(name, label, settings), "provider-test")

    def cancel_test(self) -> None:
        """Break off the test under way, if there is one."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            self._show(Trial("cancelled", self.trial.provider, self.trial.model))
        self._task = None

    async def _test(self, name: str, label: str, settings: Settings) -> None:
        from agent.models.gateway import Gateway
        from agent.models.provider_trial import try_provider

        gateway = Gateway(self._secrets, settings, self._runtime.metered)
        try:
            profile = await asyncio.to_thread(self._runtime.model, label)
            report = await try_provider(gateway, profile)
        except HomardError as error:
            self._show(Trial("failed", name, label, ((str(error), False),)))
        else:
            self._show(Trial("done", name, label, tuple(report_words(report))))
        finally:
            await gateway.aclose()

    def _show(self, trial: Trial) -> None:
        self.trial = trial
        self.tell(self.trial_changed)

    def _checked(self, name: str, edit: ProviderEdit) -> Preset:
        known = self._runtime.settings.providers.get(name)
        return check_provider(name, edit.base_url.strip(), edit.transport, known)

    async def _keep(self, name: str, key: str) -> str:
        check_key(key)
        await self._secrets.set(name, key)
        return f"keyring:{name}"

    async def _with_vault(self, passphrase: str, *, create: bool) -> str:
        try:
            await (self._secrets.create_vault(passphrase) if create else self._secrets.unlock_vault(passphrase))
        except HomardError as error:
            return str(error)
        self.place = None
        await self.load()
        return ""

    async def _row(self, name: str, provider: ProviderSettings) -> ProviderRow:
        preset = find_preset(name)
        there = await key_is_there(self._secrets, provider.key)
        state: KeyState = "none" if not provider.key else "there" if there else "missing"
        title = preset.title if preset else name
        is_default = self.default.startswith(f"{name}/")
        return ProviderRow(name, title, provider, state, self._key_words(provider.key, state), is_default)

    def _key_words(self, reference: str, state: KeyState) -> str:
        kind, _, name = reference.partition(":")
        if state == "none":
            return translate("Settings", "No key")
        if kind == "env":
            words = (
                translate("Settings", "Key from the variable {name}")
                if state == "there"
                else translate("Settings", "The variable {name} for its key is not set")
            )
            return words.format(name=name)
        if state == "there":
            return translate("Settings", "Key is kept")
        if self.place is not None and self.place.kind == "locked":
            return translate("Settings", "Key is sealed: unlock it")
        return translate("Settings", "Key is missing")

    def _choices(self, settings: Settings) -> list[ModelChoice]:
        return [ModelChoice(label, self._about(label)) for label in model_names(settings)]

    def _about(self, label: str) -> str:
        try:
            model = self._runtime.model(label)
        except HomardError as error:
            return str(error)
        return f"{window_words(model)} · {price_words(model)}"
