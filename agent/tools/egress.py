"""The one way by which tools reach the internet.

Each request, and each redirect anew: canonical URL → resolve once → every address must be public → connect to exactly
such an address, while the name stays in the Host header, in SNI and in the check of the certificate. So a name that
changes its address between the check and the connection (DNS rebinding) gains nothing.

Proxies of the system are not used: a proxy would resolve the name itself, and nothing here could check it. Where the
internet is only reachable through one, fetching fails and says so.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import msgspec

from agent.errors import ToolDenied, ToolFailed
from agent.safety.web_address import IPAddress, WebAddress, is_public, parse_address
from agent.tools.egress_pass import ANYWHERE, EgressPass, EgressRecord, Traffic

if TYPE_CHECKING:
    import httpcore

MAX_REDIRECTS = 5
MAX_BODY_BYTES = 5_000_000
MAX_ADDRESSES = 4
"""How many addresses of a name are tried."""
CONNECT_TIMEOUT_S = 8.0

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""From host and port to IP addresses, best first. Raises OSError."""


class WebResponse(msgspec.Struct, frozen=True):
    """What came back, decoded."""

    address: WebAddress
    """Where the last redirect led."""
    status: int
    headers: Mapping[str, str]
    """Names in lower case; of repeated ones the last."""
    body: bytes
    truncated: bool
    """The body was longer than asked for; this is its beginning."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Egress:
    """Fetches from public addresses. The arguments are seams for tests: names of their own, a server on loopback."""

    def __init__(
        self,
        resolve: Resolve = resolve,
        permit: Callable[[IPAddress], bool] = is_public,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.traffic: dict[str, Traffic] = {}
        """Bytes by principal, since the start."""
        self._resolve = resolve
        self._permit = permit
        self._given_tls = tls

    def check(self, url: str) -> WebAddress:
        """Judge a URL as far as it can be without the network. Raises ToolRetry or ToolDenied."""
        address = parse_address(url)
        if address.ip is not None:
            self._require_public(address, [address.host])
        elif address.host == "localhost" or address.host.endswith(".localhost"):
            self._require_public(address, ["127.0.0.1"])  # RFC 6761
        return address

    async def get(
        self,
        url: str,
        *,
        max_bytes: int = MAX_BODY_BYTES,
        timeout_s: float = 30.0,
        egress_pass: EgressPass = ANYWHERE,
    ) -> WebResponse:
        """GET a URL and follow its redirects, each judged anew.

        `timeout_s` is for the network; while a person is asked about a redirect it stands still. Raises ToolRetry,
        ToolDenied, or ToolFailed with the reason.
        """
        address = self.check(url)
        clock, limit_s = asyncio.get_running_loop().time, timeout_s
        try:
            for _ in range(MAX_REDIRECTS + 1):
                began = clock()
                async with asyncio.timeout(timeout_s):
                    response = await self._get_once(address, max_bytes, egress_pass)
                timeout_s -= clock() - began
                if not _is_redirect(response):
                    return response
                address = _next(response)
                if egress_pass.on_redirect is not None:
                    await egress_pass.on_redirect(address)
        except TimeoutError:
            raise ToolFailed(f"{address.host} did not answer in full within {limit_s:g} s.") from None
        raise ToolFailed(f"{url} redirects more than {MAX_REDIRECTS} times.")

    async def addresses(self, address: WebAddress, egress_pass: EgressPass) -> list[str]:
        """Judge a host and resolve its name once; all of its addresses are public. Raises ToolDenied, ToolFailed."""
        egress_pass.permit_host(address.host, address.port)
        return await self._public_addresses(address)

    def note(self, egress_pass: EgressPass, url: str, address: str, traffic: Traffic) -> None:
        """Count what went over a connection that is over, and tell of it."""
        self.traffic.setdefault(egress_pass.principal, Traffic()).add(traffic)
        egress_pass.listener(
            EgressRecord(
                egress_pass.principal, egress_pass.run_id, url, address, traffic.sent, traffic.received, traffic.at
            )
        )

    async def _get_once(self, address: WebAddress, max_bytes: int, egress_pass: EgressPass) -> WebResponse:
        addresses = await self.addresses(address, egress_pass)
        import httpcore

        line = _Line(addresses)

        url = httpcore.URL(
            scheme=address.scheme.encode(),
            host=address.host.encode(),
            port=address.port,
            target=address.target.encode(),
        )
        context = await asyncio.to_thread(lambda: self._tls) if address.scheme == "https" else None
        timeouts = {"connect": CONNECT_TIMEOUT_S, "read": None, "write": None, "pool": None}
        try:
            async with (
                httpcore.AsyncConnectionPool(ssl_context=context, network_backend=_pinned(line)) as pool,
                pool.stream("GET", url, headers=_headers(address), extensions={"timeout": timeouts}) as response,
            ):
                headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                answer = WebResponse(address, response.status, headers, b"", False)
                if _is_redirect(answer):
                    return answer
                body, truncated = await self._read(response.aiter_stream(), headers, max_bytes)
                return msgspec.structs.replace(answer, body=body, truncated=truncated)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError, zlib.error) as error:
            raise ToolFailed(f"{address.host} could not be read ({_reason(error)}).") from None
        finally:
            if line.dialled:
                self.note(egress_pass, str(address), line.dialled, line.traffic)

    async def _public_addresses(self, address: WebAddress) -> list[str]:
        if address.ip is not None:
            found: Sequence[str] = [address.host]
        else:
            try:
                found = await self._resolve(address.host, address.port)
            except (OSError, UnicodeError):
                found = []
        if not found:
            raise ToolFailed(f"The name {address.host} has no address: it is misspelt, or this machine is offline.")
        self._require_public(address, found)
        return list(found[:MAX_ADDRESSES])

    def _require_public(self, address: WebAddress, found: Sequence[str]) -> None:
        for one in found:
            if not self._permit(ipaddress.ip_address(one)):
                at = "" if one == address.host else f" ({one})"
                raise ToolDenied(
                    f"{address.host}{at} is not on the public internet; this machine's own network is not fetched from."
                )

    async def _read(
        self, stream: AsyncIterator[bytes], headers: Mapping[str, str], max_bytes: int
    ) -> tuple[bytes, bool]:
        encoding = headers.get("content-encoding", "").strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise ToolFailed(f"The answer is encoded as {encoding[:40]!r}, which was not asked for.")
        inflate = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
        body = bytearray()
        async for chunk in stream:
            # One byte more than wanted tells a body that is too long; max_length holds a decompression bomb there.
            body += inflate.decompress(chunk, max_bytes + 1 - len(body)) if inflate else chunk
            if len(body) > max_bytes:
                return bytes(body[:max_bytes]), True
        return bytes(body), False

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        if self._given_tls is not None:
            return self._given_tls
        import certifi

        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        return context


def _is_redirect(response: WebResponse) -> bool:
    return response.status in (301, 302, 303, 307, 308) and "location" in response.headers


def _next(response: WebResponse) -> WebAddress:
    target = response.address.join(response.headers["location"])
    if response.address.scheme == "https" and target.scheme == "http":
        raise ToolDenied(f"{response.address} redirects to unencrypted {target}; fetch that itself if it is meant.")
    return target


def _headers(address: WebAddress) -> list[tuple[bytes, bytes]]:
    return [
        (b"Host", address.authority.encode()),
        (b"User-Agent", b"Mozilla/5.0 (compatible; Homard)"),
        (b"Accept", b"text/markdown, text/html;q=0.9, text/plain;q=0.9, application/json;q=0.9, */*;q=0.5"),
        (b"Accept-Encoding", b"gzip"),
        (b"Connection", b"close"),
    ]


class _Line:
    """A connection to be made: to which addresses, to which it was, and what went over it."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.addresses = addresses
        self.dialled = ""
        self.traffic = Traffic()


def _pinned(line: _Line) -> httpcore.AsyncNetworkBackend:
    """A way to connect that knows the line's addresses only, whatever host it is asked for."""
    import httpcore

    system: httpcore.AsyncNetworkBackend = cast("Any", httpcore.AnyIOBackend)()

    class Counted(httpcore.AsyncNetworkStream):
        def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
            self._inner = inner

        async def read(self, max_bytes: int, *args: Any, **options: Any) -> bytes:
            data = await self._inner.read(max_bytes, *args, **options)
            line.traffic.received += len(data)
            return data

        async def write(self, buffer: bytes, *args: Any, **options: Any) -> None:
            line.traffic.sent += len(buffer)
            await self._inner.write(buffer, *args, **options)

        async def aclose(self) -> None:
            await self._inner.aclose()

        async def start_tls(self, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
            return Counted(await self._inner.start_tls(*args, **options))

        def get_extra_info(self, info: str) -> Any:
            return self._inner.get_extra_info(info)

    class Pinned(httpcore.AsyncNetworkBackend):
        async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
            failure: Exception = httpcore.ConnectError("no address")
            for address in line.addresses:
                try:
                    connected = await system.connect_tcp(address, port, *args, **options)
                except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                    failure = error
                else:
                    line.dialled = address
                    return Counted(connected)
            raise failure

        async def sleep(self, seconds: float) -> None:
            await asyncio.sleep(seconds)

    return Pinned()


def _reason(error: Exception) -> str:
    return str(error)[:200] or type(error).__name__
