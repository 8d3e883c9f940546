"""The first start: which ways to think there are here, and what is written when a person has chosen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from agent.models.catalogue import BUNDLED, LOCAL, bundled_file
from agent.models.discovery import LOCAL_PORTS, FoundServer, find_local_servers
from agent.models.engine_process import engine_installed
from agent.models.presets import PRESETS
from agent.models.provider_edit import ProviderEdit
from agent.runtime import Runtime
from agent.safety.secrets import KeyringSecrets
from agent.settings import usual_chat_folder
from agent.settings_file import put
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.providers import Providers
from app.viewmodels.settings_form import SettingsForm
from app.viewmodels.teller import Teller


@dataclass(frozen=True)
class Way:
    """A model that could answer."""

    kind: str
    """`offline`, `server` or `key`."""
    provider: str
    model: str = ""
    """As the provider names it."""
    base_url: str = ""
    key: str = ""

    def __repr__(self) -> str:
        """Never with the key in it."""
        return f"Way({self.kind!r}, {self.provider!r}, {self.model!r})"


OFFLINE = Way("offline", LOCAL, BUNDLED)


class FirstRunModel(Teller):
    """What the first screen shows and does."""

    found = Signal()
    """The search for local servers is over: see `servers`."""

    def __init__(
        self,
        runtime: Runtime,
        secrets: KeyringSecrets,
        parent: QObject | None = None,
        *,
        ports: Mapping[str, int] = LOCAL_PORTS,
    ) -> None:
        """`ports`: where local servers are looked for."""
        super().__init__(parent)
        self._runtime = runtime
        self._ports = ports
        self.form = SettingsForm(runtime, self)
        self.providers = Providers(runtime, secrets, self.form, self)
        self.servers: tuple[FoundServer, ...] = ()
        self.searching = False
        self.folder = str(usual_chat_folder())
        """What is suggested."""

    @property
    def has_offline(self) -> bool:
        """Whether the bundled model is here and can run."""
        return bundled_file() is not None and engine_installed()

    def begin(self) -> None:
        """Look for servers and for the keyring, in the background."""
        self.searching = True
        spawn(self.look(), "first-run-look")
        self.providers.reload()

    async def look(self) -> None:
        """Look for model servers on this computer; a second at most."""
        self.servers = tuple(server for server in await find_local_servers(self._ports) if server.models)
        self.searching = False
        self.tell(self.found)

    async def set_up(self, way: Way, *, default: bool = True) -> str:
        """Write a way to think into the settings, its key first; why it did not go, or nothing."""
        if way.kind == "offline":
            return await self.form.change(lambda document: _put_model(document, f"{way.provider}/{way.model}"))
        if way.kind == "key" and not way.key and not self.has_key(way.provider):
            return translate("First run", "Paste the key first.")
        if not way.model:
            return translate("First run", "Name a model.")
        edit = ProviderEdit(way.provider, way.base_url, models=(way.model,), default=default)
        return await self.providers.add(edit, way.key)

    def has_key(self, provider: str) -> bool:
        """Whether a key of that provider was kept already, by a test before."""
        return provider in self._runtime.settings.providers

    async def test(self, way: Way) -> str:
        """Keep a key and try it; `providers.trial` tells what came of it."""
        problem = await self.set_up(way)
        if not problem:
            self.providers.test(way.provider, way.model)
        return problem

    async def finish(self, way: Way, folder: str) -> tuple[str, str]:
        """Write all of it; why it did not go, and the model (`provider/model`)."""
        path, problem = await asyncio.to_thread(_made, folder, self.folder)
        if not problem:
            problem = await self.set_up(way)
        if not problem:
            problem = await self.form.change(lambda document: _put_folder(document, path, self.folder))
        return problem, "" if problem else self._runtime.settings.model

    async def skip(self) -> None:
        """Leave a settings file without settings, so that this is not asked again."""
        await self.form.change(_put_comment)


def preset_model(provider: str) -> str:
    """The model to suggest for a provider."""
    return PRESETS[provider].example


def _made(folder: str, usual: str) -> tuple[str, str]:
    path = Path(folder.strip()).expanduser().absolute()
    if not folder.strip():
        return "", translate("First run", "Name a folder.")
    if str(path) == usual and not path.exists():
        try:
            path.mkdir(parents=True)
        except OSError as error:
            words = translate("First run", "The folder cannot be made ({reason}). Name another.")
            return "", words.format(reason=error.strerror)
    if not os.path.isdir(path):
        return "", translate("First run", "There is no such folder. Name one that is there.")
    return str(path), ""


def _put_model(document: Any, label: str) -> None:
    document["model"] = label


def _put_folder(document: Any, folder: str, usual: str) -> None:
    if folder != usual:
        put(document, ["app", "chat_folder"], folder)


def _put_comment(document: Any) -> None:
    import tomlkit

    document.add(tomlkit.comment("Settings of Homard. What is not here has its default."))
