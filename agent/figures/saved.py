"""What was not paid twice: prompts that came from providers' caches, and replies that were given again."""

from __future__ import annotations

from datetime import datetime

import msgspec

from agent.storage.connection import Connection
from agent.storage.records import to_micros


class CacheRate(msgspec.Struct, frozen=True):
    """What a provider's cache gave of a model's prompts; only of calls where it is known what it should have given."""

    model: str
    calls: int
    input_tokens: int
    expected_tokens: int
    """That should have come from its cache: they began as a prompt shortly before."""
    cached_tokens: int
    """That did, as the provider says."""

    @property
    def expected_share(self) -> float:
        """Of the prompts."""
        return self.expected_tokens / self.input_tokens if self.input_tokens else 0.0

    @property
    def cached_share(self) -> float:
        """Of the prompts."""
        return self.cached_tokens / self.input_tokens if self.input_tokens else 0.0


class Reused(msgspec.Struct, frozen=True):
    """Replies that were given again, without a call."""

    replies: int
    tokens: int
    """That they took when they were made."""
    cost_usd: float
    """That they cost then, where the price was known."""


def cache_rates(connection: Connection, since: datetime, until: datetime) -> list[CacheRate]:
    """Give it for each model, those with the most tokens first, from a moment until before another."""
    query = """
        SELECT model, COUNT(*), SUM(input_tokens), SUM(MIN(expected_tokens, input_tokens)), SUM(cached_tokens)
        FROM model_calls WHERE at >= ? AND at < ? AND expected_tokens IS NOT NULL AND error = '' AND input_tokens > 0
        GROUP BY model ORDER BY SUM(input_tokens) DESC, model"""
    return [CacheRate(*row) for row in connection.execute(query, (to_micros(since), to_micros(until)))]


def reused(connection: Connection, since: datetime, until: datetime) -> Reused:
    """Add up the replies that were given again from a moment until before another."""
    query = "SELECT COUNT(*), TOTAL(tokens), TOTAL(cost_usd) FROM reused_replies WHERE at >= ? AND at < ?"
    replies, tokens, cost = next(iter(connection.execute(query, (to_micros(since), to_micros(until)))))
    return Reused(replies, int(tokens), cost)
