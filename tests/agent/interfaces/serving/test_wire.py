"""The standard streams of a real process, which also prints and starts a child that prints."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.command_line import HOMARD, environment

ROOT = Path(__file__).parents[4]

CHILD = """
import asyncio, subprocess, sys
from agent.interfaces.serving.wire import StandardWire, TooLong

async def main():
    with StandardWire.taken() as wire:
        print("a stray word")
        subprocess.run([sys.executable, "-c", "print('a child'); print(repr(input()) if False else 'no stdin')"])
        while True:
            try:
                line = await wire.receive()
            except TooLong:
                line = b"too long"
            if line is None:
                break
            await wire.send(line[::-1])

asyncio.run(main())
"""


def child(stderr: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", CHILD]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr)


def test_nothing_but_frames_stands_on_stdout() -> None:
    process = child(subprocess.PIPE)
    long = b"x" * (32 << 20) + b"y"
    out, err = process.communicate(b"one\n\n  two  \n" + long + b"\nthree\nhalf a line", timeout=60)
    assert out == b"eno\nowt\ngnol oot\neerht\n" and process.returncode == 0
    assert b"a stray word" in err and b"a child" in err


def test_who_does_not_read_stops_the_sender_and_costs_little() -> None:
    process = child(subprocess.DEVNULL)
    assert process.stdin is not None and process.stdout is not None
    line = b"x" * 999_999 + b"\n"
    for _ in range(3):
        process.stdin.write(line)
    process.stdin.flush()
    assert process.stdout.read(1_000_000) == line
    process.stdout.close()  # and who is gone ends it
    assert process.wait(60) == 0
    process.stdin.close()


@pytest.mark.parametrize(("protocol", "closed"), [("mcp", "<&-"), ("acp", ">&-")])
def test_without_streams_it_says_so(tmp_path: Path, protocol: str, closed: str) -> None:
    line = f"exec {shlex.join([*HOMARD, protocol])} {closed}"
    env = environment(tmp_path / "home")
    done = subprocess.run(
        ["sh", "-c", line], env=env, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
    )
    assert done.returncode == 2 and b"here are none" in done.stderr and done.stdout == b""
