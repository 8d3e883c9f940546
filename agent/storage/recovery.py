"""Putting the store in order after the process died, and a second line of repair when a history is loaded."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import msgspec

from agent.events import StopReason
from agent.messages import AssistantMessage, Message, TextPart, ToolCall, ToolMessage, ToolResult
from agent.storage import entries as tree
from agent.storage import runs as ledger
from agent.storage.connection import Connection
from agent.storage.records import to_micros
from agent.storage.sessions import Store

UNKNOWN = "Homard stopped while this call was running. Its outcome is unknown: check before doing it again."
NOT_RUN = "not run: Homard stopped before this call started"
MISSING = "The result of this call was not stored. Its outcome is unknown: check before doing it again."
WAITS = "Not run yet: it waits for the user's leave, and is run when that is given. Do not do it another way."
INTERRUPTED = "Homard stopped while this run was working; every finished step is kept. Continue the session to go on."
_PAGE = 50


class Recovered(msgspec.Struct, frozen=True):
    """What was put in order in one session, for the person."""

    session_id: str
    run_id: str | None
    """The run that was interrupted; None: only results were missing."""
    unknown: tuple[ToolCall, ...] = ()
    """In flight when the process died: their outcome is unknown."""
    not_run: tuple[ToolCall, ...] = ()


async def recover(store: Store, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> list[Recovered]:
    """Close what was open when the process died. Only the owner may, at start, before any run.

    Each run without an end is closed as `interrupted`, and each call without a result gets one that says what is known
    of it: in one transaction per run, so that a crash in here only leaves the rest for the next start.
    """
    if store.blobs.unfinished.is_dir():
        await asyncio.to_thread(store.blobs.sweep)
    recovered: list[Recovered] = []
    for session_id, run_id in await store.database.read(_unfinished):
        repair = partial(_repair, session_id=session_id, run_id=run_id, now=to_micros(now()))
        recovered.append(await store.database.call(repair, step="recover"))
    return recovered


async def close_parked(store: Store, run_id: str, why: str, *, now: datetime) -> None:
    """Give up a parked run; the calls that it waits with get results that say `why` they were not run."""
    run = await store.run(run_id)

    def work(connection: Connection) -> None:
        if not ledger.reopen_run(connection, run_id):
            return
        left = [call for made_by, call in _open_calls(connection, run.session_id) if made_by == run_id]
        results = [_result(call, "not_run", f"Not run: {why}") for call in left]
        tree.append(connection, run.session_id, run_id, results, to_micros(now))
        ledger.close_calls(connection, run.session_id, [one.result for one in results], to_micros(now))
        _close(connection, run_id, to_micros(now), "cancelled", why)

    await store.database.call(work, step="close_parked")


def well_formed(messages: Sequence[Message], parked: Container[str] = ()) -> list[Message]:
    """Repair a history for a strict provider: each call has one result, directly after its reply, in call order.

    Results of no call are dropped, the first of several counts, missing ones are made up (outcome `unknown`; of the
    calls `parked`, by their ids: not run). A history that is well formed comes back with the same messages.
    """
    repaired: list[Message] = []
    lacking: dict[int, ToolCall] = {}  # where results belong that have not come yet
    waiting: list[dict[str, list[int]]] = []  # for each reply: where the results of its calls belong
    for message in messages:
        if isinstance(message, ToolMessage):
            place = _take_place(waiting, message.result.call_id)
            if place is not None:
                repaired[place] = message
                del lacking[place]
            continue
        repaired.append(message)
        if isinstance(message, AssistantMessage) and (calls := message.tool_calls):
            places: dict[str, list[int]] = {}
            for call in calls:
                places.setdefault(call.call_id, []).append(len(repaired))
                lacking[len(repaired)] = call
                repaired.append(message)
            waiting.append(places)
    for place, call in lacking.items():
        waits = call.call_id in parked
        repaired[place] = _result(call, "not_run", WAITS) if waits else _result(call, "unknown", MISSING)
    return repaired


def _take_place(waiting: list[dict[str, list[int]]], call_id: str) -> int | None:
    for at in range(len(waiting) - 1, -1, -1):  # ids may come again in later replies: the latest is meant
        places = waiting[at].get(call_id)
        if not places:
            continue
        place = places.pop(0)
        if not any(waiting[at].values()):
            del waiting[at]
        return place
    return None


def _unfinished(connection: Connection) -> list[tuple[str, str | None]]:
    runs = connection.execute(
        "SELECT session_id, run_id FROM runs WHERE finished_at IS NULL ORDER BY started_at, rowid"
    ).fetchall()
    sessions = connection.execute(
        "SELECT session_id FROM sessions WHERE open_calls <> '[]'"
        " UNION SELECT session_id FROM calls WHERE finished_at IS NULL"
        " EXCEPT SELECT session_id FROM runs WHERE finished_at IS NULL OR stop_reason = 'parked' ORDER BY session_id"
    ).fetchall()
    return [*((row[0], row[1]) for row in runs), *((row[0], None) for row in sessions)]


def _repair(connection: Connection, session_id: str, run_id: str | None, now: int) -> Recovered:
    # A run that is parked waits with its calls; somebody may have talked in its session meanwhile.
    parked = {row[0] for row in connection.execute(_PARKED, (session_id,))}
    in_flight = _calls_in_flight(connection, session_id, parked)
    made = [call for made_by, call in _open_calls(connection, session_id) if made_by not in parked]
    not_run = tuple(call for call in made if call.call_id not in in_flight)
    results = [
        _result(call, "unknown", UNKNOWN) if call.call_id in in_flight else _result(call, "not_run", NOT_RUN)
        for call in made
    ]
    unknown = [_result(call, "unknown", UNKNOWN).result for call in in_flight.values()]
    tree.append(connection, session_id, run_id, results, now)
    ledger.close_calls(connection, session_id, unknown, now)
    if run_id is not None:
        _close(connection, run_id, now)
        # It was killed between its question and its end as parked: nobody waits for the answer any more.
        connection.execute("DELETE FROM parked WHERE run_id = ? AND answer IS NULL", (run_id,))
    return Recovered(session_id, run_id, tuple(in_flight.values()), not_run)


def _close(
    connection: Connection, run_id: str, now: int, reason: StopReason = "interrupted", error: str = INTERRUPTED
) -> None:
    turns = connection.execute("SELECT COUNT(*) FROM entries WHERE run_id = ? AND kind = 'assistant'", (run_id,)).get
    ledger.close_run(
        connection,
        run_id,
        now,
        stop_reason=reason,
        error=error,
        error_code=None,
        usage=ledger.usage_of_run(connection, run_id),
        turns=turns,
    )


_PARKED = "SELECT run_id FROM runs WHERE session_id = ? AND stop_reason = 'parked'"


def _calls_in_flight(connection: Connection, session_id: str, but: Container[str]) -> dict[str, ToolCall]:
    rows = connection.execute(
        "SELECT run_id, call_id, name, arguments FROM calls WHERE session_id = ? AND finished_at IS NULL"
        " ORDER BY call_row",
        (session_id,),
    )
    return {row[1]: ToolCall(*row[1:]) for row in rows if row[0] not in but}


def _open_calls(connection: Connection, session_id: str) -> list[tuple[str | None, ToolCall]]:
    """The calls on a session's path that have no result, each with the run that made it, the first one first."""
    head, open_ids = tree.head_of(connection, session_id)
    answered: Counter[str] = Counter()
    found: list[tuple[str | None, ToolCall]] = []
    while head is not None and len(found) < len(open_ids):
        page = tree.path_up(connection, head, _PAGE)
        for entry in reversed(page):
            if isinstance(entry.message, ToolMessage):
                answered[entry.message.result.call_id] += 1
            if isinstance(entry.message, AssistantMessage):
                found += _unanswered(entry.message.tool_calls, answered, entry.run_id)
        head = page[0].parent_id
    return found[::-1]


def _unanswered(
    calls: Sequence[ToolCall], answered: Counter[str], run_id: str | None
) -> Iterator[tuple[str | None, ToolCall]]:
    """The last one first. Ids may come again in later replies: a result belongs to the latest call before it."""
    for call in reversed(calls):
        if answered[call.call_id] > 0:
            answered[call.call_id] -= 1
        else:
            yield run_id, call


def _result(call: ToolCall, outcome: Literal["unknown", "not_run"], text: str) -> ToolMessage:
    return ToolMessage(ToolResult(call.call_id, call.name, (TextPart(text),), is_error=True, outcome=outcome))
