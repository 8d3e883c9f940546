"""Plugins as a source of the list, each in the real sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from agent.errors import SecretUnavailable, UsageError
from agent.plugin_host.plugin import Plugin
from agent.settings import load_settings
from agent.settings_file import change_settings
from app.viewmodels.extension_item import Extension
from app.viewmodels.extension_may import key_of
from app.viewmodels.extension_plugins import PluginSource
from app.viewmodels.extension_setting import SettingsPort
from app.viewmodels.extension_source import Consent
from tests.helpers.extension_source import awaited
from tests.helpers.plugins import PluginHome, capability, write_plugin

CODE = '''
from agent.api import tool


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b
'''
MORE = (
    """publisher = "Anna"
[settings.token]
type = "secret"
title = "API key"
[settings.where]
type = "folder"
title = "Exports"
[settings.closed]
type = "boolean"
"""
    + capability("net", "a.example", "b.example")
    + capability("secret.use", "{token}")
    + capability("fs.read", "{where}")
)


@pytest.fixture(autouse=True)
def british(qapp: QApplication) -> None:
    QLocale.setDefault(QLocale("en_GB"))


class Keys:
    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def get(self, reference: str) -> Any:
        if (name := reference.removeprefix("keyring:")) not in self.kept:
            raise SecretUnavailable("There is none.")
        return self.kept[name]

    async def set(self, name: str, value: str) -> Any:
        self.kept[name] = value

    async def delete(self, name: str) -> None:
        del self.kept[name]


class Scene:
    def __init__(self, home: PluginHome) -> None:
        self.home, self.keys = home, Keys()
        self.file = home.place / "settings.toml"
        port = SettingsPort(lambda change: change_settings(self.file, change), self.reload, self.keys)
        self.source = PluginSource(home.host, port)

    def reload(self) -> None:
        self.home.settings = load_settings(self.file)

    async def row(self, key: str = "hello") -> Extension | None:
        return next((row for row in await self.source.rows({}) if row.key == key), None)

    def plugin(self) -> Plugin:
        return self.home.host.plugin("hello")


@awaited
async def test_only_what_is_ticked_is_granted(tmp_path: Path) -> None:
    async with PluginHome(tmp_path) as home:
        scene = Scene(home)
        home.write(CODE, more=MORE)
        row = await scene.row()
        assert row is not None
        assert (row.standing, row.acts, row.beside) == ("off", ("enable", "open", "remove"), "1.0 by Anna")
        consent = await scene.source.consent("hello")
        assert [(each.text, each.reason, each.weight) for each in consent.sentences] == [
            ("Reach a.example over the internet.", "", "reach"),
            ("Reach b.example over the internet.", "The tests want it.", "reach"),
            ("Use the key that you set as “API key”.", "The tests want it.", "reach"),
            ("Read all of the folder that you set as “Exports”, at any time.", "The tests want it.", "reach"),
            ("Keep files of its own in a folder that nothing else is in.", "", "plain"),
        ]
        await scene.source.enable(consent, frozenset({key_of("net", "b.example")}))
        assert [(one.what, one.to) for one in scene.plugin().granted] == [("net", ("b.example",))]
        row = await scene.row()
        assert row is not None and row.standing == "running" and (row.tokens or 0) > 0
        assert (await scene.source.cost()).tokens == row.tokens
        details = await scene.source.details("hello")
        assert [(tool.name, tool.about) for tool in details.tools] == [("hello_add", "Add two numbers.")]
        assert [each.granted for each in details.may] == [False, True, False, False]
        await scene.source.disable("hello")
        row = await scene.row()
        assert row is not None and row.standing == "off"


@awaited
async def test_what_changed_after_it_was_shown_is_not_enabled(tmp_path: Path) -> None:
    async with PluginHome(tmp_path) as home:
        scene = Scene(home)
        folder = home.write(CODE)
        consent = await scene.source.consent("hello")
        (folder / "main.py").write_text(CODE + "# more\n")
        with pytest.raises(UsageError, match="hello changed while you read"):
            await scene.source.enable(consent, frozenset())
        assert scene.plugin().status == "off"
        await scene.source.enable(await scene.source.consent("hello"), frozenset())
        home.write(CODE + "# and more\n", more=capability("net", "evil.example"))
        row = await scene.row()
        assert row is not None and (row.standing, row.why) == (
            "changed",
            "It changed and asks for more, so it is not used.",
        )
        again = await scene.source.consent("hello")
        assert again.changes == ("Changed: main.py", "Changed: plugin.toml")
        assert [(each.text, each.new, each.granted) for each in again.sentences][:1] == [
            ("Reach evil.example over the internet.", True, False)
        ]
        await scene.source.enable(again, frozenset())
        assert scene.plugin().status == "on" and scene.plugin().granted == ()


class Meanwhile(frozenset[str]):
    """What is granted; while it is looked at, somebody changes the plugin."""

    change: Callable[[], object]

    def __contains__(self, key: object) -> bool:
        self.change()
        return super().__contains__(key)


@awaited
async def test_one_that_changes_between_the_last_look_and_its_start_is_not_even_started(tmp_path: Path) -> None:
    async with PluginHome(tmp_path) as home:
        scene = Scene(home)
        home.write(CODE, more=capability("net", "a.example"))
        consent = await scene.source.consent("hello")
        granted = Meanwhile()
        granted.change = lambda: home.write("print('evil')\n" + CODE, more=capability("net", "a.example"))
        with pytest.raises(UsageError, match="another one than the one you looked at"):
            await scene.source.enable(consent, granted)
        assert (scene.plugin().status, scene.plugin().log.exists()) == ("off", False)


@awaited
async def test_an_import_error_is_told_and_it_stays_off(tmp_path: Path) -> None:
    async with PluginHome(tmp_path) as home:
        scene = Scene(home)
        home.write("import nothing_like_this\n")
        with pytest.raises(UsageError, match="nothing_like_this"):
            await scene.source.enable(await scene.source.consent("hello"), frozenset())
        row = await scene.row()
        assert row is not None and row.standing == "off"


@awaited
async def test_another_version_is_shown_with_all_that_changes_before_it_is_taken(tmp_path: Path) -> None:
    async with PluginHome(tmp_path / "home") as home:
        scene = Scene(home)
        there = write_plugin(tmp_path / "from", CODE, name="hello")
        assert await scene.source.install(there) == ["hello"]
        await scene.source.enable(await scene.source.consent("hello"), frozenset())
        assert await scene.source.update("hello") is None
        write_plugin(
            tmp_path / "from",
            CODE.replace("two", "2"),
            name="hello",
            more=capability("ui.notify").replace("to = []\n", ""),
        )
        consent = await scene.source.update("hello")
        assert consent is not None and consent.update
        assert {"Changed: main.py", "Changed: plugin.toml"} == set(consent.changes)
        assert '+    """Add 2 numbers."""' in consent.diffs[0].lines
        assert [each.text for each in consent.sentences if each.new] == ["Tell you something by a notification."]
        assert scene.plugin().found.accepted.said.tools[0].description == "Add two numbers."  # nothing was taken yet
        write_plugin(tmp_path / "from", CODE + "# later\n", name="hello")
        with pytest.raises(UsageError, match="changed while you read, so it was not taken"):
            await scene.source.enable(consent, frozenset())
        consent = await scene.source.update("hello")
        assert consent is not None
        await scene.source.enable(consent, frozenset())
        assert scene.plugin().status == "on"
        assert "# later" in (home.host.folder / "hello" / "main.py").read_text()


@awaited
async def test_settings_are_written_and_secrets_kept(tmp_path: Path) -> None:
    async with PluginHome(tmp_path) as home:
        scene = Scene(home)
        home.write(CODE, more=MORE)
        settings = {one.field.name: one for one in (await scene.source.details("hello")).settings}
        assert {name: (one.field.kind, one.kind) for name, one in settings.items()} == {
            "token": ("text", "secret"), "where": ("folder", "plain"), "closed": ("switch", "plain"),
        }  # fmt: skip
        await scene.source.change_setting("hello", settings["closed"].field, True)
        await scene.source.change_setting("hello", settings["token"].field, "sesame")
        assert home.settings.plugins == {"hello": {"closed": True}}
        assert scene.keys.kept == {"plugin.hello.token": "sesame"}
        settings = {one.field.name: one for one in (await scene.source.details("hello")).settings}
        assert (settings["closed"].field.value, settings["token"].field.value) == (True, True)
        assert "sesame" not in repr(settings)
        await scene.source.change_setting("hello", settings["closed"].field, False)
        await scene.source.change_setting("hello", settings["token"].field, None)
        assert (home.settings.plugins.get("hello", {}), scene.keys.kept) == ({}, {})


@awaited
async def test_what_its_tools_say_counts_only_when_it_is_believed(tmp_path: Path) -> None:
    code = """
from agent.api import Declaration, Output, tool


@tool(declaration=Declaration("net.fetch", {"query": "text"}, output=Output("public")))
def search(query: str) -> str:
    "Search."
    return query
"""
    async with PluginHome(tmp_path) as home:
        scene = Scene(home)
        home.write(code, more=capability("net", "a.example"))
        following = await scene.source.enable(
            await scene.source.consent("hello"), frozenset({key_of("net", "a.example")})
        )
        assert isinstance(following, Consent) and following.asks == "Believe what the tools of hello say?"
        assert not scene.plugin().believed
        row = await scene.row()
        assert row is not None and "believe" in row.acts
        again = await scene.source.do("believe", "hello")
        assert isinstance(again, Consent) and await scene.source.enable(again, frozenset()) is None
        assert scene.plugin().believed


@awaited
async def test_it_is_removed_started_again_and_its_log_read(tmp_path: Path) -> None:
    async with PluginHome(tmp_path) as home:
        scene = Scene(home)
        home.write(CODE.replace("return", 'print("added")\n    return'))
        await scene.source.enable(await scene.source.consent("hello"), frozenset())
        await home.call("add", a=1, b=2)
        async with asyncio.timeout(20):  # the answer and what it wrote come by two ways
            while "added" not in await scene.source.log("hello"):  # noqa: ASYNC110 a file has no event
                await asyncio.sleep(0.01)
        assert await scene.source.do("reload", "hello") == "hello starts anew when it is used next."
        assert scene.source.folder("hello") == home.host.folder / "hello"
        await scene.source.remove("hello")
        assert await scene.row() is None
