"""Signing in with OAuth against a real authorization server on loopback, with a real browser's requests."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from agent.errors import ToolFailed, UsageError
from agent.mcp_client.sign_in import Client, entry, visit
from agent.settings import ServerSettings
from tests.helpers.mcp import Tried, tried
from tests.helpers.mcp_web import HandMade, browser, hand_made


def reached(server: HandMade) -> ServerSettings:
    return ServerSettings(url=server.url, hosts=("127.0.0.1",))


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def signed_in(one: Tried, server: HandMade) -> None:
    one.servers.add("s", reached(server))
    await one.servers.login("s", browser)
    one.servers.trust("s")


def test_a_person_signs_in_and_the_tokens_stay_in_the_keyring(tmp_path: Path) -> None:
    async def work() -> None:
        with hand_made(protected=True) as server:
            async with tried(tmp_path) as one:
                one.servers.add("s", reached(server))
                with pytest.raises(UsageError, match="wants you to sign in: homard mcp login s"):
                    await one.servers.test("s")
                await one.servers.login("s", browser)
                one.servers.trust("s")
                assert (await one.call("s_echo", text="a")).text == "a"
                asked = next(iter(server.challenges.values()))
                assert (asked["code_challenge_method"], asked["resource"]) == ("S256", server.url)
                kept = json.loads(await one.house.secrets.get(f"keyring:{entry('s')}"))
                assert kept["tokens"]["access_token"] == server.token
                assert one.house.secrets.known.hide(f"It is {server.token}.") != f"It is {server.token}."
                assert server.token.encode() not in await asyncio.to_thread(on_disk, tmp_path)
                assert one.house.state.load().of("s").sign_in_hosts == (f"127.0.0.1:{server.port}",)

    asyncio.run(work())


def test_a_token_that_ran_out_is_renewed_without_the_person(tmp_path: Path) -> None:
    async def work() -> None:
        with hand_made(protected=True, expires_s=1) as server:
            async with tried(tmp_path) as one:
                await signed_in(one, server)
                server.expires_s = 3600
                first = server.token
                await asyncio.sleep(1.1)
                assert (await one.call("s_echo", text="a")).text == "a"
                assert (server.token != first, len(server.challenges)) == (True, 1)

    asyncio.run(work())


def test_a_token_that_was_taken_back_asks_for_the_person(tmp_path: Path) -> None:
    async def work() -> None:
        with hand_made(protected=True) as server:
            async with tried(tmp_path) as one:
                await signed_in(one, server)
                server.token, server.refresh = "another", "another"
                with pytest.raises(ToolFailed, match="wants you to sign in: homard mcp login s"):
                    await one.call("s_echo", text="a")
                assert one.servers.server("s").status == "on"
                await one.servers.login("s", browser)
                assert (await one.call("s_echo", text="a")).text == "a"

    asyncio.run(work())


def test_a_wider_leave_is_asked_for_at_the_next_signing_in(tmp_path: Path) -> None:
    async def work() -> None:
        with hand_made(protected=True) as server:
            async with tried(tmp_path) as one:
                await signed_in(one, server)
                server.mode = "wider"
                with pytest.raises(ToolFailed, match="homard mcp login s"):
                    await one.call("s_echo", text="a")
                await one.servers.login("s", browser)
                assert [set(one.split()) for one in server.scopes] == [{"read"}, {"read", "write"}]
                assert (await one.call("s_echo", text="a")).text == "a"

    asyncio.run(work())


def test_removing_a_server_forgets_its_tokens(tmp_path: Path) -> None:
    async def work() -> None:
        with hand_made(protected=True) as server:
            async with tried(tmp_path) as one:
                await signed_in(one, server)
                await one.servers.remove("s")
                with pytest.raises(Exception, match="cannot be read"):
                    await one.house.secrets.get(f"keyring:{entry('s')}")

    asyncio.run(work())


def test_only_the_browser_that_comes_back_is_heard(tmp_path: Path) -> None:
    async def work() -> None:
        async with visit(lambda _address: None, Client()) as visitor:
            base = visitor.redirect.removesuffix("/callback")

            def get(path: str) -> int:
                try:
                    with urllib.request.urlopen(f"{base}{path}", timeout=5) as answer:
                        return answer.status
                except urllib.error.HTTPError as error:
                    with error:
                        return error.code

            assert await asyncio.to_thread(get, "/callback?code=1&state=") == 404  # nobody was sent to sign in yet
            visitor.state = "2"
            others = ("/", "/callback", "/callback?x=1", "/other?code=1&state=2", "/callback?code=1&state=3")
            found = [await asyncio.to_thread(get, path) for path in others]
            assert (found, visitor.answer.done()) == ([404] * 5, False)
            assert await asyncio.to_thread(get, "/callback?code=1&state=2") == 200
            assert await visitor.answer == {"code": "1", "state": "2"}

    asyncio.run(work())


def test_a_program_is_nothing_to_sign_in_to(tmp_path: Path) -> None:
    async def work() -> None:
        async with tried(tmp_path) as one:
            one.servers.add("s", ServerSettings(command="python3"))
            with pytest.raises(UsageError, match="nothing to sign in to"):
                await one.servers.login("s", browser)

    asyncio.run(work())
