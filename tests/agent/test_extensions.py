"""Plugins, servers and packs of a home, where they meet the rest of a runtime."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.errors import UsageError
from agent.events import ExtensionChanged
from agent.labels import Label
from agent.messages import ToolMessage
from agent.models.scripted import Reply
from agent.safety.policy_file import POLICY_FILE
from agent.settings import ServerSettings
from agent.settings_file import change_settings, plain
from agent.tools.registry import built_in_tools
from tests.helpers.house import House, home, open_house
from tests.helpers.mcp import child
from tests.helpers.mcp_web import hand_made
from tests.helpers.plugins import capability, write_plugin

EVERYTHING = '[[rule]]\ndo = "allow"\nwhat = "*"\n'

CODE = '''
from agent.api import Context, output, trigger


@trigger
async def mail(context: Context) -> None:
    """There is mail."""


@output
def note(title: str, text: str) -> None:
    """Keep a note."""
'''


def test_what_a_plugin_tells_a_job_is_as_secret_as_what_it_was_told_or_can_read(tmp_path: Path) -> None:
    async def main() -> None:
        letters = tmp_path / "letters"
        letters.mkdir()
        (letters / "a.txt").write_text("Dear")
        async with open_house(tmp_path, [], built_in_tools()) as house:
            extensions = house.runtime.extensions
            more = capability("job.start") + capability("fs.read", str(letters))
            for name in ("hears", "reads"):
                write_plugin(house.runtime.paths.data / "plugins", CODE, name=name, more=more)
                await extensions.plugins.enable(name)
            label = await asyncio.to_thread(extensions._label_of_plugin, "hears")
            assert label == Label("external", "private", ("plugin:hears",))
            await extensions.give_report("reads", "note", "Report", "All quiet.", Label("local", "private"))
            await extensions._told("hears", Label("local", "secret", ("local:diary",)))
            label = await asyncio.to_thread(extensions._label_of_plugin, "hears")
            assert (label.integrity, label.secrecy) == ("external", "secret")
            labels = house.runtime._workplace.safeguards.taint.labels
            await asyncio.to_thread(labels.note_written, str(letters / "a.txt"), Label("local", "secret"))
            label = await asyncio.to_thread(extensions._label_of_plugin, "reads")
            assert (label.integrity, label.secrecy) == ("external", "secret")

    asyncio.run(main())


LOOKS = '''
from pathlib import Path

from agent.api import tool


@tool
def look(path: str) -> str:
    """Look at a file."""
    try:
        return Path(path).read_text()
    except OSError as error:
        return type(error).__name__
'''


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sandbox for files there")
def test_what_is_local_only_neither_a_plugin_nor_a_server_sees(tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    (letters / "diary").mkdir(parents=True)
    (letters / "a.txt").write_text("Dear")
    (letters / "diary" / "b.txt").write_text("My secret")
    paths = [str(letters / "a.txt"), str(letters / "diary" / "b.txt")]
    calls = [("plug_look", {"path": path}) for path in paths] + [("serve_look", {"text": path}) for path in paths]
    script = [*(Reply(calls=[call]) for call in calls), Reply("Done.")]
    home(tmp_path).config.mkdir(parents=True)
    (home(tmp_path).config / POLICY_FILE).write_text(EVERYTHING)

    async def main() -> None:
        async with open_house(tmp_path, script, built_in_tools()) as house:
            house.runtime.policy.mark(letters / "diary", "local_only")
            add_server(house, "serve", child("good", folders=(str(letters),)))
            await house.runtime.servers.test("serve")
            await asyncio.to_thread(house.runtime.servers.trust, "serve")
            write_plugin(
                house.runtime.paths.data / "plugins", LOOKS, name="plug", more=capability("fs.read", str(letters))
            )
            await house.runtime.plugins.enable("plug")
            await house.finish("look", attended=False)
            seen = [one.result.text for one in await house.history() if isinstance(one, ToolMessage)]
            assert [seen[0], seen[2]] == ["Dear", "Dear"], seen
            assert not any("secret" in text or not text for text in (seen[1], seen[3])), seen

    asyncio.run(main())


@pytest.mark.parametrize("denied", [False, True])
def test_a_server_on_a_persons_own_network_is_reached_where_they_named_it_and_no_rule_denies_it(
    tmp_path: Path, denied: bool
) -> None:
    home(tmp_path).config.mkdir(parents=True)
    rule = '[[rule]]\ndo = "deny"\nwhat = "net.*"\nto = ["127.0.0.1"]\n' if denied else EVERYTHING
    (home(tmp_path).config / POLICY_FILE).write_text(rule)
    script = [Reply(calls=[("far_echo", {"text": "hello"})]), Reply("Done.")]

    async def main() -> None:
        with hand_made() as server:
            async with open_house(tmp_path, script, built_in_tools()) as house:
                add_server(house, "far", ServerSettings(url=server.url, hosts=("127.0.0.1",)))
                if denied:
                    with pytest.raises(UsageError, match="a rule of the person guards it"):
                        await house.runtime.servers.test("far")
                    assert server.requests == []
                    return
                await house.runtime.servers.test("far")
                await asyncio.to_thread(house.runtime.servers.trust, "far")
                await house.finish("go", attended=False)
                (said,) = [one.result.text for one in await house.history() if isinstance(one, ToolMessage)]
                assert said == "hello"

    asyncio.run(main())


KEEPS = '''
from agent.api import Context, output


@output
def note(context: Context, title: str, text: str) -> None:
    """Keep a note."""
    (context.data / "note.txt").write_text(f"{title} {text}")
'''


def test_a_report_reaches_a_plugin_without_keys(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, [], built_in_tools()) as house:
            runtime = house.runtime
            runtime.secrets.known.note("hunter2hunter2hunter2")
            write_plugin(runtime.paths.data / "plugins", KEEPS, name="keeps")
            await runtime.plugins.enable("keeps")
            said = ("A hunter2hunter2hunter2", "B hunter2hunter2hunter2")
            await runtime.extensions.give_report("keeps", "note", *said, Label("local"))
            kept = (runtime.plugins.life("keeps").home / "data" / "note.txt").read_text()
            assert "A " in kept and "B " in kept and "hunter2" not in kept

    asyncio.run(main())


def add_server(house: House, name: str, settings: ServerSettings) -> None:
    def add(document: Any) -> None:
        document.setdefault("mcp", {})[name] = plain(settings)

    change_settings(house.runtime.paths.settings, add)
    house.runtime.reload_settings()


HEARS = '''
from agent.api import Context, on, trigger


@on("RunFinished")
async def heard(context: Context, event: dict) -> None:
    print("the key is hunter2hunter2hunter2")
    await context.notify("Heard.")


@trigger
async def mail(context: Context) -> None:
    """There is mail."""
'''


def test_what_a_plugin_hears_stays_as_secret_and_its_log_shows_no_key(tmp_path: Path) -> None:
    async def main() -> None:
        script = [Reply(calls=[("read", {"path": "a.txt"})]), Reply("Ok.")]
        async with open_house(tmp_path, script, built_in_tools()) as house:
            runtime = house.runtime
            runtime.policy.mark(house.folder, "local_only")
            runtime.secrets.known.note("hunter2hunter2hunter2")
            await runtime.extensions.start()  # before there is any
            more = capability("events", "RunFinished") + capability("ui.notify") + capability("job.start")
            write_plugin(runtime.paths.data / "plugins", HEARS, name="hears", more=more)
            await runtime.plugins.enable("hears")
            with runtime.subscribe() as events:
                await house.finish("go", attended=False)
                async with asyncio.timeout(60):
                    await anext(one async for one in events if isinstance(one, ExtensionChanged) and one.tell)
            label = await asyncio.to_thread(runtime.extensions._label_of_plugin, "hears")
            assert label.secrecy == "secret"
            log = await asyncio.to_thread(runtime.plugins.logs, "hears")
            assert any("the key is" in line for line in log) and "hunter2" not in str(log)

    asyncio.run(main())
