from __future__ import annotations

from pathlib import Path

import pytest

from agent.api import testing
from agent.errors import ToolFailed
from tests.helpers.plugins import capability, write_plugin

CODE = '''
from pathlib import Path

from agent.api import Context, ReadFile, WriteFile, tool


@tool
async def copy(source: ReadFile, to: WriteFile, context: Context) -> str:
    """Copy."""
    to.write_text(source.read_text() + await context.secret("key"))
    return context.settings["word"]


@tool
def look(path: str) -> str:
    """Look."""
    return Path(path).read_text()
'''
MORE = (
    capability("files.read") + capability("files.write") + capability("secret.use", "{key}")
    + '[settings.word]\ndefault = "Hello"\n[settings.key]\ntype = "secret"\n'
)  # fmt: skip


def test_the_harness_tries_a_plugin_in_its_sandbox_too(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, CODE, more=MORE)
    plugin = testing.Harness(folder, secrets={"key": "!"}, settings={"word": "Hi"}, sandbox=True)
    (tmp_path / "a.txt").write_text("a")
    assert plugin.run("copy", source=tmp_path / "a.txt", to=tmp_path / "b.txt").text == "Hi"
    assert (tmp_path / "b.txt").read_text() == "a!"
    with pytest.raises(ToolFailed, match=r"PermissionError|FileNotFoundError"):
        plugin.run("look", path=str(tmp_path / "a.txt"))
