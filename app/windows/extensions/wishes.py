"""What a person wants done about skills, plugins, servers and packs, carried out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget
from shiboken6 import Shiboken

from agent.errors import UsageError
from agent.skills.install import NoSkills
from app import dialogs
from app.translation import translate
from app.viewmodels.extension_intake import kind_of_path, kind_of_text
from app.viewmodels.extension_item import Act, Extension, Kind
from app.viewmodels.extension_list import ExtensionsViewModel
from app.viewmodels.extension_source import Consent, ExtensionSource, TrustingSource
from app.viewmodels.settings_fields import Field
from app.viewmodels.teller import Teller
from app.windows.extensions.consent import ConsentDialog

Start = Callable[[Coroutine[Any, Any, Any], str], None]
"""Carries out an intent; what goes wrong is told in a sentence."""


ADDING = "adding"


@dataclass(frozen=True)
class Doing:
    """Something that takes a while."""

    words: str
    task: asyncio.Task[Any] | None


class ExtensionWishes(Teller):
    """One for the page; dialogs belong to its window."""

    busy_changed = Signal()
    said = Signal(str)
    """Something was done of which nothing is seen: a sentence."""
    came = Signal(str)
    """Something new is there, or another version of it: its item id."""
    refused = Signal(object, str)
    """A setting was not taken: its path, why; empty: it was."""

    def __init__(self, model: ExtensionsViewModel, start: Start, page: QWidget) -> None:
        super().__init__(page)
        self._model = model
        self._start = start
        self._page = page
        self.busy: dict[str, Doing] = {}
        """What is being done, by item id; by `ADDING` what is being brought in."""

    def do(self, act: Act, item_id: str) -> None:
        """Do something about one; about one that is gone, or while something is being done about it, nothing."""
        item = self._model.find(item_id)
        if item is not None and item_id not in self.busy and act in item.acts:
            self._start(self._busily(item_id, doing_words(act, item), self._done(act, item)), f"{act} {item.kind}")

    def add(self, place: Path | str) -> None:
        """Bring in what is at a path, or what a text says."""
        self._start(self._add([place]), "install")

    def add_all(self, places: Sequence[Path | str]) -> None:
        """The same for several."""
        self._start(self._add(places), "install")

    def choose_folder(self) -> None:
        """Ask for a folder, and bring in what is in it."""
        self._start(self._choose_folder(), "install a folder")

    def choose_file(self) -> None:
        """Ask for a file, and bring in what is in it."""
        self._start(self._choose_file(), "install a file")

    def choose_trusted(self) -> None:
        """Ask for a working folder that may bring skills of its own."""
        self._start(self._choose_trusted(), "trust a folder")

    def change_setting(self, item_id: str, field: Field, value: object) -> None:
        """Set one of its settings."""
        self._start(self._change_setting(item_id, field, value), "setting")

    # -- how

    def stop(self) -> None:
        """Give up what is being done."""
        for doing in tuple(self.busy.values()):
            if doing.task is not None:
                doing.task.cancel()

    async def _busily(self, item_id: str, words: str, work: Coroutine[Any, Any, None]) -> None:
        self.busy[item_id] = Doing(words, asyncio.current_task())
        self.tell(self.busy_changed)
        try:
            await work
        finally:
            self.busy.pop(item_id, None)
            self.tell(self.busy_changed)
            if Shiboken.isValid(self._model):
                self._model.refresh()

    async def _done(self, act: Act, item: Extension) -> None:
        source = self._model.sources[item.kind]
        match act:
            case "enable" | "review":
                self._ask(source, await source.consent(item.key))
            case "disable":
                await source.disable(item.key)
            case "update":
                await self._look_for_update(source, item)
            case "remove":
                await self._remove(source, item)
            case "open":
                self._open(source, item)
            case _:
                came = await source.do(act, item.key)
                if isinstance(came, Consent):
                    self._ask(source, came)
                elif came:
                    self.tell(self.said, came)

    def _ask(self, source: ExtensionSource, consent: Consent) -> None:
        if not Shiboken.isValid(self._page):
            return
        dialog = ConsentDialog(consent, self._page.window())
        dialog.agreed.connect(partial(self._agree, source))
        dialog.open()

    def _agree(self, source: ExtensionSource, consent: Consent, granted: frozenset[str]) -> None:
        words = doing_words("enable", consent.item)
        self._start(self._busily(consent.item.item_id, words, self._agreed(source, consent, granted)), "turn on")

    async def _agreed(self, source: ExtensionSource, consent: Consent, granted: frozenset[str]) -> None:
        following = await source.enable(consent, granted)
        if following is not None:
            await self._model.refreshed()
            self.tell(self.came, following.item.item_id)
            self._ask(source, following)

    async def _look_for_update(self, source: ExtensionSource, item: Extension) -> None:
        consent = await source.update(item.key)
        if consent is None:
            words = translate("Extensions", "There is no newer version of {name}.")
            self.tell(self.said, words.format(name=item.title))
        else:
            self._ask(source, consent)

    async def _remove(self, source: ExtensionSource, item: Extension) -> None:
        choice = await dialogs.ask(
            self._page.window(),
            translate("Extensions", "Remove {name}?").format(name=item.title),
            _removal_words(item),
            [
                dialogs.Choice("remove", translate("Extensions", "Remove"), "danger"),
                dialogs.Choice("keep", translate("Extensions", "Keep it"), "cancel"),
            ],
            default="keep",
        )
        if choice == "remove":
            await source.remove(item.key)

    def _open(self, source: ExtensionSource, item: Extension) -> None:
        if (folder := source.folder(item.key)) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    async def _choose_folder(self) -> None:
        title = translate("Extensions", "Folder of a skill, plugin, server or pack")
        if chosen := await dialogs.choose_folder(self._page.window(), title):
            await self._add([Path(chosen)])

    async def _choose_file(self) -> None:
        title = translate("Extensions", "File of a skill, plugin, server or pack")
        kinds = translate("Extensions", "Archives and settings (*.zip *.skill *.mcpb *.dxt *.json)")
        every = translate("Extensions", "All files (*)")
        if chosen := await dialogs.choose_file(self._page.window(), title, "", f"{kinds};;{every}"):
            await self._add([Path(chosen)])

    async def _choose_trusted(self) -> None:
        title = translate("Extensions", "Working folder with skills of its own")
        chosen = await dialogs.choose_folder(self._page.window(), title)
        source = self._model.sources.get("skill")
        if chosen and isinstance(source, TrustingSource):
            self._ask(source, await source.trust_consent(Path(chosen)))

    async def _add(self, places: Sequence[Path | str]) -> None:
        if ADDING not in self.busy:
            name = places[0].name if isinstance(places[0], Path) else places[0].strip()[:60]
            words = translate("Extensions", "Bringing in {name}…").format(name=name)
            await self._busily(ADDING, words, self._bring_in(places))

    async def _bring_in(self, places: Sequence[Path | str]) -> None:
        came: list[tuple[ExtensionSource, str]] = []
        asked: list[tuple[ExtensionSource, Consent]] = []
        try:
            for place in places:
                source = self._source_of(place, await asyncio.to_thread(_kind_of, place))
                source, got = await self._installed(source, place)
                if isinstance(got, Consent):
                    asked.append((source, got))
                else:
                    came += [(source, key) for key in got]
        finally:
            await self._model.refreshed()
        for source, key in came[:1]:
            self.tell(self.came, f"{source.kind}:{key}")
            if len(came) == 1:
                asked.append((source, await source.consent(key)))
        if len(came) > 1:
            words = translate("Extensions", "%n thing(s) came in. They are off until you turn them on.", len(came))
            self.tell(self.said, words)
        for source, consent in asked:
            self._ask(source, consent)

    async def _installed(
        self, source: ExtensionSource, place: Path | str
    ) -> tuple[ExtensionSource, Sequence[str] | Consent]:
        """Let a source bring something in; a repository without skills may be one of packs."""
        try:
            return source, await source.install(place)
        except NoSkills as error:
            packs = self._model.sources.get("pack")
            if packs is None or isinstance(place, Path):
                raise
            try:
                return packs, await packs.install(place)
            except UsageError as other:
                raise UsageError(f"{error} {other}") from None

    def _source_of(self, place: Path | str, kind: Kind | None) -> ExtensionSource:
        if kind is not None and (source := self._model.sources.get(kind)) is not None:
            return source
        words = translate(
            "Extensions",
            "{place} was not added: it is no folder or archive with SKILL.md, plugin.toml, pack.toml or an MCP bundle, "
            "and no JSON with MCP servers.",
        )
        raise UsageError(words.format(place=place.name if isinstance(place, Path) else place[:60]))

    async def _change_setting(self, item_id: str, field: Field, value: object) -> None:
        item = self._model.find(item_id)
        if item is None:
            return
        try:
            await self._model.sources[item.kind].change_setting(item.key, field, value)
        except UsageError as error:
            self.tell(self.refused, field.path, str(error))
            return
        self.tell(self.refused, field.path, "")
        self._model.refresh()


def _kind_of(place: Path | str) -> Kind | None:
    return kind_of_path(place) if isinstance(place, Path) else kind_of_text(place)


def doing_words(act: Act, item: Extension) -> str:
    """What is being done, in words; empty: a person is asked something first."""
    match act:
        case "remove":
            return ""
        case "update":
            words = translate("Extensions", "Looking for a newer {name}…")
        case "test":
            words = translate("Extensions", "Asking {name} what it offers…")
        case "sign_in":
            words = translate("Extensions", "Waiting for you to sign in to {name} in the browser…")
        case "enable" | "review":
            words = translate("Extensions", "Getting {name} ready…")
        case _:
            words = translate("Extensions", "Working on {name}…")
    return words.format(name=item.title)


def _removal_words(item: Extension) -> str:
    if item.kind == "skill" and item.beside:
        return translate(
            "Extensions", "It belongs to a working folder: the folder is trusted no more, and its files stay."
        )
    match item.kind:
        case "skill":
            return translate("Extensions", "Its folder is deleted. It cannot be undone.")
        case "plugin":
            return translate("Extensions", "Its folder and its settings are deleted. It cannot be undone.")
        case "server":
            return translate("Extensions", "Its settings and its keys are deleted. It cannot be undone.")
        case "pack":
            return translate("Extensions", "All that it brought is deleted. It cannot be undone.")
