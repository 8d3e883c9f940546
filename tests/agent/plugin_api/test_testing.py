from __future__ import annotations

from pathlib import Path

import pytest

from agent.api import ToolFailed, ToolRetry, testing
from tests.helpers.plugins import capability, write_plugin

CODE = '''
from agent.api import Context, ReadFile, ToolRetry, WriteFile, on, tool, trigger

from .words import loud


@tool
def shout(text: str) -> str:
    """Say it loudly."""
    if not text:
        raise ToolRetry("Say what.")
    return loud(text)


@tool
async def copy(source: ReadFile, to: WriteFile, context: Context) -> dict[str, str]:
    """Copy a file."""
    context.progress("copying")
    to.write_text(loud(source.read_text()), encoding="utf-8")
    return {"key": await context.secret("token"), "colour": context.settings["colour"]}


@tool
async def paste(context: Context) -> str:
    """Paste."""
    await context.clipboard.set_text("new")
    return await context.clipboard.text()


@tool
def broken() -> str:
    """Fail."""
    return str(1 / 0)


@trigger(every_s=60)
async def mail(context: Context) -> None:
    """There is mail."""
    await context.fire("mail", "7", "A letter")


@on("RunFinished")
async def note(event, context: Context) -> None:
    (context.data / "seen.txt").write_text(event["text"], encoding="utf-8")
'''
MORE = (
    capability("files.read")
    + capability("files.write")
    + capability("secret.use", "{token}")
    + capability("job.start")
    + capability("events", "RunFinished")
    + """
[settings.colour]
default = "red"
[settings.token]
type = "secret"
"""
)


@pytest.fixture
def plugin(tmp_path: Path) -> testing.Harness:
    folder = write_plugin(tmp_path, CODE, more=MORE, words="def loud(text):\n    return text.upper()\n")
    return testing.Harness(folder, secrets={"token": "s3cret"})


def test_a_plugin_is_tried_with_three_lines(plugin: testing.Harness) -> None:
    assert plugin.run("shout", text="hello").text == "HELLO"


def test_files_are_handed_over_as_copies_and_come_back(plugin: testing.Harness, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello", encoding="utf-8")
    result = plugin.run("copy", source=tmp_path / "a.txt", to=tmp_path / "b.txt")
    assert result.data == {"key": "s3cret", "colour": "red"}
    assert (tmp_path / "b.txt").read_text(encoding="utf-8") == "HELLO"
    assert plugin.progress == ["copying"]
    with pytest.raises(ToolRetry, match=r"There is no file .*c\.txt"):
        plugin.run("copy", source=tmp_path / "c.txt", to=tmp_path / "b.txt")


def test_errors_are_those_that_the_model_is_told(plugin: testing.Harness) -> None:
    with pytest.raises(ToolRetry, match=r"^Say what\.$"):
        plugin.run("shout", text="")
    with pytest.raises(ToolRetry, match="The arguments do not fit"):
        plugin.run("shout", words="")
    with pytest.raises(
        ToolFailed, match=r"ZeroDivisionError: division by zero \(main.py, line \d+: return str\(1 / 0\)"
    ):
        plugin.run("broken")


def test_what_plugin_toml_does_not_ask_for_is_refused(plugin: testing.Harness) -> None:
    with pytest.raises(ToolFailed, match=r"was not granted this: `what = 'ui.write', to = \['clipboard'\]`"):
        plugin.run("paste")


def test_triggers_and_event_handlers_are_tried_too(plugin: testing.Harness) -> None:
    assert plugin.poll("mail") == [("mail", "7", "A letter")]
    plugin.send("RunFinished", text="Done.")
    assert (plugin.data / "seen.txt").read_text(encoding="utf-8") == "Done."
