"""The app beside a terminal, after kill -9, and with texts that break programs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.paths import Paths
from agent.storage.blobs import Blobs
from agent.storage.database import Database
from agent.storage.sessions import Store
from tests.helpers.app_process import app_process
from tests.helpers.app_user import COMPOSER, Person, at_the_app
from tests.helpers.command_line import start
from tests.helpers.desktop import Desktop, desktop
from tests.helpers.faults import DONE, STOP, Pause, stream, text
from tests.helpers.model_server import USAGE, results, says, shell
from tests.helpers.naughty import NAUGHTY
from tests.helpers.processes import unique_seconds, wait_until_sleeping
from tests.helpers.x11 import wait_until


@pytest.fixture(scope="module")
def screen() -> Iterator[Desktop]:
    with desktop() as made:
        yield made


def test_a_question_from_a_terminal_shows_up_live(screen: Desktop, tmp_path: Path) -> None:
    slow = stream(text("One half "), Pause(2.0), text("and the other."), STOP, USAGE, DONE)
    with at_the_app(screen, tmp_path, {"from the terminal": [slow]}) as me:
        asked = start(me.home, "ask", "from the terminal")
        me.click("list item", re.compile("from the terminal"))
        me.wait_for_text("One half")
        assert asked.poll() is None
        out, err = asked.communicate(timeout=20)
        assert (asked.returncode, out.strip()) == (0, "One half and the other."), err
        me.wait_for_text("One half and the other.")


def test_after_kill_9_the_conversation_is_there_and_the_call_in_flight_is_unknown(
    screen: Desktop, tmp_path: Path
) -> None:
    with unique_seconds() as seconds:
        script = {"sleep well": [shell(f"sleep {seconds}")], "and now": [says("Awake.")]}
        with at_the_app(screen, tmp_path, script) as me:
            me.say("sleep well")
            me.press("push button", "Allow once")
            wait_until_sleeping(seconds)
            me.app.kill()
            with app_process(me.home, screen) as app, Person(app, me.home, me.server) as again:
                again.click("list item", re.compile("sleep well"))
                again.wait_for_text("Outcome unknown")
                again.say("and now")
                again.wait_for_text("Awake.")
                found = results(me.server.histories()[-1])
                assert ["outcome is unknown" in result for result in found] == [True], found
                assert me.server.problems() == []


def test_after_kill_9_the_same_conversation_is_open(screen: Desktop, tmp_path: Path) -> None:
    with at_the_app(screen, tmp_path, {"hello": [says("Hello yourself.")]}) as me:
        me.say("hello")
        me.wait_for_text("Hello yourself.")
        me.app.kill()
        with app_process(me.home, screen) as app, Person(app, me.home, me.server) as again:
            again.wait_for_text("Hello yourself.", seconds=6)


def test_a_megabyte_is_pasted_and_sent(screen: Desktop, tmp_path: Path) -> None:
    pasted = "".join(f"line {at} of a very long paste\n" for at in range(35_000))
    assert len(pasted) > 1_000_000
    with at_the_app(screen, tmp_path) as me:
        window = me.app.wait_for_window()
        me.set_text("text", COMPOSER, pasted)
        assert screen.x.ping(window.window_id, 10) < 2
        me.press("push button", "Send")
        me.wait_for_text("Fine.")
        assert screen.x.ping(window.window_id, 10) < 2
        assert "line 34999 of" in me.sent() or "the whole is stored" in me.sent()


def test_a_switch_that_could_not_do_its_work_goes_back(screen: Desktop, tmp_path: Path) -> None:
    config = tmp_path / "config"
    with at_the_app(screen, tmp_path, XDG_CONFIG_HOME=str(config)) as me:
        me.press("push button", "Settings")
        config.write_text("a file in the way")
        me.press("check box", "Start at login")
        me.wait_for_text("Start at login could not be changed")
        wait_until(lambda: "start_at_login = false" in (me.home / "settings.toml").read_text(), "it still says so")
        wait_until(lambda: not me.all("check box", "Start at login", states="checked"), "the switch is still on")


async def name_chats(home: Path) -> None:
    """A chat for each naughty name."""
    paths = Paths(home, home, home / "cache", home / "logs")
    database = await Database.open(paths.database)
    store = Store(database, Blobs(paths.blobs))
    for title in NAUGHTY:
        await store.create_session(cwd=str(home.parent), title=title)
    await database.close()


def test_chats_with_naughty_names_can_all_be_opened(screen: Desktop, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    asyncio.run(name_chats(home))
    with at_the_app(screen, tmp_path) as me:
        window = me.app.wait_for_window()
        me.focus("list", "Chats")
        me.keys("End")
        for _ in range(len(NAUGHTY) // 20 + 1):
            me.keys(*["Up"] * 20)
            assert screen.x.ping(window.window_id) < 1
            assert me.app.wait_for_window().width == window.width
        assert {name.partition(",")[0].strip() for name in me.chats()} & {"", "\u200b", "\u3164"} == set()
