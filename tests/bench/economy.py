"""What watching prompts and giving replies again cost: `python -m tests.bench.economy`. Prints rows, fails nothing."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

from agent.clock import SystemClock
from agent.context.economy import Economy
from agent.labels import USER
from agent.messages import (
    AssistantMessage,
    Message,
    TextPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    Usage,
    UserMessage,
)
from agent.models.response_cache import ReplyCache, Standing
from agent.models.scripted import Reply, ScriptedGateway
from agent.ports import Account, ModelRequest
from agent.settings import ModelProfile
from agent.storage.database import Database
from agent.tools.registry import Registry, built_in_tools

TOOLS = Registry(built_in_tools()).specs()
HELLO = UserMessage((TextPart("Look at all of them."),), "time: noon")


def asked(messages: Sequence[Message], session_id: str = "s") -> ModelRequest:
    """A request as the loop makes it."""
    account = Account("r", "j")
    return ModelRequest(
        ModelProfile("p", "m"), "s" * 5_000, tuple(messages), TOOLS, session_id=session_id, account=account
    )


async def watched(economy: Economy, request: ModelRequest) -> float:
    """Seconds that one call is watched for."""
    began = time.perf_counter()
    watch = economy.begin(request)
    took = time.perf_counter() - began
    assert watch is not None
    await asyncio.sleep(0.005)  # the model answers
    began = time.perf_counter()
    await watch.finished(Usage(5_000, 4_000, 10, 0.0))
    return took + time.perf_counter() - began


async def chain(database: Database) -> list[float]:
    """Each call of twenty steps."""
    economy, took = Economy(database, SystemClock(), lambda _event: None), list[float]()
    grown: list[Message] = [HELLO]
    for step in range(20):
        took.append(await watched(economy, asked(grown)))
        result = ToolResult(f"c{step}", "read", (TextPart("x" * 1_000),))
        grown += [AssistantMessage((ToolCall(f"c{step}", "read", "{}"),)), ToolMessage(result)]
    return took


async def given_again(database: Database) -> list[float]:
    """A kept reply, from the request to its end."""
    standing = Standing(attended=False, principals=("user", "job:j"), label=USER, held_by="")
    cache, model = ReplyCache(database, SystemClock(), lambda: True), ScriptedGateway([Reply("Fine.")])
    took: list[float] = []
    for _ in range(50):
        began = time.perf_counter()
        async with aclosing(cache.around(model, lambda: standing).stream(asked([HELLO]))) as events:
            async for _event in events:
                pass
        took.append(time.perf_counter() - began)
    return took[1:]


async def main() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(Path(folder) / "homard.db")
        steps = await chain(database)
        long = [UserMessage((TextPart("y" * 4_000),)) for _ in range(200)]
        first = await watched(Economy(database, SystemClock(), lambda _event: None), asked(long, "t"))
        again = await given_again(database)
        await database.close()
    print(f"a prompt's beginning watched, 20-step chain, µs a call (median)  {statistics.median(steps) * 1e6:.0f}")
    print(f"… the first of a chat of 800 kB in a process, ms                 {first * 1e3:.1f}")
    print(f"a kept reply given again, ms (median)                            {statistics.median(again) * 1e3:.2f}")


if __name__ == "__main__":
    asyncio.run(main())
