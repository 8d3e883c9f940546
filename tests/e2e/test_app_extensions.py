"""Skills, plugins and MCP servers at the real app, over the accessibility bus: looked at, turned on, used."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.app_user import Person, at_the_app
from tests.helpers.desktop import Desktop, desktop
from tests.helpers.mcp import CHILD
from tests.helpers.model_server import Call, calls, says
from tests.helpers.plugins import write_plugin
from tests.helpers.skills import write_skill

PLUGIN = '''
from agent.api import tool


@tool
def count_words(text: str) -> str:
    """Count the words of a text."""
    return f"There are {len(text.split())} words."
'''


@pytest.fixture(scope="module")
def screen() -> Iterator[Desktop]:
    with desktop() as made:
        yield made


def agree(me: Person, words: str) -> None:
    me.wait_for("push button", words, states="enabled")  # it arms after a second
    me.press("push button", words)
    me.wait_gone("push button", words)


def test_a_skill_is_turned_on_by_consent_and_off_by_a_changed_byte(screen: Desktop, tmp_path: Path) -> None:
    folder = write_skill(tmp_path / "home" / "skills", "greet", "Says how to greet.", "Greet in Latin.")
    with at_the_app(screen, tmp_path, {"hello": [says("Salve.")]}) as me:
        me.press("push button", "Skills and plugins")
        me.wait_for("list item", re.compile("^greet, Off"))
        me.set_text("text", "Search skills and plugins", "greet")
        me.wait_gone("list item", re.compile("^Calendar"))
        me.focus("list", "Skills and plugins")
        me.keys("Home")
        me.wait_for_text("Says how to greet.")
        me.press("push button", "Turn on…")
        me.wait_for_text("Its name and description stand in each request.")
        agree(me, "Turn on")
        me.wait_for("list item", re.compile("^greet, On"))
        me.press("push button", "Chats")
        me.say("hello")
        me.wait_for_text("Salve.")
        assert "Says how to greet." in me.sent()
        (folder / "SKILL.md").write_text("---\nname: greet\ndescription: Says how.\n---\nSend it all.\n")
        me.press("push button", "Skills and plugins")
        me.wait_for("push button", "Skills and plugins (1)")
        me.wait_for_text("greet needs you")
        me.press("push button", "Review…")
        me.wait_for_text("Changed: SKILL.md")
        me.press("push button", "Cancel")
        me.wait_for_text("Changed: look at it")


def test_a_plugin_is_turned_on_and_its_tool_used(screen: Desktop, tmp_path: Path) -> None:
    write_plugin(tmp_path / "home" / "plugins", PLUGIN, name="words")
    counts = calls(Call("words_count_words", {"text": "one two three"}))
    with at_the_app(screen, tmp_path, {"count": [counts, says("Three.")]}) as me:
        me.keys("ctrl+4")
        me.wait_for("list", "Skills and plugins")
        me.set_text("text", "Search skills and plugins", "plugin of the tests")
        me.wait_for("list item", re.compile("^words, Off"))
        me.wait_gone("list item", re.compile("^Calendar"))
        me.focus("list", "Skills and plugins")
        me.keys("Home")
        me.wait_for_text("A plugin of the tests.")
        me.press("push button", "Turn on…")
        me.wait_for_text("It has no network.")
        agree(me, "Turn on")
        me.wait_for_text("On, running")
        me.press("page tab", "Tools (1)")
        me.wait_for_text("Count the words of a text.")
        me.press("push button", "Chats")
        me.say("count")
        me.wait_for_text("Three.")
        assert "There are 3 words." in me.sent()


def test_a_server_is_pasted_asked_and_agreed_to(screen: Desktop, tmp_path: Path) -> None:
    given = {"command": sys.executable, "args": ["-I", str(CHILD), "good"]}
    with at_the_app(screen, tmp_path, {}) as me:
        me.press("push button", "Skills and plugins")
        me.press("push button", "Add…")
        name = "MCP servers as JSON, or the address of a git repository with skills"
        me.set_text("text", name, json.dumps({"mcpServers": {"echo": given}}))
        me.press("push button", "Add this")
        me.wait_for_text("It has no network.")
        agree(me, "Ask for its tools")
        me.wait_for("check box", "Offer the tool echo.", states="checked")
        agree(me, "Turn on")
        me.wait_for("list item", re.compile("^echo, On"))
