"""The wire tap: an httpx transport of ours under litellm, which sees what really came from a provider.

litellm ends a stream that was cut off with `finish_reason="stop"`, an unknown reason likewise, and files a used-up
quota under rate limits. So the bytes decide: was the provider's own terminal marker among them (`terminal.py`), what do
the status line and the headers say, did the connection end or break. In a format whose marker is not known
`Sighting.known` stays false, and litellm's word has to be taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import httpx

from agent.errors import ModelError, ProtocolError, ReplyCut, ReplyTooLarge
from agent.models.failures import (
    Endpoint,
    failure,
    failure_of_connection,
    failure_of_error,
    failure_of_page,
    failure_of_status,
    no_answer,
)
from agent.models.sent import when_leaving
from agent.models.terminal import Marker, find_marker
from agent.settings import ProviderSettings

MAX_ERROR_BODY = 64 * 1024
MAX_REPLY = 64 * 1024 * 1024
"""Bytes on the wire; the assembler's own bounds are far tighter."""
TRAILER_S = 5.0
"""Wait for what may follow a complete reply: usage, the end of the body."""
_HOP_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})


class Traffic(NamedTuple):
    """Hears what leaves and what comes, in bytes of bodies."""

    sent: Callable[[str, int], None]
    """A request begins to leave: host and port, and the size of its body."""
    received: Callable[[int], None]
    """Its answer has ended."""


def _unheard(*_what: object) -> None:
    return


UNHEARD = Traffic(_unheard, _unheard)
"""Nobody hears."""


class Sighting:
    """What the tap saw of one call; made for each call and set as `watching` in the call's task."""

    def __init__(self, endpoint: Endpoint, limits: ProviderSettings, traffic: Traffic = UNHEARD) -> None:
        self._traffic = traffic
        self.endpoint = endpoint
        self.limits = limits
        self.finish = ""
        """The provider's own reason for ending; empty: none was seen."""
        self.known = False
        """Whether the reply came in a format whose terminal marker is known."""
        self.failed: ModelError | None = None
        """What the wire says went wrong."""
        self._marker: Marker | None = None
        self._response: httpx.Response | None = None
        self._content_type = ""

    @property
    def answered(self) -> bool:
        """Whether a provider has answered at all, or its failure to do so was seen."""
        return self._response is not None or self.failed is not None

    @property
    def answered_by(self) -> str:
        """What the provider calls the model that answered; empty: it did not say. litellm puts what was asked."""
        return self._marker.answered_by if self._marker is not None else ""

    def verdict(self) -> ModelError | None:
        """None if the reply came whole, as far as the wire tells; call it when litellm is done."""
        if self.failed is not None:
            return self.failed
        if self.known and not self.finish:
            return self._cut("ended before the reply was complete")
        return None

    async def aclose(self) -> None:
        """Close the connection, whatever litellm does with its own objects."""
        if self._response is not None:
            await self._response.aclose()
            self._traffic.received(self._response.num_bytes_downloaded)

    def leaves(self, request: httpx.Request) -> None:
        """Note that a request begins to leave."""
        host = request.url.netloc.decode("ascii", "replace")
        self._traffic.sent(host, int(request.headers.get("content-length", 0)))

    def begin(self, response: httpx.Response) -> None:
        """Note a new answer; the last one is the one that counts (a token may be fetched before it)."""
        self._response, self._marker = response, None
        self._content_type = response.headers.get("content-type", "")
        self.finish, self.known, self.failed = "", False, None

    def see(self, data: bytes) -> None:
        """Note a piece of the body. Raises ModelError for a piece that no reply holds."""
        marker = self._marker = self._marker or find_marker(self._content_type, data)
        if marker is None:
            raise self.fail(failure_of_page(self.endpoint, self._content_type, data.decode(errors="replace")))
        marker.feed(data)
        self.known, self.finish = marker.known, marker.finish
        if marker.error is not None:
            raise self.fail(failure_of_error(self.endpoint, marker.error))
        if marker.broken:
            what = "sent a piece that cannot be read"
            raise self.fail(failure(ProtocolError, self.endpoint, what, said=marker.broken))
        if marker.size > MAX_REPLY:
            raise self.fail(failure(ReplyTooLarge, self.endpoint, "sent far too much", then="ask for less at once"))

    def end(self) -> None:
        """Note that the body ended as HTTP says it should."""
        if self._marker is None:
            self.known = True  # an empty body is no reply in any format
            return
        marker = self._marker
        marker.end()
        self.known, self.finish = marker.known, marker.finish
        if marker.error is not None:
            self.failed = failure_of_error(self.endpoint, marker.error)
        elif marker.broken and not self.finish:
            self.failed = self._cut("ended in the middle of a piece")

    def fail(self, error: ModelError) -> ModelError:
        """Note what went wrong and hand it back to be raised."""
        self.failed = error
        return error

    def broke(self, stalled: bool) -> ModelError:
        """Note that the body did not come to its end, and hand the error back to be raised."""
        if stalled and self._marker is None:
            return self.fail(no_answer(self.endpoint, self.limits.first_byte_timeout_s))
        if stalled:
            return self.fail(self._cut(f"sent nothing for {self.limits.idle_timeout_s:g} s in the middle of the reply"))
        return self.fail(self._cut("broke off in the middle of the reply"))

    def _cut(self, how: str) -> ModelError:
        return failure(ReplyCut, self.endpoint, how, then="try again")


watching: ContextVar[Sighting | None] = ContextVar("watching", default=None)
"""The sighting of the call that the current task makes; without one nothing goes out."""


class TapTransport(httpx.AsyncBaseTransport):
    """Carries requests of litellm; refuses redirects, keeps to the provider's time limits."""

    def __init__(self) -> None:
        # A client, not a bare transport: it honours the proxies and certificates of the environment.
        self._client = httpx.AsyncClient(follow_redirects=False, timeout=None)  # noqa: S113 limits come with each request

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and note what comes. Raises ModelError for what the wire shows to be no reply."""
        sighting = watching.get()
        if sighting is None:
            raise httpx.ConnectError("no call is being made", request=request)
        response = await self._send(request, sighting)
        sighting.begin(response)
        if not response.is_success:
            await self._refused(response, sighting)
        headers = [(name, value) for name, value in response.headers.multi_items() if name not in _HOP_HEADERS]
        body = _Body(response, sighting)
        return httpx.Response(response.status_code, headers=headers, stream=body, request=request)

    async def end(self) -> None:
        """Close all connections. `aclose` does not: litellm closes its clients now and then, and they share this."""
        await self._client.aclose()

    async def _send(self, request: httpx.Request, sighting: Sighting) -> httpx.Response:
        limits = sighting.limits
        sighting.endpoint = replace(sighting.endpoint, address=request.url.netloc.decode("ascii", "replace"))
        # httpx's own limit covers the silence before the status line; `_Body` keeps the tighter ones after it.
        silence = max(limits.first_byte_timeout_s, limits.idle_timeout_s)
        connect = limits.connect_timeout_s
        request.extensions["timeout"] = {"connect": connect, "pool": connect, "read": silence, "write": silence}
        request.extensions["trace"] = when_leaving(partial(sighting.leaves, request))
        try:
            async with asyncio.timeout(connect + limits.first_byte_timeout_s):
                return await self._client.send(request, stream=True)
        except (TimeoutError, httpx.ReadTimeout):
            raise sighting.fail(no_answer(sighting.endpoint, limits.first_byte_timeout_s)) from None
        except httpx.HTTPError as error:
            raise sighting.fail(failure_of_connection(sighting.endpoint, error)) from None

    async def _refused(self, response: httpx.Response, sighting: Sighting) -> None:
        body = b""
        try:
            async with asyncio.timeout(sighting.limits.idle_timeout_s):
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > MAX_ERROR_BODY:
                        break
        except (TimeoutError, httpx.HTTPError):
            pass  # the status alone says enough
        finally:
            await response.aclose()
        raise sighting.fail(failure_of_status(sighting.endpoint, response.status_code, dict(response.headers), body))


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: httpx.Response, sighting: Sighting) -> None:
        self._response = response
        self._sighting = sighting

    async def __aiter__(self) -> AsyncIterator[bytes]:
        sighting = self._sighting
        pieces = self._response.aiter_bytes()
        limit = sighting.limits.first_byte_timeout_s
        while True:
            try:
                async with asyncio.timeout(limit):
                    piece = await anext(pieces, None)
            except (TimeoutError, httpx.HTTPError) as error:
                if sighting.finish:
                    return  # the reply was complete; only its trailer is missing
                raise sighting.broke(isinstance(error, TimeoutError | httpx.TimeoutException)) from None
            if piece is None:
                sighting.end()
                return
            sighting.see(piece)
            limit = sighting.limits.idle_timeout_s if not sighting.finish else TRAILER_S
            yield piece

    async def aclose(self) -> None:
        await self._response.aclose()


def install() -> None:
    """Put the tap under everything that litellm sends from now on."""
    tap = TapTransport()

    def transport(*_arguments: Any, **_settings: Any) -> httpx.AsyncBaseTransport:
        return tap

    # WORKAROUND(litellm 1.106.2): `aclient_session` reaches only the OpenAI path, `client=` wants another type for each
    # provider; this one function makes the transport of every asynchronous client.
    handler = import_module("litellm.llms.custom_httpx.http_handler").AsyncHTTPHandler
    handler.create_async_transport = handler._create_async_transport = staticmethod(transport)
