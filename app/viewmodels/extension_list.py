"""Skills, plugins, MCP servers and packs in one list: read, searched, followed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal
from shiboken6 import Shiboken

from agent.errors import HomardError
from agent.events import AnyEvent, ExtensionChanged
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.extension_item import KINDS, LIVE, Extension, Kind, kind_word, standing_word
from app.viewmodels.extension_source import Cost, ExtensionSource, Uses

Index = QModelIndex | QPersistentModelIndex

T = TypeVar("T")
SETTLE_MS = 150
"""After something changed, all is read again when nothing more has changed for so long."""
SEARCHED_CHARS = 500
_WITH_TOOLS: tuple[Kind, ...] = ("plugin", "server")


async def _no_uses() -> Uses:
    return {}


class ExtensionsViewModel(QAbstractListModel):
    """Those that fit kind and search: what needs a person first, then by name."""

    ItemRole = Qt.ItemDataRole.UserRole

    opened = Signal()
    """The sources are there now, and so are the kinds."""
    loaded = Signal()
    """A reading has ended."""
    updated = Signal(str)
    """One is another now: its item id."""
    failed = Signal(str)
    """Some could not be read: a sentence."""

    def __init__(
        self,
        sources: Sequence[ExtensionSource],
        uses: Callable[[], Awaitable[Uses]] = _no_uses,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        tool_budget: Callable[[], int] | None = None,
        opening: Callable[[], Sequence[ExtensionSource]] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`sources`: those whose service is there; `uses`: when tools and skills were used.

        `tool_budget`: tokens that tools may take of each request; above it they are found by a search.
        `opening`: gives the sources when they are first wanted; called in a thread, for it imports much.
        """
        super().__init__(parent)
        self.sources: Mapping[Kind, ExtensionSource] = {source.kind: source for source in sources}
        self.now = now
        self._uses = uses
        self._tool_budget = tool_budget
        self._opening = opening
        self._items: dict[str, Extension] = {}
        self._costs: dict[Kind, Cost] = {}
        self._shown: list[str] = []
        self._words: tuple[str, ...] = ()
        self._kind: Kind | None = None
        self._reading: asyncio.Task[None] | None = None
        self._stale = True
        self._following = False
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.refresh)

    # -- what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many are listed."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The item, its name, or all of it in words."""
        if not index.isValid():
            return None
        item = self._items[self._shown[index.row()]]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return item.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return item.spoken(self.now())
            case self.ItemRole:
                return item
            case _:
                return None

    # -- what is listed

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all."""
        return not self._items

    @property
    def is_reading(self) -> bool:
        """Whether they are being read."""
        return self._reading is not None

    @property
    def kinds(self) -> list[Kind]:
        """Those that can be listed, in a stable order."""
        return [kind for kind in KINDS if kind in self.sources]

    def items(self) -> list[Extension]:
        """All of them, listed or not."""
        return list(self._items.values())

    def needs(self) -> list[Extension]:
        """Those at which somebody should look, as they are listed."""
        return sorted((item for item in self._items.values() if item.needs_person), key=_place)

    def costs(self) -> Mapping[Kind, Cost]:
        """What those that are on take of each request, by kind; as far as it is known."""
        return self._costs

    def find(self, item_id: str) -> Extension | None:
        """One, listed or not; None: there is none."""
        return self._items.get(item_id)

    def row_of(self, item_id: str) -> int | None:
        """Where one stands in the list."""
        return self._shown.index(item_id) if item_id in self._shown else None

    def refresh(self) -> None:
        """Read everything anew."""
        if self._reading is not None:
            self._stale = True
            return
        self._stale = False
        self._reading = spawn(self._read(), "extensions")

    async def refreshed(self) -> None:
        """Read everything anew and wait for it."""
        self.refresh()
        while self._reading is not None:
            await asyncio.wait([self._reading])

    def follow(self, *, following: bool) -> None:
        """Say whether somebody looks: then what changes is read again."""
        self._following = following
        if following and self._stale:
            self.refresh()

    def search(self, text: str) -> None:
        """List only those whose name, description or state hold all the words."""
        self._words = tuple(text[:SEARCHED_CHARS].casefold().split())
        self._list()

    def show_kind(self, kind: Kind | None) -> None:
        """List only those of a kind; None: all."""
        self._kind = kind
        self._list()

    def take(self, event: AnyEvent) -> None:
        """Follow what happens."""
        if not isinstance(event, ExtensionChanged):
            return
        self._stale = True
        if self._following:
            self._settle.start()

    # -- how

    async def _read(self) -> None:
        await self._open()
        problems: list[str] = []
        found: dict[str, Extension] = {}
        uses = await self._told(self._uses(), problems) or {}
        for kind, source in self.sources.items():
            rows = await self._told(source.rows(uses), problems)
            if rows is None:  # of a kind that cannot be read, what was known stays
                rows = [item for item in self._items.values() if item.kind == kind]
            else:
                cost = await self._told(source.cost(), problems)
                self._costs.update({kind: cost} if cost is not None else {})
            found.update((item.item_id, item) for item in rows)
        self._reading = None
        if not Shiboken.isValid(self):
            return
        self._put(_owned(self._judged(found)))
        for words in dict.fromkeys(problems):
            self.failed.emit(words)
        self.loaded.emit()
        if self._stale:
            self.refresh()

    async def _open(self) -> None:
        if self._opening is None:
            return
        opening, self._opening = self._opening, None
        sources = await asyncio.to_thread(opening)
        if Shiboken.isValid(self):
            self.sources = {source.kind: source for source in sources}
            self.opened.emit()

    def _judged(self, found: dict[str, Extension]) -> dict[str, Extension]:
        """Say of tools that are together more than their budget that they are searched, as runs do."""
        tools: list[Kind] = [kind for kind in _WITH_TOOLS if kind in self._costs]
        total = sum(self._costs[kind].tokens for kind in tools)
        if self._tool_budget is None or total <= (most := self._tool_budget()):
            return found
        for kind in tools:
            if self._costs[kind].tokens:
                self._costs[kind] = Cost(0, most, True)
        searched = {key for key, item in found.items() if item.kind in tools and item.tokens and item.standing in LIVE}
        return {key: replace(item, searched=True) if key in searched else item for key, item in found.items()}

    async def _told(self, wanted: Awaitable[T], problems: list[str]) -> T | None:
        try:
            return await wanted
        except HomardError as error:
            problems.append(str(error))
            return None

    def _put(self, found: dict[str, Extension]) -> None:
        before, self._items = self._items, found
        self._list()
        for item_id, item in found.items():
            if before.get(item_id) != item:
                self.updated.emit(item_id)

    def _list(self) -> None:
        wanted = [item.item_id for item in sorted(self._items.values(), key=_place) if self._fits(item)]
        if wanted == self._shown:
            if wanted:
                self.dataChanged.emit(self.index(0), self.index(len(wanted) - 1))
            return
        self.beginResetModel()
        self._shown = wanted
        self.endResetModel()

    def _fits(self, item: Extension) -> bool:
        if self._kind is not None and item.kind != self._kind:
            return False
        words = (item.title, item.about[:SEARCHED_CHARS], item.beside, kind_word(item.kind))
        text = "\n".join((*words, standing_word(item.standing))).casefold()
        return all(word in text for word in self._words)


def _owned(found: dict[str, Extension]) -> dict[str, Extension]:
    """Say of what a pack brought that it did; it is updated and removed with the pack."""
    owners = {item_id: pack.title for pack in found.values() for item_id in pack.brings}
    return {
        item_id: replace(
            item,
            beside=translate("Extensions", "of the pack {name}").format(name=owners[item_id]),
            acts=tuple(act for act in item.acts if act not in ("update", "remove")),
        )
        if item_id in owners
        else item
        for item_id, item in found.items()
    }


def _place(item: Extension) -> tuple[bool, str, int, str]:
    return not item.needs_person, item.title.casefold(), KINDS.index(item.kind), item.key
