"""Servers that misbehave: contained, and said in words that help."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.errors import ToolFailed, UsageError
from agent.tasks import spawn
from tests.helpers.mcp import Tried, child, tried

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no sandbox for files there")


GAP_S = 0.4
"""Alone it is a twentieth of this; what is guarded against takes seconds, and other tests may run beside this one."""


async def widest_gap(work: asyncio.Task[str]) -> float:
    """How long the loop stood still at most while something was under way, seconds."""
    widest = 0.0
    while not work.done():
        began = time.monotonic()
        await asyncio.sleep(0.005)
        widest = max(widest, time.monotonic() - began - 0.005)
    return widest


def wait_for(log: Path, words: str) -> None:
    """Wait until something stands in a log."""
    while not log.exists() or words not in log.read_text():
        time.sleep(0.02)


async def failing(one: Tried, tool: str = "s_misbehave") -> str:
    with pytest.raises(ToolFailed) as raised:
        await one.call(tool)
    return str(raised.value)


@pytest.mark.parametrize("put", [Path.touch, lambda place: place.symlink_to("/nowhere")])
def test_what_it_puts_where_copies_are_handed_over_keeps_nobody_from_starting_it(
    tmp_path: Path, put: Callable[[Path], None]
) -> None:
    async def work() -> str:
        async with tried(tmp_path) as one:
            await one.trusted("s", child("good"))
            await one.servers.close()
            place = one.house.exchange("s")
            place.rmdir()
            put(place)
            return (await one.call("s_echo", text="hi")).text

    assert asyncio.run(work()) == "hi"


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("closes", "ended the connection before it had answered"),
        ("huge", "ended the connection before it had answered"),
        ("pieces", "ended the connection before it had answered"),
        ("deep", "ended the connection before it had answered"),
        ("garbage", "gave an answer that is not MCP"),
    ],
)
def test_an_answer_that_is_none_is_said_and_the_server_comes_back(tmp_path: Path, mode: str, words: str) -> None:
    async def work() -> None:
        async with tried(tmp_path) as one:
            await one.trusted("s", child(mode))
            task = spawn(failing(one), "call")
            gap = await widest_gap(task)
            assert (words in task.result(), gap < GAP_S) == (True, True)
            assert (await one.call("s_echo", text="again")).text == "again"

    asyncio.run(work())


@pytest.mark.parametrize("mode", ["spins", "flood", "endless_garbage"])
def test_a_server_that_never_answers_is_given_up_and_ended(tmp_path: Path, mode: str) -> None:
    async def work() -> None:
        async with tried(tmp_path) as one:
            await one.trusted("s", child(mode, timeout_s=0.5))
            await one.call("s_echo", text="a")
            process = one.servers.providers()[0].live.process
            assert process is not None
            began = time.monotonic()
            task = spawn(failing(one), "call")
            gap = await widest_gap(task)
            words = task.result()
            assert "did not answer" in words or "ended the connection" in words
            assert (time.monotonic() - began < 8, gap < GAP_S, process.alive) == (True, True, False)

    asyncio.run(work())


@pytest.mark.parametrize("mode", ["silent", "wrong_id"])
def test_a_call_without_an_answer_is_given_up_and_the_server_kept(tmp_path: Path, mode: str) -> None:
    async def work() -> None:
        async with tried(tmp_path) as one:
            await one.trusted("s", child(mode, timeout_s=0.5))
            assert "It still runs" in await failing(one)
            process = one.servers.providers()[0].live.process
            assert (await one.call("s_echo", text="a")).text == "a"
            assert one.servers.providers()[0].live.process is process

    asyncio.run(work())


def test_the_clock_of_a_call_stands_still_while_a_person_is_asked(tmp_path: Path) -> None:
    async def work() -> None:
        async with tried(tmp_path) as one:
            await one.trusted("s", child("good", timeout_s=0.4))

            async def slowly(_text: str, choices: object) -> str:
                await asyncio.sleep(0.4)
                return "Yes" if choices else "7"

            one._ask = slowly  # type: ignore[method-assign]
            assert '"accept"' in (await one.call("s_ask")).text

    asyncio.run(work())


def test_a_call_that_is_broken_off_ends_within_a_second(tmp_path: Path) -> None:
    async def work() -> None:
        async with tried(tmp_path) as one:
            await one.trusted("s", child("silent"))
            task = spawn(one.call("s_misbehave"), "call")
            await one.under_way()
            began = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.monotonic() - began < 1.0
            assert (await one.call("s_echo", text="a")).text == "a"

    asyncio.run(work())


def test_three_failures_switch_a_server_off_with_one_notice(tmp_path: Path) -> None:
    async def work() -> None:
        async with tried(tmp_path) as one:
            await one.trusted("s", child("closes"))
            for _ in range(3):
                await failing(one)
            server = one.servers.server("s")
            assert (server.status, one.offered()) == ("disabled", [])
            assert "homard mcp logs s" in server.why
            assert [tell for status, tell in one.told("s") if status == "disabled"] == [True]
            assert one.servers.enable("s").status == "on"
            assert (await one.call("s_echo", text="a")).text == "a"

    asyncio.run(work())


def test_a_server_that_does_not_say_hello_is_no_server(tmp_path: Path) -> None:
    async def work() -> None:
        async with tried(tmp_path, connect_s=1.0) as one:
            one.servers.add("s", child("no_hello"))
            with pytest.raises(UsageError, match=r"did not say hello within 1 s.*It said last: started as no_hello"):
                await one.servers.test("s")

    asyncio.run(work())


def test_a_server_that_starts_for_ever_does_not_keep_anybody(tmp_path: Path) -> None:
    async def work() -> None:
        async with tried(tmp_path) as one:
            await one.trusted("s", child("good"))
            one.servers.add("s", child("no_hello"), replacing=True)
            one.servers.trust("s")
            task = spawn(failing(one, "s_echo"), "call")
            await asyncio.to_thread(wait_for, one.house.log("s"), "no_hello")
            began = time.monotonic()
            await one.servers.disable("s")
            assert "switched off while it started" in await task
            assert time.monotonic() - began < 6

    asyncio.run(work())


def test_a_strangers_patterns_are_not_worked_on(tmp_path: Path) -> None:
    """A result that would be checked against `(a+)+$` by the SDK, on the event loop, would take for ever."""

    async def work() -> None:
        async with tried(tmp_path) as one:
            await one.trusted("s", child("evil_schema"))
            async with asyncio.timeout(5):
                result = await one.call("s_echo", text="a")
            assert (result.text, result.data) == ("a", {"x": "a" * 40 + "!"})
            server = one.servers.server("s")
            assert sorted(server.state.said.unusable) == [
                "'hidden' is no name of a tool.",
                "long: its description is longer than 8,000 characters.",
                "remote: the description of its arguments refers to another document.",
            ]

    asyncio.run(work())
