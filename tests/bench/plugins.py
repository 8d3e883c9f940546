"""What a plugin costs: its start, a call, what looking for plugins adds to a run, and the app while one misbehaves.

Run: python -m tests.bench.plugins [ROUNDS]. Prints medians in milliseconds; a benchmark, it fails nothing.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from agent.errors import ToolFailed
from tests.helpers.plugins import PluginHome

CODE = '''
import os

from agent.api import Context, ReadFile, tool


@tool
def add(a: int, b: int) -> int:
    """Add."""
    return a + b


@tool
def length(text: str) -> int:
    """Give the length."""
    return len(text)


@tool(timeout_s=2)
def spin() -> str:
    """Spin."""
    while True:
        pass


@tool(timeout_s=30)
def leak() -> str:
    """Take all memory there is."""
    kept = []
    while True:
        kept.append(os.urandom(1 << 20) * 16)


@tool(timeout_s=2)
def flood(context: Context) -> str:
    """Send without end."""
    while True:
        context.progress("x" * 2_000)
'''


async def median_ms(work: Callable[[], Awaitable[object]], rounds: int) -> str:
    """The median of that many runs, after one that does not count."""
    await work()
    taken: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return f"{statistics.median(taken):8.1f} ms{taken[len(taken) * 95 // 100]:8.1f} ms at p95"


async def longest_gap(work: Awaitable[object]) -> float:
    """Milliseconds that the event loop was away at most while this went on."""
    task = asyncio.ensure_future(work)
    worst, last = 0.0, time.perf_counter()
    while not task.done():
        await asyncio.sleep(0.005)
        now = time.perf_counter()
        worst, last = max(worst, now - last - 0.005), now
    with suppress(ToolFailed):
        await task
    return worst * 1000


async def measure(rounds: int, place: Path) -> None:
    """Measure and print."""
    async with PluginHome(place) as home:
        print(f"{'looking for plugins, none there':46}{await median_ms(_looking(home), rounds)}")
        for number in range(10):
            await home.enabled(CODE, name=f"plugin-{number}")
        print(f"{'looking for plugins, 10 on':46}{await median_ms(_looking(home), rounds)}")

        async def start() -> None:
            await home.host.reload("plugin-0")
            await home.call("add", plugin="plugin-0", a=1, b=2)

        print(f"{'start of a plugin with its first call':46}{await median_ms(start, max(3, rounds // 5))}")
        print(f"{'a call':46}{await median_ms(lambda: home.call('add', plugin='plugin-0', a=1, b=2), rounds)}")
        text = "x" * 1_000_000
        big = await median_ms(lambda: home.call("length", plugin="plugin-0", text=text), rounds)
        print(f"{'a call with 1 MB':46}{big}")
        memory = home.host.plugin("plugin-0").memory >> 20
        print(f"{'memory of an idle plugin, MiB':46}{memory:8}")
        for tool in ("spin", "leak", "flood"):
            gap = await longest_gap(home.call(tool, plugin=f"plugin-{len(tool)}"))
            print(f"{f'longest absence of the loop while one does {tool}':46}{gap:8.1f} ms")


def _looking(home: PluginHome) -> Callable[[], Awaitable[object]]:
    return lambda: asyncio.to_thread(home.host.providers)


def main() -> None:
    """Run it."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(measure(rounds, Path(place)))


if __name__ == "__main__":
    main()
