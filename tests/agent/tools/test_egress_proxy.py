"""The proxy for commands, spoken to by hand over its socket."""

from __future__ import annotations

import asyncio
import ipaddress
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from agent.errors import ToolDenied
from agent.safety.web_address import IPAddress, is_public
from agent.tools.egress import Egress
from agent.tools.egress_pass import EgressPass, EgressRecord
from agent.tools.egress_proxy import serve_proxy
from tests.helpers.web_server import WebServer, web_server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it serves on a UNIX socket")

NAMES = {
    "good.example": ["127.0.0.1"],
    "inside.example": ["192.168.0.7"],
    "mixed.example": ["127.0.0.1", "10.0.0.1"],
    "metadata.example": ["169.254.169.254"],
}


async def names(host: str, port: int) -> Sequence[str]:
    return NAMES.get(host, [])


def permit(address: IPAddress) -> bool:
    return address == ipaddress.ip_address("127.0.0.1") or is_public(address)


def permit_host(host: str, port: int) -> None:
    if host == "ungranted.example":
        raise ToolDenied(f"{host} is not granted.")


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


class Told(list[EgressRecord]):
    """What the proxy told of."""


def ask(folder: Path, *sent: bytes, told: Told | None = None) -> list[bytes]:
    """Open a connection for each request, send it and read all that comes back."""

    async def work() -> list[bytes]:
        path = str(folder / "s")
        egress_pass = EgressPass("job:x", "r1", permit_host, listener=(told if told is not None else Told()).append)
        async with serve_proxy(path, Egress(names, permit), egress_pass), asyncio.timeout(20):
            answers: list[bytes] = []
            for request in sent:
                reader, writer = await asyncio.open_unix_connection(path)
                writer.write(request)
                answers.append(await reader.read())
                writer.close()
            return answers

    return asyncio.run(work())


def tunnel(host: str, inside: bytes = b"") -> bytes:
    return f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode() + inside


def status(answer: bytes) -> int:
    return int(answer.split(b" ")[1])


def test_a_plain_request_goes_to_the_named_host(tmp_path: Path, web: WebServer) -> None:
    web.add("/a", b"hello")
    told = Told()
    request = (
        f"GET http://Good.Example:{web.port}/a?b=c HTTP/1.1\r\nHost: elsewhere.example\r\nX-Own: 1\r\n"
        "Proxy-Authorization: Basic c2VjcmV0\r\nConnection: keep-alive\r\n\r\n"
    )
    [answer] = ask(tmp_path, request.encode(), told=told)
    assert (status(answer), answer.endswith(b"\r\n\r\nhello")) == (200, True)
    [(path, headers)] = web.requests
    assert (path, headers) == (
        "/a?b=c",
        {"host": f"good.example:{web.port}", "x-own": "1", "connection": "close"},
    )
    assert [(record.principal, record.run_id, record.url, record.address) for record in told] == [
        ("job:x", "r1", f"http://good.example:{web.port}/a?b=c", "127.0.0.1")
    ]
    assert (60 < told[0].sent < 140, told[0].received) == (True, len(answer))


def test_a_tunnel_carries_what_it_is_given(tmp_path: Path, web: WebServer) -> None:
    web.add("/a", b"hello")
    told = Told()
    inside = b"GET /a HTTP/1.0\r\n\r\n"
    [answer] = ask(tmp_path, tunnel(f"good.example:{web.port}", inside), told=told)
    opened, _, rest = answer.partition(b"\r\n\r\n")
    assert (opened, rest.endswith(b"hello")) == (b"HTTP/1.1 200 Connection established", True)
    assert [(record.url, record.sent, record.received) for record in told] == [
        (f"connect://good.example:{web.port}", len(inside), len(rest))
    ]


def test_a_second_request_does_not_ride_on_the_first(tmp_path: Path, web: WebServer) -> None:
    web.add("/a", b"hello")
    first = f"GET http://good.example:{web.port}/a HTTP/1.1\r\n\r\n"
    ask(tmp_path, (first + "GET /unseen HTTP/1.1\r\nHost: good.example\r\n\r\n").encode())
    assert [path for path, _headers in web.requests] == ["/a"]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:{port}", "127.0.0.2:{port}", "[::1]:{port}", "[::ffff:127.0.0.2]:{port}", "localhost:{port}",
        "10.0.0.1:443", "169.254.169.254:80", "inside.example:{port}", "mixed.example:{port}", "metadata.example:80",
        "0x7f.1:{port}", "2130706433:{port}", "ungranted.example:{port}", "good.example:22", "good.example:25",
        "user@good.example:{port}", "good.example\x00.evil.example:{port}",
    ],
)  # fmt: skip
def test_what_is_not_public_and_granted_is_refused(tmp_path: Path, web: WebServer, host: str) -> None:
    # 127.0.0.1 plays a public address for names, not where it is written itself.
    web.add("/", b"secret")
    told = Told()
    target = host.format(port=web.port)
    if target.startswith("127.0.0.1"):
        target = target.replace("127.0.0.1", "127.0.0.3")
    answers = ask(tmp_path, tunnel(target), f"GET http://{target}/ HTTP/1.1\r\n\r\n".encode(), told=told)
    assert [status(answer) // 100 for answer in answers] == [4, 4] or b"has no address" in answers[0]
    assert (web.requests, told) == ([], [])


@pytest.mark.parametrize(
    "request_",
    [
        b"", b"\r\n\r\n", b"hello\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"CONNECT good.example HTTP/2\r\n\r\n",
        b"CONNECT good.example:443/path HTTP/1.1\r\n\r\n", b"GET https://good.example/ HTTP/1.1\r\n\r\n",
        b"GET ftp://good.example/ HTTP/1.1\r\n\r\n", b"GET http://good.example/ HTTP/1.1\r\nbad header\r\n\r\n",
        b"POST http://good.example/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST http://good.example/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"POST http://good.example/ HTTP/1.1\r\nContent-Length: -1\r\n\r\nx",
        b"GET http://good.example/ HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused(tmp_path: Path, request_: bytes) -> None:
    told = Told()

    async def work() -> bytes:
        path = str(tmp_path / "s")
        async with serve_proxy(path, Egress(names, permit), EgressPass(listener=told.append)), asyncio.timeout(20):
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(request_)
            writer.write_eof()
            try:
                return await reader.read()
            finally:
                writer.close()

    answer = asyncio.run(work())
    assert (status(answer), told) == (400, [])


def test_the_end_cuts_what_is_open_and_tells_of_it(tmp_path: Path, web: WebServer) -> None:
    told = Told()

    async def work() -> None:
        path = str(tmp_path / "s")
        async with serve_proxy(path, Egress(names, permit), EgressPass(listener=told.append)):
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(tunnel(f"good.example:{web.port}"))
            await reader.readuntil(b"\r\n\r\n")
        assert await reader.read() == b""
        writer.close()

    asyncio.run(work())
    assert [record.url for record in told] == [f"connect://good.example:{web.port}"]
