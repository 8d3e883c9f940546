"""What an MCP server costs: its start, a call, and the app while one misbehaves.

Run: python -m tests.bench.mcp [ROUNDS]. Prints medians in milliseconds; a benchmark, it fails nothing.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path

from agent.errors import HomardError
from agent.mcp_client.sdk import import_sdk
from agent.settings import ServerSettings
from tests.helpers.mcp import Tried, child, tried
from tests.helpers.mcp_web import hand_made, sdk_server

MISBEHAVIOUR = ("flood", "endless_garbage", "spins", "huge", "pieces", "deep", "garbage", "closes")


def show(what: str, seconds: float) -> None:
    """Print one row."""
    print(f"{what:58} {seconds * 1_000:9.1f} ms", flush=True)


async def took(work: Callable[[], Awaitable[object]]) -> float:
    """Seconds of one piece of work."""
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def widest_gap(work: Awaitable[object]) -> float:
    """How long the event loop stood still at most meanwhile, seconds."""
    task, widest = asyncio.ensure_future(work), 0.0
    while not task.done():
        began = time.perf_counter()
        await asyncio.sleep(0.005)
        widest = max(widest, time.perf_counter() - began - 0.005)
    with suppress(HomardError):
        task.result()
    return widest


async def calls(one: Tried, rounds: int, what: str) -> None:
    """The first call, which starts or reaches the server, and the next ones."""
    show(f"{what}: start and first call", await took(lambda: one.call("s_echo", text="x")))
    found = [await took(lambda: one.call("s_echo", text="x")) for _ in range(rounds)]
    show(f"{what}: a call", statistics.median(found))


async def main(rounds: int) -> None:
    """All rows."""
    show("the SDK, imported in a thread", await took(import_sdk))
    async with home() as one:
        await one.trusted("s", child("good"))
        await calls(one, rounds, "program")
    with hand_made() as server, sdk_server() as url:
        for what, address in (("service, older era", server.url), ("service, newer era", url)):
            async with home() as one:
                await one.trusted("s", ServerSettings(url=address, hosts=("127.0.0.1",)))
                await calls(one, rounds, what)
    for mode in MISBEHAVIOUR:
        async with home() as one:
            await one.trusted("s", child(mode, timeout_s=2.0))
            await one.call("s_echo", text="x")
            show(f"longest standstill of the loop: {mode}", await widest_gap(one.call("s_misbehave")))


def home() -> AbstractAsyncContextManager[Tried]:
    """A home of its own."""
    return tried(Path(tempfile.mkdtemp(prefix="homard-bench-")))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if sys.argv[1:] else 50))
