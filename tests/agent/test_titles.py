"""Titles of chats by a model that is set for them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent import events as ev
from agent.budget.report import usage_by
from agent.commands import SendMessage
from agent.context.intake import title_of
from agent.messages import TextPart, Usage, UserMessage
from agent.models.scripted import Reply
from agent.ports import ModelRequest
from agent.settings import ModelSettings, ProviderSettings, RouteSettings, RoutingSettings
from tests.helpers.house import House, collect, open_house

NEAR = ProviderSettings(base_url="http://127.0.0.1:9/v1", models={"m": ModelSettings(window=40_000)})
FAR = ProviderSettings(base_url="https://far.example/v1", models={"m": ModelSettings(window=40_000)})
WORDS = "please look at the invoices of october and tell me which of them are not paid yet, and since when"
TITLE = "Unpaid invoices of October"


class Chat:
    """A model that names chats, and answers once the chat has its name, or once nobody will give it one."""

    def __init__(self, title: Reply, named: bool) -> None:
        self.title = title
        self.over, self.asked = asyncio.Event(), asyncio.Event()
        if not named:
            self.over.set()

    def play(self, request: ModelRequest) -> Reply:
        if request.account.purpose == "title":
            return msgspec.structs.replace(self.title, reached=self.asked)
        return Reply("Two are not paid.", gate=self.over)

    async def watch(self, events: Any, run_id: str) -> list[ev.AnyEvent]:
        """All events of the run, which goes on once the chat has its name."""
        seen: list[ev.AnyEvent] = []
        async for event in events:
            seen.append(event)
            if isinstance(event, ev.SessionRenamed):
                self.over.set()
            if isinstance(event, ev.RunFinished) and event.run_id == run_id:
                return seen
        raise AssertionError("the bus closed")


def set_titles(house: House, *models: str) -> None:
    settings, routing = house.runtime.settings, RoutingSettings(title=RouteSettings(models))
    house.runtime.settings = msgspec.structs.replace(settings, providers={"near": NEAR, "far": FAR}, routing=routing)


async def begun(house: House, chat: Chat, words: str = WORDS, title: str = "", **more: Any) -> tuple[str, list[str]]:
    """Begin a chat; its title after its first run, and the titles that were told."""
    store = house.runtime.store
    session = await store.create_session(cwd=str(house.folder), title=title or title_of(words))
    with house.runtime.subscribe(session.session_id) as events:
        more = {"model": "far/m", "origin": "user", **more}
        run = await house.runtime.submit(SendMessage(session.session_id, (TextPart(words),), **more))
        seen = await chat.watch(events, run.run_id)
    told = [event.title for event in seen if isinstance(event, ev.SessionRenamed)]
    return (await store.session(session.session_id)).title, told


def asked_for_titles(house: House) -> list[ModelRequest]:
    return [request for request in house.gateway.requests if request.account.purpose == "title"]


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (TITLE, TITLE),
        ('"Unpaid invoices of October."', TITLE),
        (f"Let me think.\n\n**{TITLE}**\n", TITLE),
        (f"Title: {TITLE}", TITLE),
        ("x" * 300, "x" * 79 + "…"),
        ("Rechnungen: «was fehlt»", "Rechnungen: «was fehlt"),
    ],
)
def test_a_new_chat_gets_a_title_beside_its_first_run(tmp_path: Path, said: str, title: str) -> None:
    async def main() -> None:
        chat = Chat(Reply(said, usage=Usage(50, 5, 0, 0.001)), named=True)
        async with open_house(tmp_path, chat.play) as house:
            set_titles(house, "near/m")
            assert await begun(house, chat) == (title, [title])
            request = asked_for_titles(house)[0]
            told = [message.text for message in request.messages if isinstance(message, UserMessage)]
            assert (request.model.label, told, request.tools) == ("near/m", [WORDS], ())
            now = house.clock.now()
            day = (now - timedelta(days=1), now + timedelta(days=1))
            rows = await house.runtime.store.database.read(lambda connection: usage_by(connection, "purpose", *day))
            assert {row.key: row.calls for row in rows} == {"title": 1, "turn": 1}

    asyncio.run(main())


def test_only_the_first_run_of_a_chat_names_it(tmp_path: Path) -> None:
    async def main() -> None:
        chat = Chat(Reply(TITLE), named=False)
        async with open_house(tmp_path, chat.play) as house:
            await house.finish("hello", origin="user")
            await house.runtime.store.rename(house.session_id, "hello")
            set_titles(house, "near/m")
            await house.finish("hello", model="far/m", origin="user")
            assert not asked_for_titles(house)

    asyncio.run(main())


@pytest.mark.parametrize(
    "why",
    ["no model is set", "named by a person", "piped", "a dry run", "a job", "nothing local"],
)
def test_a_chat_keeps_its_first_words(tmp_path: Path, why: str) -> None:
    more: dict[str, dict[str, Any]] = {
        "named by a person": {"title": "October"},
        "piped": {"typed": False},
        "a dry run": {"dry_run": True},
        "a job": {"origin": "schedule"},
        "nothing local": {"model": "near/m"},
    }

    async def main() -> None:
        chat = Chat(Reply(TITLE), named=False)
        async with open_house(tmp_path, chat.play) as house:
            set_titles(house, *{"no model is set": (), "nothing local": ("far/m",)}.get(why, ("near/m",)))
            given = more.get(why, {})
            assert await begun(house, chat, **given) == (given.get("title") or title_of(WORDS), [])
            assert not asked_for_titles(house)

    asyncio.run(main())


@pytest.mark.parametrize("title", [Reply(error="auth"), Reply(" \n"), Reply("…", error="overloaded")])
def test_where_no_title_comes_of_it_the_run_does_not_notice(tmp_path: Path, title: Reply) -> None:
    async def main() -> None:
        chat = Chat(title, named=False)
        async with open_house(tmp_path, chat.play) as house:
            set_titles(house, "near/m")
            assert await begun(house, chat) == (title_of(WORDS), [])

    asyncio.run(main())


def test_a_title_that_a_person_gives_meanwhile_stays(tmp_path: Path) -> None:
    async def main() -> None:
        go = asyncio.Event()
        chat = Chat(Reply(TITLE, gate=go), named=False)
        async with open_house(tmp_path, chat.play) as house:
            set_titles(house, "near/m")
            store = house.runtime.store
            await store.rename(house.session_id, "hello")
            with house.runtime.subscribe(house.session_id) as events:
                run = await house.runtime.submit(house.message("hello", model="far/m", origin="user"))
                await chat.asked.wait()
                await store.rename(house.session_id, "Mine")
                go.set()
                await collect(events, run.run_id)
            assert (await store.session(house.session_id)).title == "Mine"

    asyncio.run(main())
