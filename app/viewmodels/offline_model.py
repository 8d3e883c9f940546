"""The model on this computer: its file, what memory it wants, whether it runs."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import psutil
from PySide6.QtCore import QObject, Signal

from agent.errors import HomardError
from agent.models.catalogue import BUNDLED, LOCAL, bundled_file
from agent.models.gguf import MemoryNeed, memory_need
from agent.runtime import Runtime
from agent.settings import ModelProfile, Settings
from agent.settings_file import put
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.local_models import LocalModels
from app.viewmodels.model_words import size_words
from app.viewmodels.settings_form import SettingsForm
from app.viewmodels.teller import Teller

EngineWord = Literal["unloaded", "loading", "loaded", "in use"]


@dataclass(frozen=True)
class OfflineChoice:
    """A model file that the settings know, or the bundled one."""

    label: str
    """`provider/model`."""
    title: str


@dataclass(frozen=True)
class OfflineState:
    """What there is to show of the chosen model."""

    choices: tuple[OfflineChoice, ...] = ()
    chosen: str = ""
    """Label; empty: there is none."""
    file: str = ""
    window: int = 0
    """Tokens it can read at once."""
    size: str = ""
    """Of the file and the memory it wants, a sentence."""
    fits: bool = True
    """Whether that much memory is free now, as far as can be told."""
    engine: EngineWord = "unloaded"
    engine_words: str = ""
    is_default: bool = False
    problem: str = ""
    """Why it cannot be used: a sentence."""


class OfflineModel(Teller):
    """What the section "Offline model" shows. Intents return why they did not go, or an empty text."""

    changed = Signal()

    def __init__(self, runtime: Runtime, form: SettingsForm, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runtime = runtime
        self._form = form
        self._chosen = ""
        self._loading = False
        self.state = OfflineState()
        self.local = LocalModels(runtime, form, self)
        """The files: what is here, what is on offer, what other programs serve."""
        form.reloaded.connect(self.reload)

    def reload(self) -> None:
        """Look again, in the background; `changed` follows if something is another."""
        spawn(self.load(), "offline-load")

    async def load(self) -> None:
        """Look at the settings, the file and the engine."""
        state = await asyncio.to_thread(self._look, self._runtime.settings)
        if state != self.state:
            self.state = state
            self.tell(self.changed)

    async def choose(self, label: str) -> None:
        """Show another model of the list."""
        self._chosen = label
        await self.load()

    async def add_file(self, path: str) -> str:
        """Take a GGUF file into the settings and show it."""
        file, problem = await asyncio.to_thread(_named, path.strip())
        if problem:
            return problem
        name = re.sub(r"[^\w.-]+", "-", file.stem).strip("-.") or "model"

        def change(document: Any) -> None:
            put(document, ["providers", LOCAL, "transport"], "local")
            put(document, ["providers", LOCAL, "models", name, "file"], str(file))

        problem = await self._form.change(change)
        if not problem:
            await self.choose(f"{LOCAL}/{name}")
        return problem

    async def set_window(self, text: str) -> str:
        """Let it read so many tokens at once; an empty text is the usual number."""
        provider, _, model = self.state.chosen.partition("/")
        path = ("providers", provider, "models", model, "window")
        if not self._form.has(path):

            def change(document: Any) -> None:
                put(document, ["providers", provider, "transport"], "local")
                put(document, ["providers", provider, "models", model], {})

            if problem := await self._form.change(change):
                return problem
        if not await self._form.set(path, text):
            return translate("Settings", "Write a whole number of tokens, or nothing.")
        await self.load()
        return ""

    async def make_default(self) -> str:
        """Let new chats be answered by it."""
        await self._form.set(("model",), self.state.chosen)
        await self.load()
        return ""

    async def start(self) -> str:
        """Load it now, so that the first answer comes at once."""
        self._loading = True
        await self.load()
        try:
            await self._runtime.start_engine(self.state.chosen)
        except HomardError as error:
            return str(error)
        finally:
            self._loading = False
            await self.load()
        return ""

    async def stop(self) -> str:
        """Give its memory back."""
        try:
            await self._runtime.stop_engine()
        except HomardError as error:
            return str(error)
        await self.load()
        return ""

    def _look(self, settings: Settings) -> OfflineState:
        choices = _choices(settings)
        labels = [choice.label for choice in choices]
        wanted = [self._chosen, settings.model, *labels]
        chosen = next((label for label in wanted if label in labels), "")
        if not chosen:
            words = translate("Settings", "There is no model here yet. Choose a GGUF file.")
            return OfflineState(choices, problem=words)
        try:
            model = self._runtime.model(chosen)
            size, fits = _need(model)
        except HomardError as error:
            return OfflineState(choices, chosen, problem=str(error))
        engine, words = self._engine(model)
        default = settings.model or (f"{LOCAL}/{BUNDLED}" if bundled_file() else "")
        return OfflineState(
            choices,
            chosen,
            model.file,
            model.window,
            size,
            fits or engine == "loaded",
            engine,
            words,
            chosen == default,
        )

    def _engine(self, model: ModelProfile) -> tuple[EngineWord, str]:
        if self._loading:
            return "loading", translate("Settings", "Loading…")
        for loaded in self._runtime.engine_state():
            if loaded.file == model.file and loaded.window == model.window:
                memory = size_words(loaded.memory_bytes)
                if loaded.in_use:
                    return "in use", translate("Settings", "Answering now, with {memory} of memory").format(
                        memory=memory
                    )
                return "loaded", translate("Settings", "Ready, with {memory} of memory").format(memory=memory)
        return "unloaded", translate("Settings", "Not loaded. It starts by itself when it is asked.")


def _choices(settings: Settings) -> tuple[OfflineChoice, ...]:
    found = [
        OfflineChoice(f"{name}/{model}", model)
        for name, provider in settings.providers.items()
        if provider.transport == "local"
        for model in provider.models
    ]
    bundled = f"{LOCAL}/{BUNDLED}"
    if bundled_file() is not None:
        title = translate("Settings", "SmolLM2, comes with Homard")
        found = [OfflineChoice(bundled, title), *(choice for choice in found if choice.label != bundled)]
    return tuple(found)


def _need(model: ModelProfile) -> tuple[str, bool]:
    """What memory a model wants, in words, and whether that is free. Raises UsageError for what is no model."""
    file = Path(model.file)
    need = _memory_need(file, file.stat().st_mtime_ns, model.window)
    free = psutil.virtual_memory().available
    words = translate(
        "Settings", "The file has {file}. Running, it wants about {need} of memory; {free} are free now."
    ).format(file=size_words(need.file_bytes), need=size_words(need.total_bytes), free=size_words(free))
    return words, need.total_bytes <= free


@lru_cache(maxsize=16)
def _memory_need(file: Path, _changed_at: int, window: int) -> MemoryNeed:
    return memory_need(file, window)


def _named(path: str) -> tuple[Path, str]:
    """The file a person means, absolute, and why it is no model."""
    file = Path(path).expanduser().absolute()
    try:
        with file.open("rb") as opened:
            magic = opened.read(4)
    except FileNotFoundError:
        return file, translate("Settings", "There is no such file. Choose one that is there.")
    except OSError as error:
        words = translate("Settings", "The file cannot be read ({reason}). Choose another.")
        return file, words.format(reason=error.strerror)
    if magic != b"GGUF":
        return file, translate("Settings", "This is no GGUF file. Choose a model in the GGUF format of llama.cpp.")
    return file, ""
