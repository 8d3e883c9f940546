"""Plugins as a person meets them, good ones and bad ones: each in its process in the real sandbox."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from agent.confined.process import ConfinedProcess
from agent.errors import ToolFailed, ToolRetry, UsageError
from agent.plugin_host.manifest import Capability
from agent.plugin_host.skill_part import put_skills
from agent.plugin_host.state import change, load_state
from agent.settings import Settings
from agent.skills.shelf import Shelf
from tests.helpers.plugins import PluginHome, capability, measured, write_plugin
from tests.helpers.skills import write_skill

HELLO = '''
from agent.api import Context, tool

calls = 0


@tool
def hello(name: str) -> str:
    """Say hello.

    name: to whom
    """
    global calls
    calls += 1
    return f"Hello {name} ({calls})"


@tool
async def show(context: Context) -> str:
    """Show."""
    context.progress("on it")
    print("printed")
    return "shown"
'''


def test_a_plugin_is_off_until_a_person_agrees_and_off_again_after_any_change(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            assert list(home.host.providers()) == []
            folder = home.write(HELLO)
            assert [(one.id, one.status) for one in home.host.plugins()] == [("hello", "off")]
            assert list(home.host.providers()) == []
            plugin = await home.host.enable("hello")
            assert (plugin.status, [one.name for one in plugin.tools]) == ("on", ["hello_hello", "hello_show"])
            assert plugin.pid > 0 and plugin.prompt_tokens < 120
            assert await home.call("hello", name="Ada") == "Hello Ada (1)"
            assert await home.call("hello", name="Bob") == "Hello Bob (2)"  # the same process
            with (folder / "main.py").open("a") as file:
                file.write("# one byte more\n")
            assert list(home.host.providers()) == []
            (changed,) = home.host.plugins()
            assert (changed.status, changed.found.changes) == ("changed", ("changed: main.py",))
            assert (await home.host.enable("hello")).status == "on"
            assert (await home.host.disable("hello")).status == "off"
            assert home.host.plugin("hello").pid == 0
            assert [event.status for event in home.events if event.status in ("on", "off")] == ["on", "on", "off"]

    asyncio.run(main())


def test_a_call_that_has_begun_is_told_that_the_plugin_changed(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            await home.enabled(HELLO)
            (provider,) = home.host.providers()
            offer = provider.offers()[0]
            (home.place / "plugins" / "hello" / "new.py").write_text("")
            from agent.tools.foreign import ForeignCall

            call = ForeignCall(offer, {"name": "Ada"}, provider.exchange, print, home._own)
            with pytest.raises(ToolFailed, match="The plugin hello is not used: It changed since a person enabled it"):
                await provider.call(call)

    asyncio.run(main())


def test_one_whose_pack_is_suspended_does_nothing_though_it_is_on(tmp_path: Path) -> None:
    why = ""

    async def main() -> None:
        nonlocal why
        async with PluginHome(tmp_path, closed=lambda _principal: why) as home:
            await home.enabled(HELLO)
            assert await home.call("hello", name="Ada") == "Hello Ada (1)"
            why = "it belongs to the pack team, which is changed."
            with pytest.raises(ToolFailed, match="The plugin hello is not used: it belongs to the pack team"):
                await home.call("hello", name="Ada")

    asyncio.run(main())


def test_progress_is_shown_and_what_it_prints_is_logged(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            await home.enabled(HELLO)
            assert await home.call("show") == "shown"
            assert home.shown == ["on it"]
            await home.host.disable("hello")
            assert home.host.logs("hello") == ["printed"]

    asyncio.run(main())


def test_wrong_arguments_are_for_the_model_to_mend(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            await home.enabled(HELLO)
            with pytest.raises(ToolRetry, match="The arguments do not fit: Expected `str`, got `int`"):
                await home.call("hello", name=5)
            assert await home.call("hello", name="Ada") == "Hello Ada (1)"
            assert home.told == []

    asyncio.run(main())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "import os\nfrom agent.api import tool\n\nx = os.nothing\n",
            r"AttributeError: .*\(main.py, line 4: x = os.nothing\)",
        ),
        ("def broken(:\n    pass\n", r"SyntaxError: .*\(main.py, line 1: def broken\(:\)"),
        (
            "import agent.runtime\n",
            r"A plugin imports agent.api \(version 1\) and nothing else of Homard, not agent.runtime",
        ),
        ("import no_such_library\n", r"ModuleNotFoundError: No module named 'no_such_library' \(main.py, line 1"),
        ("x = 1\n", r"main.py marks nothing. Put @tool over a function."),
        ("from agent.api import tool\n\n\n@tool\ndef f(a):\n    pass\n", r"no docstring.*\(main.py, line 4\)"),
        ("import sys\nsys.exit(3)\n", r"SystemExit: 3 \(main.py, line 2: sys.exit\(3\)\)"),
        ("import os\nos._exit(3)\n", r"did not start: it ended by itself: exit code 3"),
        (
            "from agent.api import tool\n\n\n@tool\ndef " + "f" * 300 + '(a: int) -> str:\n    """Do."""\n',
            r"What it marks cannot be used",
        ),
    ],
)
def test_a_plugin_that_cannot_be_imported_says_where(tmp_path: Path, code: str, words: str) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            home.write(code)
            with pytest.raises(UsageError, match=words):
                await home.host.enable("hello")
            assert home.host.plugin("hello").status == "off"
            assert home.host.plugin("hello").pid == 0 and home.told == []

    asyncio.run(main())


BAD = '''
import ctypes
import os
import signal
import sys
import threading
import time

from agent.api import Context, tool


@tool(timeout_s=0.5)
def spin() -> str:
    """Spin for ever."""
    while True:
        pass


@tool(timeout_s=0.5)
async def block() -> str:
    """Block its loop for ever, deaf to signals."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(10_000)
    return ""


@tool
def crash() -> str:
    """Crash."""
    ctypes.string_at(0)
    return ""


@tool
def leave() -> str:
    """Exit."""
    os._exit(0)


@tool(timeout_s=60)
def leak() -> str:
    """Take all memory there is."""
    kept = []
    while True:
        kept.append(bytearray(os.urandom(1 << 20) * 16))


@tool
def garbage() -> str:
    """Write what is no message into the pipe."""
    for number in range(3, 20):
        try:
            os.write(number, b"{{{ garbage\\n" * 10)
        except OSError:
            pass
    time.sleep(10)
    return ""


@tool
def flood(context: Context) -> str:
    """Send messages as fast as it can, and a word into the log."""
    while True:
        context.progress("x" * 2_000)


@tool
def huge() -> str:
    """Give back 17 MB."""
    return "x" * (17 << 20)


@tool
def strange() -> object:
    """Give back what is no data."""
    return threading.Lock()


@tool
def fine() -> str:
    """Work."""
    return "fine"
'''


def test_a_tool_that_hangs_is_stopped_with_its_process_and_the_next_call_starts_it_anew(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            await home.enabled(BAD)
            before = time.monotonic()
            with pytest.raises(ToolFailed, match=r"It took longer than 0\.5 s and was stopped"):
                await home.call("block")
            assert time.monotonic() - before < 5
            assert await home.call("fine") == "fine"

    asyncio.run(main())


def test_a_cancelled_call_is_given_up_within_a_second(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            await home.enabled(BAD.replace("timeout_s=0.5", "timeout_s=100"))
            for tool in ("spin", "block"):
                call = asyncio.create_task(home.call(tool))
                await asyncio.wait([call], timeout=1.0)
                assert not call.done()
                before = time.monotonic()
                call.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await call
                assert time.monotonic() - before < 3  # a second, and what a busy machine adds

    asyncio.run(main())


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("crash", "The plugin hello failed: it ended by itself: ended by SIGSEGV"),
        ("leave", "The plugin hello failed: it ended by itself: exit code 0"),
        ("leak", "memory|MemoryError"),
        ("garbage", "it sent what is no message of the plugin API"),
        ("huge", "it sent a message that is longer than may be"),
        ("strange", "The plugin failed: TypeError|no plain data"),
    ],
)
def test_what_a_bad_tool_does_ends_with_its_call(tmp_path: Path, tool: str, words: str) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            await home.enabled(BAD)
            with pytest.raises(ToolFailed, match=words):
                await home.call(tool)
            assert await home.call("fine") == "fine"
            assert home.told == []

    asyncio.run(main())


def test_a_flood_of_messages_leaves_everybody_else_their_time(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            await home.enabled(BAD)
            call = asyncio.create_task(home.call("flood"))
            loop = asyncio.get_running_loop()
            gaps: list[float] = []
            last, until = loop.time(), loop.time() + 1.5
            while loop.time() < until:
                await asyncio.sleep(0.005)
                gaps.append(loop.time() - last)
                last = loop.time()
            call.cancel()
            with pytest.raises((asyncio.CancelledError, ToolFailed)):
                await call
            gaps.sort()
            assert gaps[len(gaps) * 9 // 10] < 0.1
            assert 0 < len(home.shown) < 100

    asyncio.run(main())


@pytest.mark.parametrize("made", ["place.touch()", "place.symlink_to('/nowhere')", "place.symlink_to('/etc')"])
@pytest.mark.parametrize("name", ["data", "exchange"])
def test_what_it_puts_in_the_place_of_its_own_folders_keeps_nobody_from_starting_it(
    tmp_path: Path, name: str, made: str
) -> None:
    code = f"""
import os, shutil
from agent.api import Context, tool

@tool
def spoil(context: Context) -> str:
    "Spoil it."
    place = context.data.parent / "{name}"
    shutil.rmtree(place)
    {made}
    return "done"

@tool
def look(context: Context) -> str:
    "Look at it."
    place = context.data.parent / "{name}"
    found = [one for one in os.listdir(place) if not one.startswith("call-")]
    return f"{{place.is_dir()}} {{place.is_symlink()}} {{found}}"
"""

    async def work() -> None:
        async with PluginHome(tmp_path) as home:
            await home.enabled(code)
            assert await home.call("spoil") == "done"
            await home.host.life("hello").end()
            await home.host.life("hello").begin(home.host.collection.find)  # as for an event
            assert await home.call("look") == "True False []"

    asyncio.run(work())


def test_three_failures_in_a_row_disable_it_with_one_notice(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            await home.enabled(BAD)
            for _ in range(3):
                with pytest.raises(ToolFailed, match="exit code 0"):
                    await home.call("leave")
            await home.until(lambda: home.told)
            assert list(home.host.providers()) == []
            plugin = home.host.plugin("hello")
            assert plugin.status == "disabled" and "It failed three times (it ended by itself" in plugin.found.why
            assert home.told == [f"hello: {plugin.found.why}"]
            assert (await home.host.enable("hello")).status == "on"
            assert await home.call("fine") == "fine"

    asyncio.run(main())


PRYING = '''
import os
import socket
import subprocess
from pathlib import Path

from agent.api import tool


@tool
def look(path: str) -> str:
    """Read a file."""
    return Path(path).read_text()


@tool
def put(path: str) -> str:
    """Write a file."""
    Path(path).write_text("mine")
    return "written"


@tool
def reach(host: str) -> str:
    """Connect."""
    socket.create_connection((host, 80), timeout=2)
    return "connected"


@tool
def keys() -> list[str]:
    """Give its environment."""
    return sorted(os.environ)
'''


def test_it_sees_and_changes_nothing_but_what_it_was_granted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        notes, other = tmp_path / "notes", tmp_path / "other"
        for folder in (notes, other):
            folder.mkdir()
            (folder / "a.txt").write_text("secret")
        monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
        async with PluginHome(tmp_path / "home") as home:
            more = capability("fs.read", str(notes))
            await home.enabled(PRYING, more=more)
            assert await home.call("look", path=str(notes / "a.txt")) == "secret"
            state = home.place / "plugins" / ".state.json"
            for path in (other / "a.txt", state, Path.home() / ".bashrc", home.place / "logs" / "hello.log"):
                with pytest.raises(ToolFailed, match=r"PermissionError|FileNotFoundError"):
                    await home.call("look", path=str(path))
            for path in (notes / "b.txt", other / "b.txt", home.place / "plugins" / "hello" / "main.py"):
                with pytest.raises(ToolFailed, match=r"PermissionError|FileNotFoundError|OSError"):
                    await home.call("put", path=str(path))
            assert sorted(one.name for one in (*notes.iterdir(), *other.iterdir())) == ["a.txt", "a.txt"]
            with pytest.raises(ToolFailed, match="Error"):
                await home.call("reach", host="127.0.0.1")
            assert "OPENAI_API_KEY" not in await home.call("keys")

    asyncio.run(main())


ASKING = '''
from agent.api import Context, tool


@tool
async def read(path: str, context: Context) -> str:
    """Read."""
    return await context.read(path)


@tool
async def write(path: str, context: Context) -> str:
    """Write."""
    await context.write(path, "text")
    return "written"


@tool
async def other(name: str, path: str, context: Context) -> str:
    """Call."""
    return await context.call_tool(name, path=path)


@tool
async def secret(name: str, context: Context) -> str:
    """Give a key."""
    return await context.secret(name)


@tool
async def many(context: Context) -> str:
    """Ask for much at once."""
    import asyncio

    found = await asyncio.gather(*(context.secret("token") for _ in range(40)), return_exceptions=True)
    return str(len(found))


@tool
async def fire(context: Context) -> str:
    """Fire."""
    await context.fire("nothing", "1")
    return "fired"
'''


class Keys:
    async def get(self, reference: str) -> str:
        return {"keyring:plugin.hello.token": "t0ken", "keyring:openai": "sk-1"}.get(reference, "")


def test_what_it_asks_homard_for_is_held_to_its_grant(tmp_path: Path) -> None:
    async def main() -> None:
        notes = tmp_path / "notes"
        notes.mkdir()
        (notes / "link").symlink_to("/etc")
        more = capability("fs.write", "{folder}") + capability("secret.use", "{token}")
        more += '[settings.folder]\ntype = "folder"\n[settings.token]\ntype = "secret"\n'
        async with PluginHome(tmp_path / "home", secrets=Keys()) as home:
            plugin = await home.enabled(ASKING, more=more)
            assert plugin.may.writable == ()  # nobody has set the folder
            with pytest.raises(ToolFailed, match=r"not granted `fs\.write`"):
                await home.call("write", path=str(notes / "a.md"))
            home.settings = type(home.settings)(plugins={"hello": {"folder": str(notes)}})
            assert await home.call("write", path=str(notes / "a.md")) == "written"
            assert home.own_calls == [("write", {"path": str(notes / "a.md"), "text": "text"})]
            for path in ("a.md", str(tmp_path / "b.md"), f"{notes}/../b.md", str(notes / "link" / "x"), "~/x"):
                with pytest.raises(ToolFailed, match=r"absolute path|not granted"):
                    await home.call("write", path=path)
            with pytest.raises(ToolFailed, match=r"not granted `fs\.read`"):
                await home.call("read", path=str(notes / "a.md"))
            for name in ("shell", "fetch", "use_tool"):
                with pytest.raises(ToolFailed, match="Plugins cannot call"):
                    await home.call("other", name=name, path="/")
            assert len(home.own_calls) == 1
            assert await home.call("secret", name="token") == "t0ken"
            for name in ("openai", "plugin.hello.token", ""):
                with pytest.raises(ToolFailed, match=r"was not granted this: `what = 'secret.use'"):
                    await home.call("secret", name=name)
            with pytest.raises(ToolFailed, match=r"job\.start"):
                await home.call("fire")
            assert await home.call("many") == "40"

    asyncio.run(main())


def test_a_person_may_grant_less_than_it_asks_for(tmp_path: Path) -> None:
    async def main() -> None:
        notes = tmp_path / "notes"
        notes.mkdir()
        (notes / "a.txt").write_text("secret")
        more = capability("fs.read", str(notes)) + capability("secret.use", "openai")
        async with PluginHome(tmp_path / "home", secrets=Keys()) as home:
            home.write(ASKING + PRYING.replace("from agent.api import tool", ""), more=more)
            asked = home.host.plugin("hello").found.wanted
            plugin = await home.host.enable("hello", [one for one in asked if one.what == "secret.use"])
            assert plugin.granted == (Capability("secret.use", ("openai",), "The tests want it."),)
            assert [one.what for one in plugin.new] == ["fs.read"]
            assert await home.call("secret", name="openai") == "sk-1"
            with pytest.raises(ToolFailed, match=r"PermissionError|FileNotFoundError"):
                await home.call("look", path=str(notes / "a.txt"))

    asyncio.run(main())


def test_a_plugin_for_a_newer_api_and_one_that_cannot_be_read_say_so(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            newer = home.write(HELLO, name="newer") / "plugin.toml"
            newer.write_text(newer.read_text().replace("api = 1", "api = 2") + "future = true\n")
            (home.write(HELLO, name="torn") / "plugin.toml").write_bytes(b"\xff\xfe[")
            (home.write(HELLO, name="link") / "x").symlink_to("/etc/passwd")
            (home.place / "plugins" / ("x" * 200)).mkdir()
            shutil.copytree(home.place / "plugins" / "newer", home.place / "plugins" / "other")
            found = {one.id: (one.status, one.found.why) for one in home.host.plugins()}
            assert {status for status, _why in found.values()} == {"unusable"}
            assert "version 2 of the plugin API, and this Homard has 1. Update Homard" in found["newer"][1]
            assert "is not valid" in found["torn"][1]
            assert found["link"][1] == "x is a link."
            with pytest.raises(UsageError, match="version 2 of the plugin API"):
                await home.host.enable("newer")

    asyncio.run(main())


def test_settings_come_to_it_and_a_change_starts_it_anew(tmp_path: Path) -> None:
    code = '''
from agent.api import Context, tool


@tool
async def colour(context: Context) -> dict:
    """Give the settings."""
    return dict(context.settings)
'''
    more = '[settings.colour]\ntype = "choice"\nchoices = ["red", "blue"]\n[settings.key]\ntype = "secret"\n'

    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            await home.enabled(code, more=more)
            assert (await home.result("colour")).data == {"colour": "red"}
            home.settings = type(home.settings)(plugins={"hello": {"colour": "blue", "key": "not here", "x": 1}})
            assert (await home.result("colour")).data == {"colour": "blue"}
            home.settings = type(home.settings)(plugins={"hello": {"colour": "green"}})
            assert (await home.result("colour")).data == {"colour": "red"}
            schema = home.host.settings_schema("hello")
            assert schema["properties"]["colour"] == {
                "type": "string", "title": "colour", "enum": ["red", "blue"], "default": "red",
            }  # fmt: skip
            assert schema["properties"]["key"] == {"type": "string", "title": "key", "format": "secret"}

    asyncio.run(main())


def test_one_in_development_is_used_as_it_is_saved(tmp_path: Path) -> None:
    async def main() -> None:
        from tests.helpers.plugins import write_plugin

        folder = write_plugin(tmp_path / "work", HELLO)
        async with PluginHome(tmp_path / "home") as home:
            plugin = await home.host.develop(folder)
            assert plugin.status == "on" and plugin.found.folder == folder
            assert await home.call("hello", name="Ada") == "Hello Ada (1)"
            (folder / "main.py").write_text(HELLO.replace("Hello {name}", "Good day {name}"))
            assert await home.call("hello", name="Ada") == "Good day Ada (1)"
            more = '\n\n@tool\ndef bye() -> str:\n    """Say bye."""\n    return "Bye"\n'
            (folder / "main.py").write_text(HELLO + more)
            assert await home.call("hello", name="Ada") == "Hello Ada (1)"  # started anew, it tells what it has now
            assert await home.call("bye") == "Bye"
            (folder / "main.py").write_text("def broken(:\n")
            with pytest.raises(UsageError, match=r"SyntaxError: .*main.py, line 1"):
                await home.host.reload("hello")
            with pytest.raises(ToolFailed, match=r"SyntaxError: .*main.py, line 1"):
                await home.call("bye")
            (folder / "main.py").write_text(HELLO + more)
            await home.host.reload("hello")
            assert await home.call("bye") == "Bye"
            # What it asks for now, it has to be granted first.
            toml = folder / "plugin.toml"
            toml.write_text(toml.read_text() + capability("ui.notify"))
            assert [one.what for one in home.host.plugin("hello").new] == ["ui.notify"]
            await home.host.remove("hello")
            assert home.host.plugins() == [] and (folder / "main.py").exists()

    asyncio.run(main())


def test_it_ends_when_it_is_idle_and_with_the_host(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path, idle_s=0.3) as home:
            pid = (await home.enabled(HELLO)).pid
            os.kill(pid, 0)
            await home.until(lambda: home.events[-1].status == "idle")
            assert home.host.plugin("hello").pid == 0
            assert await home.call("hello", name="Ada") == "Hello Ada (1)"
            pid = home.host.plugin("hello").pid
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    asyncio.run(main())


def test_one_that_is_just_being_started_ends_with_the_host_too(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            home.write("import time\n\ntime.sleep(1)\n" + HELLO)
            enabling = asyncio.create_task(home.host.enable("hello"))
            await home.until(lambda: home.events)
            await home.host.aclose()
            with pytest.raises(UsageError, match="was ended meanwhile"):
                await enabling
            assert (home.host.plugin("hello").status, home.host.plugin("hello").pid) == ("off", 0)

    asyncio.run(main())


def test_skills_that_it_brings_come_and_go_with_it(tmp_path: Path) -> None:
    async def main() -> None:
        skills = tmp_path / "skills"
        async with PluginHome(tmp_path, skills=skills) as home:
            folder = home.write(HELLO)
            for name in ("letters", "minutes"):
                write_skill(folder / "skills", name, f"Writes {name}.")
            write_skill(skills, "minutes", "The person's own.")
            with pytest.raises(UsageError, match="There is a skill minutes already, so that of plugin:hello"):
                await home.host.enable("hello")
            assert (home.host.plugin("hello").status, home.host.plugin("hello").pid) == ("off", 0)
            shutil.rmtree(skills / "minutes")
            await home.host.enable("hello")
            assert {one.skill.name: one.status for one in Shelf(skills).look()} == {"letters": "on", "minutes": "on"}
            shutil.rmtree(folder / "skills" / "letters")
            assert home.host.plugin("hello").status == "changed"
            await home.host.enable("hello")
            assert [one.skill.name for one in Shelf(skills).look()] == ["minutes"]
            await home.host.disable("hello")
            assert Shelf(skills).look() == []
            await home.host.enable("hello")
            await home.host.remove("hello")
            assert Shelf(skills).look() == [] and home.host.plugins() == []

    asyncio.run(main())


def test_a_skill_that_a_person_put_in_the_place_of_its_own_stays(tmp_path: Path) -> None:
    async def main() -> None:
        skills = tmp_path / "skills"
        async with PluginHome(tmp_path, skills=skills) as home:
            write_skill(home.write(HELLO) / "skills", "letters", "Writes letters.")
            await home.host.enable("hello")
            Shelf(skills).remove("letters")
            write_skill(skills, "letters", "The person's own.")
            await home.host.disable("hello")
            assert [one.skill.description for one in Shelf(skills).look()] == ["The person's own."]

    asyncio.run(main())


def test_one_that_was_killed_while_its_skills_were_put_there_can_be_enabled(tmp_path: Path) -> None:
    async def main() -> None:
        skills = tmp_path / "skills"
        async with PluginHome(tmp_path, skills=skills) as home:
            write_skill(home.write(HELLO) / "skills", "letters", "Writes letters.")
            put_skills(skills, home.host.plugin("hello").found, ())  # and nothing of it was said any more
            await home.host.enable("hello")
            await home.host.disable("hello")
            assert Shelf(skills).look() == []

    asyncio.run(main())


def test_its_calls_are_counted(tmp_path: Path) -> None:
    async def main() -> Any:
        async with PluginHome(tmp_path) as home:
            await home.enabled(HELLO)
            for _ in range(3):
                await home.call("hello", name="Ada")
        async with PluginHome(tmp_path) as home:
            return home.host.plugin("hello").use

    use = asyncio.run(main())
    assert use.calls == 3 and time.time() - use.last_at < 100


def test_one_that_a_person_turns_off_while_it_starts_stays_off(tmp_path: Path) -> None:
    """On the command line, while the app starts it with other bytes and notes what they offer."""

    async def main() -> None:
        other = PluginHome(tmp_path)
        turned_off = False

        async def start(argv: Sequence[str], **options: Any) -> ConfinedProcess:
            if turned_off:
                await other.host.disable("hello")
            return await ConfinedProcess.start(argv, measured=measured, **options)

        async with PluginHome(tmp_path, start=start) as home:
            folder = write_plugin(tmp_path / "elsewhere", HELLO)
            await home.host.develop(folder)
            (folder / "main.py").write_text(HELLO + "# more\n")
            turned_off = True
            assert await home.call("hello", name="Ada") == "Hello Ada (1)"
            assert (await asyncio.to_thread(home.host.plugin, "hello")).found.status == "off"

    asyncio.run(main())


def test_what_two_homards_say_of_plugins_at_once_is_all_kept(tmp_path: Path) -> None:
    names = ["one", "two", "three", "four"]

    def say(name: str) -> None:
        for reloads in range(25):
            change(tmp_path, name, reloads=reloads)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(say, names))
    assert {name: one.reloads for name, one in load_state(tmp_path).plugins.items()} == dict.fromkeys(names, 24)


def test_what_is_enabled_is_what_a_person_looked_at(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            folder = home.write(HELLO)
            seen = home.host.plugin("hello").found.tree.digest
            (folder / "plugin.toml").write_text((folder / "plugin.toml").read_text() + capability("net", "*"))
            with pytest.raises(UsageError, match="hello is another one than the one you looked at"):
                await home.host.enable("hello", seen=seen)
            assert home.host.plugin("hello").found.status == "off"

    asyncio.run(main())


@pytest.mark.parametrize("kind", ["text", "choice"])
def test_what_a_person_has_not_set_opens_nothing_whatever_its_author_would_have_it_be(
    tmp_path: Path, kind: str
) -> None:
    """Consent says: the value that you set."""
    more = capability("net", "{place}") + f'[settings.place]\ntype = "{kind}"\ntitle = "Your own server"\n'
    more += 'choices = ["evil.example.org"]\n' if kind == "choice" else 'default = "*"\n'

    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            await home.enabled(HELLO, more=more)
            assert home.host.plugin("hello").may.hosts == ()
            home.settings = Settings(plugins={"hello": {"place": ["no", "text"]}})
            assert home.host.plugin("hello").may.hosts == ()
            home.settings = Settings(plugins={"hello": {"place": "evil.example.org"}})
            assert home.host.plugin("hello").may.hosts == ("evil.example.org",)

    asyncio.run(main())
