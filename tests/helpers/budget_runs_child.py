"""Fifty runs at once in a process of its own, to be killed: HOMARD_HOME says where, the first argument the folder."""

from __future__ import annotations

import asyncio
import sys

from agent.commands import SendMessage
from agent.events import RunFinished
from agent.messages import TextPart
from agent.paths import find_paths
from agent.runtime import Runtime

RUNS = 50


async def main(folder: str) -> None:
    """Say hello in fifty chats, and print why each run ended."""
    async with Runtime.open(find_paths()) as runtime:
        with runtime.subscribe() as events:
            for _ in range(RUNS):
                session = await runtime.store.create_session(cwd=folder)
                await runtime.submit(SendMessage(session.session_id, (TextPart("hello"),)))
            left = RUNS
            async for event in events:
                if isinstance(event, RunFinished):
                    print(event.stop_reason)
                    left -= 1
                if not left:
                    return


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
