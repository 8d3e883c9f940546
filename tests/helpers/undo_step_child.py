"""One act under a journal, or its undo, in a process of its own, to be killed at each of its steps.

`python -m tests.helpers.undo_step_child HOME FOLDER write|delete|move|command|undo`
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

from agent.tools.delete import DeleteTool
from agent.tools.move import MoveTool
from agent.tools.tool import ToolContext
from agent.tools.write import WriteTool
from agent.undo.cover import covering
from tests.helpers.tool_context import call, tool_context
from tests.helpers.undo import undo_service


async def command(context: ToolContext, folder: Path) -> None:
    assert context.journal is not None
    async with covering(context.journal, [folder]):
        shutil.rmtree(folder / "sub")
        (folder / "a.txt").write_text("by a command")
        (folder / "sub").write_text("a file now")


def main(home: str, named: str, act: str) -> None:
    folder = Path(named)
    with undo_service(Path(home)) as undo:
        asyncio.run(undo.recover())
        if act == "undo":
            asyncio.run(undo.apply(asyncio.run(undo.plan("r1"))))
            return
        context = tool_context(folder, journal=undo.of_run("s", "r1"))
        if act == "write":
            call(WriteTool(), context, path="a.txt", text="new")
            call(WriteTool(), context, path="made/b.txt", text="b")
        elif act == "delete":
            call(DeleteTool(), context, path="sub")
        elif act == "move":
            call(MoveTool(), context, path="sub", to="made/moved")
        else:
            asyncio.run(command(context, folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
