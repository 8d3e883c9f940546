"""Reads the chunks of one streamed response, with bounds on silence and size."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, cast

import msgspec

from agent.errors import ProtocolError, ReplyTooLarge
from agent.models.failures import Endpoint, failure, failure_of_page, no_answer
from agent.settings import ProviderSettings

if TYPE_CHECKING:
    import httpx

MAX_EVENT = 16 << 20
"""Characters of one event."""
MAX_STREAM = 256 << 20
"""Characters of one stream, whatever is in it."""
GRACE_S = 2.0
"""Seconds to wait for usage and [DONE] once the reply is complete. Some servers keep the connection open instead."""
_DRAIN_S = 0.05

Chunk = dict[str, Any]


class ChunkReader:
    """The chunks of a response with status 200, one by one."""

    def __init__(
        self, response: httpx.Response, endpoint: Endpoint, settings: ProviderSettings, first_by: float
    ) -> None:
        """`first_by`: the moment, in loop time, by which the first event must have come."""
        from httpx_sse import EventSource

        self.ended = "the stream ended"
        """How it ended, once `next` gave None."""
        self._endpoint = endpoint
        self._idle_s = settings.idle_timeout_s
        self._first_by = first_by
        self._first_s = settings.first_byte_timeout_s
        self._source = _Bounded(response, endpoint, self._alive)
        self._events = EventSource(cast("httpx.Response", self._source)).aiter_sse()
        self._begun = False
        self._timer: asyncio.Timeout | None = None
        self._armed_at = 0.0

    async def next(self, complete: bool) -> Chunk | None:
        """The next chunk; None at the end, however it came. `complete`: only usage may still follow.

        Raises Unreachable when not one event came in time, ProtocolError for what is no event stream, ReplyTooLarge.
        """
        import httpx

        self._armed_at = now = asyncio.get_running_loop().time()
        patience = min(GRACE_S, self._idle_s) if complete else self._idle_s
        try:
            async with asyncio.timeout_at(now + patience if self._begun else self._first_by) as self._timer:
                async for event in self._events:
                    if event.data:
                        self._begun, self._source.keeps = True, False
                        return await self._chunk(event.event, event.data)
        except TimeoutError:
            if not self._begun:
                raise no_answer(self._endpoint, self._first_s) from None
            self.ended = f"nothing more came for {self._idle_s:g} s"
            return None
        except httpx.HTTPError:
            self.ended = "the connection broke"
            return None
        return None if self._begun else self._odd_body()

    def _alive(self) -> None:
        """Bytes came, a comment perhaps: inside a stream that is no silence."""
        now = asyncio.get_running_loop().time()
        if self._begun and self._timer is not None and now - self._armed_at > self._idle_s / 10:
            self._armed_at = now
            self._timer.reschedule(now + self._idle_s)

    async def _chunk(self, kind: str, data: str) -> Chunk | None:
        if data.strip() == "[DONE]":
            await self._drain()
            return None
        chunk = decode_chunk(data)
        if chunk is None and kind == "error":
            return {"error": {"message": data}}
        if chunk is None:
            what = "sent an event that cannot be read, so that the reply may lack a piece"
            then = "nothing of it was executed; try again or choose another model"
            raise failure(ProtocolError, self._endpoint, what, said=data, then=then)
        return {"error": chunk} if kind == "error" and "error" not in chunk else chunk

    async def _drain(self) -> None:
        """Read the end of the body, which is mostly here already, so that the connection can be used again."""
        try:
            async with asyncio.timeout(_DRAIN_S):
                async for _event in self._events:
                    return
        except TimeoutError:
            return

    def _odd_body(self) -> Chunk | None:
        """What came without one event: nothing, a completion or an error as plain JSON, or a page."""
        self._begun = True
        start = "".join(self._source.start).strip()
        if not start:
            self.ended = "the stream ended with nothing in it"
            return None
        chunk = decode_chunk(start)
        if chunk is not None:
            return chunk
        if start.startswith("data:"):
            return None  # the first event did not come whole
        raise failure_of_page(self._endpoint, self._source.content_type, start)


class _Bounded:
    """As much of httpx.Response as EventSource uses: any content type, no endless line."""

    def __init__(self, response: httpx.Response, endpoint: Endpoint, alive: Any) -> None:
        self.headers = {"content-type": "text/event-stream"}
        self.content_type = response.headers.get("content-type", "")
        self.start: list[str] = []
        """The body, as long as no event was found in it."""
        self.keeps = True
        self._response = response
        self._endpoint = endpoint
        self._alive = alive

    async def aiter_text(self) -> AsyncIterator[str]:
        """The body as text."""
        total = line = 0
        async for text in self._response.aiter_text():
            self._alive()
            if self.keeps:
                self.start.append(text)
            total += len(text)
            end = text.rfind("\n")
            line = line + len(text) if end < 0 else len(text) - end
            if line > MAX_EVENT or total > MAX_STREAM:
                what = f"sent more than a reply can be ({total >> 20} MiB), and was stopped"
                raise failure(ReplyTooLarge, self._endpoint, what, then="choose another model")
            yield text


def decode_chunk(data: str | bytes) -> Chunk | None:
    """Decode a JSON object; None if it is none. Accepts what Python's own decoder accepts: NaN, half surrogates."""
    try:
        value: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            return None
    return cast(Chunk, value) if isinstance(value, dict) else None
