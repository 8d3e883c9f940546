"""The list of chats on the screen."""

from __future__ import annotations

import asyncio
from pathlib import Path

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
