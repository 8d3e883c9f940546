"""Replies that are given again to the very same request: of jobs nobody watches, and of reading apart.

Exactly the same or not at all: the key is a digest of everything that a reply depends on, and of everything that says
for whom it was made. Nothing that is local only is kept, and a chat that somebody attends to always asks its model.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import msgspec

from agent.errors import StorageError
from agent.labels import Label
from agent.messages import NO_USAGE, AssistantMessage, Message, TextPart, ToolMessage
from agent.ports import Clock, ModelEvent, ModelGateway, ModelRequest, ReplyFinished, TextDelta
from agent.settings import ProviderSettings
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.records import to_micros

KEPT: Final = timedelta(days=7)
"""An older reply is not given again, and goes."""
MAX_REPLIES: Final = 2_000
MAX_BYTES: Final = 8_000_000
MAX_REPLY_BYTES: Final = 200_000
"""A larger one is not kept."""

_log = logging.getLogger(__name__)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a call is made, and what holds for it: a reply is only given again where all of this is the same."""

    attended: bool
    """Somebody is there: what is said in such a run is never answered from here."""
    principals: tuple[str, ...]
    """Who acts: `user`, `job:…`."""
    label: Label
    """Of all that its model has seen until now."""
    held_by: str
    """Digest of what it may do: see `digest_of`."""


class ReplyCache:
    """The replies of one home."""

    def __init__(self, database: Database, clock: Clock, switched_on: Callable[[], bool]) -> None:
        """`switched_on`: whether the settings want it (`economy.reuse_replies`); asked at each call."""
        self._database, self._clock, self._switched_on = database, clock, switched_on

    def around(self, gateway: ModelGateway, standing: Callable[[], Standing | None]) -> ModelGateway:
        """Give the gateway of one run: it looks here first.

        `standing`: asked at each call that might be answered from here; None: that one is not.
        """
        return _Reusing(gateway, self, standing)

    def key(self, request: ModelRequest, standing: Callable[[], Standing | None]) -> bytes | None:
        """Under which the reply to a request stands; None: it is neither kept nor given again."""
        reading = request.account.purpose == "reading"
        if not (reading or request.account.job_id) or not self._switched_on() or (now := standing()) is None:
            return None
        if now.label.secrecy == "secret" or (now.attended and not reading):
            return None
        return hashlib.sha256(_canonical(request, now)).digest()

    async def find(self, key: bytes, request: ModelRequest) -> AssistantMessage | None:
        """Give what was answered to the same request, and write down that it is given again."""
        now = self._clock.now()
        try:
            body = await self._database.read(partial(_find, key=key, now=now))
            kept = None if body is None else msgspec.json.decode(body, type=AssistantMessage)
        except (StorageError, msgspec.DecodeError) as error:
            _log.warning("a kept reply cannot be read: %s", error)
            return None
        if kept is None or kept.model != request.model.label:
            return None
        self._database.post(partial(_note_use, key=key, kept=kept, request=request, now=now), step="reuse")
        return msgspec.structs.replace(kept, usage=NO_USAGE, label=None, from_cache=True)

    def keep(self, key: bytes, request: ModelRequest, reply: AssistantMessage) -> None:
        """Keep a whole reply of the model that was asked for; that of another, or one cut short, is not worth it."""
        if reply.model != request.model.label or reply.finish == "length" or reply.from_cache:
            return
        try:
            body = msgspec.json.encode(reply)
        except (UnicodeEncodeError, OverflowError):  # half a character, a number beyond 64 bits
            return
        if len(body) <= MAX_REPLY_BYTES:
            self._database.post(partial(_keep, key=key, body=body.decode(), now=self._clock.now()), step="keep")

    async def forget(self) -> None:
        """Delete all of them. Raises StorageError."""
        await self._database.call(lambda connection: connection.execute("DELETE FROM kept_replies"), step="forget")


class _Reusing:
    """`ModelGateway` of one run. It is given each reply once: who asks again wants another."""

    def __init__(self, base: ModelGateway, cache: ReplyCache, standing: Callable[[], Standing | None]) -> None:
        self._base, self._cache, self._standing = base, cache, standing
        self._given: set[bytes] = set()

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply; see `ModelGateway.stream`."""
        key = self._cache.key(request, self._standing)
        if key is not None and (kept := await self._find(key, request)) is not None:
            for part in kept.parts:
                if isinstance(part, TextPart):
                    yield TextDelta(part.text)
            yield ReplyFinished(kept)
            return
        async with aclosing(self._base.stream(request)) as events:
            async for event in events:
                if key is not None and isinstance(event, ReplyFinished):
                    self._cache.keep(key, request, event.message)
                yield event

    async def _find(self, key: bytes, request: ModelRequest) -> AssistantMessage | None:
        kept = await self._cache.find(key, request) if key not in self._given else None
        if kept is not None:
            self._given.add(key)
        return kept


def digest_of(*things: Any) -> str:
    """Digest what holds for a run, plain data and Structs: rules, permissions, folders, how it was started."""
    return hashlib.sha256(b"\x00".join(map(_plain, things))).hexdigest()


def _canonical(request: ModelRequest, standing: Standing) -> bytes:
    model = request.model
    asked = msgspec.structs.replace(model, stand_ins=(), price=None, settings=_answering(model.settings))
    parts = (
        asked, request.system, request.tools, [*map(_told, request.messages)], request.response_schema,
        request.max_output_tokens, request.temperature, request.account.purpose, request.account.job_id, standing,
    )  # fmt: skip
    return b"\x00".join(map(_plain, parts))


def _told(message: Message) -> Message:
    """A message without what no model is told: what it cost, what is for the screen."""
    if isinstance(message, AssistantMessage):
        return msgspec.structs.replace(message, usage=NO_USAGE, from_cache=False)
    if isinstance(message, ToolMessage):
        return ToolMessage(msgspec.structs.replace(message.result, details={}))
    return message


def _answering(settings: ProviderSettings) -> ProviderSettings:
    """Who answers. A budget, a timeout, the other models of a provider change no reply."""
    return ProviderSettings(
        transport=settings.transport,
        base_url=settings.base_url,
        key=settings.key,
        litellm_provider=settings.litellm_provider,
    )


def _plain(thing: Any) -> bytes:
    try:
        return msgspec.json.encode(thing)  # of one length and order for equal things; NUL stands in no JSON
    except (UnicodeEncodeError, OverflowError, RecursionError):
        return repr(thing).encode(errors="backslashreplace")


# -- in the thread of the database


def _find(connection: Connection, *, key: bytes, now: datetime) -> str | None:
    moment = to_micros(now)
    query = "SELECT body FROM kept_replies WHERE key = ? AND at > ? AND at <= ?"
    return connection.execute(query, (key, moment - _KEPT_MICROS, moment)).get


def _note_use(
    connection: Connection, *, key: bytes, kept: AssistantMessage, request: ModelRequest, now: datetime
) -> None:
    connection.execute("UPDATE kept_replies SET used_at = ? WHERE key = ?", (to_micros(now), key))
    usage = kept.usage
    row = (
        request.session_id, request.account.run_id, request.account.job_id, kept.model, request.account.purpose,
        to_micros(now), usage.input_tokens + usage.output_tokens, usage.cost_usd,
    )  # fmt: skip
    connection.execute(
        "INSERT INTO reused_replies (session_id, run_id, job_id, model, purpose, at, tokens, cost_usd)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    )


def _keep(connection: Connection, *, key: bytes, body: str, now: datetime) -> None:
    moment = to_micros(now)
    connection.execute(
        "INSERT OR REPLACE INTO kept_replies (key, at, used_at, size, body) VALUES (?, ?, ?, ?, ?)",
        (key, moment, moment, len(body.encode()), body),
    )
    # What a clock that was ahead has written goes too.
    connection.execute("DELETE FROM kept_replies WHERE at <= ? OR at > ?", (moment - _KEPT_MICROS, moment))
    connection.execute(
        "DELETE FROM kept_replies WHERE key IN (SELECT key FROM (SELECT key, SUM(size) OVER newest AS bytes,"
        " ROW_NUMBER() OVER newest AS place FROM kept_replies"
        " WINDOW newest AS (ORDER BY used_at DESC, key)) WHERE bytes > ? OR place > ?)",
        (MAX_BYTES, MAX_REPLIES),
    )


_KEPT_MICROS: Final = KEPT // timedelta(microseconds=1)
