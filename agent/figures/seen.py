"""What each model call was like: how long until the first word, how quick, how it failed. One row a call.

The budget's own books (`usage`) say what calls took; this says how they went, for traces, for comparing sellers, and
for choosing among models. Rows are written some seconds behind the calls, many at once, so that no run waits for the
disk more often; a crash may lose the last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.records import from_micros, to_micros

RECENT: Final = timedelta(days=14)
"""What the figures of a model are taken from."""
KEPT: Final = timedelta(days=180)
"""Older rows are deleted."""
BEHIND_S: Final = 5.0
"""Rows wait so long for others."""


class SeenCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call to a model, as it went."""

    session_id: str = ""
    run_id: str = ""
    model: str
    """As asked, `provider/name`."""
    purpose: str
    at: datetime
    """When it began, UTC."""
    first_ms: int | None = None
    """Until the first piece of the reply; None: none came."""
    took_ms: int
    """Until its end."""
    error: str = ""
    """Code of the ModelError, or `cancelled`; empty: the reply came whole."""
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    answered_by: str = ""
    """What the provider calls the model that answered, if it said so and it is another name than asked."""
    expected_tokens: int | None = None
    """Of the prompt, that the provider's cache should have given; None: nobody knows. See `context.economy`."""

    @property
    def tokens_per_s(self) -> float | None:
        """How quick the reply came once it had begun; None: too short to say."""
        if self.first_ms is None or self.took_ms - self.first_ms < 50 or self.output_tokens < 10:
            return None
        return self.output_tokens / (self.took_ms - self.first_ms) * 1000


class ModelFigures(msgspec.Struct, frozen=True):
    """What was seen of a model lately."""

    model: str
    calls: int
    failures: int
    """Those that waiting may mend, or that the provider is to blame for; a person's cancelling is none."""
    first_ms: float | None
    """Median."""
    tokens_per_s: float | None
    """Median."""
    cached_share: float | None
    """Of the prompt tokens of calls after a session's first; None: there was none."""
    expected_share: float | None = None
    """The same that the cache should have given; None: nobody knows."""


class Seen:
    """The store of calls."""

    def __init__(self, database: Database, beside: Callable[[Connection], None] | None = None) -> None:
        """`beside`: writes what goes with the rows, in the same transaction, in the thread of the database."""
        self._database, self._beside = database, beside
        self._waiting: list[SeenCall] = []
        self._timer: asyncio.TimerHandle | None = None

    def note(self, call: SeenCall) -> None:
        """Write one down, soon. On the event loop."""
        self._waiting.append(call)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(BEHIND_S, self.flush)

    def flush(self) -> None:
        """Write down what waits: before all that the database is asked for later."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer, waiting, self._waiting = None, self._waiting, []
        if waiting:
            self._database.post(lambda connection: self._write(connection, waiting), step="seen")

    def _write(self, connection: Connection, calls: Sequence[SeenCall]) -> None:
        _insert(connection, calls)
        if self._beside is not None:
            self._beside(connection)

    async def of_run(self, run_id: str) -> list[SeenCall]:
        """The calls of a run, in order."""
        self.flush()
        query = f"SELECT {_COLUMNS} FROM model_calls WHERE run_id = ? ORDER BY call_id"  # noqa: S608 - constants
        return await self._database.read(lambda connection: _calls(connection, query, (run_id,)))

    async def figures(self, now: datetime) -> list[ModelFigures]:
        """What was seen of each model lately, by name."""
        self.flush()
        query = f"SELECT {_COLUMNS} FROM model_calls WHERE at >= ? ORDER BY call_id"  # noqa: S608
        since = to_micros(now - RECENT)
        calls = await self._database.read(lambda connection: _calls(connection, query, (since,)))
        models = sorted({call.model for call in calls})
        return [figures_of(model, [call for call in calls if call.model == model]) for model in models]

    async def clean(self, now: datetime) -> None:
        """Delete old rows."""
        before = to_micros(now - KEPT)
        await self._database.call(
            lambda connection: connection.execute("DELETE FROM model_calls WHERE at < ?", (before,)), step="seen"
        )


NO_FAILURE: Final = frozenset({"", "cancelled", "local_only", "context_overflow", "bad_request", "content_filtered"})


def figures_of(model: str, calls: Sequence[SeenCall]) -> ModelFigures:
    """Add up the calls of one model."""
    waits = [call.first_ms for call in calls if call.first_ms is not None and not call.error]
    rates = [rate for call in calls if (rate := call.tokens_per_s) is not None]
    return ModelFigures(
        model,
        len(calls),
        sum(call.error not in NO_FAILURE for call in calls),
        _median(waits),
        _median(rates),
        _cached_share(calls),
        _expected_share(calls),
    )


def _cached_share(calls: Sequence[SeenCall]) -> float | None:
    seen: set[str] = set()
    read = cached = 0
    for call in calls:
        if call.session_id and call.session_id in seen and not call.error:
            read += call.input_tokens
            cached += call.cached_tokens
        seen.add(call.session_id)
    return cached / read if read else None


def _expected_share(calls: Sequence[SeenCall]) -> float | None:
    known = [call for call in calls if call.expected_tokens is not None and call.input_tokens]
    read = sum(call.input_tokens for call in known)
    expected = sum(min(call.expected_tokens or 0, call.input_tokens) for call in known)
    return expected / read if read else None


def _median(values: Sequence[float]) -> float | None:
    from statistics import median

    return float(median(values)) if values else None


_FIELDS: Final = tuple(field.name for field in msgspec.structs.fields(SeenCall))
_COLUMNS: Final = ", ".join(_FIELDS)


def _insert(connection: Connection, calls: Sequence[SeenCall]) -> None:
    marks = ", ".join("?" * len(_FIELDS))
    query = f"INSERT INTO model_calls ({_COLUMNS}) VALUES ({marks})"  # noqa: S608 - constants
    rows = ([to_micros(call.at) if name == "at" else getattr(call, name) for name in _FIELDS] for call in calls)
    connection.executemany(query, rows)


def _calls(connection: Connection, query: str, values: tuple[Any, ...]) -> list[SeenCall]:
    found: list[SeenCall] = []
    for row in connection.execute(query, values):
        named: dict[str, Any] = dict(zip(_FIELDS, row, strict=True))
        found.append(msgspec.convert({**named, "at": from_micros(named["at"])}, SeenCall))
    return found
