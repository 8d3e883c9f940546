"""The beginning of a plugin."""

from __future__ import annotations

import keyword
import os
from pathlib import Path
from typing import Final

from agent.errors import UsageError
from agent.plugin_host.manifest import FILE, ID, MAX_ID
from agent.skills.hidden import visible
from agent.skills.name import slug

MANIFEST: Final = """\
api = 1
id = "{id}"
name = "{name}"
version = "0.1.0"
description = "{description}"

# What it may do besides computing. A person reads each reason before they agree.
# [[capability]]
# what = "files.read"
# reason = "It counts the words of the file that you name."
"""
CODE: Final = '''\
"""The tools of this plugin."""

from agent.api import tool


@tool
def {function}(text: str) -> str:
    """Say how many words a text has.

    text: the text whose words are counted
    """
    return f"{{len(text.split())}} words"
'''
TEST: Final = """\
from pathlib import Path

from agent.api import testing


def test_it_counts() -> None:
    plugin = testing.Harness(Path(__file__).parent)
    assert plugin.run("{function}", text="three little words").text == "3 words"
"""


def create(place: Path, plugin: str, description: str = "") -> Path:
    """Make a folder with a plugin to fill in; gives the folder. Raises UsageError."""
    if len(plugin) > MAX_ID or not ID.fullmatch(plugin):
        nearest = slug(plugin)[:MAX_ID].strip("-0123456789")
        hint = f" {nearest} would do." if nearest else ""
        raise UsageError(
            f"{plugin[:80]!r} is no id for a plugin: it has 1 to {MAX_ID} lower-case letters and digits, with single "
            f"hyphens between them.{hint} Nothing was made."
        )
    text = " ".join(visible(description).split())[:500].replace("\\", "\\\\").replace('"', '\\"')
    folder = place / plugin
    function = plugin.replace("-", "_")
    if keyword.iskeyword(function) or function == "tool":
        function = f"{function}_"  # no function can have this name, or the mark above it would lose its own
    named = {
        FILE: MANIFEST.format(
            id=plugin, name=plugin.replace("-", " ").capitalize(), description=text or "Say here what it is for."
        ),
        "main.py": CODE.format(function=function),
        f"test_{plugin.replace('-', '_')}.py": TEST.format(function=function),
    }
    try:
        place.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
        for name, content in named.items():
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
    except FileExistsError:
        raise UsageError(f"{folder} is there already, and was not touched. Choose another id.") from None
    except OSError as error:
        raise UsageError(f"{folder} cannot be made ({os.strerror(error.errno or 0)}). Choose another place.") from error
    return folder
