"""What there is to show of the models on this computer. Blocks for some tenths of a second: use a thread."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from agent.errors import HomardError, StorageError
from agent.models.catalogue import BUNDLED, LOCAL, bundled_file, default_model, resolve
from agent.models.gguf import MemoryNeed, memory_need
from agent.models.local_store.curated import Fit, Offer, expected_speed, fit, machine_memory, offers, recommended
from agent.models.local_store.failure import plain
from agent.models.local_store.names import file_in
from agent.models.local_store.part import SUFFIX, note_path, read_note
from agent.models.local_store.state import Kept, Measured, State, load_state
from agent.settings import Settings

_TELLING = 400_000_000
"""Bytes; a smaller model spends its time on other things than a large one, and tells nothing of its speed."""


class LocalModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model file that can be named."""

    label: str
    """`provider/model`."""
    title: str = ""
    file: str = ""
    ours: bool = False
    """Homard fetched it, and deletes it when it is removed."""
    size_bytes: int = 0
    memory_bytes: int = 0
    """What it takes when it runs, with its window: measured, or an estimate; 0: not known."""
    fit: Fit = "well"
    window: int = 0
    kept: Kept | None = None
    """Where it came from; None: a person put it there, or it came with Homard."""
    measured: Measured | None = None
    is_default: bool = False
    problem: str = ""
    """Why it cannot be used: a sentence."""


class Unfinished(msgspec.Struct, frozen=True):
    """A download that was interrupted and can be gone on with."""

    name: str
    url: str
    sha256: str
    received: int
    total: int | None


class Offered(msgspec.Struct, frozen=True):
    """A model of the list."""

    offer: Offer
    fit: Fit
    here: bool
    recommended: bool
    writes_per_s: float | None = None
    """Expected, from the largest model that was timed here: a guess; None: none was."""


class Overview(msgspec.Struct, frozen=True):
    """All of it."""

    models: tuple[LocalModel, ...]
    unfinished: tuple[Unfinished, ...]
    offered: tuple[Offered, ...]
    memory_bytes: int
    """Of this machine."""
    problem: str = ""
    """Why what was downloaded is not known: a sentence."""


def look(folder: Path, settings: Settings) -> Overview:
    """Look at the folder and the settings. Must not raise for what is broken in them: it is said."""
    state, problem = State(), ""
    try:
        state = load_state(folder)
    except StorageError as error:
        problem = str(error)
    total = machine_memory()
    models = tuple(_model(settings, label, state, folder, total) for label in _labels(settings))
    speeds = _speeds(models)
    best = recommended(total, speeds)
    here = {model.label.partition("/")[2] for model in models if model.ours}
    offered = tuple(
        Offered(
            offer,
            fit(offer.memory_bytes, total),
            offer.name in here,
            best is not None and offer.name == best.name,
            speeds.get(offer.name),
        )
        for offer in offers()
    )
    return Overview(models, _unfinished(folder), offered, total, problem)


def _speeds(models: Sequence[LocalModel]) -> dict[str, float]:
    """How quick each model on offer may be here, by name."""
    timed = [
        (model.size_bytes, model.measured.writes_per_s)
        for model in models
        if model.size_bytes >= _TELLING and model.measured is not None and model.measured.writes_per_s
    ]
    if not timed:
        return {}
    size, speed = max(timed)
    return {offer.name: round(expected_speed(offer, size, speed), 1) for offer in offers()}


def _labels(settings: Settings) -> list[str]:
    labels = [
        f"{name}/{model}"
        for name, provider in settings.providers.items()
        if provider.transport == "local"
        for model in provider.models
    ]
    bundled = f"{LOCAL}/{BUNDLED}"
    return [bundled, *(label for label in labels if label != bundled)] if bundled_file() is not None else labels


def _model(settings: Settings, label: str, state: State, folder: Path, total: int) -> LocalModel:
    provider, _, name = label.partition("/")
    kept = state.models.get(name) if provider == LOCAL else None
    model = LocalModel(label=label, measured=state.measured.get(label), is_default=_default(settings) == label)
    try:
        profile = resolve(settings, label)
        file = Path(profile.file)
        stat = file.stat()
        need = _need(file, stat.st_mtime_ns, profile.window)
    except (HomardError, OSError) as error:
        return msgspec.structs.replace(model, problem=plain(str(error)))
    ours = provider == LOCAL and file == file_in(folder, name)
    measured = model.measured.memory_bytes if model.measured and model.measured.window == profile.window else None
    memory = measured or need.total_bytes
    return msgspec.structs.replace(
        model,
        title=kept.title if kept is not None and ours else "",
        file=str(file),
        ours=ours,
        size_bytes=stat.st_size,
        memory_bytes=memory,
        fit=fit(memory, total),
        window=profile.window,
        kept=kept if ours else None,
    )


def _default(settings: Settings) -> str:
    try:
        return default_model(settings)
    except HomardError:
        return ""


def _unfinished(folder: Path) -> tuple[Unfinished, ...]:
    found: list[Unfinished] = []
    with contextlib.suppress(OSError):
        for part in sorted(folder.glob(f"*.gguf{SUFFIX}")):
            note = read_note(part)
            if note is not None and note_path(part).is_file():
                name = part.name.removesuffix(f".gguf{SUFFIX}")
                found.append(Unfinished(name, note.url, note.sha256, part.stat().st_size, note.size))
    return tuple(found)


@lru_cache(maxsize=64)
def _need(file: Path, _changed_at: int, window: int) -> MemoryNeed:
    return memory_need(file, window)
