"""What real calls have shown of each model; those of probes left out."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, Final

import msgspec

from agent.figures.seen import RECENT, ModelFigures, Seen, SeenCall, figures_of
from agent.storage.database import Database
from agent.storage.records import from_micros, to_micros

MOST: Final = 20_000
"""Calls, the newest."""


async def passive_figures(database: Database, seen: Seen, now: datetime) -> dict[str, ModelFigures]:
    """Add up the calls of the last days by model. Raises StorageError."""
    seen.flush()
    query = (
        "SELECT session_id, model, purpose, at, first_ms, took_ms, error, input_tokens, cached_tokens, output_tokens"
        " FROM model_calls WHERE at >= ? AND purpose <> 'trial' ORDER BY call_id DESC LIMIT ?"
    )
    bindings = (to_micros(now - RECENT), MOST)
    rows = await database.read(lambda connection: connection.execute(query, bindings).fetchall())
    return await asyncio.to_thread(_figures, rows)


def _figures(rows: list[tuple[Any, ...]]) -> dict[str, ModelFigures]:
    calls: dict[str, list[SeenCall]] = {}
    for row in reversed(rows):
        call = _call(row)
        calls.setdefault(call.model, []).append(call)
    return {model: figures_of(model, of_model) for model, of_model in calls.items()}


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
