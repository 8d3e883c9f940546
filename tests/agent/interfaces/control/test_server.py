import asyncio
import json
import os
from pathlib import Path
from typing import Any

import agent
from agent.interfaces.cli.wire import PROTOCOL
from agent.interfaces.control.link import Frame, Link
from agent.interfaces.control.server import ControlServer

REQUEST = {"mode": "echo", "protocol": PROTOCOL, "version": agent.__version__}


async def echo(link: Link, request: Frame) -> None:
    """Send back what comes until the client hangs up."""
    while (frame := await link.receive()) is not None:
        link.send({"back": frame})


async def call(path: str, *frames: Any) -> list[Frame]:
    """Connect, send frames (or bytes), and take what comes until the other end closes."""
    reader, writer = await asyncio.open_unix_connection(path)
    for frame in frames:
        writer.write(frame if isinstance(frame, bytes) else json.dumps(frame).encode() + b"\n")
    writer.write_eof()
    got = [json.loads(line) async for line in reader]
    writer.close()
    await writer.wait_closed()
    return got


def hello(version: str = agent.__version__) -> Frame:
    return {"hello": {"version": version, "protocol": PROTOCOL, "pid": os.getpid()}}


def test_a_client_is_greeted_and_served(tmp_path: Path) -> None:
    async def main() -> None:
        server = ControlServer({"echo": echo})
        await server.listen(str(tmp_path / "socket"))
        assert await call(str(tmp_path / "socket"), REQUEST, {"a": 1}) == [hello(), {"back": {"a": 1}}]
        await server.close()

    asyncio.run(main())


def test_what_is_not_ours_is_hung_up_on(tmp_path: Path) -> None:
    async def main() -> None:
        server = ControlServer({"echo": echo})
        await server.listen(str(tmp_path / "socket"))
        for first in (
            b"",
            b"GET / HTTP/1.1\r\n\r\n",
            b"[1]\n",
            b"{}\n",
            {**REQUEST, "mode": "other"},
            b"[" * 9999 + b"\n",
        ):
            assert await call(str(tmp_path / "socket"), first) == []
        assert await call(str(tmp_path / "socket"), REQUEST, {"a": 1}) == [hello(), {"back": {"a": 1}}]
        await server.close()

    asyncio.run(main())


def test_another_version_or_protocol_is_told_so(tmp_path: Path) -> None:
    async def main() -> None:
        server = ControlServer({"echo": echo})
        await server.listen(str(tmp_path / "socket"))
        for odd in ({"version": "0"}, {"protocol": 0}):
            got = await call(str(tmp_path / "socket"), {**REQUEST, **odd}, {"a": 1})
            assert [list(frame) for frame in got] == [["hello"], ["mismatch"]]
        await server.close()

    asyncio.run(main())


def test_a_socket_left_behind_is_replaced_and_ours_is_removed(tmp_path: Path) -> None:
    async def main() -> None:
        path = tmp_path / "socket"
        path.write_text("left behind")
        server = ControlServer({"echo": echo})
        await server.listen(str(path))
        assert await call(str(path), REQUEST) == [hello()]
        await server.stop_accepting()
        assert not path.exists()
        await server.close()

    asyncio.run(main())


def test_closing_ends_those_that_are_served(tmp_path: Path) -> None:
    async def main() -> None:
        ended = asyncio.Event()

        async def wait(link: Link, _request: Frame) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        server = ControlServer({"echo": wait})
        await server.listen(str(tmp_path / "socket"))
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "socket"))
        writer.write(json.dumps(REQUEST).encode() + b"\n")
        assert json.loads(await reader.readline()) == hello()
        assert (server.clients, await server.wait_idle(0)) == (1, False)
        await server.close()
        assert ended.is_set() and await server.wait_idle()
        writer.close()

    asyncio.run(main())
