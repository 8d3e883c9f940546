"""A program of strangers, started in the real sandbox and talked with."""

import asyncio
import sys
from pathlib import Path

import pytest

from agent.confined.bounds import Bounds
from agent.confined.process import ConfinedProcess
from agent.sandbox.jail import python_places

ECHO = "import sys\nfor line in sys.stdin:\n    sys.stdout.write(line)\n    sys.stdout.flush()\n"


@pytest.fixture
def bounds(tmp_path: Path) -> Bounds:
    return Bounds(home=tmp_path / "home", readable=tuple(python_places()))


async def started(program: str, bounds: Bounds) -> ConfinedProcess:
    log = bounds.home.with_name("program.log")
    argv = [sys.executable, "-I", "-c", program]
    return await ConfinedProcess.start(argv, name="plugin:x", bounds=bounds, environment={}, log=log)


def test_messages_go_out_and_come_back(bounds: Bounds) -> None:
    asyncio.run(talk(bounds))


async def talk(bounds: Bounds) -> None:
    process = await started(ECHO, bounds)
    await process.send(b"one\n")
    await process.send("zwölf".encode())
    big = b"x" * (9 << 20)
    got = [await process.receive(), await process.receive()]
    _, back = await asyncio.gather(process.send(big), process.receive())
    assert [*got, back == big, process.alive] == [b"one", "zwölf".encode(), True, True]
    assert (await process.end()).reason == "killed"
    assert await process.receive() is None
