"""A process in which a job is due once, to be killed: `job_child.py FOLDER [answer]`; the folder holds the home.

The run acts twice; every act is a line in `acts`, synced before the tool returns. Then it reports into a file. With
`answer` the job may not act: a person is asked, and says yes in the child.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

from agent.commands import ResolveApproval, ResolveSlot
from agent.jobs import Cron, Report, Slot
from agent.models.scripted import Reply, in_history_order
from agent.safety.effects import Effect
from agent.tools.registry import built_in_tools
from agent.tools.tool import ToolContext, ToolOutput
from tests.helpers.automation import ENDED, Office, open_office
from tests.helpers.clock import NOON, HeldClock
from tests.helpers.tools import Act, ActTool

SCRIPT = [
    Reply("I begin.", calls=[("act", {"on": "first"})]),
    Reply("And on.", calls=[("act", {"on": "second"})]),
    Reply("All done."),
]
ANSWER = "All done."


class DurableAct(ActTool):
    """An act in the output folder that the world remembers."""

    def __init__(self, output: Path) -> None:
        super().__init__()
        self._output = output

    def effects(self, args: Act, context: ToolContext) -> Sequence[Effect]:
        return [Effect("fs.write", str(self._output / args.on), granted=True, reversible=True)]

    async def run(self, args: Act, context: ToolContext) -> ToolOutput:
        with (self._output / "acts").open("a") as file:
            file.write(args.on + "\n")
            file.flush()
            os.fsync(file.fileno())
        return await super().run(args, context)


def opened(folder: Path, seconds: float) -> AbstractAsyncContextManager[Office]:
    """The office in this folder, so many seconds after noon."""
    output = folder / "out"
    output.mkdir(exist_ok=True)
    tools = [*built_in_tools(), DurableAct(output)]
    clock = HeldClock(NOON + timedelta(seconds=seconds))
    return open_office(folder, in_history_order(SCRIPT), clock=clock, tools=tools)


async def job_of(office: Office, folder: Path) -> str:
    """The job, made if it is not there yet."""
    rows = await office.automation.jobs()
    if rows:
        return rows[0].job_id
    report = Report(to="file", path="log.md")
    job = {"triggers": (Cron("1 12 * * *", "UTC"),), "output": str(folder / "out"), "report": report}
    return await office.save("work", **job)


async def park(folder: Path) -> None:
    """Let a job that may not act ask whether it may."""
    async with opened(folder, 0) as office:
        await office.save("work", triggers=(Cron("1 12 * * *", "UTC"),))
        await office.pass_to(60)
        (slot,) = await office.all_ended(1)
        assert (slot.state, slot.reason) == ("parked", "approval")


async def see_through(office: Office) -> Slot:
    """Say yes to whatever is asked, until the slot has come to its end."""
    while True:
        slot = await office.until(lambda slot: slot.state in ENDED)
        if slot.state != "parked":
            return slot
        if slot.reason == "outcome_unknown":
            await office.house.runtime.submit(ResolveSlot(slot.slot_id, run=True))
        for question in await office.automation.parked():
            await office.house.runtime.submit(ResolveApproval(question.approval_id, allow=True))
        await asyncio.sleep(0.01)


async def answer(folder: Path) -> None:
    async with opened(folder, 120) as office:
        await see_through(office)


async def main(folder: Path) -> None:
    async with opened(folder, 0) as office:
        job_id = await job_of(office, folder)
        await office.pass_to(60)
        await office.all_ended(1, job_id)


if __name__ == "__main__":
    asyncio.run((answer if "answer" in sys.argv else main)(Path(sys.argv[1])))
