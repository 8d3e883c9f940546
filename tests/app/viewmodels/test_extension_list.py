"""Skills, plugins, servers and packs in one list: read, searched, followed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale, QModelIndex, Qt
from PySide6.QtWidgets import QApplication

from agent.events import ExtensionChanged, RunStarted
from agent.storage.tool_use import ToolUse
from app.event_loop import run
from app.viewmodels.extension_list import ExtensionsViewModel
from app.viewmodels.extension_source import Cost, Uses
from tests.helpers.extension_source import FakeSource, thing
from tests.helpers.settings_home import until

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
Act = Callable[["Scene"], Awaitable[None]]


class Scene:
    def __init__(self) -> None:
        self.plugins = FakeSource(
            thing("notes", tokens=120), thing("Calendar", "off"), thing("web", "changed", why="It changed.")
        )
        self.servers = FakeSource(
            thing("time", "running", "server", searched=True), kind="server", cost=Cost(0, 1_000, True)
        )
        self.used: Uses = {"notes": ToolUse(NOW - timedelta(days=1), 7)}
        self.model = ExtensionsViewModel([self.plugins, self.servers], self.uses, lambda: NOW)
        self.said: list[str] = []
        self.model.failed.connect(self.said.append)
        self.model.updated.connect(lambda item_id: self.said.append(f"updated {item_id}"))

    async def uses(self) -> Uses:
        return self.used

    def names(self) -> list[str]:
        return [self.model.index(at).data() for at in range(self.model.rowCount())]


@pytest.fixture
def play(qapp: QApplication) -> Callable[[Act], None]:
    QLocale.setDefault(QLocale("en_GB"))

    def played(act: Act) -> None:
        async def main() -> None:
            scene = Scene()
            await scene.model.refreshed()
            await act(scene)

        run(qapp, main)

    return played


Play = Callable[[Act], None]


def test_what_needs_a_person_comes_first_and_then_the_alphabet(play: Play) -> None:
    async def act(scene: Scene) -> None:
        model = scene.model
        assert scene.names() == ["web", "Calendar", "notes", "time"]
        assert model.kinds == ["plugin", "server"] and [item.key for item in model.needs()] == ["web"]
        spoken = [model.index(at).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(4)]
        assert spoken == [
            "web, Changed: look at it, It changed., What web is for., Plugin",
            "Calendar, Off, What Calendar is for., Plugin",
            "notes, On, What notes is for., Plugin · 120 tokens in each request · used yesterday",
            "time, On, running, What time is for., MCP server · found when it is needed · not used yet",
        ]
        assert model.costs() == {"plugin": Cost(100), "server": Cost(0, 1_000, True)}

    play(act)


def test_search_and_kind_leave_out_what_does_not_fit(play: Play) -> None:
    async def act(scene: Scene) -> None:
        found = {}
        for text in ("", "CAL", "what notes", "changed", "mcp server", "nowhere"):
            scene.model.search(text)
            found[text] = scene.names()
        assert found == {
            "": ["web", "Calendar", "notes", "time"],
            "CAL": ["Calendar"],
            "what notes": ["notes"],
            "changed": ["web"],
            "mcp server": ["time"],
            "nowhere": [],
        }
        assert not scene.model.is_empty and scene.model.find("plugin:notes") is not None
        scene.model.search("")
        scene.model.show_kind("server")
        assert scene.names() == ["time"] and scene.model.row_of("plugin:web") is None
        scene.model.show_kind(None)
        assert scene.model.row_of("plugin:web") == 0

    play(act)


def test_what_changes_is_read_again_while_somebody_looks(play: Play) -> None:
    async def act(scene: Scene) -> None:
        changed = ExtensionChanged("", "", "plugin", "Calendar", "on")
        scene.plugins.things["Calendar"] = thing("Calendar")
        scene.said.clear()
        scene.model.take(changed)
        scene.model.take(RunStarted("s", "r", "user", "m", "p"))
        await asyncio.sleep(0.3)
        assert scene.said == []  # nobody looks
        scene.model.follow(following=True)
        await until(lambda: scene.said == ["updated plugin:Calendar"])
        del scene.plugins.things["notes"]
        scene.model.take(changed)
        await until(lambda: scene.names() == ["web", "Calendar", "time"])

    play(act)


def test_of_a_kind_that_cannot_be_read_the_last_is_shown_and_the_others_go_on(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.plugins.error = "The folder of plugins cannot be read."
        scene.servers.things["git"] = thing("git", "off", "server")
        scene.said.clear()
        await scene.model.refreshed()
        assert scene.names() == ["web", "Calendar", "git", "notes", "time"]
        assert scene.said == ["updated server:git", "The folder of plugins cannot be read."]

    play(act)


def test_what_is_wanted_while_it_is_read_is_read_once_more(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.model.refresh()
        scene.plugins.things["new"] = thing("new")
        scene.model.refresh()
        await scene.model.refreshed()
        assert "new" in scene.names() and not scene.model.is_reading

    play(act)


def test_nothing_belongs_to_no_index(play: Play) -> None:
    async def act(scene: Scene) -> None:
        model = scene.model
        assert (model.data(QModelIndex()), model.row_of("x"), model.find("x")) == (None, None, None)
        assert model.index(0).data(Qt.ItemDataRole.DecorationRole) is None

    play(act)
