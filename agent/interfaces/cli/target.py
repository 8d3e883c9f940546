"""What the arguments of a command mean where its client stands: folders, models, sessions."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import UsageError
from agent.interfaces.cli.terminal import Terminal
from agent.roots import unled

if TYPE_CHECKING:
    from agent.storage.sessions import Session, Store

_FILES = (".toml", ".json", ".gguf")


def working_folder(terminal: Terminal, named: str = "") -> str:
    """The absolute folder to work in: the one named, else the client's. Raises UsageError."""
    if not terminal.cwd and not os.path.isabs(named):
        raise UsageError("The current folder no longer exists. Go to another one, or name one with --cwd.")
    return _folder(terminal, named or ".", "--cwd")


def granted_folders(terminal: Terminal, named: Sequence[str], option: str = "--grant") -> tuple[str, ...]:
    """The absolute folders of an option. Raises UsageError."""
    return tuple(_folder(terminal, folder, option) for folder in named)


def model_name(terminal: Terminal, named: str) -> str:
    """The model's name, a file in it (script, GGUF) made absolute."""
    provider, slash, model = named.partition("/")
    path = Path(terminal.cwd or "/", os.path.expanduser(model))
    if slash and model.lower().endswith(_FILES) and path.is_file():
        return f"{provider}/{path}"
    return named


async def find_session(store: Store, session_id: str) -> Session:
    """A session that is not deleted, by its id or the beginning of it. Raises UsageError."""
    session = await store.session(session_id)
    if session.deleted_at is not None:
        raise UsageError(
            f"Session {session.session_id} was deleted. "
            f"`homard sessions delete --restore {session.session_id}` brings it back."
        )
    return session


def _folder(terminal: Terminal, named: str, option: str) -> str:
    folder = os.path.abspath(os.path.join(terminal.cwd, os.path.expanduser(named)))
    if not os.path.isdir(folder):
        raise UsageError(f"{option} {named}: there is no such folder. Nothing was done; name one that is there.")
    return str(unled(folder))  # a link may be a command's: a person who repeats a line does not see it
