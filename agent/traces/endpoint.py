"""The one place to which traces are sent: an OTLP/HTTP endpoint that a person names.

https://opentelemetry.io/docs/specs/otlp/#otlphttp · The rules of all that goes out hold: the name is resolved once, all
its addresses must be public, and it is encrypted. A collector on this machine itself may be named too, without TLS.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from agent.errors import HomardError, ToolError, UsageError
from agent.ports import Clock
from agent.safety.web_address import IPAddress, WebAddress, is_public, parse_address
from agent.tools.egress import Egress, Resolve, resolve
from agent.tools.egress_pass import EgressPass, EgressRecord, Traffic

if TYPE_CHECKING:
    import ssl

SUFFIX: Final = "/v1/traces"
"""Of OTLP/HTTP, put behind an address that has not got it."""
TIMEOUT_S: Final = 30.0
"""For one message, connecting and answer."""
CONNECT_TIMEOUT_S: Final = 8.0
MOST_ANSWER_BYTES: Final = 65_536
TRIES: Final = 3
MOST_WAIT_S: Final = 20.0
"""That an endpoint may ask for before another try."""
_AGAIN: Final = frozenset({429, 502, 503, 504})
"""By the standard: the same may be sent again."""


class NotSent(HomardError):
    """The endpoint could not be reached, or did not take it all. What was sent may be sent again."""


class Sent(msgspec.Struct, frozen=True):
    """What an endpoint took."""

    address: str
    messages: int
    bytes_sent: int
    rejected: int = 0
    """Spans that it did not want."""
    said: str = ""
    """Its own words about them, on one line."""


class Endpoint:
    """Where traces go. The last arguments are seams for tests: names of their own, a server on loopback."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        clock: Clock,
        *,
        resolve: Resolve = resolve,
        permit: Callable[[IPAddress], bool] = is_public,
        tls: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """`headers`: for instance a key. Raises UsageError for what cannot be sent to or with."""
        self._clock, self._tls, self._timeout_s = clock, tls, timeout_s
        self._headers = _checked(headers)
        self._pass = EgressPass("user")
        self.address = _canonical(url)
        """Where it is sent to, exactly."""
        self.local = _is_here(self.address)
        """The endpoint is on this machine: nothing leaves it."""
        self._egress = Egress(resolve, (lambda address: address.is_loopback) if self.local else permit)
        if self.address.scheme == "http" and not self.local:
            raise UsageError(f"{self.address} is not encrypted; nothing was sent. Use its https address.")
        try:
            if self.address.ip is not None:
                self._egress.check(str(self.address))
        except ToolError as error:
            raise UsageError(f"{error} Nothing was sent. Name a public https address, or localhost.") from None

    async def send(self, messages: Iterable[bytes], listener: Callable[[EgressRecord], None]) -> Sent:
        """Send messages one after another; what may be tried again is. `listener`: told of each request that left.

        Raises NotSent.
        """
        self._pass = EgressPass("user", listener=listener)
        addresses = await self._addresses()
        sent, count, rejected, said = 0, 0, 0, ""
        for message in messages:
            answer = await self._delivered(addresses, message)
            refused, words = _partial(answer)
            sent, count, rejected, said = sent + len(message), count + 1, rejected + refused, words or said
        return Sent(str(self.address), count, sent, rejected, said)

    async def _addresses(self) -> Sequence[str]:
        try:
            return await self._egress.addresses(self.address, self._pass)
        except ToolError as error:
            raise NotSent(f"{error} Nothing was sent.") from None

    async def _delivered(self, addresses: Sequence[str], message: bytes) -> bytes:
        for attempt in range(1, TRIES + 1):
            status, headers, answer = await self._post(addresses, message)
            if 200 <= status < 300:
                return answer
            if status not in _AGAIN or attempt == TRIES:
                raise NotSent(_refusal(self.address, status, headers, answer))
            await self._clock.sleep(min(_wait(headers, attempt), MOST_WAIT_S))
        raise AssertionError("the last try returns or raises")

    async def _post(self, addresses: Sequence[str], message: bytes) -> tuple[int, dict[str, str], bytes]:
        import httpcore

        problem = "it has no address"
        tls = await self._context()
        try:
            async with asyncio.timeout(self._timeout_s), httpcore.AsyncConnectionPool(ssl_context=tls) as pool:
                for one in addresses:
                    try:
                        return await self._exchanged(pool, one, message)
                    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                        problem = str(error) or type(error).__name__
        except TimeoutError:
            problem = f"it did not answer within {self._timeout_s:g} s"
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
            problem = str(error) or type(error).__name__
        raise NotSent(f"{self.address.host} was not reached ({problem[:200]}). The trace is kept; try again later.")

    async def _exchanged(self, pool: Any, dialled: str, message: bytes) -> tuple[int, dict[str, str], bytes]:
        """One request to one address; the name stays in the Host header and in the check of the certificate."""
        import httpcore

        address = self.address
        url = httpcore.URL(
            scheme=address.scheme.encode(), host=dialled.encode(), port=address.port, target=address.target.encode()
        )
        headers = [(name.encode(), value.encode()) for name, value in self._all_headers(len(message)).items()]
        traffic = Traffic(sent=len(message) + sum(len(name) + len(value) + 4 for name, value in headers))
        begun = False

        async def trace(event: str, _info: Mapping[str, Any]) -> None:
            nonlocal begun
            begun = begun or event.endswith(".send_request_headers.started")

        extensions = {"timeout": {"connect": CONNECT_TIMEOUT_S}, "sni_hostname": address.host, "trace": trace}
        try:
            async with pool.stream("POST", url, headers=headers, content=message, extensions=extensions) as response:
                answer = bytearray()
                async for piece in response.aiter_stream():
                    answer += piece
                    traffic.received += len(piece)
                    if len(answer) > MOST_ANSWER_BYTES:
                        break
                found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                return response.status, found, bytes(answer[:MOST_ANSWER_BYTES])
        finally:
            if begun:
                self._egress.note(self._pass, str(address), dialled, traffic)

    def _all_headers(self, length: int) -> dict[str, str]:
        return {
            "Host": self.address.authority,
            "User-Agent": "Homard",
            "Content-Type": "application/json",
            "Content-Length": str(length),
            "Accept": "application/json",
            "Connection": "close",
            **self._headers,
        }

    async def _context(self) -> ssl.SSLContext | None:
        if self.address.scheme == "http" or self._tls is not None:
            return self._tls
        return await asyncio.to_thread(_tls_context)


def _tls_context() -> ssl.SSLContext:
    import ssl

    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _canonical(url: str) -> WebAddress:
    try:
        address = parse_address(url)
    except ToolError as error:
        raise UsageError(f"{error} Nothing was sent. Name the endpoint as https://host/path.") from None
    path, question, query = address.target.partition("?")
    if not path.rstrip("/").endswith(SUFFIX):
        path = path.rstrip("/") + SUFFIX
    return msgspec.structs.replace(address, target=path + question + query)


def _is_here(address: WebAddress) -> bool:
    """Whether the person has named this machine itself. A name that only leads here is not taken for it."""
    ip = address.ip
    return address.host == "localhost" or (ip is not None and ipaddress.ip_address(address.host).is_loopback)


_OURS: Final = frozenset({"host", "content-type", "content-length", "connection", "transfer-encoding"})


def _checked(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        token = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
        if not token or name.lower() in _OURS or not value.isascii() or not value.isprintable():
            raise UsageError(f"The header {name[:80]!r} cannot be sent so; nothing was sent. Check its name and value.")
    return dict(headers)


def _wait(headers: Mapping[str, str], attempt: int) -> float:
    asked = headers.get("retry-after", "")
    return float(asked) if asked.isascii() and asked.isdigit() else float(2 ** (attempt - 1))


def _partial(answer: bytes) -> tuple[int, str]:
    """How many spans of a message were not taken, and why."""
    try:
        told: Any = msgspec.json.decode(answer) if answer.strip() else {}
        part: Any = told.get("partialSuccess") or {}
        return max(0, int(part.get("rejectedSpans") or 0)), _one_line(str(part.get("errorMessage") or ""))
    except (msgspec.DecodeError, AttributeError, TypeError, ValueError, OverflowError, RecursionError):
        return 0, ""  # a success all the same


def _refusal(address: WebAddress, status: int, headers: Mapping[str, str], answer: bytes) -> str:
    told = _one_line(answer.decode("utf-8", "replace"))
    why = f" It says: {told}" if told else ""
    if 300 <= status < 400:
        return f"{address} leads on to {headers.get('location', 'nowhere')[:200]!r}; nothing was sent there. Name it."
    if status in (401, 403):
        return f"{address} wants a key (HTTP {status}); the trace was not taken. Give it with --header.{why}"
    if status == 404:
        return f"There is no OTLP endpoint at {address} (HTTP 404); the trace was not taken. Check its path.{why}"
    return f"{address} did not take the trace (HTTP {status}). It is kept; try again later.{why}"


def _one_line(text: str) -> str:
    """A stranger's words, without what would move a terminal's cursor."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200]
