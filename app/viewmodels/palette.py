"""The command palette: one list over actions, chats and settings, ranked, bounded and never stale."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from agent.errors import HomardError
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.fuzzy import score

Kind = Literal["action", "chat", "setting", "line"]
"""`line`: something in another list that looks the same; nothing is said before its title."""
ENTRY_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex

MAX_ACTIONS = 8
MAX_CHATS = 12
MAX_SETTINGS = 6
MAX_RECENT = 20
DEBOUNCE_S = 0.06
SHOWN_CHARS = 300
"""Of a title: a chat may be named by a megabyte."""

SearchChats: TypeAlias = Callable[[str], Awaitable[Sequence[tuple[str, str, str]]]]
"""`(session_id, title, subtitle)` of the chats that fit, the best first; for an empty text, the last ones."""


@dataclass(frozen=True)
class Item:
    """Something that can be chosen."""

    kind: Kind
    key: str
    """Id of the action, of the session, or path of the setting."""
    title: str
    subtitle: str = ""
    shortcut: str = ""
    icon: str = ""
    keywords: str = ""
    """Found by them, not shown."""

    @property
    def spoken(self) -> str:
        """What a screen reader says: `Action: New chat, Ctrl+N`."""
        label = {
            "action": translate("Palette", "Action: {title}"),
            "chat": translate("Palette", "Chat: {title}"),
            "setting": translate("Palette", "Setting: {title}"),
        }.get(self.kind, "{title}")
        label = label.replace("{title}", self.title)
        return ", ".join(part for part in (label, self.subtitle, self.shortcut) if part)


class Palette(QObject):
    """What the palette shows for the typed text. Actions and settings answer at once, chats after a short pause."""

    changed = Signal()
    """`items` is another list."""
    failed = Signal(str)
    """The chats could not be searched: a sentence."""

    def __init__(
        self,
        actions: Callable[[], Iterable[Item]],
        settings: Callable[[], Iterable[Item]],
        search_chats: SearchChats,
        *,
        debounce_s: float = DEBOUNCE_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.items: list[Item] = []
        """In groups: actions, chats, settings; what fits best first."""
        self._sources = (actions, settings)
        self._actions: list[Item] = []
        self._settings: list[Item] = []
        self._chats: list[Item] = []
        self._search_chats = search_chats
        self._debounce_s = debounce_s
        self._recent: list[tuple[Kind, str]] = []
        self._text = ""
        self._searching: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin anew: ask the sources what there is, and show what was used last."""
        actions, settings = self._sources
        self._actions, self._settings, self._chats = list(actions()), list(settings()), []
        self.set_text("")

    def close(self) -> None:
        """Stop searching."""
        if self._searching is not None:
            self._searching.cancel()
            self._searching = None

    def set_text(self, text: str) -> None:
        """Show what fits `text`; until its chats are found, those of the text before that fit it too."""
        self._text = " ".join(text[:SHOWN_CHARS].split())
        self._chats = [chat for chat in self._chats if not self._text or self._fit(chat)]
        self._rank()
        self.close()
        self._searching = spawn(self._search(self._text), "palette search")

    def chosen(self, item: Item) -> None:
        """Remember what was chosen: it is offered first the next time."""
        mark = (item.kind, item.key)
        self._recent = [mark, *(other for other in self._recent if other != mark)][:MAX_RECENT]

    async def _search(self, text: str) -> None:
        if text:
            await asyncio.sleep(self._debounce_s)
        trouble = ""
        found: Sequence[tuple[str, str, str]] = ()
        try:
            found = await self._search_chats(text)
        except HomardError as error:
            trouble = str(error)
        if text != self._text:
            return
        self._chats = [
            Item(
                "chat",
                key,
                title[:SHOWN_CHARS] or translate("Palette", "Untitled chat"),
                subtitle[:SHOWN_CHARS],
                "",
                "chat",
            )
            for key, title, subtitle in found[:MAX_CHATS]
        ]
        self._rank()
        if trouble:
            self.failed.emit(trouble)

    def _rank(self) -> None:
        items = [
            *self._best(self._actions, MAX_ACTIONS),
            *self._chats,
            *(self._best(self._settings, MAX_SETTINGS) if self._text else ()),
        ]
        if items != self.items:
            self.items = items
            self.changed.emit()

    def _best(self, items: Sequence[Item], limit: int) -> list[Item]:
        fitting = [item for item in items if not self._text or self._fit(item)]
        return sorted(fitting, key=lambda item: (-self._fit(item), self._age(item)))[:limit]

    def _fit(self, item: Item) -> int:
        if not self._text:
            return 0
        # A word of the description is worth less than one of the title, and may stand beside one.
        in_title = score(self._text, item.title)
        return in_title * 2 or score(self._text, f"{item.title} {item.subtitle} {item.keywords}")

    def _age(self, item: Item) -> int:
        mark = (item.kind, item.key)
        return self._recent.index(mark) if mark in self._recent else MAX_RECENT


@dataclass(frozen=True)
class Heading:
    """The name of a group, above its first item."""

    text: str


class PaletteList(QAbstractListModel):
    """The items with a heading above each group; headings cannot be chosen. `entry` gives the row's object."""

    def __init__(self, palette: Palette, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._rows: list[Item | Heading] = []
        palette.changed.connect(self._refill)

    def entry(self, row: int) -> Item | Heading | None:
        """The row, or None where there is none."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def first(self) -> int:
        """The first row that can be chosen, or -1."""
        return self.step(-1, 1)

    def step(self, row: int, by: int) -> int:
        """The next row that can be chosen from `row` on, round the ends; -1 when there is none."""
        count = len(self._rows)
        for distance in range(1, count + 1):
            at = (row + by * distance) % count
            if isinstance(self._rows[at], Item):
                return at
        return -1

    def row_of(self, item: Item | None) -> int:
        """Where an item stands now, or -1."""
        return self._rows.index(item) if item in self._rows else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the signature of Qt
        """How many rows, headings among them."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | Item | Heading | None:
        """The entry, its title, or all of it in words."""
        return entry_data(self.entry(index.row()), role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Only items can be chosen."""
        return entry_flags(self.entry(index.row()))

    def _refill(self) -> None:
        self.beginResetModel()
        self._rows = []
        kind = ""
        for item in self._palette.items:
            if item.kind != kind:
                kind = item.kind
                self._rows.append(Heading(_heading(item.kind)))
            self._rows.append(item)
        self.endResetModel()


def _heading(kind: Kind) -> str:
    return {
        "action": translate("Palette", "Actions"),
        "chat": translate("Palette", "Chats"),
        "setting": translate("Palette", "Settings"),
    }.get(kind, "")


def entry_data(entry: Item | Heading | None, role: int) -> str | Item | Heading | None:
    """What a list says of an entry in a role of Qt."""
    match entry, role:
        case None, _:
            return None
        case _, _ if role == ENTRY_ROLE:
            return entry
        case Heading(text), Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
            return text
        case Item(), Qt.ItemDataRole.DisplayRole:
            return entry.title
        case Item(), Qt.ItemDataRole.AccessibleTextRole:
            return entry.spoken
        case _:
            return None


def entry_flags(entry: Item | Heading | None) -> Qt.ItemFlag:
    """Only items can be chosen."""
    chosen = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
    return chosen if isinstance(entry, Item) else Qt.ItemFlag.NoItemFlags
