"""Servers that are reached by their address: which are, which are not, and what they can do to us."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from agent.errors import ToolDenied, ToolFailed, UsageError
from agent.settings import ServerSettings
from agent.tasks import spawn
from agent.tools.egress import Egress
from agent.tools.egress_pass import EgressPass, EgressRecord
from tests.helpers.mcp import Tried, names_on_loopback, tried
from tests.helpers.mcp_web import CANCELLED, HandMade, hand_made, sdk_server


def reached(url: str, **more: object) -> ServerSettings:
    """Settings of a server on this machine, as a person allowed it."""
    return ServerSettings(url=url, hosts=("127.0.0.1",), **more)  # type: ignore[arg-type]


async def failing(one: Tried) -> str:
    with pytest.raises(ToolFailed) as raised:
        await one.call("s_echo", text="a")
    return str(raised.value)


def test_a_server_of_the_newer_era(tmp_path: Path) -> None:
    async def work() -> None:
        records: list[EgressRecord] = []
        with sdk_server() as url:
            async with tried(tmp_path) as one:
                await one.trusted("s", reached(url))
                assert one.servers.server("s").state.said.protocol == "2026-07-28"
                carried = EgressPass("job:x", "run1", listener=records.append)
                assert (await one.call("s_echo", carried, text="hällo")).text == "hällo"
                assert one.shown == ["1/2 half"]
                one.answers = ["Ada"]
                assert (await one.call("s_ask")).text == "It is Ada."
                assert one.asked[0][0].startswith("The server s asks: Who are you?")
        # Listing its tools, too, was done in the name of the call that made it necessary.
        assert {(one.principal, one.run_id, one.url, one.address) for one in records} == {
            ("job:x", "run1", url, "127.0.0.1")
        }
        assert records[0].sent > 100 and records[0].received > 50

    asyncio.run(work())


def test_a_call_that_is_broken_off_is_broken_off_there_too(tmp_path: Path) -> None:
    async def work() -> None:
        with sdk_server() as url:
            async with tried(tmp_path) as one:
                await one.trusted("s", reached(url))
                CANCELLED.clear()
                task = spawn(one.call("s_slow"), "call")
                await one.under_way()
                await asyncio.sleep(0.1)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                assert await asyncio.to_thread(CANCELLED.wait, 5)

    asyncio.run(work())


def test_a_server_of_the_older_era_and_a_session_that_it_forgot(tmp_path: Path) -> None:
    async def work() -> None:
        with hand_made() as server:
            async with tried(tmp_path) as one:
                await one.trusted("s", reached(server.url))
                assert (await one.call("s_echo", text="a")).text == "a"
                server.sessions.clear()
                assert (await one.call("s_echo", text="b")).text == "b"
                assert one.servers.server("s").state.said.protocol == "2025-11-25"

    asyncio.run(work())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254"])
def test_this_machine_and_its_network_are_reached_only_where_a_person_says_so(tmp_path: Path, host: str) -> None:
    async def work() -> None:
        with hand_made() as server:
            async with tried(tmp_path) as one:
                for scheme in ("http", "https"):
                    settings = ServerSettings(url=f"{scheme}://{host}:{server.port}/mcp")
                    one.servers.add("s", settings, replacing=True)
                    with pytest.raises(UsageError, match=r"not on the public internet|not encrypted"):
                        await one.servers.test("s")
        assert server.requests == []

    asyncio.run(work())


def test_addresses_where_clouds_hand_out_keys_are_never_reached(tmp_path: Path) -> None:
    async def work() -> None:
        async with tried(tmp_path) as one:
            url = "http://169.254.169.254/latest"
            one.servers.add("s", ServerSettings(url=url, hosts=("169.254.169.254",)))
            with pytest.raises(UsageError, match="not on the public internet"):
                await one.servers.test("s")

    asyncio.run(work())


def test_a_name_that_leads_into_this_network_is_not_followed(tmp_path: Path) -> None:
    async def work() -> None:
        async def inside(_host: str, _port: int) -> list[str]:
            return ["93.184.215.14", "192.168.1.1"]

        async with tried(tmp_path, Egress(inside)) as one:
            one.servers.add("s", ServerSettings(url="https://mcp.example.org/mcp"))
            with pytest.raises(UsageError, match=r"mcp.example.org \(192.168.1.1\) is not on the public internet"):
                await one.servers.test("s")

    asyncio.run(work())


def test_what_the_rules_deny_is_not_reached(tmp_path: Path) -> None:
    async def work() -> None:
        def deny(host: str, _port: int) -> None:
            raise ToolDenied(f"A rule denies {host}.")

        with hand_made() as server:
            async with tried(tmp_path) as one:
                await one.trusted("s", reached(server.url))
                before = len(server.requests)
                with pytest.raises(ToolFailed, match=r"A rule denies 127.0.0.1"):
                    await one.call("s_echo", EgressPass("user", permit_host=deny), text="a")
                assert server.requests[before:].count("POST /mcp") <= 4  # none of them with the call

    asyncio.run(work())


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("huge", "longer than 4 MB"),
        ("packed", "packed, which was not asked for"),
        ("page", "Unexpected content type: text/html"),
        ("elsewhere", "not followed"),
        ("endless_event", "did not answer|SSE|longer"),
    ],
)
def test_an_answer_that_is_none_is_said(tmp_path: Path, mode: str, words: str) -> None:
    async def work() -> None:
        with hand_made() as server:
            async with tried(tmp_path) as one:
                await one.trusted("s", reached(server.url, timeout_s=3.0))
                server.mode = mode
                with pytest.raises(ToolFailed, match=words):
                    await one.call("s_echo", text="a")
                server.mode = ""
                assert (await one.call("s_echo", text="again")).text == "again"

    asyncio.run(work())


def test_a_stream_without_end_takes_no_time_of_the_loop(tmp_path: Path) -> None:
    async def work() -> None:
        with hand_made(mode="stream") as server:
            async with tried(tmp_path) as one:
                await one.trusted("s", reached(server.url, timeout_s=1.0))
                task, widest = spawn(failing(one), "call"), 0.0
                while not task.done():
                    began = time.monotonic()
                    await asyncio.sleep(0.005)
                    widest = max(widest, time.monotonic() - began - 0.005)
                assert ("did not answer" in task.result(), widest < 0.4) == (True, True)

    asyncio.run(work())


def test_a_server_elsewhere_that_is_gone_is_tried_again_and_not_switched_off(tmp_path: Path) -> None:
    async def work() -> None:
        async with tried(tmp_path) as one:
            with hand_made() as server:
                await one.trusted("s", reached(server.url))
                port = server.port
            assert "could not be spoken with" in await failing(one)
            assert one.servers.server("s").status == "on"
            assert port

    asyncio.run(work())


def test_a_public_name_needs_encryption(tmp_path: Path) -> None:
    async def work(server: HandMade) -> None:
        async with tried(tmp_path, names_on_loopback("mcp.example.org")) as one:
            one.servers.add("s", ServerSettings(url=f"http://mcp.example.org:{server.port}/mcp"))
            with pytest.raises(UsageError, match="not encrypted; nothing was sent"):
                await one.servers.test("s")
        assert server.requests == []

    with hand_made() as server:
        asyncio.run(work(server))
