"""Chatting with the real app, driven from outside over the accessibility bus."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.accessible import Gone
from tests.helpers.app_user import COMPOSER, at_the_app
from tests.helpers.desktop import Desktop, desktop
from tests.helpers.faults import CALLS, DONE, STOP, Pause, call, stream, text
from tests.helpers.model_server import MODEL, USAGE, Call, calls, says

WRITE = calls(Call("write", {"path": "../note.txt", "text": "written by the agent\n"}))


DRIPS = stream(text("Let me see"), *[Pause(0.1), text(".")] * 600)
"""So that the server notices when nobody listens any more."""


@pytest.fixture(scope="module")
def screen() -> Iterator[Desktop]:
    with desktop() as made:
        yield made


def test_an_answer_streams_in(screen: Desktop, tmp_path: Path) -> None:
    slowly = stream(text("Once upon "), Pause(1.0), text("a **time**."), STOP, USAGE, DONE)
    with at_the_app(screen, tmp_path, {"tell me": [slowly]}) as me:
        me.say("tell me a story")
        me.wait_for_text("Once upon")
        assert "time" not in me.texts()
        me.wait_for_text("Once upon a time.")
        assert me.text_of("text", COMPOSER) == ""
        assert any("tell me a story" in title for title in me.chats())
        assert "tell me a story" in me.sent()


def test_a_model_that_is_set_for_it_names_the_chat(screen: Desktop, tmp_path: Path) -> None:
    titles = f'[routing.title]\nmodels = ["{MODEL}"]'
    with at_the_app(screen, tmp_path, {"tell me": [says("**A story of a lobster.**")]}, more=titles) as me:
        me.say("please tell me what you know")
        me.wait_for("list item", re.compile("A story of a lobster(?!\\.)"))
        me.wait_for("label", "A story of a lobster")


def test_an_approval_takes_a_second_and_then_the_file_is_written(screen: Desktop, tmp_path: Path) -> None:
    with at_the_app(screen, tmp_path, {"write it": [WRITE, says("It is written.")]}) as me:
        me.say("write it")
        allow = me.wait_for("push button", "Allow once")
        assert "enabled" not in allow.states
        me.wait_for("push button", "Allow once", states="enabled")
        assert not (me.folder.parent / "note.txt").exists()
        me.press("push button", "Allow once")
        me.wait_for_text("It is written.")
        assert (me.folder.parent / "note.txt").read_text() == "written by the agent\n"


def test_a_no_reaches_the_model_with_its_word(screen: Desktop, tmp_path: Path) -> None:
    with at_the_app(screen, tmp_path, {"write it": [WRITE, says("As you wish.")]}) as me:
        me.say("write it")
        me.set_text("text", "A word to the agent (optional)", "ask my sister first")
        me.press("push button", "Don't allow")
        me.wait_for_text("As you wish.")
        assert "ask my sister first" in me.sent()
        assert not (me.folder.parent / "note.txt").exists()


def test_what_is_said_while_a_run_works_steers_it(screen: Desktop, tmp_path: Path) -> None:
    reads = stream(text("I will "), Pause(1.5), call('{"path": "a.txt"}', "read", "call-ID-0"), CALLS, USAGE, DONE)
    with at_the_app(screen, tmp_path, {"paint": [reads, says("Blue it is.")]}) as me:
        me.say("paint the house")
        me.wait_for_text("I will")
        me.set_text("text", COMPOSER, "make it blue")
        me.focus("text", COMPOSER)
        me.keys("Return")
        me.wait_for_text("Blue it is.")
        assert "make it blue" in me.sent()
        assert "make it blue" in me.texts()
        assert len(me.server.histories()) == 2


@pytest.mark.parametrize("way", ["button", "escape"])
def test_a_run_can_be_stopped_and_the_chat_goes_on(screen: Desktop, tmp_path: Path, way: str) -> None:
    with at_the_app(screen, tmp_path, {"stall": [DRIPS], "go on": [says("Going on.")]}) as me:
        me.say("stall please")
        me.wait_for_text("Let me see")
        if way == "button":
            me.press("push button", "Stop")
        else:
            me.focus("text", COMPOSER)
            me.keys("Escape", "Escape")
        assert me.server.closed_early.wait(10)
        me.wait_for_text("stopped")
        me.press("push button", "New chat")
        me.wait_for("label", "New chat")
        me.click("list item", re.compile("stall please"))
        me.wait_for_text("Let me see.")  # what was read stays
        me.say("go on")
        me.wait_for_text("Going on.")
        assert me.server.problems() == []


def test_a_disabled_button_does_nothing_however_it_is_pressed(screen: Desktop, tmp_path: Path) -> None:
    with at_the_app(screen, tmp_path, {"write it": [WRITE, says("It is written.")]}) as me:
        me.say("write it")
        allow = me.wait_for("push button", "Allow once")
        with contextlib.suppress(Gone):  # it may as well offer no action
            me.bus.press(allow.ref)
        assert "It is written." not in me.texts()
        assert not (me.folder.parent / "note.txt").exists()
