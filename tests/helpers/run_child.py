"""A whole run in a process of its own, to be killed: HOMARD_HOME says where, the first argument is the folder.

Two calls that read, one that acts, one more that acts, an answer. Every act is a line in `acts`, synced before the tool
returns; every finished call is a line on standard output once its result is stored.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from agent.commands import SendMessage
from agent.events import RunFinished, ToolCallFinished
from agent.messages import TextPart
from agent.models.scripted import Reply, ScriptedGateway, in_history_order
from agent.paths import find_paths
from agent.runtime import Runtime
from agent.tools.tool import ToolContext, ToolOutput
from tests.helpers.tools import Act, ActTool, LookTool

SCRIPT = [
    Reply("I look.", calls=[("look", {"at": "1"}), ("look", {"at": "2"}), ("act", {"on": "first"})]),
    Reply("And on.", calls=[("act", {"on": "second"})]),
    Reply("All done."),
]


class DurableAct(ActTool):
    """An act that the world remembers."""

    def __init__(self, acts: Path) -> None:
        super().__init__()
        self._acts = acts

    async def run(self, args: Act, context: ToolContext) -> ToolOutput:
        with self._acts.open("a") as file:
            file.write(args.on + "\n")
            file.flush()
            os.fsync(file.fileno())
        return await super().run(args, context)


async def main(folder: Path) -> None:
    gateway = ScriptedGateway(in_history_order(SCRIPT))
    tools = [LookTool(), DurableAct(folder / "acts")]
    async with Runtime.open(find_paths(), gateway=gateway, tools=tools) as runtime:
        session = await runtime.store.latest_session() or await runtime.store.create_session(cwd=str(folder))
        with runtime.subscribe(session.session_id) as events:
            parts = (TextPart("work"),)
            message = SendMessage(session.session_id, parts, model="scripted/hello", approve_all=True)
            await runtime.submit(message)
            async for event in events:
                if isinstance(event, ToolCallFinished):
                    os.write(1, f"{event.result.call_id}\n".encode())
                if isinstance(event, RunFinished):
                    os.write(1, f"end {event.stop_reason}\n".encode())
                    return


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
