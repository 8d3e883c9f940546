"""A process in which a job answers to a plugin, to be killed: `report_child.py FOLDER`; the folder holds the home.

The plugin is a real one, in its process in the sandbox: what it is given it writes down at once, and keeps.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

from agent.jobs import Cron, Report
from agent.models.scripted import Reply, Script, in_history_order
from agent.tools.registry import built_in_tools
from tests.helpers.automation import Office, open_office
from tests.helpers.clock import NOON, HeldClock
from tests.helpers.plugins import write_plugin

ANSWER = "All is well."
BOARD = """
from agent.api import Context, ToolFailed, output


@output
def board(title: str, text: str, context: Context) -> None:
    \"\"\"The team's board.\"\"\"
    with (context.data / "board.txt").open("a", encoding="utf-8") as file:
        file.write(f"{title}: {text}\\n")
    if "burn" in text:
        raise ToolFailed("The board is on fire.")
"""


def opened(
    folder: Path, seconds: float = 0, script: Script | None = None, **more: Any
) -> AbstractAsyncContextManager[Office]:
    """The office in this folder, so many seconds after noon."""
    clock = HeldClock(NOON + timedelta(seconds=seconds))
    script = script or in_history_order([Reply(ANSWER)])
    return open_office(folder, script, clock=clock, tools=built_in_tools(), **more)


async def enable(office: Office, more: str = "") -> None:
    """Put the plugin there, and agree to all it asks for."""
    write_plugin(office.house.runtime.paths.data / "plugins", BOARD, name="team", more=more)
    await office.house.runtime.plugins.enable("team")


def given(folder: Path) -> list[str]:
    """What the plugin was given, in order."""
    file = folder / "home" / "plugin-data" / "team" / "data" / "board.txt"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


async def main(folder: Path) -> None:
    async with opened(folder) as office:
        await enable(office)
        report = Report(to="plugin", plugin="team:board")
        job_id = await office.save("mail", triggers=(Cron("1 12 * * *", "UTC"),), report=report)
        await office.pass_to(60)
        await office.all_ended(1, job_id)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
