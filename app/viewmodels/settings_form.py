"""The settings as a form: sections of fields, checked and written one at a time, in force at once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from agent.errors import HomardError, SettingsInvalid
from agent.runtime import Runtime
from agent.settings import Settings, load_settings, settings_schema
from agent.settings_file import change_settings, drop, plain, put
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.settings_fields import Field, Path, parse, read_fields
from app.viewmodels.settings_words import SECTIONS, section_keywords, section_of, section_words
from app.viewmodels.teller import Teller


@dataclass(frozen=True)
class Section:
    """A page of the form."""

    name: str
    """Stable, for links: one of `SECTIONS`."""
    title: str
    help: str
    fields: tuple[Field, ...]
    found: bool = True
    """Of a search: the section as such fits its words, not only some fields."""


class SettingsForm(Teller):
    """What the Settings screen shows. All writes go through here, one after the other."""

    changed = Signal(object, object)
    """A setting has a new value, in force now: its path (a tuple of names), the value."""
    refused = Signal(object, str)
    """An entry was not written: the path, why; an empty text takes it back."""
    reloaded = Signal()
    """All fields may be others: the file was read again, a provider came or went."""
    broken = Signal(str)
    """The settings file cannot be read: why. Empty: it can again."""

    def __init__(self, runtime: Runtime, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runtime = runtime
        self._writing = asyncio.Lock()
        self._entering = asyncio.Lock()
        self._fields: dict[Path, Field] = {}
        self._read()

    @property
    def settings(self) -> Settings:
        """Those in force."""
        return self._runtime.settings

    @property
    def file(self) -> FilePath:
        """settings.toml."""
        return self._runtime.paths.settings

    def field(self, path: Path) -> Field:
        """One field as it is now. Raises KeyError if the form has none there."""
        return self._fields[path]

    def has(self, path: Path) -> bool:
        """Whether there is such a field now."""
        return path in self._fields

    def sections(self, search: str = "") -> list[Section]:
        """All sections, or what a search finds: all its words must stand in a field, or in the section's own words."""
        words = search.lower().split()
        found: list[Section] = []
        for name in SECTIONS:
            title, about = section_words(name)
            fields = [field for field in self._fields.values() if section_of(field.path) == name]
            text = f"{title}\n{section_keywords(name)}".lower()
            fits = all(word in text for word in words)
            matching = [field for field in fields if field.matches(words)]
            if fits or matching:
                found.append(Section(name, title, about, tuple(matching), fits))
        return found

    def enter(self, path: Path, raw: Any) -> None:
        """Take an entry of a person; `changed` or `refused` says what became of it."""
        spawn(self.set(path, raw), "settings-set")

    def restore(self, path: Path) -> None:
        """Put a setting back to its default; `changed` says when it is done."""
        spawn(self.reset(path), "settings-reset")

    async def set(self, path: Path, raw: Any) -> bool:
        """Check an entry and write it; False if it was refused (and nothing written). Entries go in their order."""
        async with self._entering:
            return await self._set(path, raw)

    async def _set(self, path: Path, raw: Any) -> bool:
        field = self._fields[path]
        try:
            value = parse(field, raw)
            await asyncio.to_thread(_check, field, value, self.settings)
        except ValueError as error:
            self.tell(self.refused, path, str(error))
            return False
        if value == field.value:
            self.tell(self.refused, path, "")
            return True
        return await self._change_field(path, lambda document: _put(document, field, value))

    async def reset(self, path: Path) -> bool:
        """Take a setting out of the file, so that its default applies; False if that did not go."""
        async with self._entering:
            field = self._fields[path]
            parts = list(path[:-1] if path[-1] in field.required else path)
            return await self._change_field(path, lambda document: drop(document, parts))

    async def change(self, change: Callable[[Any], None]) -> str:
        """Change the settings as a whole (`change` gets the tomlkit document); why it did not go, or nothing."""
        async with self._writing:
            try:
                await asyncio.to_thread(change_settings, self.file, change)
                self._runtime.reload_settings()
            except SettingsInvalid as error:
                self.tell(self.broken, str(error))
                return str(error)
            except HomardError as error:
                return str(error)
        self._tell_changes()
        return ""

    async def refresh(self) -> None:
        """Read the file again if somebody else changed it; `broken` if that made it unreadable."""
        async with self._writing:
            try:
                settings = await asyncio.to_thread(load_settings, self.file)
                if settings != self.settings:
                    self._runtime.reload_settings()
            except HomardError as error:
                self.tell(self.broken, str(error))
                return
        self.tell(self.broken, "")
        self._tell_changes()

    async def _change_field(self, path: Path, change: Callable[[Any], None]) -> bool:
        problem = await self.change(change)
        self.tell(self.refused, path, problem)
        return not problem

    def _tell_changes(self) -> None:
        before = self._fields
        self._read()
        if list(before) != list(self._fields):
            self.tell(self.reloaded)
        for path, field in self._fields.items():
            if path not in before or before[path] != field:
                self.tell(self.changed, path, field.value)

    def _read(self) -> None:
        fields = read_fields(settings_schema(), plain(self.settings))
        self._fields = {field.path: field for field in fields}


def _put(document: Any, field: Field, value: Any) -> None:
    if value is None:
        drop(document, list(field.path[:-1] if field.path[-1] in field.required else field.path))
        return
    for name in field.required:
        table = document
        for part in field.path[:-1]:
            table = table.get(part, {})
        if name not in table:
            put(document, [*field.path[:-1], name], 0)
    put(document, list(field.path), value)


def _check(field: Field, value: Any, settings: Settings) -> None:
    """What the schema cannot say. Reads the disk. Raises ValueError with a sentence."""
    match field.path:
        case ("app", "hotkey") if value:
            _check_hotkey(value)
        case ("app", "chat_folder") if value and not os.path.isdir(os.path.expanduser(value)):
            raise ValueError(translate("Settings", "There is no such folder. Name one that is there."))
        case ("model",) if value:
            provider = value.partition("/")[0]
            if provider not in settings.providers and provider not in ("local", "scripted"):
                raise ValueError(translate("Settings", "There is no provider of that name. Add it first."))
        case _:
            return


def _check_hotkey(text: str) -> None:
    keys = QKeySequence.fromString(text)
    if keys.count() != 1 or not keys.toString() or "+" not in text.rstrip("+"):
        raise ValueError(
            translate("Settings", "Write one key with Ctrl, Alt, Shift or Meta, for instance Ctrl+Alt+Space.")
        )
