"""What of all jobs is due, at work, or waits for a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.events import ApprovalRequested
from agent.jobs import Slot, SlotState

OPEN: tuple[SlotState, ...] = ("due", "running", "parked")
"""States of slots that are not over."""


@dataclass
class Opened:
    """The open slots of one job by their ids, the oldest first."""

    due: dict[int, Slot] = field(default_factory=dict[int, Slot])
    running: dict[int, Slot] = field(default_factory=dict[int, Slot])
    parked: dict[int, Slot] = field(default_factory=dict[int, Slot])

    def note(self, slot: Slot) -> bool:
        """Take in a slot as it is now; whether the person's part in it is another one."""
        had = self.parked.pop(slot.slot_id, None)
        self.due.pop(slot.slot_id, None)
        self.running.pop(slot.slot_id, None)
        for state, slots in (("due", self.due), ("running", self.running), ("parked", self.parked)):
            if slot.state == state:
                slots[slot.slot_id] = slot
        return had is not None or slot.state == "parked"


@dataclass(frozen=True)
class Waiting:
    """A slot that waits for a person."""

    slot: Slot
    approval: ApprovalRequested | None = None
    """What it wants to do; None: it asks whether it should run, or go on."""


class OpenWork:
    """Follows slots and approvals; each step costs the same however many are open."""

    def __init__(self) -> None:
        self._jobs: dict[str, Opened] = {}
        self._approvals: dict[str, ApprovalRequested] = {}

    def begin(self, slots: Iterable[Slot], approvals: Iterable[ApprovalRequested]) -> None:
        """Forget everything, and begin with these."""
        self._jobs.clear()
        for slot in slots:
            self.note(slot)
        self._approvals = {approval.approval_id: approval for approval in approvals}

    def note(self, slot: Slot) -> bool:
        """Take in a slot as it is now; whether the person's part in it is another one."""
        return self._jobs.setdefault(slot.job_id, Opened()).note(slot)

    def ask(self, approval: ApprovalRequested) -> None:
        """Take in a question."""
        self._approvals[approval.approval_id] = approval

    def answered(self, approval_id: str) -> bool:
        """Forget a question; whether there was one."""
        return self._approvals.pop(approval_id, None) is not None

    def of_job(self, job_id: str) -> Opened | None:
        """The open slots of a job; None: there were none yet."""
        return self._jobs.get(job_id)

    def needs_person(self, job_id: str) -> bool:
        """Whether something of a job waits for a person."""
        opened = self._jobs.get(job_id)
        return opened is not None and bool(opened.parked)

    def waiting(self, job_ids: Iterable[str]) -> list[Waiting]:
        """What of these jobs waits for a person, the oldest first."""
        approvals: Mapping[str, ApprovalRequested] = {each.run_id: each for each in self._approvals.values()}
        slots = [slot for key in job_ids if key in self._jobs for slot in self._jobs[key].parked.values()]
        slots.sort(key=lambda slot: (slot.due_at, slot.slot_id))
        return [Waiting(slot, approvals.get(slot.run_id) if slot.run_id else None) for slot in slots]
