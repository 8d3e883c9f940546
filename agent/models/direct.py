"""The direct transport: endpoints that speak the OpenAI wire format, over httpx in this process."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from agent import __version__
from agent.errors import BadKey, BadRequest, ModelError, NoSuchModel, ReplyTooLarge
from agent.models.failures import (
    Endpoint,
    endpoint_of,
    failure,
    failure_of_connection,
    failure_of_page,
    failure_of_status,
    no_answer,
    refuses_tools,
)
from agent.models.http import import_httpx
from agent.models.renderings import Renderings
from agent.models.reply import ReplyAssembler
from agent.models.sent import Departure, OnSent, ignore_sent
from agent.models.sse import ChunkReader, decode_chunk
from agent.ports import ModelEvent, ModelRequest, SecretStore
from agent.settings import ModelProfile

if TYPE_CHECKING:
    import httpx

MAX_ERROR_BODY = 1 << 16
MAX_WHOLE_REPLY = 32 << 20
"""Bytes of a reply from a server that ignores `stream`."""


class _Place(NamedTuple):
    """Where requests go, and over which kind of client."""

    url: httpx.URL
    socket_path: str
    """A UNIX socket; empty: TCP."""
    secure: bool
    """Over TLS."""
    near: bool
    """On this machine: then never through a proxy."""

    @property
    def kind(self) -> tuple[str, bool, bool]:
        """Which client serves it."""
        return self.socket_path, self.secure, self.near


class _Line(NamedTuple):
    """What requests of one kind go over."""

    client: httpx.AsyncClient
    transport: httpx.AsyncHTTPTransport | None
    """The one under the client, of an endpoint on this machine: what the client does besides (proxies, redirects,
    cookies) is not wanted there, and takes as long as all the rest. None: the client chooses among its own."""

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body of the response is unread."""
        if self.transport is None:
            return await self.client.send(request, stream=True)
        response = await self.transport.handle_async_request(request)
        response.request = request
        return response


class DirectGateway:
    """`ModelGateway` for endpoints that speak the OpenAI wire format. One connection pool per event loop.

    `base_url` is `https://host/v1`, `http://host:port/v1`, or `unix:/path/of/a/socket`. Redirects are not followed: the
    key goes to the endpoint and nowhere else. A model with tool style `auto` whose endpoint refuses tools is called
    again, and from then on, with the tools in the text.
    """

    def __init__(self, secrets: SecretStore, on_sent: OnSent = ignore_sent) -> None:
        self._secrets = secrets
        self._on_sent = on_sent
        self._lines: dict[tuple[str, bool, bool], _Line] = {}
        self._places: dict[tuple[str, bool], _Place] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._toolless: set[str] = set()
        self._renderings = Renderings()

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply; see `ModelGateway.stream`. Raises SecretUnavailable when the key cannot be had."""
        name = f"{request.model.settings.base_url} {request.model.name}"
        if name in self._toolless:
            request = _with_tools_as_text(request)
        try:
            async with aclosing(self._attempt(request)) as events:
                async for event in events:
                    yield event
            return
        except (BadRequest, NoSuchModel) as error:
            if request.model.tool_style != "auto" or not request.tools or not refuses_tools(error):
                raise
        self._toolless.add(name)
        async with aclosing(self._attempt(_with_tools_as_text(request))) as events:
            async for event in events:
                yield event

    async def aclose(self) -> None:
        """Close the connections."""
        lines, self._lines = list(self._lines.values()), {}
        async with AsyncExitStack() as stack:
            for line in lines:
                stack.push_async_callback(line.client.aclose)

    async def _attempt(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        settings = request.model.settings
        key = (await self._secrets.get(settings.key)).strip() if settings.key else ""
        endpoint = endpoint_of(request.model, key)
        if not (key.isascii() and key.isprintable()):
            raise failure(BadKey, endpoint, "has a key with characters that no key has, so that nothing was sent")
        if "httpx" not in sys.modules:
            await asyncio.to_thread(import_httpx)
        first_by = asyncio.get_running_loop().time() + settings.first_byte_timeout_s
        assembler = ReplyAssembler(request, endpoint)
        try:
            async with self._response(request, endpoint, first_by) as response:
                content_type = response.headers.get("content-type", "").lower()
                ended = "the stream ended"
                if "json" in content_type and "ndjson" not in content_type:
                    chunk = decode_chunk(await _body(response, endpoint, first_by, settings.first_byte_timeout_s))
                    for delta in assembler.feed(chunk) if chunk else ():
                        yield delta
                elif content_type.startswith(("text/event-stream", "text/plain")) or not content_type:
                    reader = ChunkReader(response, endpoint, settings, first_by)
                    while (chunk := await reader.next(assembler.finished)) is not None:
                        for delta in assembler.feed(chunk):
                            yield delta
                    ended = reader.ended
                else:
                    start = await _body(response, endpoint, first_by, settings.first_byte_timeout_s, MAX_ERROR_BODY)
                    raise failure_of_page(endpoint, content_type, start.decode(errors="replace"))
            for event in assembler.finish(ended):
                yield event
        except ModelError as error:
            if assembler.begun:
                error.begun = True
            raise

    @asynccontextmanager
    async def _response(
        self, request: ModelRequest, endpoint: Endpoint, first_by: float
    ) -> AsyncGenerator[httpx.Response, None]:
        """Send the request; the response has status 200 and its body is unread. Raises what refuses or fails."""
        import httpx

        settings = request.model.settings
        place = self._place(request.model, endpoint)
        line = await self._line(place)
        headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
        timeout = httpx.Timeout(settings.idle_timeout_s, connect=settings.connect_timeout_s, read=None, pool=None)
        content = self._renderings.encode(request)
        departure = Departure(request, len(content), self._on_sent)
        outgoing = line.client.build_request(
            "POST", place.url, content=content, headers=headers, timeout=timeout, extensions=departure.extensions
        )
        response: httpx.Response | None = None
        try:
            try:
                async with asyncio.timeout_at(first_by):
                    response = await line.send(outgoing)
            except TimeoutError:
                raise no_answer(endpoint, settings.first_byte_timeout_s) from None
            except httpx.HTTPError as error:
                # `from None`: the text of httpx's errors may hold a header, and that the key.
                raise failure_of_connection(endpoint, error) from None
            async with aclosing(response):
                if response.status_code != 200:
                    body = await _body(response, endpoint, first_by, settings.first_byte_timeout_s, MAX_ERROR_BODY)
                    raise failure_of_status(endpoint, response.status_code, response.headers, body)
                yield response
        finally:
            departure.ended(response.num_bytes_downloaded if response is not None else 0)

    def _place(self, model: ModelProfile, endpoint: Endpoint) -> _Place:
        key = model.settings.base_url, model.remote
        if key not in self._places:
            self._places[key] = _place(model, endpoint)
        return self._places[key]

    async def _line(self, place: _Place) -> _Line:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._lines, self._loop = {}, loop
        if place.kind not in self._lines:
            line = await _open_line(place)
            self._lines.setdefault(place.kind, line)
        return self._lines[place.kind]


async def _open_line(place: _Place) -> _Line:
    import httpx

    # Without TLS no certificates are loaded (50 ms); should TLS be met all the same, it trusts nobody.
    make = httpx.create_ssl_context
    trust = await asyncio.to_thread(make) if place.secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=30.0)
    uds = place.socket_path or None
    transport = httpx.AsyncHTTPTransport(verify=trust, limits=limits, uds=uds) if place.near else None
    headers = {
        "Accept": "text/event-stream, application/json",
        "Accept-Encoding": "identity",  # a compressed stream arrives in lumps
        "Content-Type": "application/json",
        "User-Agent": f"homard/{__version__}",
    }
    client = httpx.AsyncClient(
        headers=headers,
        verify=trust,
        limits=limits,
        transport=transport,
        trust_env=not place.near,
        follow_redirects=False,
    )
    return _Line(client, transport)


def _place(model: ModelProfile, endpoint: Endpoint) -> _Place:
    import httpx

    base_url = model.settings.base_url
    if base_url.startswith("unix:"):
        path = base_url.removeprefix("unix:")
        return _Place(httpx.URL("http://localhost/v1/chat/completions"), path, secure=False, near=True)
    try:
        url = httpx.URL(base_url.strip().rstrip("/"))
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        what = "has no usable base_url in the settings, so that nothing was sent"
        raise failure(BadRequest, endpoint, what, then="set it to an address like https://api.example.com/v1")
    path = url.path if url.path.endswith("/chat/completions") else url.path.rstrip("/") + "/chat/completions"
    return _Place(url.copy_with(path=path), "", secure=url.scheme == "https", near=not model.remote)


async def _body(
    response: httpx.Response, endpoint: Endpoint, by: float, seconds: float, most: int = MAX_WHOLE_REPLY
) -> bytes:
    """The body of a response that is no stream, cut at `MAX_ERROR_BODY`; a longer reply raises ReplyTooLarge."""
    import httpx

    body = bytearray()
    try:
        async with asyncio.timeout_at(by):
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > most:
                    break
    except TimeoutError:
        if response.status_code == 200:
            raise no_answer(endpoint, seconds) from None
    except httpx.HTTPError:
        pass
    if len(body) > most and most == MAX_WHOLE_REPLY:
        raise failure(ReplyTooLarge, endpoint, f"sent a reply of more than {most >> 20} MiB")
    return bytes(body[:most])


def _with_tools_as_text(request: ModelRequest) -> ModelRequest:
    model = msgspec.structs.replace(request.model, tool_style="text")
    return msgspec.structs.replace(request, model=model)
