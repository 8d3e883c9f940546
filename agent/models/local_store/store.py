"""The model files of this computer: shown, fetched, named in the settings, removed.

Files that Homard downloads lie in a folder of its own; files that a person named stay where they are and are never
deleted. What can be used stands in the settings, so that `local/NAME` means the same everywhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from agent.errors import StorageError, UsageError
from agent.models.catalogue import BUNDLED, LOCAL
from agent.models.local_store.download import Fetched, OnProgress, Patience, download
from agent.models.local_store.names import Named, file_in, named
from agent.models.local_store.part import SUFFIX, Part, read_note
from agent.models.local_store.state import Kept, Measured, change_state, load_state
from agent.models.local_store.view import Overview, look
from agent.settings import ModelSettings, Settings
from agent.settings_file import put

Change = Callable[[Callable[[Any], None]], Awaitable[object]]
"""Edits settings.toml (the callable gets the tomlkit document)."""


class Removed(NamedTuple):
    """What a removal did."""

    label: str
    freed_bytes: int
    kept_file: str
    """A file that was only forgotten, because it is not Homard's; empty: there is none."""
    was_default: bool


class LocalStore:
    """Takes ports only: a folder, the settings as they stand, and the way to change them."""

    def __init__(self, folder: Path, settings: Callable[[], Settings], change: Change) -> None:
        self.folder = folder
        self._settings = settings
        self._change = change

    async def overview(self) -> Overview:
        """What is here, what is unfinished, what is offered. Reads the heads of files: some tenths of a second."""
        return await asyncio.to_thread(look, self.folder, self._settings())

    async def get(
        self,
        what: str,
        *,
        name: str = "",
        sha256: str = "",
        on_progress: OnProgress = lambda _progress: None,
        patience: Patience | None = None,
    ) -> str:
        """Fetch a model of the list, or from a URL, and name it in the settings; gives its label.

        One that is here already is not fetched again. Raises UsageError, DownloadFailed, StorageError.
        """
        order = named(what, name=name, sha256=sha256)
        file = file_in(self.folder, order.name)
        await asyncio.to_thread(self._require_free, order, file)
        kept = (await asyncio.to_thread(load_state, self.folder)).models.get(order.name)
        there = await asyncio.to_thread(file.is_file)
        if kept is None or not there:
            if there:
                fetched = await asyncio.to_thread(_found, file, order)
            else:
                fetched = await download(order.wanted, file, on_progress, patience)
            offer = order.offer
            kept = Kept(
                file.name,
                order.wanted.url,
                fetched.sha256,
                fetched.size,
                fetched.compared,
                datetime.now(UTC),
                offer.license if offer else "",
                offer.title if offer else "",
            )
            await asyncio.to_thread(self._keep, order.name, kept)

        def enter(document: Any) -> None:
            put(document, ["providers", LOCAL, "transport"], "local")
            put(document, ["providers", LOCAL, "models", order.name, "file"], str(file))

        await self._change(enter)
        return f"{LOCAL}/{order.name}"

    async def remove(self, name: str) -> Removed:
        """Forget a model, and delete its file if Homard fetched it. Raises UsageError, StorageError."""
        provider, _, model = name.strip().rpartition("/")
        provider = provider or LOCAL
        label, settings = f"{provider}/{model}", self._settings()
        found = settings.providers.get(provider)
        known = found.models.get(model) if found is not None and found.transport == "local" else None
        ours = file_in(self.folder, model) if provider == LOCAL else None
        if ours is None or not await asyncio.to_thread(_is_there, ours):
            ours = None
        if known is None and ours is None:
            if label == f"{LOCAL}/{BUNDLED}":
                raise UsageError("The bundled model comes with Homard and cannot be removed. Nothing was changed.")
            raise UsageError(f"There is no local model {name!r}. `homard models list --local` lists them.")
        if known is not None:
            await self._change(lambda document: _forget(document, provider, model))
        freed = await asyncio.to_thread(self._delete, ours) if ours is not None else 0
        await asyncio.to_thread(self._forget_state, model, label)
        kept = _kept_file(known, ours)
        return Removed(label, freed, kept, settings.model == label)

    async def note_measured(self, label: str, measured: Measured) -> None:
        """Remember how quick a model was."""
        await asyncio.to_thread(change_state, self.folder, lambda state: state.with_measured(label, measured))

    def _require_free(self, order: Named, file: Path) -> None:
        """Raise UsageError where the name means another model already."""
        provider = self._settings().providers.get(LOCAL)
        if provider is not None and provider.transport != "local":
            raise UsageError("The settings have a provider `local` of another kind. Give it another name first.")
        models = provider.models if provider is not None else {}
        known = models.get(order.name, ModelSettings()).file
        if order.name == BUNDLED or (known and Path(known).expanduser() != file):
            raise UsageError(f"There is a local model {order.name} already. Give this one another name with --name.")
        kept = load_state(self.folder).models.get(order.name)
        if kept is None or not file.is_file():
            return
        if kept.url != order.wanted.url and kept.sha256 != order.wanted.sha256:
            raise UsageError(
                f"{order.name} was downloaded from {kept.url} already. Remove it, or give this one another name with "
                "--name."
            )

    def _keep(self, name: str, kept: Kept) -> None:
        change_state(self.folder, lambda state: state.with_model(name, kept))

    def _forget_state(self, name: str, label: str) -> None:
        change_state(self.folder, lambda state: state.with_model(name, None).with_measured(label, None))

    def _delete(self, file: Path) -> int:
        part = file.with_name(file.name + SUFFIX)
        freed = sum(path.stat().st_size for path in (file, part) if path.is_file())
        if part.exists():
            self._discard(part)
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(
                f"{file} cannot be deleted ({error.strerror}); it is no longer used. Stop the engine and try again."
            ) from error
        return freed

    def _discard(self, path: Path) -> None:
        part = Part(path)
        note = read_note(path)
        with contextlib.closing(part):
            if note is not None:
                part.open(note)  # raises where it is being fetched just now
            part.discard()


def _found(file: Path, order: Named) -> Fetched:
    """Take a file that came and was not written down any more. Raises UsageError for another one, StorageError."""
    try:
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        size = file.stat().st_size
    except OSError as error:
        raise StorageError(f"{file} cannot be read ({error.strerror}).") from error
    if digest != order.wanted.sha256:
        raise UsageError(
            f"There is a file {file} already of which is not known what it is. Remove {order.name}, or give this one "
            "another name with --name."
        )
    return Fetched(digest, size, "given")


def _is_there(file: Path) -> bool:
    return file.is_file() or file.with_name(file.name + SUFFIX).is_file()


def _kept_file(known: ModelSettings | None, ours: Path | None) -> str:
    if known is None or not known.file:
        return ""
    file = Path(known.file).expanduser()
    return "" if ours is not None and file == ours else str(file)


def _forget(document: Any, provider: str, model: str) -> None:
    models = document.get("providers", {}).get(provider, {}).get("models", {})
    models.pop(model, None)
    if document.get("model") == f"{provider}/{model}":
        document.pop("model")
