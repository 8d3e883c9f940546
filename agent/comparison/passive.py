"""What real calls have shown of each model; those of probes left out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from agent.figures.seen import RECENT, ModelFigures, Seen, SeenCall, figures_of
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.records import from_micros, to_micros


async def passive_figures(database: Database, seen: Seen, now: datetime) -> dict[str, ModelFigures]:
    """Add up the calls of the last days by model. Raises StorageError."""
    seen.flush()
    calls = await database.read(lambda connection: _calls(connection, to_micros(now - RECENT)))
    models = dict.fromkeys(call.model for call in calls)
    return {model: figures_of(model, [call for call in calls if call.model == model]) for model in models}


def _calls(connection: Connection, since: int) -> list[SeenCall]:
    query = (
        "SELECT session_id, model, purpose, at, first_ms, took_ms, error, input_tokens, cached_tokens, output_tokens"
        " FROM model_calls WHERE at >= ? AND purpose <> 'trial' ORDER BY call_id"
    )
    return [_call(row) for row in connection.execute(query, (since,))]


def _call(row: tuple[Any, ...]) -> SeenCall:
    session_id, model, purpose, at, first_ms, took_ms, error, *tokens = row
    found: dict[str, Any] = dict(zip(("input_tokens", "cached_tokens", "output_tokens"), tokens, strict=True))
    return msgspec.convert(
        {
            "session_id": session_id, "model": model, "purpose": purpose, "at": from_micros(at),
            "first_ms": first_ms, "took_ms": took_ms, "error": error, **found,
        },
        SeenCall,
    )  # fmt: skip
