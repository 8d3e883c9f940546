"""Where probes are kept."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Final

import msgspec

from agent.comparison.result import ComparisonRun, ModelResult
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.records import clean, from_micros, to_micros

KEPT: Final = timedelta(days=365)
"""Older probes are deleted when a new one is stored."""


class ComparisonStore:
    """The tables `comparisons` and `comparison_models`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, at: datetime, run_id: str, results: tuple[ModelResult, ...], stopped: str) -> ComparisonRun:
        """Store a probe. Raises StorageError."""

        def write(connection: Connection) -> int:
            connection.execute("DELETE FROM comparisons WHERE at < ?", (to_micros(at - KEPT),))
            connection.execute(
                "INSERT INTO comparisons (at, run_id, stopped) VALUES (?, ?, ?)",
                (to_micros(at), run_id, clean(stopped)),
            )
            comparison_id = connection.last_insert_rowid()
            rows = ((comparison_id, clean(one.model), _encode(one)) for one in results)
            connection.executemany("INSERT INTO comparison_models VALUES (?, ?, ?)", rows)
            return comparison_id

        comparison_id = await self._database.call(write, step="comparison")
        return ComparisonRun(comparison_id=comparison_id, at=at, run_id=run_id, results=results, stopped=stopped)

    async def runs(self, limit: int) -> list[ComparisonRun]:
        """The newest probes, the newest first."""

        def read(connection: Connection) -> list[ComparisonRun]:
            rows = connection.execute(
                "SELECT comparison_id, at, run_id, stopped FROM comparisons ORDER BY comparison_id DESC LIMIT ?",
                (limit,),
            ).fetchall()
            return [_run(connection, *row) for row in rows]

        return await self._database.read(read)

    async def recent(self, since: datetime, most: int) -> dict[str, list[tuple[datetime, ModelResult]]]:
        """What the last probes of each model found, by model, the newest first; at most so many of each."""
        query = (
            "SELECT model, at, body FROM (SELECT model, at, body, comparison_id, ROW_NUMBER() OVER"
            " (PARTITION BY model ORDER BY comparison_id DESC) AS place"
            " FROM comparison_models JOIN comparisons USING (comparison_id) WHERE at >= ?)"
            " WHERE place <= ? ORDER BY model, comparison_id DESC"
        )
        bindings = (to_micros(since), most)
        rows = await self._database.read(lambda connection: connection.execute(query, bindings).fetchall())
        return await asyncio.to_thread(_by_model, rows)

    async def of_model(self, model: str, limit: int) -> list[tuple[datetime, ModelResult]]:
        """What probes found of one model, the newest first."""
        query = (
            "SELECT at, body FROM comparison_models JOIN comparisons USING (comparison_id) WHERE model = ?"
            " ORDER BY comparison_id DESC LIMIT ?"
        )
        rows = await self._database.read(lambda connection: connection.execute(query, (model, limit)).fetchall())
        return [(from_micros(at), result) for at, body in rows if (result := _decode(body)) is not None]


def _by_model(rows: list[tuple[str, int, str]]) -> dict[str, list[tuple[datetime, ModelResult]]]:
    found: dict[str, list[tuple[datetime, ModelResult]]] = {}
    for model, at, body in rows:
        if (result := _decode(body)) is not None:
            found.setdefault(model, []).append((from_micros(at), result))
    return found


def _run(connection: Connection, comparison_id: int, at: int, run_id: str, stopped: str) -> ComparisonRun:
    query = "SELECT body FROM comparison_models WHERE comparison_id = ? ORDER BY model"
    bodies = connection.execute(query, (comparison_id,)).fetchall()
    results = tuple(found for (body,) in bodies if (found := _decode(body)) is not None)
    return ComparisonRun(
        comparison_id=comparison_id, at=from_micros(at), run_id=run_id, results=results, stopped=stopped
    )


def _encode(result: ModelResult) -> str:
    return clean(msgspec.json.encode(result).decode())


def _decode(body: str) -> ModelResult | None:
    """None: a newer Homard wrote it in another shape, which is no reason to show nothing."""
    with contextlib.suppress(msgspec.DecodeError):
        return msgspec.json.decode(body, type=ModelResult)
    return None
