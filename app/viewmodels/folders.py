"""The folders that every chat may read, and how folders are marked."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from agent.audit.body import POLICY
from agent.errors import HomardError
from agent.runtime import Runtime
from agent.safety.policy import MarkName, Policy
from agent.safety.printable import from_printable, printable
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.settings_form import SettingsForm
from app.viewmodels.teller import Teller

_PATH = ("grants",)

Marked = Literal["plain", "local_only", "untrusted", "both"]
_MARKS: dict[Marked, tuple[MarkName, ...]] = {
    "plain": (),
    "local_only": ("local_only",),
    "untrusted": ("untrusted",),
    "both": ("local_only", "untrusted"),
}


@dataclass(frozen=True)
class FolderRow:
    """One folder that is granted, or marked."""

    path: str
    """As the settings have it."""
    there: bool
    """Whether it exists now."""
    granted: bool = True
    marked: Marked = "plain"
    above: bool = False
    """A folder above it is marked, and so it is too."""


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
        """Look which of them are there, and how they are marked."""
        self.rows = await asyncio.to_thread(_rows, self._runtime.settings.grants, self._runtime.policy.current)
        self.tell(self.changed)

    async def add(self, path: str) -> str:
        """Let every chat read a folder."""
        folder, problem = await asyncio.to_thread(_named, path.strip(), self._grants)
        if not problem:
            await self._form.set(_PATH, [*self._grants, folder])
        return problem

    async def mark(self, path: str, marked: Marked) -> str:
        """Mark a folder and all below it, granted or not; `plain` takes its marks off."""

        def work() -> None:
            folder = Path(path.strip()).expanduser()
            if marked != "plain" and not (path.strip() and folder.is_absolute() and folder.is_dir()):
                raise NotADirectoryError
            self._runtime.policy.mark(folder, None)
            for mark in _MARKS[marked]:
                self._runtime.policy.mark(folder, mark)

        problem = ""
        try:
            await asyncio.to_thread(work)
        except NotADirectoryError:
            problem = translate("Settings", "There is no such folder. Name one that is there.")
        except HomardError as error:
            problem = str(error)
        else:
            words = {"by": "person", "what": "mark", "after": f"{marked} {path}"}
            self._runtime.audit.record(POLICY, None, None, words)
        await self.load()
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
    return str(folder.resolve()), ""  # a link in it may lead elsewhere later


def _rows(grants: tuple[str, ...], current: Callable[[], Policy]) -> tuple[FolderRow, ...]:
    """The granted folders in their order, then those that are only marked."""
    policy = current()
    own: dict[str, set[MarkName]] = {}
    for mark in policy.marks:
        own.setdefault(mark.target.text, set()).add(mark.mark)
    rows = [_row(path, policy, own) for path in grants]
    granted = {_real(path) for path in grants}
    alone = [from_printable(path) for path in own if path not in granted]
    return (*rows, *(_row(path, policy, own, granted=False) for path in alone))


def _row(path: str, policy: Policy, own: dict[str, set[MarkName]], *, granted: bool = True) -> FolderRow:
    real = _real(path)
    marks = own.get(real, set[MarkName]())
    marked: Marked = next(name for name, held in _MARKS.items() if set(held) == marks)
    there = os.path.isdir(os.path.expanduser(path))
    return FolderRow(path, there, granted, marked, above=bool(policy.marks_of(real) - marks))


def _real(path: str) -> str:
    return printable(os.path.realpath(os.path.expanduser(path)))
