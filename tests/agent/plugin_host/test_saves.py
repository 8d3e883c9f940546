from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

from agent.plugin_host.collection import plugin_tree
from agent.plugin_host.saves import saves
from tests.helpers.plugins import write_plugin


def test_each_save_is_told_once_and_what_python_compiles_is_none(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, "one = 1\n")

    before = plugin_tree(folder, compiled=False).files

    async def main() -> list[list[str]]:
        found: list[list[str]] = []
        async with asyncio.timeout(30), aclosing(saves(folder, before, poll_s=0.02)) as told:
            waiting = asyncio.create_task(anext(told))
            await asyncio.sleep(0.1)
            (folder / "__pycache__").mkdir()
            (folder / "__pycache__" / "x.pyc").write_bytes(b"x")
            await asyncio.sleep(0.1)
            assert not waiting.done()
            (folder / "main.py").write_text("two = 2\n")
            found.append(await waiting)
            (folder / "new.py").write_text("three = 3\n")  # while nobody waits
            found.append(await anext(told))
        return found

    assert asyncio.run(main()) == [["changed: main.py"], ["new: new.py"]]
