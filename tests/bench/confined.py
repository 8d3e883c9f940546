"""What a program of strangers costs, and that its attacks cost the event loop nothing. Fails nothing: a benchmark.

Run: python -m tests.bench.confined [MANY]. Prints medians, and for each attack the longest gap of the event loop, the
most memory that the program had, how it ended and how long its end took. MANY programs run at once in the last rows.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from agent.confined.ended import Ended, Flooded
from agent.confined.process import ConfinedProcess
from agent.tasks import spawn
from tests.helpers.confined import bounds_in, started

ECHO = "import sys\nfor line in sys.stdin:\n    sys.stdout.write(line)\n    sys.stdout.flush()\n"
ATTACKS = {
    "does nothing": "import time\ntime.sleep(3000)",
    "spins": "while True: pass",
    "leaks": "l = []\nwhile True: l.append(bytearray(b'x') * (10 << 20))",
    "leaks shared memory": "import mmap\nl = []\n"
    "while True:\n    l.append(mmap.mmap(-1, 10 << 20))\n    l[-1].write(b'x' * (10 << 20))",
    "floods its output": "import os\nwhile True: os.write(1, b'x\\n' * 32768)",
    "floods with empty lines": "import os\nwhile True: os.write(1, b'\\n' * 65536)",
    "floods its errors": "import os\nwhile True: os.write(2, b'x\\n' * 32768)",
    "endless line": "import os\nwhile True: os.write(1, b'x' * 65536)",
    "forks": "import os, time\nfor _ in range(10): os.fork()\nend = time.time() + 20\nwhile time.time() < end: pass",
    "ignores signals": "import signal, time\n"
    "for n in (1, 2, 3, 15): signal.signal(n, signal.SIG_IGN)\ntime.sleep(3000)",
}
LIVES_S = 3.0


class Beat:
    """The event loop's longest gap since it was asked last."""

    def __init__(self) -> None:
        self._longest = 0.0
        spawn(self._beat(), "beat")

    def taken_ms(self) -> float:
        """In milliseconds; begins anew."""
        longest, self._longest = self._longest, 0.0
        return longest * 1000

    async def _beat(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.005)
            now = time.perf_counter()
            self._longest, last = max(self._longest, now - last), now


async def median_ms(work: Callable[[], Awaitable[object]], rounds: int) -> float:
    """The median of that many runs, after one that does not count."""
    await work()
    taken: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


async def costs(folder: Path) -> None:
    """What a well-behaved one costs."""

    async def begin_and_end() -> None:
        process = await started(ECHO, bounds_in(folder))
        await process.send(b"x")
        await process.receive()
        await process.end()

    print(f"{'start, one message and back, end':36}{await median_ms(begin_and_end, 10):9.2f} ms")
    process = await started(ECHO, bounds_in(folder))
    for name, size, rounds in (("a message and back", 100, 500), ("1 MB and back", 1 << 20, 30)):
        message = b"x" * size

        async def back(message: bytes = message) -> None:
            await asyncio.gather(process.send(message), process.receive())

        print(f"{name:36}{await median_ms(back, rounds):9.3f} ms")
    await process.end()


async def attacked(folder: Path, name: str, count: int, beat: Beat) -> None:
    """Let so many attack at once."""
    folders = [folder / f"{name}-{count}-{number}" for number in range(count)]
    for one in folders:
        one.mkdir()
    beat.taken_ms()
    programs = await asyncio.gather(*(started(ATTACKS[name], bounds_in(one, commands=True)) for one in folders))
    listening = [spawn(listened(process), "listening") for process in programs]
    most, until = 0, time.perf_counter() + LIVES_S
    while time.perf_counter() < until and any(process.alive for process in programs):
        await asyncio.sleep(0.02)
        most = max(most, *(process.memory for process in programs))
    began = time.perf_counter()
    ends: list[Ended] = await asyncio.gather(*(process.end() for process in programs))
    took = time.perf_counter() - began
    await asyncio.gather(*listening)
    label = name if count == 1 else f"{count} × {name}"
    reasons = ", ".join(sorted({end.reason for end in ends}))
    print(f"{label:36}gap {beat.taken_ms():6.0f} ms  memory {most >> 20:5} MB  {reasons}, end {took:.2f} s")


async def listened(process: ConfinedProcess) -> None:
    """Take all it says."""
    try:
        while await process.receive() is not None:
            pass
    except Flooded:
        return


async def main() -> None:
    """Measure and print."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await costs(folder)
        beat = Beat()
        for attack in ATTACKS:
            await attacked(folder, attack, 1, beat)
        for attack in ("does nothing", "spins", "floods its output", "ignores signals"):
            await attacked(folder, attack, many, beat)


if __name__ == "__main__":
    asyncio.run(main())
