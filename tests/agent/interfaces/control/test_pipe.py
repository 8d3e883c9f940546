"""The pipe of Windows, over a UNIX socket: everything but the name is the same code."""

import asyncio
import json
from multiprocessing import AuthenticationError
from pathlib import Path

import pytest

from agent.interfaces.cli.console_windows import PipeWire
from agent.interfaces.control.link import Link
from agent.interfaces.control.pipe import PipeListener, connect, new_pipe_address


def test_frames_go_both_ways(tmp_path: Path) -> None:
    async def main() -> None:
        links: asyncio.Queue[Link] = asyncio.Queue()
        address = f"{tmp_path / 'pipe'}#{'ab' * 16}"
        listener = PipeListener(address, links.put_nowait)
        wire = PipeWire(await asyncio.to_thread(connect, address))
        link = await links.get()
        wire.send({"argv": ["é", "\udce9"]})
        assert await link.receive() == {"argv": ["é", "\udce9"]}
        link.send({"out": "x" * 100_000})
        link.send({"exit": 0})
        await link.drain()
        assert await asyncio.to_thread(wire.receive) == [{"out": "x" * 100_000}]
        assert await asyncio.to_thread(wire.receive) == [{"exit": 0}]
        wire.close()
        assert [await link.receive(), await link.receive()] == [None, None]
        await link.close()
        await asyncio.to_thread(listener.close)

    asyncio.run(main())


def test_who_does_not_know_the_key_is_not_let_in(tmp_path: Path) -> None:
    async def main() -> None:
        links: asyncio.Queue[Link] = asyncio.Queue()
        address = f"{tmp_path / 'pipe'}#{'ab' * 16}"
        listener = PipeListener(address, links.put_nowait)
        with pytest.raises(AuthenticationError):
            await asyncio.to_thread(connect, address.replace("ab", "cd"))
        assert links.empty()
        await asyncio.to_thread(listener.close)

    asyncio.run(main())


def test_addresses_cannot_be_guessed() -> None:
    one, other = new_pipe_address(), new_pipe_address()
    assert one != other
    assert json.dumps(one).count("\\\\") >= 2 and one.count("#") == 1
