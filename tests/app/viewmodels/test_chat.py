"""The open chat: what a person wants done in it is done in the store."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from agent.commands import Limits
from agent.errors import StorageError, UsageError
from agent.events import RunFinished, SessionRenamed
from agent.models.scripted import Reply
from app.viewmodels.chat import ChatViewModel
from app.viewmodels.live import LiveRuns
from app.viewmodels.rows import AnswerRow, UserRow
from tests.helpers.house import House, open_house


async def play(house: House, chat: ChatViewModel, live: LiveRuns, text: str) -> RunFinished:
    """Send a message from the chat and feed it what happens, up to the end of the run."""
    with house.runtime.subscribe() as events:
        await chat.send(text)
        async for event in events:
            live.take(event)
            chat.transcript.take(event)
            if isinstance(event, RunFinished):
                return event
    raise AssertionError


def opened(house: House) -> tuple[ChatViewModel, LiveRuns]:
    live = LiveRuns()
    return ChatViewModel(house.runtime, live), live


def write_settings(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    text = f'model = "scripted/hello"\n[app]\nchat_folder = "{folder}"\n[providers.scripted]\ntransport = "scripted"\n'
    (home / "settings.toml").write_text(text)


def test_a_new_chat_becomes_a_session_with_its_first_message(qtbot: Any, tmp_path: Path) -> None:
    write_settings(tmp_path, tmp_path / "work")

    async def main() -> None:
        async with open_house(tmp_path, [Reply("Hello!")]) as house:
            chat, live = opened(house)
            await chat.new()
            assert chat.session is None and chat.folder == str(tmp_path / "work")
            assert (chat.model.label, chat.model.problem) == ("scripted/hello", "")
            await play(house, chat, live, "Say hello\nplease")
            assert chat.session is not None
            assert (chat.session.title, chat.session.cwd) == ("Say hello please", str(tmp_path / "work"))
            rows = [(type(row), row.text) for row in chat.transcript.rows if isinstance(row, UserRow | AnswerRow)]
            assert rows == [(UserRow, "Say hello\nplease"), (AnswerRow, "Hello!")]

    asyncio.run(main())


def test_a_title_that_came_by_itself_is_shown_where_it_belongs(qtbot: Any, tmp_path: Path) -> None:
    write_settings(tmp_path, tmp_path)

    async def main() -> None:
        async with open_house(tmp_path, [Reply("one")]) as house:
            chat, live = opened(house)
            chat.take(SessionRenamed(house.session_id, "", "Nobody's"))
            await chat.new()
            await play(house, chat, live, "first")
            assert chat.session is not None
            for session_id, title in ((house.session_id, "first"), (chat.session.session_id, "Of its own")):
                chat.take(SessionRenamed(session_id, "", "Of its own"))
                assert chat.session.title == title

    asyncio.run(main())


def test_rename_pin_branch_delete_and_back(qtbot: Any, tmp_path: Path) -> None:
    write_settings(tmp_path, tmp_path)

    async def main() -> None:
        async with open_house(tmp_path, [Reply("one"), Reply("two")]) as house:
            chat, live = opened(house)
            await chat.new()
            await play(house, chat, live, "first")
            assert chat.session is not None
            parent = chat.session.session_id
            await chat.rename("  Another name ")
            await chat.rename("   ")
            await chat.pin()
            stored = await house.runtime.store.session(parent)
            assert stored.title == "Another name" and stored.pinned_at is not None
            await chat.branch()
            assert chat.session.parent_session_id == parent
            assert [row.text for row in chat.transcript.rows if isinstance(row, AnswerRow)] == ["one"]
            branch = await chat.delete()
            assert chat.session is None and chat.transcript.rows == []
            assert (await house.runtime.store.session(branch)).deleted_at is not None
            await chat.restore(branch)
            assert chat.session is not None and chat.session.deleted_at is None

    asyncio.run(main())


def test_another_folder_and_another_model_hold_from_the_next_message(qtbot: Any, tmp_path: Path) -> None:
    write_settings(tmp_path, tmp_path)
    other = tmp_path / "other"
    other.mkdir()

    async def main() -> None:
        async with open_house(tmp_path, [Reply("one")]) as house:
            chat, live = opened(house)
            await chat.new()
            with pytest.raises(UsageError, match="is not a folder"):
                await chat.choose_folder(str(tmp_path / "nowhere"))
            await chat.choose_folder(str(other))
            await chat.choose_model("nobody/model")
            assert "nobody" in chat.model.problem
            await chat.choose_model("scripted/hello")
            await play(house, chat, live, "go")
            assert chat.session is not None and chat.session.cwd == str(other)
            assert chat.session.model == "scripted/hello"
            assert house.gateway.requests[0].max_output_tokens is not None
            assert Limits().max_tokens == house.runtime.limits().max_tokens

    asyncio.run(main())


def test_an_export_holds_what_was_said(qtbot: Any, tmp_path: Path) -> None:
    write_settings(tmp_path, tmp_path)

    async def main() -> None:
        async with open_house(tmp_path, [Reply("the answer")]) as house:
            chat, live = opened(house)
            await chat.new()
            assert await chat.export("markdown") == b""
            await play(house, chat, live, "the \udcff question")
            assert "the answer" in (await chat.export("markdown")).decode()
            assert '"format": 1' in (await chat.export("json")).decode()

    asyncio.run(main())


async def begun(house: House, chat: ChatViewModel, live: LiveRuns, *prompts: str) -> list[str]:
    """A chat for each prompt; their ids."""
    made: list[str] = []
    for prompt in prompts:
        await chat.new()
        await play(house, chat, live, prompt)
        assert chat.session is not None
        made.append(chat.session.session_id)
    return made


def said(chat: ChatViewModel) -> tuple[str, list[str]]:
    """What the screen shows: the title of the chat, and what was said in it."""
    title = chat.session.title if chat.session is not None else ""
    return title, [row.text for row in chat.transcript.rows if isinstance(row, UserRow)]


def test_only_the_last_of_quick_wishes_is_shown(qtbot: Any, tmp_path: Path) -> None:
    write_settings(tmp_path, tmp_path)

    async def main() -> None:
        async with open_house(tmp_path, [Reply("1"), Reply("2"), Reply("3")]) as house:
            chat, live = opened(house)
            one, two = await begun(house, chat, live, "one", "two")
            await asyncio.gather(chat.open(one), chat.new())
            assert said(chat) == ("", [])
            await asyncio.gather(*(chat.open(wanted) for wanted in (one, two, one, two)))
            assert said(chat) == ("two", ["two"])
            await asyncio.gather(chat.delete(), chat.open(one))
            assert said(chat) == ("one", ["one"])
            await chat.new()
            await asyncio.gather(chat.send("three"), chat.open(one))
            assert said(chat) == ("one", ["one"])

    asyncio.run(main())


def test_what_is_done_to_a_chat_does_not_bring_it_back(qtbot: Any, tmp_path: Path) -> None:
    write_settings(tmp_path, tmp_path)

    async def main() -> None:
        async with open_house(tmp_path, [Reply("1"), Reply("2")]) as house:
            chat, live = opened(house)
            (two,) = await begun(house, chat, live, "two")
            for act in (chat.pin, lambda: chat.rename("x"), lambda: chat.choose_folder(str(tmp_path))):
                await chat.open(two)
                await asyncio.gather(act(), chat.new())
                assert said(chat) == ("", [])

    asyncio.run(main())


def test_a_dialog_that_was_begun_in_a_chat_stays_with_it(qtbot: Any, tmp_path: Path) -> None:
    write_settings(tmp_path, tmp_path)
    other = tmp_path / "other"
    other.mkdir()

    async def main() -> None:
        async with open_house(tmp_path, [Reply("1"), Reply("2")]) as house:
            chat, live = opened(house)
            one, _two = await begun(house, chat, live, "one", "two")
            first = await house.runtime.store.session(one)
            await chat.rename("named", first)
            await chat.choose_folder(str(other), first)
            assert said(chat) == ("two", ["two"]) and chat.folder == str(tmp_path)
            stored = await house.runtime.store.session(one)
            assert (stored.title, stored.cwd) == ("named", str(other))
            assert b"one" in await chat.export("markdown", stored)

    asyncio.run(main())


def test_a_deleted_chat_is_not_shown_but_told(qtbot: Any, tmp_path: Path) -> None:
    write_settings(tmp_path, tmp_path)

    async def main() -> None:
        async with open_house(tmp_path, [Reply("1"), Reply("2")]) as house:
            chat, live = opened(house)
            one, two = await begun(house, chat, live, "one", "two")
            await chat.open(one)
            await chat.delete()
            told: list[tuple[str, str]] = []
            chat.gone.connect(lambda *what: told.append(what))
            await chat.open(two)
            await chat.open(one)
            assert (told, said(chat)) == ([(one, "one")], ("two", ["two"]))
            await chat.restore(one)
            assert said(chat) == ("one", ["one"])

    asyncio.run(main())


def test_a_folder_that_cannot_be_made_is_told_and_nothing_is_sent(qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    write_settings(tmp_path, tmp_path / "file" / "work")

    async def main() -> None:
        async with open_house(tmp_path, []) as house:
            chat, _live = opened(house)
            await chat.new()
            with pytest.raises(StorageError, match="work cannot be made"):
                await chat.send("hello")
            assert chat.session is None

    asyncio.run(main())


def test_what_a_terminal_did_to_the_shown_chat_is_taken_over(qtbot: Any, tmp_path: Path) -> None:
    write_settings(tmp_path, tmp_path)

    async def main() -> None:
        async with open_house(tmp_path, [Reply("1"), Reply("2")]) as house:
            chat, live = opened(house)
            (one,) = await begun(house, chat, live, "one")
            await chat.look_again()
            store, told = house.runtime.store, list[str]()
            chat.gone.connect(lambda _session_id, title: told.append(title))
            chat.session_changed.connect(lambda: told.append("changed"))
            await chat.look_again()
            assert told == []
            await store.rename(one, "named there")
            await chat.look_again()
            assert (said(chat), told) == (("named there", ["one"]), ["changed"])
            await store.delete_session(one)
            await play(house, chat, live, "still here")
            assert (await store.session(one)).deleted_at is None
            await store.delete_session(one)
            await chat.look_again()
            assert (said(chat), told[-1]) == (("", []), "named there")

    asyncio.run(main())


def test_head_and_transcript_are_always_of_one_chat(qtbot: Any, tmp_path: Path) -> None:
    write_settings(tmp_path, tmp_path)

    async def main() -> None:
        async with open_house(tmp_path, [Reply("1"), Reply("2"), Reply("3")]) as house:
            chat, live = opened(house)
            one, two, gone = await begun(house, chat, live, "one", "two", "gone")
            await chat.delete()
            seen: set[tuple[str, str]] = set()

            def look() -> None:
                if chat.session is not None:
                    seen.add((chat.session.session_id, chat.transcript.session_id))

            for changed in (chat.model_changed, chat.transcript.opened, chat.transcript.run_changed):
                changed.connect(look)
            await chat.open(one)
            for first, *more in ((two, gone), (one, None), (two, None, gone), (one, two, None)):
                wishes = [chat.look_again() if wish is None else chat.open(wish) for wish in more]
                await asyncio.gather(chat.open(first), *wishes)
                await asyncio.gather(*(chat.look_again() if wish is None else chat.open(wish) for wish in more))
                look()
            assert seen == {(one, one), (two, two)}

    asyncio.run(main())
