"""Slots that run in the rows and not in this process: what came of them is found out, nothing is done twice blindly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec

from agent.automation.changes import Changes
from agent.automation.desk import Desk
from agent.automation.ending import Ending, settle
from agent.jobs import JobRow, Slot
from agent.messages import AssistantMessage, Entry, Message
from agent.storage.connection import Connection
from agent.storage.records import clean
from agent.storage.recovery import close_parked
from agent.storage.slots import ENDED, change

MOST_ATTEMPTS = 3
"""A run that is cut off again and again may be what cuts it off."""
_PAGE = 50


async def take_up(desk: Desk, slot: Slot, row: JobRow) -> None:
    """Decide what becomes of a slot that is stored as running, and nobody works on it. Raises StorageError.

    Its run never began: it is due again. Its run ended: so does the slot. Its run was cut off: see `cut_off`.
    """
    runs = await desk.ports.store.runs_of([slot.run_id]) if slot.run_id else []
    if not runs:
        await _begin_again(desk, slot)
        return
    run = runs[0]
    entries = await desk.ports.store.entries(slot.session_id, limit=_PAGE)
    text = _last_answer(entries, slot.run_id)
    if run.stop_reason is not None and run.stop_reason != "interrupted":
        await settle(desk, slot, row, Ending(run.stop_reason, text, run.error or ""))
    elif entries and entries[-1].run_id == slot.run_id and _is_answer(entries[-1].message):
        await settle(desk, slot, row, Ending("end_turn", text))  # only its end was not written down
    else:
        await cut_off(desk, slot, "Homard stopped while it worked.")


async def close_forgotten(desk: Desk) -> None:
    """Close what waits for an answer though its slot has ended: a kill came between the two. Raises StorageError."""
    found = await desk.ports.store.database.read(_forgotten)
    for slot_id, run_id in found:
        await desk.ports.parked.give_up(slot_id)
        await close_parked(desk.ports.store, run_id, "the slot had ended", now=desk.now)


async def cut_off(desk: Desk, slot: Slot, what: str) -> None:
    """Let a run that was cut off go on where it was, unless it may have done something that nobody knows of.

    Then a person says whether: an effect that may have happened is never repeated blindly. One that was answered and
    had not gone on yet is parked as it was: its answer still counts.
    """
    runs = await desk.ports.store.runs_of([slot.run_id])
    if runs and runs[0].stop_reason == "parked":
        await desk.ledger.park(slot.slot_id, "approval", runs[0].error or "", tell=False)
        return
    calls = await desk.ports.store.calls(slot.run_id)
    unknown = [call for call in calls if call.outcome == "unknown" or call.finished_at is None]
    doubtful = sorted({call.name for call in unknown if not desk.ports.reads_only(call.name)})
    if doubtful:
        note = f"{what} Whether {', '.join(doubtful)} did its work is unknown. Look, then say whether it goes on."
        await desk.ledger.park(slot.slot_id, "outcome_unknown", note)
    elif slot.attempts >= MOST_ATTEMPTS:
        await _give_up(desk, slot, what)
    else:
        go_on = partial(_wait_to_go_on, slot_id=slot.slot_id, note=f"{what} It goes on where it was.")
        await desk.ledger.transact(go_on, step="cut_off_slot")


async def _begin_again(desk: Desk, slot: Slot) -> None:
    what = "Homard ended before its run had begun."
    if slot.attempts >= MOST_ATTEMPTS:
        await _give_up(desk, slot, what)
    else:
        await desk.ledger.requeue(slot.slot_id, what)


async def _give_up(desk: Desk, slot: Slot, what: str) -> None:
    note = f"{what} That was attempt no. {slot.attempts}, and there is no other. Every finished step is kept."
    await desk.ledger.end(slot.slot_id, "failed", "interrupted", note, tell=True)


def _wait_to_go_on(connection: Connection, changes: Changes, slot_id: int, note: str) -> None:
    """Make it due again with a reason of its own: it was not missed, whatever the job says of missed runs."""
    values = {"state": "due", "reason": "interrupted", "note": clean(note), "run_id": None, "started_at": None}
    slot = change(connection, slot_id, ("running",), values)
    if slot is not None:
        changes.slot(connection, slot)


def _forgotten(connection: Connection) -> list[tuple[int, str]]:
    query = """SELECT DISTINCT p.slot_id, p.run_id
        FROM parked p JOIN slots s USING (slot_id) JOIN runs r ON r.run_id = p.run_id
        WHERE s.state IN (SELECT value FROM json_each(?)) AND (p.answer IS NULL OR r.stop_reason = 'parked')"""
    return connection.execute(query, (msgspec.json.encode(ENDED).decode(),)).fetchall()


def _last_answer(entries: Sequence[Entry], run_id: str) -> str:
    replies = [entry.message for entry in entries if entry.run_id == run_id]
    return next((reply.text for reply in reversed(replies) if isinstance(reply, AssistantMessage)), "")


def _is_answer(message: Message) -> bool:
    """Whether a run had nothing more to do after it."""
    return isinstance(message, AssistantMessage) and message.finish == "stop" and not message.tool_calls
