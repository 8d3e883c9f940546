"""The list of chats: order, search, what works and what needs a person."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, Qt

from agent.events import ApprovalRequested, ApprovalResolved, RunFinished, RunStarted, SessionRenamed
from agent.messages import NO_USAGE, TextPart, UserMessage
from app.viewmodels.sessions import PAGE, SessionsViewModel
from tests.helpers.house import House, open_house


def titles(model: SessionsViewModel) -> list[str]:
    return [model.item(row).title for row in range(model.rowCount())]


def second_lines(model: SessionsViewModel) -> list[str]:
    return [model.item(row).words(datetime.now(UTC)) for row in range(model.rowCount())]


async def fill(house: House) -> dict[str, str]:
    store = house.runtime.store
    await store.delete_session(house.session_id)
    made: dict[str, str] = {}
    for title, text in (("Tax papers", "find the receipts"), ("Garden", "when to sow beans"), ("", "nameless")):
        session = await store.create_session(cwd=str(house.folder), title=title)
        await store.append(session.session_id, None, [UserMessage((TextPart(text),))])
        made[title] = session.session_id
    return made


def test_pinned_first_then_the_latest(qtbot: Any, tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, []) as house:
            made = await fill(house)
            model = SessionsViewModel(house.runtime.store)
            await model.refresh()
            assert titles(model) == ["Untitled chat", "Garden", "Tax papers"]
            await house.runtime.store.pin(made["Tax papers"], True)
            await model.refresh()
            assert titles(model) == ["Tax papers", "Untitled chat", "Garden"]
            spoken = model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)
            assert spoken == "Tax papers, pinned, now"

    asyncio.run(main())


def test_a_search_finds_titles_and_messages(qtbot: Any, tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, []) as house:
            await fill(house)
            model = SessionsViewModel(house.runtime.store)
            await model.search("RECEIPT")
            assert (titles(model), second_lines(model)) == (["Tax papers"], ["find the receipts"])
            await model.search("garden")
            assert titles(model) == ["Garden"]
            await model.search("nowhere to be found")
            assert titles(model) == []
            await model.search("  ")
            assert len(titles(model)) == 3

    asyncio.run(main())


def test_a_chat_says_that_it_works_and_that_it_needs_a_person(qtbot: Any, tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, []) as house:
            session_id = (await fill(house))["Garden"]
            model = SessionsViewModel(house.runtime.store)
            await model.refresh()
            assert model.take(RunStarted(session_id, "r1", "user", "m", "go"))
            assert second_lines(model)[1] == "Working"
            assert not model.take(ApprovalRequested(session_id, "r1", "a1", "c1", "write", ("write x",), "because"))
            assert second_lines(model)[1] == "Needs you"
            model.take(ApprovalResolved(session_id, "r1", "a1", True, "person"))
            assert second_lines(model)[1] == "Working"
            assert model.take(RunFinished(session_id, "r1", "end_turn", "", NO_USAGE))
            assert model.take(SessionRenamed(session_id, "", "Of its own"))
            assert second_lines(model)[1] == "now"

    asyncio.run(main())


def test_many_chats_come_in_pages(qtbot: Any, tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, []) as house:
            for n in range(PAGE + 20):
                await house.runtime.store.create_session(cwd="/", title=f"chat {n}")
            model = SessionsViewModel(house.runtime.store)
            wanted: list[int] = []
            model.wants_more = lambda: wanted.append(1)
            await model.refresh()
            assert model.rowCount() == PAGE and model.canFetchMore(QModelIndex())
            model.fetchMore(QModelIndex())
            assert wanted == [1]
            await model.refresh()
            assert model.rowCount() == PAGE + 21 and not model.canFetchMore(QModelIndex())

    asyncio.run(main())
