"""What a person agreed to: which plugins are on, as they stood then, what each was granted and what it offered."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import msgspec

from agent.errors import StorageError
from agent.file_lock import changing
from agent.plugin_api.wire import Ready
from agent.plugin_host.manifest import Capability, Manifest
from agent.skills.tree import Stamp
from agent.whole_file import replace_file

NAME: Final = ".state.json"
"""Beside the plugins, in the data folder; no plugin begins with a dot."""


class Accepted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A plugin as a person saw it last."""

    enabled: bool = False
    manifest: Manifest | None = None
    digest: str = ""
    """Of its tree when it was enabled."""
    files: dict[str, Stamp] = {}
    granted: tuple[Capability, ...] = ()
    said: Ready = Ready()
    """What it offered then; what it says later adds nothing."""
    believed: str = ""
    """Digest of what its tools say of themselves (`offers.claims_digest`), if a person believes it."""
    skills: tuple[str, ...] = ()
    """Skills that it put among the person's own."""
    program: str = ""
    """Of one that comes with Homard: the version of Homard then."""
    source: str = ""
    """Where it was installed from; empty: it was put there by hand, or comes with Homard."""
    installed: str = ""
    """Digest of its tree when it was installed."""
    stopped: str = ""
    """Why Homard disabled it, as a sentence."""
    reloads: int = 0
    """How often a person had it started anew."""
    dev: str = ""
    """Real path of the folder in which it is being written; empty: it is not. Its bytes may change."""

    def agrees_with(self, other: Accepted) -> bool:
        """Whether a person decided the same."""
        mine, theirs = ((one.enabled, one.digest, one.granted, one.stopped, one.dev) for one in (self, other))
        return mine == theirs


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of it."""

    plugins: dict[str, Accepted] = {}
    """By id."""

    def with_plugin(self, plugin: str, accepted: Accepted | None) -> State:
        """The same with this said of a plugin; None: nothing is."""
        others = {name: one for name, one in self.plugins.items() if name != plugin}
        return State(others if accepted is None else {**others, plugin: accepted})


def load_state(plugins: Path) -> State:
    """Read it from the folder of plugins. Raises StorageError; a missing file says nothing."""
    path = plugins / NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return State()
    except (OSError, msgspec.DecodeError) as error:
        raise StorageError(
            f"{path} cannot be read ({error}), so no plugin is used. Delete it and enable your plugins again."
        ) from error


def save_state(plugins: Path, state: State) -> None:
    """Write it, at once and whole. Raises StorageError."""
    try:
        replace_file(plugins / NAME, msgspec.json.encode(state))
        if os.name == "posix":
            os.chmod(plugins, 0o700)
    except OSError as error:
        raise StorageError(
            f"{plugins / NAME} cannot be written ({error.strerror}). Nothing changed; make room and try again."
        ) from error


def change(plugins: Path, plugin: str, **fields: object) -> Accepted:
    """Say something else of one plugin; gives all that is said of it now."""
    with editing(plugins):
        state = load_state(plugins)
        accepted = msgspec.structs.replace(state.plugins.get(plugin, Accepted()), **fields)
        save_state(plugins, state.with_plugin(plugin, accepted))
        return accepted


def editing(plugins: Path) -> AbstractContextManager[None]:
    """Let nobody else say anything between reading what is said and saying it anew. Blocks; raises StorageError."""
    return changing(plugins / NAME)


def anything(plugins: Path) -> bool:
    """Whether anything was ever said of a plugin: a look at the disk, no more."""
    return (plugins / NAME).exists()
