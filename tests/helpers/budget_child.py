"""A program that makes two model calls within a budget, to be killed: HOMARD_HOME says where.

Each call that was sent is a line in HOME/acks.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from agent.budget.ledger import Ledger
from agent.budget.meter import Meter
from agent.clock import SystemClock
from agent.messages import AssistantMessage, TextPart, Usage
from agent.ports import ModelEvent, ModelRequest, ReplyFinished, TextDelta
from agent.storage.database import Database
from tests.helpers.budget import budget, call


class Sender:
    """A model that says so when it is called."""

    def __init__(self, acks: Path) -> None:
        self._acks = acks

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Answer, for a cent."""
        with self._acks.open("a") as file:
            file.write("sent\n")
            file.flush()
            os.fsync(file.fileno())
        yield TextDelta("Hello")
        yield ReplyFinished(AssistantMessage((TextPart("Hello"),), request.model.label, usage=Usage(5, 0, 1, 0.01)))


async def main(home: Path) -> None:
    """Make the calls."""
    database = await Database.open(home / "homard.db")
    ledger = Ledger(database, SystemClock(), budget(usd_per_day=0.25))
    await ledger.recover()
    meter = Meter(Sender(home / "acks"), ledger)
    for _ in range(2):
        async with aclosing(meter.stream(call())) as events:
            async for _event in events:
                pass
        await database.call(lambda _connection: None, step="append")
    await ledger.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(Path(os.environ["HOMARD_HOME"])))
