"""The folders that every chat may read."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from agent.runtime import Runtime
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.settings_form import SettingsForm
from app.viewmodels.teller import Teller

_PATH = ("grants",)


@dataclass(frozen=True)
class FolderRow:
    """One granted folder."""

    path: str
    """As the settings have it."""
    there: bool
    """Whether it exists now."""


class GrantedFolders(Teller):
    """What the list of folders shows. Intents return why they did not go, or an empty text."""

    changed = Signal()

    def __init__(self, runtime: Runtime, form: SettingsForm, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runtime = runtime
        self._form = form
        self._removed: tuple[int, str] | None = None
        self.rows: tuple[FolderRow, ...] = ()
        form.changed.connect(self._follow)

    async def load(self) -> None:
        """Look which of them are there."""
        self.rows = await asyncio.to_thread(_rows, self._runtime.settings.grants)
        self.tell(self.changed)

    async def add(self, path: str) -> str:
        """Let every chat read a folder."""
        folder, problem = await asyncio.to_thread(_named, path.strip(), self._grants)
        if not problem:
            await self._form.set(_PATH, [*self._grants, folder])
        return problem

    async def remove(self, path: str) -> str:
        """Take a folder back; runs under way keep it to their end. `undo_remove` brings it back."""
        self._removed = (self._grants.index(path), path)
        await self._form.set(_PATH, [grant for grant in self._grants if grant != path])
        return ""

    async def undo_remove(self) -> str:
        """Grant the folder again that was removed last, in its old place."""
        if self._removed is not None:
            at, path = self._removed
            self._removed = None
            await self._form.set(_PATH, [*self._grants[:at], path, *self._grants[at:]])
        return ""

    @property
    def _grants(self) -> list[str]:
        return list(self._runtime.settings.grants)

    def _follow(self, path: object, _value: object) -> None:
        if path == _PATH:
            spawn(self.load(), "folders-load")


def _named(path: str, grants: list[str]) -> tuple[str, str]:
    """The folder a person means, absolute, and why it cannot be granted."""
    folder = Path(path).expanduser()
    if not path:
        return "", translate("Settings", "Name a folder.")
    if not os.path.isdir(folder):
        return "", translate("Settings", "There is no such folder. Name one that is there.")
    if str(folder.resolve()) in {os.path.realpath(os.path.expanduser(grant)) for grant in grants}:
        return "", translate("Settings", "That folder is in the list already.")
    if folder.resolve().parent == folder.resolve():
        return "", translate("Settings", "That is the whole disk. Name the folder that is meant.")
    return str(folder.absolute()), ""


def _rows(grants: tuple[str, ...]) -> tuple[FolderRow, ...]:
    return tuple(FolderRow(path, os.path.isdir(os.path.expanduser(path))) for path in grants)
