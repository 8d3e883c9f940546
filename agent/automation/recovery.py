"""Slots that run in the rows and not in this process: what came of them is found out, nothing is done twice blindly."""

from __future__ import annotations

from functools import partial

from agent.automation.changes import Changes
from agent.automation.desk import Desk
from agent.automation.ending import Ending, settle
from agent.jobs import JobRow, Slot
from agent.messages import AssistantMessage
from agent.storage.connection import Connection
from agent.storage.records import clean
from agent.storage.slots import change

MOST_ATTEMPTS = 3
"""A run that is cut off again and again may be what cuts it off."""
_PAGE = 50


async def take_up(desk: Desk, slot: Slot, row: JobRow) -> None:
    """Decide what becomes of a slot that is stored as running, and nobody works on it. Raises StorageError.

    Its run never began: it is due again. Its run ended: so does the slot. Its run was cut off: see `cut_off`.
    """
    runs = await desk.ports.store.runs_of([slot.run_id]) if slot.run_id else []
    if not runs:
        await desk.ledger.requeue(slot.slot_id, "Homard ended before its run had begun.")
        return
    run = runs[0]
    if run.stop_reason is None or run.stop_reason == "interrupted":
        await cut_off(desk, slot, "Homard stopped while it worked.")
        return
    text = await _last_answer(desk, slot)
    await settle(desk, slot, row, Ending(run.stop_reason, text, run.error or ""))


async def cut_off(desk: Desk, slot: Slot, what: str) -> None:
    """Let a run that was cut off go on where it was, unless it may have done something that nobody knows of.

    Then a person says whether: an effect that may have happened is never repeated blindly.
    """
    calls = await desk.ports.store.calls(slot.run_id)
    unknown = [call for call in calls if call.outcome == "unknown" or call.finished_at is None]
    doubtful = sorted({call.name for call in unknown if not desk.ports.reads_only(call.name)})
    if doubtful:
        note = f"{what} Whether {', '.join(doubtful)} did its work is unknown. Look, then say whether it goes on."
        await desk.ledger.park(slot.slot_id, "outcome_unknown", note)
    elif slot.attempts >= MOST_ATTEMPTS:
        note = f"{what} That was the attempt no. {slot.attempts}, and there is no other. Every finished step is kept."
        await desk.ledger.end(slot.slot_id, "failed", "interrupted", note, tell=True)
    else:
        go_on = partial(_wait_to_go_on, slot_id=slot.slot_id, note=f"{what} It goes on where it was.")
        await desk.ledger.transact(go_on, step="cut_off_slot")


def _wait_to_go_on(connection: Connection, changes: Changes, slot_id: int, note: str) -> None:
    """Make it due again with a reason of its own: it was not missed, whatever the job says of missed runs."""
    values = {"state": "due", "reason": "interrupted", "note": clean(note), "run_id": None, "started_at": None}
    slot = change(connection, slot_id, ("running",), values)
    if slot is not None:
        changes.slot(connection, slot)


async def _last_answer(desk: Desk, slot: Slot) -> str:
    entries = await desk.ports.store.entries(slot.session_id, limit=_PAGE)
    replies = [entry.message for entry in entries if entry.run_id == slot.run_id]
    return next((reply.text for reply in reversed(replies) if isinstance(reply, AssistantMessage)), "")
