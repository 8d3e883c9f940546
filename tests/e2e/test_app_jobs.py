"""Work that starts by itself, at the real app, by the keyboard and over the accessibility bus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.app_process import app_process
from tests.helpers.app_user import Person, at_the_app, furnish
from tests.helpers.command_line import homard
from tests.helpers.desktop import Desktop, desktop
from tests.helpers.model_server import Call, ModelServer, calls, says
from tests.helpers.x11 import wait_until


@pytest.fixture(scope="module")
def screen() -> Iterator[Desktop]:
    with desktop() as made:
        yield made


def test_a_watch_is_made_by_keyboard_a_file_starts_it_and_its_question_is_answered(
    screen: Desktop, tmp_path: Path
) -> None:
    inbox, note = tmp_path / "inbox", tmp_path / "note.txt"
    inbox.mkdir()
    writes = calls(Call("write", {"path": str(note), "text": "noted\n"}))
    with at_the_app(screen, tmp_path, {"Note what came": [writes, says("It is noted.")]}) as me:
        me.keys("ctrl+shift+n")
        sentence = me.wait_for("text", "Say it in a sentence", states="focused")
        assert sentence.text == ""
        screen.xdotool("type", "--delay", 5, f"when a *.txt settles in {inbox}: Note what came in {{file}}")
        me.keys("Return")
        me.wait_for("text", "Task", text="Note what came in {file}")
        me.wait_for_text("Next: when files come")
        me.keys("ctrl+Return")
        me.wait_gone("text", "Say it in a sentence")
        me.wait_for_text("Note what came in {file}")  # the page shows what was saved
        (inbox / "one.txt").write_text("one\n")
        me.wait_for_text("Needs you")
        assert not note.exists()
        me.press("", "Needs you (1)")
        me.press("push button", "Allow once")
        wait_until(lambda: note.exists() and note.read_text() == "noted\n", "it was not written")
        me.wait_for("page tab", "History", states="selected")  # where nothing waits any more
        me.wait_for("list item", text=re.compile("Done.*1 file.*It is noted"))
        me.focus("list", "History")
        me.keys("Home")
        me.wait_for_text(str(inbox / "one.txt"))


def test_a_question_waits_over_a_restart_and_is_answered_in_its_chat(screen: Desktop, tmp_path: Path) -> None:
    home, note = tmp_path / "home", tmp_path / "note.txt"
    writes = calls(Call("write", {"path": str(note), "text": "noted\n"}))
    with ModelServer({"Note it": [writes, says("It is noted.")]}) as server:
        furnish(home, server)
        folder = str(home.parent / "folder")
        added = homard(home, "jobs", "add", "--name", "Notes", "--folder", folder, "--prompt", "Note it", "--yes")
        assert added.returncode == 0, added
        ran = homard(home, "jobs", "run", "Notes", "--json")
        assert "parked" in ran.stdout and not note.exists()
        with app_process(home, screen) as app, Person(app, home, server) as me:
            me.press("push button", "Homard needs you (1)")
            me.wait_for("page tab", "Needs you (1)", states="selected")
            me.focus("page tab list", "Needs you (1)")
            me.keys("Right", "Right")
            me.focus("list", "History")
            me.keys("Home")
            me.press("push button", "Open chat")
            me.wait_for_text("Waiting for you")
            me.press("push button", "Allow once")
            me.wait_for_text("It is noted.")
            assert note.read_text() == "noted\n"
            me.wait_gone("push button", "Homard needs you (1)")
