"""What the last request of a chat was, by the provider's count."""

from __future__ import annotations

import msgspec

from agent.storage.connection import Connection


class LastRequest(msgspec.Struct, frozen=True):
    """The newest settled call of a chat that answered in it."""

    model: str
    input_tokens: int
    cached_tokens: int
    """Among the input tokens."""
    cost_usd: float | None
    """Of the whole call; None: the price is unknown."""


def last_request(connection: Connection, session_id: str) -> LastRequest | None:
    """Find it; None: there was none."""
    row = connection.execute(
        "SELECT model, input_tokens, cached_tokens, cost_usd FROM usage WHERE session_id = ? AND purpose = 'turn'"
        " AND state = 'settled' ORDER BY usage_id DESC LIMIT 1",
        (session_id,),
    ).fetchone()
    return None if row is None else LastRequest(*row)
