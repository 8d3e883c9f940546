"""The window and the tray: closing, coming back, a second start, quitting, and a desktop without a tray."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.helpers.app_process import app_process, start_app
from tests.helpers.app_user import Person, at_the_app, furnish
from tests.helpers.command_line import homard
from tests.helpers.desktop import TRAY, Desktop, desktop, end_group
from tests.helpers.faults import CALLS, DONE, STOP, Pause, call, chunk, refusal, stream, text
from tests.helpers.model_server import USAGE, ModelServer, says, stalls
from tests.helpers.x11 import wait_until


@pytest.fixture(scope="module")
def screen() -> Iterator[Desktop]:
    with desktop() as made:
        yield made


@pytest.fixture(scope="module")
def bare() -> Iterator[Desktop]:
    with desktop(tray=False) as made:
        yield made


def hide(me: Person) -> None:
    """Close the window and see that the app lives on."""
    me.close_window()
    me.app.wait_hidden()
    assert me.app.process.poll() is None


def second_start(me: Person) -> int:
    """Start the app once more on the same home; its exit code."""
    again = start_app(me.home, me.desktop)
    code = again.wait_ended()
    assert again.errors() == ""
    return code


def test_closing_hides_and_the_icon_brings_back(screen: Desktop, tmp_path: Path) -> None:
    with at_the_app(screen, tmp_path) as me:
        icon = wait_until(lambda: screen.tray_icons(), "no icon came")[0]
        hide(me)
        assert len(screen.tray_icons()) == 1
        screen.click(*icon.middle)
        me.app.wait_for_window()
        hide(me)
        assert second_start(me) == 0
        me.app.wait_for_window()
    wait_until(lambda: not screen.tray_icons() or None, "the icon is still there")


def test_closed_before_it_is_ready_it_hides_all_the_same(screen: Desktop, tmp_path: Path) -> None:
    with ModelServer() as server:
        furnish(tmp_path / "home", server)
        with app_process(tmp_path / "home", screen) as app:
            screen.x.close_window(app.wait_for_window().window_id)
            app.wait_hidden()
            icon = wait_until(lambda: screen.tray_icons(), "no icon came")[0]
            assert app.windows() == []
            screen.click(*icon.middle)
            app.wait_for_window()


def test_closed_before_it_is_ready_it_asks_where_nothing_would_show_it(bare: Desktop, tmp_path: Path) -> None:
    with ModelServer() as server:
        furnish(tmp_path / "home", server)
        with app_process(tmp_path / "home", bare) as app, Person(app, tmp_path / "home", server) as me:
            me.close_window()
            me.press("push button", "Quit")
            assert app.wait_ended() == 0


def test_hidden_it_gives_back_what_it_does_not_need(screen: Desktop, tmp_path: Path) -> None:
    with at_the_app(screen, tmp_path, {"hello": [says("Hello yourself.")], "night": [says("Sleep well.")]}) as me:
        hide(me)
        resident = psutil.Process(me.app.pid).memory_info
        wait_until(lambda: resident().rss < 90 * 2**20 or None, "it keeps more than 90 MiB")
        asked = homard(me.home, "ask", "hello")  # which takes many pages of libraries
        assert asked.stdout == "Hello yourself.\n", asked.stderr
        wait_until(lambda: resident().shared < 20 * 2**20 or None, "after a run it keeps what it needed for that")
        assert second_start(me) == 0
        me.say("good night")
        me.wait_for_text("Sleep well.")


@pytest.mark.parametrize("maximised", [False, True])
def test_it_comes_back_where_it_was_left(screen: Desktop, tmp_path: Path, maximised: bool) -> None:
    with at_the_app(screen, tmp_path) as me:
        first, twice = me.app.wait_for_window(), ("click", "--repeat", 2, "--delay", 40, 1)
        screen.xdotool("windowmove", "--sync", first.window_id, 190, 95)
        if maximised:
            screen.xdotool("mousemove", 500, 85, *twice)
            wait_until(lambda: me.app.wait_for_window().width > first.width, "it did not grow")
        icon = wait_until(lambda: screen.tray_icons(), "no icon came")[0]
        left = me.app.wait_for_window()
        hide(me)
        wait_until(lambda: screen.x.window(first.window_id) is None, "its picture is kept")
        screen.click(*icon.middle)
        back = me.app.wait_for_window()
        assert (back.x, back.y, back.width, back.height) == (left.x, left.y, left.width, left.height)
        if maximised:
            screen.xdotool("mousemove", 500, 10, *twice)
            wait_until(lambda: me.app.wait_for_window().width == first.width, "its usual size is lost")


def test_it_can_begin_hidden(screen: Desktop, tmp_path: Path) -> None:
    with at_the_app(screen, tmp_path, None, "--hidden") as me:
        icon = wait_until(lambda: screen.tray_icons(), "no icon came")[0]
        assert me.app.windows() == []
        screen.click(*icon.middle)
        me.app.wait_for_window()


def test_quitting_asks_about_a_run_and_loses_nothing(screen: Desktop, tmp_path: Path) -> None:
    with at_the_app(screen, tmp_path, {"stall": [stalls("Thinking hard")]}) as me:
        me.say("stall please")
        me.wait_for_text("Thinking hard")
        me.keys("ctrl+q")
        me.press("push button", "Stay")
        me.wait_gone("push button", "Stay")
        assert not me.server.closed_early.is_set()
        me.keys("ctrl+q")
        me.press("push button", "Stop them and quit")
        assert me.app.wait_ended() == 0
    with at_the_app(screen, tmp_path, {"go on": [says("Going on.")]}) as me:
        me.wait_for_text("stall please")
        me.say("go on")
        me.wait_for_text("Going on.")
        assert me.server.problems() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_quits_and_loses_nothing(screen: Desktop, tmp_path: Path, number: signal.Signals) -> None:
    with at_the_app(screen, tmp_path, {"stall": [stalls("Thinking hard")]}) as me:
        me.say("stall please")
        me.wait_for_text("Thinking hard")
        me.app.process.send_signal(number)
        assert me.app.wait_ended() == 0
    with at_the_app(screen, tmp_path) as me:
        me.wait_for_text("stall please")


def test_while_all_is_paused_quitting_does_not_wait_for_what_never_ends(screen: Desktop, tmp_path: Path) -> None:
    with at_the_app(screen, tmp_path, {"stall": [stalls("Thinking hard")]}) as me:
        me.say("stall please")
        me.wait_for_text("Thinking hard")
        me.press("push button", "Pause")
        me.press("push button", "Until I resume")
        me.wait_for("push button", "Resume")
        me.keys("ctrl+q")
        me.wait_for("push button", "Stay")
        assert me.all("push button", "Quit when they are done") == []
        me.press("push button", "Stop them and quit")
        assert me.app.wait_ended() == 0


def test_quitting_can_wait_for_the_run(screen: Desktop, tmp_path: Path) -> None:
    slow = stream(text("Half "), Pause(2.0), text("and whole."), STOP, DONE)
    with at_the_app(screen, tmp_path, {"slowly": [slow]}) as me:
        me.say("slowly please")
        me.wait_for_text("Half")
        me.keys("ctrl+q")
        me.press("push button", "Quit when they are done")
        me.app.wait_hidden()
        assert me.app.wait_ended() == 0
    with at_the_app(screen, tmp_path) as me:
        me.wait_for_text("Half and whole.")


def test_without_a_tray_all_is_in_reach(bare: Desktop, tmp_path: Path) -> None:
    with at_the_app(bare, tmp_path, {"hello": [says("Hello yourself.")]}) as me:
        me.say("hello")
        me.wait_for_text("Hello yourself.")
        me.close_window()
        me.press("push button", "Cancel")
        me.wait_gone("push button", "Cancel")
        assert me.app.windows()
        me.close_window()
        me.press("push button", "Keep it running")
        me.app.wait_hidden()
        assert second_start(me) == 0
        me.app.wait_for_window()
        hide(me)  # it asks only once
        assert second_start(me) == 0
        me.app.wait_for_window()
        me.keys("ctrl+q")
        assert me.app.wait_ended() == 0


def test_a_tray_that_comes_later_is_found(tmp_path: Path) -> None:
    with desktop(tray=False) as screen, at_the_app(screen, tmp_path) as me:
        screen.program(*TRAY)
        icon = wait_until(lambda: screen.tray_icons(), "no icon came", 30)[0]
        hide(me)
        screen.click(*icon.middle)
        me.app.wait_for_window()


def test_a_tray_that_has_gone_does_not_take_the_window_with_it(tmp_path: Path) -> None:
    with desktop(tray=False) as screen:
        host = screen.program(*TRAY)
        wait_until(lambda: screen.x.owned("_NET_SYSTEM_TRAY_S0"), "trayer did not start")
        with at_the_app(screen, tmp_path) as me:
            wait_until(lambda: screen.tray_icons(), "no icon came")
            end_group(host)
            wait_until(lambda: not screen.x.owned("_NET_SYSTEM_TRAY_S0"), "trayer is still there")
            me.close_window()
            me.press("push button", "Cancel")
            me.wait_gone("push button", "Cancel")
            assert me.app.windows()
            screen.program(*TRAY)
            wait_until(lambda: screen.tray_icons(), "no icon came again", 30)
            hide(me)


def test_a_run_that_finishes_unseen_is_told(screen: Desktop, tmp_path: Path) -> None:
    slow = stream(text("Half "), Pause(1.5), text("and whole."), STOP, DONE)
    with at_the_app(screen, tmp_path, {"slowly": [slow]}) as me:
        me.say("slowly please")
        me.wait_for_text("Half")
        hide(me)
        told = wait_until(lambda: find(screen, "slowly please"), "nothing was told")
        assert re.search("finished|done", " ".join(told), re.IGNORECASE)
        assert me.app.windows() == []


def test_a_notice_that_something_needs_the_person_leads_to_it(screen: Desktop, tmp_path: Path) -> None:
    write = stream(Pause(1.0), call('{"path": "../n.txt", "text": "x"}', "write", "call-ID-0"), CALLS, USAGE, DONE)
    with at_the_app(screen, tmp_path, {"write it": [write, says("Written.")]}) as me:
        me.say("write it")
        hide(me)
        wait_until(lambda: "1" in dunst(screen, "count", "displayed") or None, "nothing was told")
        dunst(screen, "action")
        me.app.wait_for_window()
        me.press("push button", "Allow once")
        me.wait_for_text("Written.")


def test_the_icon_tells_of_a_failure_that_nobody_has_seen(screen: Desktop, tmp_path: Path) -> None:
    refused, later = refusal(400), stream(text("I"), Pause(1.5), chunk({}, "content_filter"), DONE)
    with at_the_app(screen, tmp_path, {"refuse": [refused], "break": [later]}) as me:
        icon = wait_until(lambda: screen.tray_icons(), "no icon came")[0]
        place = (icon.x, icon.y, icon.width, icon.height)
        calm = screen.x.picture(*place)
        me.say("refuse this")
        me.wait_for("push button", "Try again")
        wait_until(lambda: screen.x.picture(*place) == calm, "what was seen is still told")
        me.say("break it")
        hide(me)
        wait_until(lambda: find(screen, "break it"), "nothing was told")
        assert screen.x.picture(*place) != calm
        screen.click(*icon.middle)
        me.app.wait_for_window()
        wait_until(lambda: screen.x.picture(*place) == calm, "what was looked at is still told")


def dunst(screen: Desktop, *words: str) -> str:
    """Use the notifications on the screen, as by their keys."""
    return subprocess.run(
        ["dunstctl", *words], env=screen.env, check=True, capture_output=True, text=True, timeout=20
    ).stdout


def find(screen: Desktop, words: str) -> tuple[str, str] | None:
    """The notification that holds these words."""
    return next((told for told in screen.notifications() if words in " ".join(told)), None)
