"""One request for a model file: redirects judged, answers believed as far as they can be checked."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from agent import __version__
from agent.models.local_store.address import next_address
from agent.models.local_store.failure import DownloadFailed, Interrupted
from agent.safety.web_address import WebAddress, is_public

if TYPE_CHECKING:
    import httpx

MAX_REDIRECTS = 5
CONNECT_S = 15.0
SILENCE_S = 30.0
"""A stream that gives no byte for so long is dead."""
_RANGE = re.compile(r"bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)\Z")
_HEX = re.compile(r"[0-9a-f]{64}\Z")
_PERHAPS_LATER = (408, 425, 429, 500, 502, 503, 504)


class Answer(NamedTuple):
    """What a server says of the file that it is about to send."""

    start: int
    """Where in the file its bytes begin."""
    total: int | None
    """Of the whole file; None: it does not say."""
    validator: str
    sha256: str
    """Of the whole file, if the server says it."""
    response: httpx.Response
    complete: bool = False
    """It has no more bytes than those that are here."""


@asynccontextmanager
async def http_client(address: WebAddress, silence_s: float) -> AsyncGenerator[httpx.AsyncClient]:
    """A client for one download. What a person named in their own network is never asked through a proxy."""
    import httpx

    own = address.host == "localhost" or (address.ip is not None and not is_public(address.ip))
    trust = await asyncio.to_thread(httpx.create_ssl_context)
    timeout = httpx.Timeout(silence_s, connect=CONNECT_S)
    transport = httpx.AsyncHTTPTransport(verify=trust) if own else None
    try:
        client = httpx.AsyncClient(
            headers={"User-Agent": f"homard/{__version__}", "Accept": "*/*", "Accept-Encoding": "identity"},
            verify=trust,
            timeout=timeout,
            transport=transport,
            trust_env=not own,
            follow_redirects=False,
        )
    except (ImportError, ValueError) as error:  # a proxy of a kind that is not known
        raise DownloadFailed(f"The proxy that the environment names cannot be used ({error}).") from None
    async with client:
        yield client


@asynccontextmanager
async def asked(client: httpx.AsyncClient, named: WebAddress, have: int, validator: str) -> AsyncGenerator[Answer]:
    """Ask for a file, or for its rest if there are bytes of it. Raises DownloadFailed, Interrupted."""
    import httpx

    headers = {"Range": f"bytes={have}-"} if have else {}
    if have and validator:
        headers["If-Range"] = validator
    at, said = named, ""
    try:
        for _ in range(MAX_REDIRECTS + 1):
            async with client.stream("GET", str(at), headers=headers) as response:
                said = said or _linked_sum(response.headers)
                if response.status_code not in (301, 302, 303, 307, 308):
                    yield _answer(response, at, have, said)
                    return
                at = await next_address(named, at, response.headers.get("location", ""))
    except (httpx.TimeoutException, httpx.NetworkError, httpx.ProtocolError, httpx.ProxyError) as error:
        raise Interrupted(_why(error)) from None
    except httpx.InvalidURL:
        raise DownloadFailed(f"{at.host} cannot be asked: its address is not valid.") from None
    raise DownloadFailed(f"{named.host} leads from address to address, more than {MAX_REDIRECTS} times.")


def _answer(response: httpx.Response, at: WebAddress, have: int, said: str) -> Answer:
    status, headers = response.status_code, response.headers
    validator = _validator(headers)
    said = said or _own_sum(headers)
    if status == 416 and have:
        total = _range_of(headers)[1]
        return Answer(have, total, validator, said, response, complete=total == have)
    if status not in (200, 206):
        raise _refused(status, at)
    if headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise DownloadFailed(f"{at.host} sends the file compressed, although that was not asked for.")
    if "text/html" in headers.get("content-type", "").lower():
        hint = " Name the link that downloads the file, with /resolve/ in it." if "/blob/" in at.target else ""
        raise DownloadFailed(f"{at.host} sent a web page in place of a model file. Nothing was kept.{hint}")
    if status == 206:
        start, total = _range_of(headers)
        if start != have:
            raise Interrupted(f"{at.host} sent another part of the file than it was asked for")
        return Answer(have, total, validator, said, response)
    length = headers.get("content-length", "")
    return Answer(0, int(length) if length.isdecimal() else None, validator, said, response)


def _refused(status: int, at: WebAddress) -> Exception:
    if status in _PERHAPS_LATER:
        return Interrupted(f"{at.host} answered {status}")
    if status in (401, 403):
        return DownloadFailed(
            f"{at.host} gives the file to those who are known to it only (status {status}). Download it with your "
            "browser, and add the file."
        )
    if status in (404, 410):
        return DownloadFailed(f"{at.host} has no such file (status {status}). Look at the address.")
    return DownloadFailed(f"{at.host} did not give the file (status {status}).")


def _range_of(headers: httpx.Headers) -> tuple[int, int | None]:
    found = _RANGE.match(headers.get("content-range", "").strip())
    if found is None:
        return -1, None
    start, _end, total = found.groups()
    return int(start) if start else -1, int(total) if total.isdecimal() else None


def _validator(headers: httpx.Headers) -> str:
    """What tells versions of the file apart (RFC 9110, 13.1.5): a weak tag does not."""
    tag = headers.get("etag", "")
    return tag if tag.startswith('"') else headers.get("last-modified", "")


def _linked_sum(headers: httpx.Headers) -> str:
    """The sum that hubs of models tell of a large file while they redirect to where it is stored."""
    tag = headers.get("x-linked-etag", "").strip('"').lower()
    return tag if _HEX.match(tag) else ""


def _own_sum(headers: httpx.Headers) -> str:
    """The sum by RFC 9530."""
    found = re.search(r"sha-256=:([A-Za-z0-9+/=]{44}):", headers.get("repr-digest", ""))
    try:
        return base64.b64decode(found[1], validate=True).hex() if found else ""
    except ValueError:
        return ""


def _why(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError):
        return f"no connection ({str(error) or 'timed out'})"
    if isinstance(error, httpx.TimeoutException):
        return "nothing came any more"
    return f"the connection broke ({str(error) or type(error).__name__})"
