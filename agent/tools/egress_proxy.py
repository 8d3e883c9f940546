"""The way out for commands: an HTTP proxy on a UNIX socket that goes through the egress point.

It speaks CONNECT and plain HTTP/1.1 requests (RFC 9110, 9112), one to a connection. The name is resolved here, once;
every address must be public, and one of those is dialled. The command finds it as HTTP_PROXY; see
sandbox/forwarder.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncGenerator

from agent.errors import ToolDenied, ToolError, ToolFailed
from agent.safety.web_address import WebAddress, parse_address
from agent.tools.egress import CONNECT_TIMEOUT_S, Egress
from agent.tools.egress_pass import EgressPass, Traffic

MAX_HEAD_BYTES = 65_536
_PIECE = 65_536
_REQUEST = re.compile(rb"([A-Z]{1,20}) ([\x21-\x7e]+) HTTP/1\.[01]")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\x80-\xff\t]*)")
_NOT_PASSED_ON = (
    b"connection", b"proxy-connection", b"keep-alive", b"proxy-authorization", b"te", b"trailer", b"upgrade", b"host",
)  # fmt: skip


@contextlib.asynccontextmanager
async def serve_proxy(path: str, egress: Egress, egress_pass: EgressPass) -> AsyncGenerator[None]:
    """Serve on a new UNIX socket until the block ends; then its connections end. Raises OSError."""
    proxy = _Proxy(egress, egress_pass)
    server = await asyncio.start_unix_server(proxy.serve, path, limit=MAX_HEAD_BYTES)
    try:
        yield
    finally:
        server.close()
        await proxy.end()


class _Refused(Exception):
    """What the command asks of the proxy is no request that it takes. The words are for the command."""


class _Proxy:
    def __init__(self, egress: Egress, egress_pass: EgressPass) -> None:
        self._egress, self._pass = egress, egress_pass
        self._serving: set[asyncio.Task[None]] = set()

    async def end(self) -> None:
        """Cut all connections, and wait until each is told of."""
        serving = list(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task: asyncio.Task[None] | None = asyncio.current_task()
        if task is not None:
            self._serving.add(task)
        try:
            await self._serve(reader, writer)
        except (_Refused, ToolError) as error:
            writer.write(_refusal(error))
            with contextlib.suppress(OSError):
                await writer.drain()
        except OSError:
            pass  # one of the ends went away: so does the other
        finally:
            writer.close()
            if task is not None:
                self._serving.discard(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, target, headers = await _head(reader)
        tunnel = method == b"CONNECT"
        address = parse_address(f"https://{target}/" if tunnel else target)
        if tunnel and address.target != "/":
            raise _Refused("CONNECT takes a host and a port.")
        if not tunnel and address.scheme != "http":
            raise _Refused("Encrypted pages are reached by CONNECT.")
        body = None if tunnel else _body_length(headers)
        dialled, far_reader, far_writer = await self._dial(address)
        traffic = Traffic()
        try:
            if tunnel:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                head = _origin_head(method, address, headers)
                far_writer.write(head)
                traffic.sent += len(head)
            async with asyncio.TaskGroup() as both:
                there = both.create_task(_send(reader, far_writer, traffic, body))
                await _receive(far_reader, writer, traffic)
                if not tunnel:
                    there.cancel()  # the answer is whole: what the command still sends has no reader
        except* OSError:
            pass  # one of the ends went away: so does the other
        finally:
            far_writer.close()
            url = f"connect://{_host(address)}:{address.port}" if tunnel else str(address)
            self._egress.note(self._pass, url, dialled, traffic)

    async def _dial(self, address: WebAddress) -> tuple[str, asyncio.StreamReader, asyncio.StreamWriter]:
        failure = ""
        for one in await self._egress.addresses(address, self._pass):
            try:
                async with asyncio.timeout(CONNECT_TIMEOUT_S):
                    return one, *await asyncio.open_connection(one, address.port)
            except (OSError, TimeoutError) as error:
                failure = str(error) or type(error).__name__
        raise ToolFailed(f"{address.host} could not be reached ({failure}).")


async def _head(reader: asyncio.StreamReader) -> tuple[bytes, str, list[tuple[bytes, bytes]]]:
    """Method, target, headers. Raises _Refused."""
    try:
        block = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise _Refused("This is no HTTP request.") from None
    first, *lines = block[:-4].split(b"\r\n")
    request = _REQUEST.fullmatch(first)
    headers = [_HEADER.fullmatch(line) for line in lines]
    if request is None or None in headers:
        raise _Refused("This is no HTTP/1.1 request.")
    return request[1], request[2].decode("ascii"), [(header[1], header[2]) for header in headers if header]


def _body_length(headers: list[tuple[bytes, bytes]]) -> int:
    """Bytes that follow the head. Raises _Refused where it cannot be told from the head."""
    lengths = {value.strip() for name, value in headers if name.lower() == b"content-length"}
    if any(name.lower() == b"transfer-encoding" for name, _value in headers) or len(lengths) > 1:
        raise _Refused("A request needs one Content-Length; chunked ones go through encrypted connections only.")
    length = lengths.pop() if lengths else b"0"
    if not length.isdigit() or len(length) > 18:
        raise _Refused("Content-Length is no number.")
    return int(length)


def _origin_head(method: bytes, address: WebAddress, headers: list[tuple[bytes, bytes]]) -> bytes:
    kept = [(name, value) for name, value in headers if name.lower() not in _NOT_PASSED_ON]
    lines = [
        b"%b %b HTTP/1.1" % (method, address.target.encode()),
        b"Host: " + address.authority.encode(),
        *(b"%b: %b" % header for header in kept),
        b"Connection: close",
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n"


async def _send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, traffic: Traffic, most: int | None) -> None:
    """Pass on `most` bytes, None: all until the end, which is passed on as well."""
    while most is None or most > 0:
        piece = await reader.read(_PIECE if most is None else min(_PIECE, most))
        if not piece:
            break
        traffic.sent += len(piece)
        most = None if most is None else most - len(piece)
        writer.write(piece)
        await writer.drain()
    if most is None and writer.can_write_eof():
        writer.write_eof()


async def _receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, traffic: Traffic) -> None:
    while piece := await reader.read(_PIECE):
        traffic.received += len(piece)
        writer.write(piece)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()


def _refusal(error: _Refused | ToolError) -> bytes:
    status = "400 Bad Request"
    if isinstance(error, ToolDenied):
        status = "403 Forbidden"
    elif isinstance(error, ToolFailed):
        status = "502 Bad Gateway"
    words = f"Homard: {error}\n".encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
    return head.encode() + b"Content-Length: %d\r\n\r\n" % len(words) + words


def _host(address: WebAddress) -> str:
    return f"[{address.host}]" if ":" in address.host else address.host
