"""The list of chats on the screen."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.viewmodels.sessions import SessionsViewModel
from app.widgets.session_list import SessionList
from tests.helpers.house import open_house


def test_where_nothing_is_listed_it_says_why(qtbot: QtBot, tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, []) as house:
            store = house.runtime.store
            await store.rename(house.session_id, "Garden")
            model = SessionsViewModel(store)
            chats = SessionList()
            qtbot.addWidget(chats)
            chats.show_chats(model)
            said: list[str] = []
            for words in ("", "snow", "storm", "gard"):
                await model.search(words)
                said.append(chats.accessibleDescription())
                chats.grab()
            await store.delete_session(house.session_id)
            await model.search("")
            said.append(chats.accessibleDescription())
            nothing = "No chat holds these words."
            assert said == ["", nothing, nothing, "", "Your chats will stand here."]

    asyncio.run(main())


def test_the_open_chat_can_be_chosen_again_and_each_choice_is_one(qtbot: QtBot, tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, []) as house:
            store = house.runtime.store
            other = (await store.create_session(cwd=str(tmp_path), title="Other")).session_id
            model, chats = SessionsViewModel(store), SessionList()
            qtbot.addWidget(chats)
            chats.show_chats(model)
            await model.refresh()
            chats.show()
            chosen: list[str] = []
            chats.chosen.connect(chosen.append)
            chats.entered_chat.connect(lambda: chosen.append("enter"))
            for session_id in (other, other, house.session_id):
                place = chats.visualRect(model.index(model.row_of(session_id) or 0)).center()
                qtbot.mouseClick(chats.viewport(), Qt.MouseButton.LeftButton, pos=place)
            qtbot.keyClick(chats, Qt.Key.Key_Return)
            qtbot.keyClick(chats, Qt.Key.Key_Up)
            assert chosen == [other, other, house.session_id, "enter", other]

    asyncio.run(main())
