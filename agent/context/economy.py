"""What a provider's cache should give of each prompt, what it gave, and what broke a prompt's beginning."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from agent.budget.refusal import amount
from agent.context.prefix import Changes, Prefix, PrefixReader
from agent.context.tokens import prompt_tokens
from agent.errors import StorageError
from agent.events import AnyEvent, PromptCacheBroken
from agent.messages import Usage
from agent.ports import Clock, ModelRequest
from agent.settings import ModelProfile
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.records import to_micros
from agent.tasks import spawn

LIFETIME: Final = timedelta(minutes=5)
"""The shortest time for which large providers keep a prompt. Of what is older nothing is expected."""
LEAST_TOKENS: Final = 1_024
"""Shorter prompts are not cached by the large providers."""
MAX_HELD: Final = 4
"""Conversations whose last request is in memory; of others the database knows the beginning."""
MAX_CHANGES: Final = 1_000

_Key = tuple[str, str]
"""Session and model."""


class Watch:
    """One call under way."""

    def __init__(self, economy: Economy, request: ModelRequest, stored: asyncio.Task[Prefix | None] | None) -> None:
        self._economy, self._request, self._stored = economy, request, stored

    async def finished(self, usage: Usage) -> int | None:
        """Its reply came whole: give how much of its prompt the cache should have given; None: nobody knows."""
        before = await self._stored if self._stored is not None else None
        return self._economy.finished(self._request, usage, before)


class Economy:
    """Compares each prompt of a conversation with the one before, by the same model."""

    def __init__(self, database: Database, clock: Clock, publish: Callable[[AnyEvent], None]) -> None:
        self._database, self._clock, self._publish = database, clock, publish
        self._held: dict[_Key, tuple[PrefixReader, Prefix | None]] = {}
        self._unwritten: dict[_Key, Prefix] = {}
        self._told: dict[Changes, int] = {}

    def begin(self, request: ModelRequest) -> Watch | None:
        """Watch a call that leaves now; None: it belongs to no conversation that goes on."""
        if request.account.purpose not in ("turn", "summary") or not request.session_id:
            return None
        if request.model.tool_style == "constrained" or request.response_schema is not None:
            return None  # the small calls of the constrained profile
        unknown = _key(request) not in self._held
        return Watch(self, request, spawn(self._load(_key(request)), "load a prefix") if unknown else None)

    def finished(self, request: ModelRequest, usage: Usage, stored: Prefix | None) -> int | None:
        """Take in a call whose reply came; `stored`: the prefix before, where none is in memory."""
        now, key = self._clock.now(), _key(request)
        reader, before = self._held.pop(key, (PrefixReader(), stored))
        tokens = usage.input_tokens or prompt_tokens(request.system, request.tools, request.messages)
        if request.account.purpose == "summary":  # the turns after it begin as they did
            self._hold(key, reader, before)
            return None if before is None else _expected(before, PrefixReader().read(request, now, tokens), request)
        prefix = reader.read(request, now, tokens)
        self._hold(key, reader, prefix)
        self._unwritten[key] = prefix
        if before is None:
            return None
        if not before.begins_alike(prefix) and _lives(before, now) and before.tokens >= LEAST_TOKENS:
            self._tell(request, Changes.between(before, prefix), before.tokens)
        return _expected(before, prefix, request)

    def write(self, connection: Connection) -> None:
        """Keep what another process should know of the last minutes. In the thread of the database."""
        unwritten, self._unwritten = self._unwritten, {}
        rows = [(*key, to_micros(one.at), msgspec.json.encode(one).decode()) for key, one in unwritten.items()]
        connection.executemany(
            "INSERT OR REPLACE INTO prompt_prefixes (session_id, model, at, body) VALUES (?, ?, ?, ?)", rows
        )
        if rows:
            oldest = max(one.at for one in unwritten.values()) - 2 * LIFETIME
            connection.execute("DELETE FROM prompt_prefixes WHERE at < ?", (to_micros(oldest),))

    async def _load(self, key: _Key) -> Prefix | None:
        query = "SELECT body FROM prompt_prefixes WHERE session_id = ? AND model = ?"
        try:
            body = await self._database.read(lambda connection: connection.execute(query, key).get)
            return None if body is None else msgspec.json.decode(body, type=Prefix)
        except (StorageError, msgspec.DecodeError):
            return None

    def _hold(self, key: _Key, reader: PrefixReader, prefix: Prefix | None) -> None:
        self._held[key] = (reader, prefix)
        while len(self._held) > MAX_HELD:
            del self._held[next(iter(self._held))]

    def _tell(self, request: ModelRequest, changes: Changes, tokens: int) -> None:
        times = self._told[changes] = self._told.pop(changes, 0) + 1
        while len(self._told) > MAX_CHANGES:
            del self._told[next(iter(self._told))]
        if times > 2 and times % 10:
            return
        cost = _lost_usd(request.model, tokens)
        note = _note(changes, tokens, cost, times)
        ids = (request.session_id, request.account.run_id)
        self._publish(PromptCacheBroken(*ids, changes.rewritten, tokens, cost, note))


def _key(request: ModelRequest) -> _Key:
    return request.session_id, request.model.label


def _lives(prefix: Prefix, now: datetime) -> bool:
    return abs(now - prefix.at) <= LIFETIME


def _expected(before: Prefix, prefix: Prefix, request: ModelRequest) -> int:
    """Tokens of the prompt before that begin this one; 0 where no provider would have kept them."""
    if not before.begins_alike(prefix) or not _lives(before, prefix.at) or before.tokens < LEAST_TOKENS:
        return 0
    common = before.common(prefix)
    if common == len(before.messages):
        return min(before.tokens, prefix.tokens)
    kept = prompt_tokens(request.system, request.tools, request.messages[:common])
    return min(before.tokens, kept) if kept >= LEAST_TOKENS else 0


def _lost_usd(model: ModelProfile, tokens: int) -> float | None:
    price = model.price
    if price is None or price.cached is None:
        return None
    return tokens * max(0.0, price.input - price.cached) / 1e6


def _note(changes: Changes, tokens: int, cost: float | None, times: int) -> str:
    words = changes.words
    dearer = f", about {amount(cost, 'usd')} more" if cost else ""
    note = (
        f"{words[0].upper()}{words[1:]}: the prompt no longer begins as it did, so about {tokens:,} tokens of this "
        f"chat are read anew{dearer}."
    )
    if times > 1 and changes.rewritten:
        note += (
            f" It is the {times}. time: a plugin or server that rewrites its descriptions makes each message dearer. "
            "`homard plugins` and `homard mcp` switch it off."
        )
    return note
