"""What is known of the model files that were downloaded, and of models' speed here; kept beside the files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from agent.errors import StorageError
from agent.file_lock import changing
from agent.models.local_store.download import Compared
from agent.whole_file import replace_file

NAME: Final = ".state.json"


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that was downloaded."""

    file: str
    """Its name in the folder."""
    url: str
    sha256: str
    size: int
    compared: Compared
    """With which sum it was compared."""
    got_at: datetime
    license: str = ""
    """SPDX identifier; empty: not known."""
    title: str = ""


class Measured(msgspec.Struct, frozen=True, omit_defaults=True):
    """How quick a model was on this computer."""

    at: datetime
    writes_per_s: float | None = None
    """Tokens a second; None: it wrote too little to say."""
    reads_per_s: float | None = None
    first_word_s: float = 0.0
    """After a prompt of a few hundred tokens."""
    load_s: float | None = None
    """Until it was ready; None: it was loaded already, or is served by another program."""
    memory_bytes: int | None = None
    window: int = 0
    """Tokens for which memory was reserved."""


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of it."""

    models: dict[str, Kept] = {}
    """By their names here."""
    measured: dict[str, Measured] = {}
    """By `provider/model`."""

    def with_model(self, name: str, kept: Kept | None) -> State:
        """The same with this said of a file; None: nothing is."""
        others = {key: one for key, one in self.models.items() if key != name}
        return State(others if kept is None else {**others, name: kept}, self.measured)

    def with_measured(self, label: str, measured: Measured | None) -> State:
        """The same with this said of a model's speed; None: nothing is."""
        others = {key: one for key, one in self.measured.items() if key != label}
        return State(self.models, others if measured is None else {**others, label: measured})


def load_state(folder: Path) -> State:
    """Read it. Raises StorageError; a missing file says nothing."""
    path = folder / NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return State()
    except (OSError, msgspec.DecodeError) as error:
        raise StorageError(
            f"{path} cannot be read ({error}). It says where models were downloaded from; move it away, and they are "
            "used as files of your own."
        ) from error


def change_state(folder: Path, change: Callable[[State], State]) -> None:
    """Say something else of it, while no other process does. Raises StorageError."""
    with changing(folder / NAME):
        before = load_state(folder)
        if (after := change(before)) != before:
            _save(folder, after)


def _save(folder: Path, state: State) -> None:
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(path, msgspec.json.encode(state))
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror}); it is as it was.") from error
