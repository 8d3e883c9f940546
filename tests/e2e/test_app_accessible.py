"""Whoever sees nothing or has no mouse can use each screen: names, roles, and Tab, over the accessibility bus."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.commands import SaveJob
from agent.jobs import Cron, Job, Watch
from agent.runtime import Runtime
from tests.helpers.app_process import app_process
from tests.helpers.app_user import COMPOSER, Person, at_the_app
from tests.helpers.atspi_driver import Node, Ref
from tests.helpers.desktop import Desktop, desktop
from tests.helpers.house import home
from tests.helpers.model_server import Call, calls, says
from tests.helpers.plugins import capability, write_plugin

CONTROLS = {
    "push button", "button", "toggle button", "check box", "radio button", "combo box", "text", "entry", "spin button",
    "password text", "slider", "link", "page tab", "page tab list", "menu item", "list", "tree", "table",
}  # fmt: skip
READABLE = {"label", "document text", "document frame", "document web", "paragraph"}
"""What may take the keyboard so that its text can be selected: it says its text, or its name."""
PLACES = {
    "filler", "panel", "scroll pane", "viewport", "list", "list item", "tree item", "table cell", "cell", "dialog",
}  # fmt: skip
"""What may take the keyboard besides, if it has a name."""
ANSWER = "Words, and code:\n\n```python\nx = 1\n```\n\nand a [link](https://example.org)."
SCRIPT = {
    "hello": [says(ANSWER)],
    "write it": [calls(Call("write", {"path": "../note.txt", "text": "x"})), says("Done.")],
}


@pytest.fixture(scope="module")
def screen() -> Iterator[Desktop]:
    with desktop(size=(1280, 1000)) as made:
        yield made


@pytest.fixture(scope="module")
def me(screen: Desktop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    with at_the_app(screen, tmp_path_factory.mktemp("audit"), SCRIPT) as person:
        yield person


def nameless(tree: Node) -> list[str]:
    """What can be used but not be told from anything else."""
    found: list[str] = []
    for node in tree:
        takes_keyboard = "focusable" in node.states
        if node.role in CONTROLS and not node.name.strip():
            found.append(f"{node.role} without a name")
        elif takes_keyboard and node.role in READABLE and not (node.name or node.text).strip():
            found.append(f"{node.role} without name and text")
        elif takes_keyboard and node.role not in CONTROLS | READABLE | PLACES:
            found.append(f"{node.role} {node.name!r} takes the keyboard")
        elif takes_keyboard and node.role in PLACES - {"filler"} and not node.name.strip():
            found.append(f"{node.role} without a name")
    return found


def unreachable(tree: Node, order: list[Ref]) -> list[str]:
    """The controls that Tab never comes to; of radio buttons and of tabs one is enough, arrows lead to the others."""
    reached = set(order)
    found: list[str] = []
    for parent in tree:
        groups = {node.role for node in parent.children if node.ref in reached} & {"radio button", "check box"}
        for node in parent.children:
            if node.role == "page tab" and parent.ref in reached:
                continue
            usable = node.role in CONTROLS and {"focusable", "enabled", "showing"} <= node.states
            if usable and node.ref not in reached and node.role not in groups:
                beside = [one.name or one.text for one in parent.children if one is not node]
                found.append(f"{node.role} {node.name!r} beside {beside}")
    return found


def audit(me: Person) -> None:
    """Raise with all that is wrong with the screen as it is."""
    tree = me.tree()
    order = me.tab_order()
    wrong = nameless(tree) + [f"Tab does not reach {one}" for one in unreachable(me.tree(), order)]
    reached = {node.ref: node.name or node.text or node.role for node in me.tree()}
    path = " → ".join(reached.get(ref, "?")[:40] for ref in order)
    assert wrong == [], "\n".join([*wrong, path, *tree.lines()])


def test_an_empty_chat(me: Person) -> None:
    me.focus("text", COMPOSER)
    audit(me)


def test_a_chat_with_an_answer_and_a_question(me: Person) -> None:
    me.say("hello")
    me.wait_for_text("Words, and code")
    me.say("write it")
    me.wait_for("push button", "Allow once", states="enabled")
    me.focus("text", COMPOSER)
    audit(me)


def test_the_activity(me: Person) -> None:
    me.press("push button", "Activity")
    me.focus("list", "Runs")
    me.keys("Home")
    me.wait_for("list", "Acts")
    me.focus("text", "Search chats")
    audit(me)


def test_the_settings(me: Person) -> None:
    me.press("push button", "Settings")
    me.focus("text", "Search chats")
    audit(me)


def test_automations_before_there_is_a_job(me: Person) -> None:
    me.press("push button", "Automations")
    me.wait_for("list", "Jobs to begin with")
    me.focus("text", "Search chats")
    audit(me)


def test_automations(screen: Desktop, tmp_path: Path) -> None:
    """Everything about a job by keyboard: chosen, read, its history, what is to come, and the week."""
    asyncio.run(seed(tmp_path))
    with at_the_app(screen, tmp_path, SCRIPT) as me:
        me.keys("ctrl+2")
        me.wait_for("list item", re.compile("Mail summary, On, each weekday"))
        me.focus("list", "Jobs")
        me.keys("Home")
        me.wait_for(text=re.compile("May read files in "))
        me.focus("text", "Search jobs")
        audit(me)
        me.focus("page tab list", "About")
        me.keys("Right")
        me.wait_for("list item", re.compile("Skipped, The computer was on battery"))
        me.focus("list", "History")
        me.keys("Home")
        me.wait_for_text("Why did it not run?")
        me.focus("text", "Search jobs")
        audit(me)
        me.focus("page tab list", "Jobs")
        me.keys("Right")
        me.wait_for("table", "What is due, day by day")
        me.focus("text", "Search chats")
        audit(me)


def test_skills_and_plugins(screen: Desktop, tmp_path: Path) -> None:
    """The list, all pages of one, what is agreed to, and how something comes in."""
    more = '[settings.token]\ntype = "secret"\ntitle = "Key"\n' + capability("net", "a.example")
    write_plugin(tmp_path / "home" / "plugins", "", name="audited", more=more)
    with at_the_app(screen, tmp_path, SCRIPT) as me:
        me.keys("ctrl+4")
        me.wait_for("list item", re.compile("^audited, Off"))
        me.focus("list", "Skills and plugins")
        me.keys("Home")
        me.wait_for_text("Reach a.example over the internet.")
        me.focus("text", "Search chats")
        audit(me)
        me.press("page tab", "Settings")
        me.wait_for("", "Key")
        me.focus("text", "Search chats")
        audit(me)
        me.press("push button", "Turn on…")
        me.wait_for("check box", "Reach a.example over the internet.", states="checked")
        me.wait_for("push button", "Turn on", states="enabled")
        assert nameless(me.tree()) == []
        me.press("push button", "Cancel")
        me.press("push button", "Add…")
        me.wait_for("push button", "Skills of a working folder…")
        assert nameless(me.tree()) == []


async def seed(base: Path) -> None:
    """Put jobs into a home that no app has open yet."""
    folder = base / "folder"
    folder.mkdir()
    async with Runtime.open(home(base)) as runtime:
        for name, triggers in (
            ("Mail summary", (Cron(fields="30 8 * * 1-5"),)),
            ("Zero", (Watch(folder=str(folder)),)),
            ("Yearly", (Cron(fields="0 9 1 1 *"),)),
        ):
            job = Job(name=name, prompt="Sum it up.", folder=str(folder), triggers=triggers)
            made = await runtime.submit(SaveJob(job))
            slot = await runtime.automation.ledger.add_manual(made.job_id)
            await runtime.automation.ledger.end(slot.slot_id, "skipped", "battery", "The machine runs on battery.")


def test_the_palette(me: Person) -> None:
    me.press("push button", "Chats")
    me.keys("ctrl+k")
    me.wait_for("list", "What fits")
    assert nameless(me.tree()) == []
    me.keys("Escape")


def test_the_first_run(screen: Desktop, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with app_process(home, screen) as app, app.accessible() as me:
        app.wait_for_window()
        assert nameless(me.tree()) == []
