"""The model files of this computer and those on offer: fetched, timed and removed by hand; other programs' models."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal

from agent.errors import HomardError, UsageError
from agent.models.discovery import FoundServer, find_local_servers
from agent.models.local_store.download import Patience, Progress
from agent.models.local_store.store import LocalStore
from agent.models.local_store.view import LocalModel, Offered, Overview, Unfinished
from agent.runtime import Runtime
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.local_model_words import progress_words
from app.viewmodels.settings_form import SettingsForm
from app.viewmodels.teller import Teller

_EVERY_S = 0.2
"""How often a download's progress is told."""


@dataclass(frozen=True)
class LocalState:
    """What there is to show."""

    models: tuple[LocalModel, ...] = ()
    offered: tuple[Offered, ...] = ()
    """Those that are not here."""
    unfinished: tuple[Unfinished, ...] = ()
    """Downloads that wait for somebody to go on with them."""
    servers: tuple[FoundServer, ...] | None = None
    """Other programs with models; None: they were not looked for."""
    memory_bytes: int = 0
    problem: str = ""


@dataclass
class Fetch:
    """A download under way."""

    name: str
    task: asyncio.Task[str] | None = None
    progress: Progress = field(default_factory=lambda: Progress("connecting", 0, None))
    told_at: float = 0.0
    stopped: bool = False
    """A person stopped it."""

    @property
    def share(self) -> int | None:
        """Percent; None: it is not known of how much."""
        total = self.progress.total
        return 100 * self.progress.received // total if total else None

    @property
    def words(self) -> str:
        """How far it is, for a person."""
        return progress_words(self.progress)


class LocalModels(Teller):
    """Intents return why they did not go, or an empty text."""

    changed = Signal()
    """Something came or went."""
    progressed = Signal(str)
    """How far the download of that name is."""
    arrived = Signal(str)
    """The label of a model that is here now."""

    def __init__(
        self, runtime: Runtime, form: SettingsForm, parent: QObject | None = None, patience: Patience | None = None
    ) -> None:
        super().__init__(parent)
        self._runtime, self._form, self._patience = runtime, form, patience
        self.store = LocalStore(runtime.paths.data / "models", lambda: runtime.settings, self._change)
        self.state = LocalState()
        self.fetches: dict[str, Fetch] = {}
        """Downloads under way, by the name that the model will have."""
        self.timing = ""
        """The label of the model that is being timed."""

    def reload(self) -> None:
        """Look again, in the background; `changed` follows if something is another."""
        spawn(self.load(), "local-models-load")

    async def load(self) -> None:
        """Look at the files and the settings."""
        self._show(await self.store.overview(), self.state.servers)

    async def look_for_servers(self) -> None:
        """Ask this computer's own model servers what they have."""
        self._show(await self.store.overview(), tuple(await find_local_servers()))

    async def get(self, what: str, *, name: str = "", sha256: str = "") -> str:
        """Fetch a model: one of the list by its name, or a URL. Ends when it is here, stopped or failed."""
        from agent.models.local_store.names import named

        try:
            name = named(what, name=name, sha256=sha256).name
        except HomardError as error:
            return str(error)
        if name in self.fetches:
            return translate("Settings", "This model is being downloaded already.")
        fetch = self.fetches[name] = Fetch(name)
        fetch.task = spawn(self._get(fetch, what, sha256), "local-model-get")
        self.tell(self.changed)
        try:
            return await fetch.task
        except asyncio.CancelledError:
            if not fetch.stopped:
                raise
            return ""
        finally:
            self.fetches.pop(name, None)
            await self.load()
            self.tell(self.changed)

    def stop(self, name: str) -> None:
        """Break a download off; what has come is kept."""
        fetch = self.fetches.get(name)
        if fetch is not None and fetch.task is not None:
            fetch.stopped = True
            fetch.task.cancel()

    async def close(self) -> None:
        """Break off every download, before the loop ends: what has come is kept."""
        tasks = [fetch.task for fetch in self.fetches.values() if fetch.task is not None]
        for name in list(self.fetches):
            self.stop(name)
        if tasks:
            await asyncio.wait(tasks)

    async def remove(self, name: str) -> str:
        """Forget a model or an unfinished download, and delete what Homard fetched of it."""
        try:
            await self.store.remove(name)
        except HomardError as error:
            return str(error)
        finally:
            await self.load()
        return ""

    async def measure(self, label: str) -> str:
        """Time a model: it reads some hundred tokens and writes a hundred."""
        from agent.models.gateway import Gateway
        from agent.models.local_store.measure import measure

        if self.timing:
            return translate("Settings", "Another model is being timed. Wait for its end.")
        self.timing = label
        self.tell(self.changed)
        gateway = Gateway(self._runtime.secrets, self._runtime.settings, self._runtime.metered)

        def memory() -> int | None:
            states = gateway.engine.states() if gateway.engine is not None else []
            return states[0].memory_bytes if states else None

        try:
            model = await asyncio.to_thread(self._runtime.model, label)
            await self._runtime.stop_engine()  # its memory is not taken twice
            await self.store.note_measured(label, await measure(gateway, model, memory))
        except HomardError as error:
            return str(error)
        finally:
            self.timing = ""
            await gateway.aclose()
            await self.load()
            self.tell(self.changed)
        return ""

    async def _get(self, fetch: Fetch, what: str, sha256: str) -> str:
        def tell(progress: Progress) -> None:
            phase = fetch.progress.phase
            fetch.progress = progress
            now = time.monotonic()
            if progress.phase != phase or now - fetch.told_at >= _EVERY_S:
                fetch.told_at = now
                self.tell(self.progressed, fetch.name)

        try:
            label = await self.store.get(
                what, name=fetch.name, sha256=sha256, on_progress=tell, patience=self._patience
            )
        except HomardError as error:
            return str(error)
        self.tell(self.arrived, label)
        return ""

    async def _change(self, edit: Callable[[Any], None]) -> None:
        if problem := await self._form.change(edit):
            raise UsageError(problem)

    def _show(self, overview: Overview, servers: tuple[FoundServer, ...] | None) -> None:
        state = LocalState(
            overview.models,
            tuple(one for one in overview.offered if not one.here),
            tuple(one for one in overview.unfinished if one.name not in self.fetches),
            servers,
            overview.memory_bytes,
            overview.problem,
        )
        if state != self.state:
            self.state = state
            self.tell(self.changed)
