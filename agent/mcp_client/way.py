"""The way to servers on the internet: by the egress rules, at each request, and to no private address.

The SDK brings an HTTP client; this is the part of it that touches the network.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from agent.errors import ToolDenied, ToolError
from agent.mcp_client.pace import Pace
from agent.safety.web_address import WebAddress, parse_address
from agent.tools.egress import CONNECT_TIMEOUT_S, MAX_ADDRESSES, Egress
from agent.tools.egress_pass import EgressPass, Traffic

if TYPE_CHECKING:
    import httpx2

MOST_BODY_BYTES: Final = 4 << 20
"""Of an answer that is one JSON text."""
MOST_STREAM_BYTES: Final = 256 << 20
"""Of a stream of events, however long it lasts."""
REQUESTS: Final = 100
REQUESTS_A_SECOND: Final = 10.0
"""After so many: a server that closes each stream at once must not be asked again and again for it."""
PASS: ContextVar[EgressPass | None] = ContextVar("mcp_egress_pass", default=None)
"""Of the call in whose name a request is made; None: of the server itself."""
_METADATA: Final = frozenset({"169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200"})
"""Where cloud machines hand out keys: nobody names these to reach a server."""


class Way:
    """Where one server may be reached, and its sign-in."""

    def __init__(
        self,
        egress: Egress,
        own: EgressPass,
        *,
        allowed: Callable[[str, int], bool],
        private: frozenset[str] = frozenset(),
    ) -> None:
        """`own`: the pass of what is not part of a call. `allowed`: whether a host and port belong to the server, or to
        where it lets people sign in. `private`: `host:port`, or `host` for all its ports, that may be on this network,
        as a person said.
        """
        self.egress, self.own, self._allowed, self._private = egress, own, allowed, private
        self.refusal = ""
        """Why a host was not reached last, in words."""
        self._local = Egress(permit=lambda address: str(address) not in _METADATA)

    def judge(self, url: str) -> WebAddress:
        """Judge a request before anything is sent. Raises ToolError."""
        address = parse_address(url)
        if not self._allowed(address.host, address.port):
            raise ToolDenied(
                f"{address.host}:{address.port} is not where this server was said to be; nothing was sent."
            )
        if address.scheme == "http" and not self.is_private(address.host, address.port):
            raise ToolDenied(f"{address} is not encrypted; nothing was sent. Use its https address.")
        self._egress(address).check(url)
        self._judging(PASS.get() or self.own, address).permit_host(address.host, address.port)
        return address

    async def addresses(self, host: str, port: int) -> list[str]:
        """Where to connect. Raises ToolError."""
        address = WebAddress("https", host, port, "/")
        if address.ip is not None or host == "localhost":
            self._egress(address).check(str(address))
        return await self._egress(address).addresses(address, self._judging(self.own, address))

    def is_private(self, host: str, port: int) -> bool:
        """Whether a person said that this one may be on their own network."""
        return bool(self._private & {host, f"{host}:{port}"})

    def note(self, url: str, address: str, traffic: Traffic) -> None:
        """Tell of a request that is over."""
        self.egress.note(PASS.get() or self.own, url, address, traffic)

    def _judging(self, given: EgressPass, address: WebAddress) -> EgressPass:
        """The pass as it judges this address."""
        if given.permit_named is None or not self.is_private(address.host, address.port):
            return given
        return replace(given, permit_host=given.permit_named)

    def _egress(self, address: WebAddress) -> Egress:
        return self._local if self.is_private(address.host, address.port) else self.egress


@cache
def tls_context() -> ssl.SSLContext:
    """What certificates are checked by. Takes 20 ms: call it in a thread."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def new_client(way: Way, tls: ssl.SSLContext, headers: Mapping[str, str], auth: Any = None) -> httpx2.AsyncClient:
    """An HTTP client for the SDK that has no other way out. Close it after use."""
    import httpx2

    timeouts = httpx2.Timeout(30.0, connect=CONNECT_TIMEOUT_S, read=300.0)
    return httpx2.AsyncClient(
        transport=_transport(way, tls),
        timeout=timeouts,
        auth=auth,
        headers={"User-Agent": "Homard", **headers, "Accept-Encoding": "identity"},
        follow_redirects=False,
        trust_env=False,
    )


def _transport(way: Way, tls: ssl.SSLContext) -> Any:
    import httpcore2
    import httpx2

    pool = httpcore2.AsyncConnectionPool(
        ssl_context=tls, network_backend=_backend(way), max_connections=10, keepalive_expiry=30.0
    )

    pace = Pace(REQUESTS, REQUESTS_A_SECOND)

    class Transport(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            await pace.keep()
            try:
                way.judge(str(request.url))
                if request.method == "POST" and PASS.get() is not None:
                    way.refusal = ""  # by a new call only: the SDK goes on asking after one that failed
            except ToolError as error:
                way.refusal = str(error)
                raise httpx2.ConnectError(str(error), request=request) from error
            asked = httpcore2.Request(
                request.method,
                httpcore2.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
            traffic = Traffic(sent=len(request.headers.raw) * 40 + int(request.headers.get("content-length", 0)))
            try:
                answer = await pool.handle_async_request(asked)
            except ToolError as error:
                way.refusal = str(error)
                raise httpx2.ConnectError(str(error), request=request) from error
            except httpcore2.TimeoutException as error:
                raise httpx2.ReadTimeout(str(error) or "it did not answer in time", request=request) from error
            except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
                raise httpx2.ReadError(str(error) or type(error).__name__, request=request) from error
            return _response(httpx2, request, answer, traffic, way)

        async def aclose(self) -> None:
            await pool.aclose()

    return Transport()


def _response(httpx2: Any, request: Any, answer: Any, traffic: Traffic, way: Way) -> Any:
    import httpcore2

    headers = httpx2.Headers(answer.headers)
    streams = headers.get("content-type", "").lower().startswith("text/event-stream")
    most = MOST_STREAM_BYTES if streams else MOST_BODY_BYTES
    line = answer.extensions.get("network_stream")
    peer = line.get_extra_info("server_addr") if line is not None else None
    origin = f"{request.url.scheme}://{request.url.netloc.decode()}{request.url.path}"

    def refused(words: str) -> Exception:
        way.refusal = f"{request.url.host}: {words}."
        return httpx2.ReadError(words, request=request)

    class Body(httpx2.AsyncByteStream):
        def __init__(self) -> None:
            self._told = False

        async def __aiter__(self) -> AsyncIterator[bytes]:
            if headers.get("content-encoding", "identity").lower() not in ("", "identity"):
                raise refused("the answer is packed, which was not asked for")
            try:
                async for piece in answer.stream:
                    traffic.received += len(piece)
                    if traffic.received > most:
                        raise refused(f"the answer is longer than {most >> 20} MB")
                    yield piece
            except httpcore2.TimeoutException as error:
                raise httpx2.ReadTimeout(str(error), request=request) from error
            except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
                raise httpx2.ReadError(str(error), request=request) from error

        async def aclose(self) -> None:
            await answer.stream.aclose()
            if not self._told:
                self._told = True
                way.note(origin, str(peer[0]) if peer else "", traffic)

    # What is packed is refused above; without the header httpx does not unpack it before we see how large it becomes.
    kept = [(name, value) for name, value in answer.headers if name.lower() != b"content-encoding"]
    return httpx2.Response(answer.status, headers=kept, stream=Body(), extensions=answer.extensions)


def _backend(way: Way) -> Any:
    import httpcore2

    system: Any = httpcore2.AnyIOBackend()

    class Judged(httpcore2.AsyncNetworkBackend):
        async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> Any:
            failure: Exception = httpcore2.ConnectError("it has no address")
            for address in (await way.addresses(host, port))[:MAX_ADDRESSES]:
                try:
                    return await system.connect_tcp(address, port, *args, **options)
                except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                    failure = error
            raise failure

        async def sleep(self, seconds: float) -> None:
            await system.sleep(seconds)

    return Judged()
