"""Plugins, servers and packs of a home, where they meet the rest of a runtime."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agent.labels import Label
from agent.tools.registry import built_in_tools
from tests.helpers.house import open_house
from tests.helpers.plugins import capability, write_plugin

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
