"""The one place where a slot that ran comes to an end, or begins to wait for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from agent.automation.delivery import give_answer
from agent.automation.desk import Desk
from agent.automation.report import tells, write_report
from agent.events import RunFinished, StopReason
from agent.jobs import JobRow, Slot, SlotReason
from agent.storage.connection import Connection
from agent.storage.recovery import close_parked


@dataclass(frozen=True)
class Ending:
    """How a run ended."""

    stop_reason: StopReason
    text: str = ""
    """The last answer."""
    error: str = ""
    needs_person: bool = False

    @classmethod
    def of(cls, event: RunFinished) -> Ending:
        """Take it from the event."""
        return cls(event.stop_reason, event.text, event.error or "", event.needs_person)


_REASONS: Final[dict[StopReason, SlotReason]] = {
    "cancelled": "cancelled",
    "interrupted": "interrupted",
    "loop": "loop",
    "max_cost": "budget",
}


async def settle(desk: Desk, slot: Slot, row: JobRow, ending: Ending) -> None:
    """Write down what came of a run; a slot that has ended already stays as it is. Raises StorageError."""
    if ending.stop_reason == "parked":
        if await desk.ledger.park(slot.slot_id, "approval", ending.error or "The run waits for your answer.") is None:
            await call_off(desk, slot)
            await desk.ledger.end(slot.slot_id, "skipped", "deleted")
        return
    tokens, cost = await desk.ports.store.database.read(lambda connection: _spent(connection, slot.session_id))
    if ending.stop_reason == "end_turn":
        trouble = await write_report(desk, slot, row, ending.text) or await give_answer(desk, slot, row, ending.text)
        note = trouble or ("It could not do all: nobody was there to allow it." if ending.needs_person else "")
        tell = bool(note) or tells(row, ending.text)
        await desk.ledger.end(
            slot.slot_id, "done", "", note, summary=ending.text, tokens=tokens, cost_usd=cost, tell=tell
        )
        return
    reason = _REASONS.get(ending.stop_reason, "run_failed")
    note = ending.error or f"The run ended with {ending.stop_reason}."
    tell = reason != "cancelled"
    await desk.ledger.end(
        slot.slot_id, "failed", reason, note, summary=ending.text, tokens=tokens, cost_usd=cost, tell=tell
    )


async def call_off(desk: Desk, slot: Slot) -> None:
    """Close the questions of a slot whose job was deleted, and the run that waits with them."""
    await desk.ports.parked.give_up(slot.slot_id)
    if slot.run_id:
        await close_parked(desk.ports.store, slot.run_id, "the job was deleted", now=desk.now)


def _spent(connection: Connection, session_id: str) -> tuple[int, float | None]:
    """Tokens and cost of all that happened for a slot, over interruptions; each slot has a session of its own."""
    row = connection.execute(
        "SELECT COALESCE(SUM(input_tokens + output_tokens), 0),"
        " CASE WHEN COUNT(*) > 0 AND COUNT(*) = COUNT(cost_usd) THEN TOTAL(cost_usd) END"
        " FROM usage WHERE session_id = ?",
        (session_id,),
    ).get
    return row[0], row[1]
