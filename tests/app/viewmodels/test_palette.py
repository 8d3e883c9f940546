"""The palette's list: ranked, grouped, bounded, and never with the answer to another question."""

import asyncio
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt

from agent.errors import StorageError
from app.viewmodels.palette import MAX_ACTIONS, MAX_CHATS, MAX_SETTINGS, Item, Palette, PaletteList

ACTIONS = [
    Item("action", "new", "New chat", shortcut="Ctrl+N"),
    Item("action", "quit", "Quit Homard", shortcut="Ctrl+Q", keywords="exit"),
    Item("action", "theme", "Switch between light and dark"),
]
SETTINGS = [Item("setting", "app.theme", "Theme", "Looks"), Item("setting", "model", "Default model", "General")]


class Chats:
    """A search that answers when it is let."""

    def __init__(self, *titles: str) -> None:
        self.titles = titles
        self.asked: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.error: Exception | None = None
        self.answered = asyncio.Event()

    async def search(self, text: str) -> Sequence[tuple[str, str, str]]:
        self.asked.append(text)
        if gate := self.gates.get(text):
            try:
                await gate.wait()
            except asyncio.CancelledError:
                await gate.wait()  # a store that finishes what it began
        if self.error:
            raise self.error
        self.answered.set()
        return [(f"id of {title}", title, "today") for title in self.titles if text in title.casefold()]


def palette(chats: Chats, **more: Any) -> Palette:
    return Palette(lambda: ACTIONS, lambda: SETTINGS, chats.search, **{"debounce_s": 0.0, **more})


def keys(shown: Palette) -> list[str]:
    return [item.key for item in shown.items]


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_actions_and_settings_at_once_chats_a_little_later() -> None:
    async def main() -> None:
        chats = Chats("Theme of the party", "Garden")
        shown = palette(chats)
        shown.open()
        assert keys(shown) == ["new", "quit", "theme"]
        await settle()
        assert keys(shown) == ["new", "quit", "theme", "id of Theme of the party", "id of Garden"]
        shown.set_text("the")
        assert keys(shown) == ["id of Theme of the party", "app.theme"], "chats that still fit stay meanwhile"
        await settle()
        assert keys(shown) == ["id of Theme of the party", "app.theme"]
        shown.set_text("exit")
        await settle()
        assert keys(shown) == ["quit"], "keywords find it, and are not shown"
        shown.set_text("none of all")
        await settle()
        assert keys(shown) == []

    asyncio.run(main())


def test_fast_typing_asks_once() -> None:
    async def main() -> None:
        chats = Chats("Garden")
        shown = palette(chats, debounce_s=0.01)
        shown.open()
        await settle()
        chats.answered.clear()
        for text in ("g", "ga", "gar"):
            shown.set_text(text)
        await asyncio.wait_for(chats.answered.wait(), 5)
        await settle()
        assert (chats.asked, keys(shown)) == (["", "gar"], ["id of Garden"])

    asyncio.run(main())


def test_a_late_answer_to_an_earlier_text_is_dropped() -> None:
    async def main() -> None:
        chats = Chats("ab", "a")
        chats.gates["a"] = asyncio.Event()
        shown = palette(chats)
        shown.open()
        await settle()
        shown.set_text("a")
        await settle()
        shown.set_text("ab")
        await settle()
        assert keys(shown) == ["id of ab"]
        chats.gates["a"].set()
        await settle()
        assert keys(shown) == ["id of ab"]

    asyncio.run(main())


def test_a_search_that_fails_is_told_and_the_rest_goes_on() -> None:
    async def main() -> None:
        chats = Chats("Garden")
        chats.error = StorageError("The database is busy. Try again.")
        shown, told = palette(chats), []
        shown.failed.connect(told.append)
        shown.open()
        await settle()
        assert (keys(shown), told) == (["new", "quit", "theme"], ["The database is busy. Try again."])

    asyncio.run(main())


def test_what_was_chosen_last_comes_first() -> None:
    async def main() -> None:
        shown = palette(Chats())
        shown.open()
        shown.chosen(ACTIONS[2])
        shown.chosen(ACTIONS[1])
        shown.open()
        assert keys(shown) == ["quit", "theme", "new"]
        shown.close()

    asyncio.run(main())


def test_ten_thousand_of_each_stay_a_short_list() -> None:
    async def main() -> None:
        many = [Item("action", str(at), f"Do thing {at}") for at in range(200)]
        settings = [Item("setting", str(at), f"Thing {at}", "Section") for at in range(200)]
        chats = Chats(*(f"thing {at}" for at in range(10_000)))
        shown = Palette(lambda: many, lambda: settings, chats.search, debounce_s=0.0)
        shown.open()
        shown.set_text("thing")
        await settle()
        kinds = [item.kind for item in shown.items]
        assert kinds == ["action"] * MAX_ACTIONS + ["chat"] * MAX_CHATS + ["setting"] * MAX_SETTINGS

    asyncio.run(main())


def test_rows_have_headings_that_cannot_be_chosen_and_say_what_they_are() -> None:
    async def main() -> None:
        shown = palette(Chats("Theme of the party", ""))
        rows = PaletteList(shown)
        shown.open()
        shown.set_text("theme")
        await settle()
        said = [rows.data(rows.index(at, 0), Qt.ItemDataRole.AccessibleTextRole) for at in range(rows.rowCount())]
        assert said == ["Chats", "Chat: Theme of the party, today", "Settings", "Setting: Theme, Looks"]
        chosen = [bool(rows.flags(rows.index(at, 0)) & Qt.ItemFlag.ItemIsSelectable) for at in range(4)]
        assert chosen == [False, True, False, True]
        assert (rows.first(), rows.step(1, 1), rows.step(3, 1), rows.step(1, -1)) == (1, 3, 1, 3)
        shown.set_text("zzz")
        await settle()
        assert (rows.rowCount(), rows.first(), rows.entry(0)) == (0, -1, None)

    asyncio.run(main())


def test_a_chat_without_a_name_and_one_with_a_megabyte() -> None:
    async def main() -> None:
        shown = palette(Chats("", "x" * 1_000_000))
        shown.open()
        await settle()
        titles = [item.title for item in shown.items if item.kind == "chat"]
        assert titles == ["Untitled chat", "x" * 300]

    asyncio.run(main())
