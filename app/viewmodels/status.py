"""What Homard is doing, at a glance: what the tray, the window's title and the notifications show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from PySide6.QtCore import QObject, Signal

from agent.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalResolved,
    Origin,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    RunsPaused,
    RunsResumed,
    RunStarted,
    SlotChanged,
    StopReason,
)
from agent.jobs import Slot, SlotReason
from agent.parked import Parked

State = Literal["idle", "working", "needs_you", "paused", "error"]
"""One of them is shown; what asks for a person goes first, then a failure nobody has seen, then a pause, then work."""

LAST_RUNS = 5
MAX_CHARS = 300
"""Of a prompt or a question that is kept: only its first line is shown anywhere."""

_JOINERS = "\u200c\u200d"
"""Characters without a shape that emoji and some scripts need."""

UNSUCCESSFUL: frozenset[StopReason] = frozenset(
    (
        "max_turns",
        "max_tokens",
        "max_time",
        "max_cost",
        "max_calls",
        "output_limit",
        "loop",
        "model_error",
        "interrupted",
        "internal_error",
    )
)
"""Runs that ended like this did not do what they were asked for, and nobody stopped them."""

ASKING: frozenset[SlotReason] = frozenset(("answer", "outcome_unknown"))
"""For these reasons a parked slot asks a person by itself; for the others its run's approval does."""


@dataclass(frozen=True)
class RunningRun:
    """A run under way."""

    run_id: str
    session_id: str
    prompt: str
    """Its first line, bounded; may be empty."""
    model: str
    origin: Origin
    since: datetime


@dataclass(frozen=True)
class Need:
    """Something that waits for a person."""

    item_id: str
    """The approval id, the question id, or `slot` and the id of the slot."""
    kind: Literal["approval", "question", "slot"]
    session_id: str
    """May be empty: a slot that has not run has none."""
    run_id: str
    text: str
    """What is asked; one line, bounded."""
    job_id: str = ""
    """Of the job that waits; empty: it is none, or not known yet."""
    slot_id: int = 0
    """The same of its slot."""


@dataclass(frozen=True)
class Coming:
    """What starts by itself next."""

    job_id: str
    name: str
    """One line, bounded."""
    at: datetime


@dataclass(frozen=True)
class FinishedRun:
    """How a run ended."""

    run_id: str
    session_id: str
    prompt: str
    stop_reason: StopReason
    error: str
    """A sentence; empty when it ended well."""
    cost_usd: float | None
    """None: unknown."""

    @property
    def failed(self) -> bool:
        """Whether it ended badly, and not because a person wanted it so."""
        return self.stop_reason in UNSUCCESSFUL


@dataclass(frozen=True)
class Pause:
    """Runs of triggers and new runs wait."""

    until: datetime | None
    """None: until a person ends it."""


@dataclass(frozen=True)
class Status:
    """All of it at one moment."""

    running: tuple[RunningRun, ...] = ()
    """The oldest first."""
    needs: tuple[Need, ...] = ()
    """The oldest first."""
    finished: tuple[FinishedRun, ...] = ()
    """The newest first, `LAST_RUNS` at most."""
    pause: Pause | None = None
    unseen: FinishedRun | None = None
    """The last failure that nobody has looked at."""
    spent_usd: float | None = None
    """Today's; None: not known yet, or nothing of it is."""
    spent_unknown: bool = False
    """Calls of unknown price come on top."""
    limit_usd: float | None = None
    """What a day may cost; None: there is no cap."""
    coming: Coming | None = None
    """None: nothing, or not known yet. Its moment may have passed since it was looked up."""

    @property
    def working(self) -> int:
        """How many runs are under way and wait for nobody."""
        waiting = {need.run_id for need in self.needs}
        return sum(run.run_id not in waiting for run in self.running)

    @property
    def state(self) -> State:
        """The one thing to show."""
        if self.needs:
            return "needs_you"
        if self.unseen:
            return "error"
        if self.pause:
            return "paused"
        return "working" if self.running else "idle"


class StatusViewModel(QObject):
    """Follows the events of all sessions."""

    changed = Signal()
    """`status` is another one now."""

    def __init__(self, now: Callable[[], datetime] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now or (lambda: datetime.now(UTC))
        self._status = Status()

    @property
    def status(self) -> Status:
        """What holds now."""
        return self._status

    def take(self, event: AnyEvent) -> None:
        """Take in an event; those that change nothing here cost next to nothing."""
        before = self._status
        match event:
            case RunStarted():
                self._put(replace(before, running=(*before.running, self._begin(event))))
            case RunFinished():
                self._finish(event)
            case ApprovalRequested():
                text = _asked(event)
                self._need(Need(event.approval_id, "approval", event.session_id, event.run_id, first_line(text)))
            case QuestionAsked():
                self._need(Need(event.question_id, "question", event.session_id, event.run_id, first_line(event.text)))
            case ApprovalResolved(approval_id=item_id) | QuestionAnswered(question_id=item_id):
                self._put(replace(before, needs=tuple(need for need in before.needs if need.item_id != item_id)))
            case SlotChanged():
                self._follow(event.slot, event.job_name)
            case RunsPaused():
                self._put(replace(before, pause=Pause(event.until)))
            case RunsResumed():
                self._put(replace(before, pause=None))
            case _:
                return

    def load(self, questions: Iterable[Parked], slots: Iterable[tuple[Slot, str]]) -> None:
        """Take in what waited for a person when the program started; what is known already stays as it is.

        `slots`: those that are open, each with the name of its job.
        """
        for parked in questions:
            event, slot_id = parked.event, parked.slot_id
            if not any(need.item_id == event.approval_id for need in self._status.needs):
                text = _asked(event)
                ids = event.session_id, event.run_id
                self._need(Need(event.approval_id, "approval", *ids, first_line(text), slot_id=slot_id))
        for slot, name in slots:
            self._follow(slot, name)

    def set_coming(self, coming: Coming | None) -> None:
        """Say what starts by itself next."""
        self._put(replace(self._status, coming=coming))

    def seen(self) -> None:
        """A person has looked: the failure is no news any more."""
        self._put(replace(self._status, unseen=None))

    def set_spent(self, usd: float | None, unknown: bool, limit_usd: float | None = None) -> None:
        """Say what today has cost so far; `unknown`: calls of unknown price come on top. `limit_usd`: the day's cap."""
        self._put(replace(self._status, spent_usd=usd, spent_unknown=unknown, limit_usd=limit_usd))

    def _begin(self, event: RunStarted) -> RunningRun:
        prompt = first_line(event.prompt)
        return RunningRun(event.run_id, event.session_id, prompt, event.model, event.origin, self._now())

    def _need(self, need: Need) -> None:
        self._put(replace(self._status, needs=(*self._status.needs, need)))

    def _follow(self, slot: Slot, name: str) -> None:
        """A slot that asks is a need, one that does so no more is none; the need of its run learns whose it is."""
        key, before = slot_key(slot.slot_id), self._status
        asks = slot.state == "parked" and slot.reason in ASKING
        known = any(need.item_id == key for need in before.needs)
        if asks and not known:
            text = first_line(name)
            self._need(Need(key, "slot", slot.session_id, slot.run_id, text, slot.job_id, slot.slot_id))
        elif known and not asks:
            self._put(replace(before, needs=tuple(need for need in before.needs if need.item_id != key)))
        elif slot.state == "parked" and slot.run_id:
            ids = {"job_id": slot.job_id, "slot_id": slot.slot_id}
            needs = tuple(replace(need, **ids) if need.run_id == slot.run_id else need for need in before.needs)
            self._put(replace(before, needs=needs))

    def _finish(self, event: RunFinished) -> None:
        before, parked = self._status, event.stop_reason == "parked"
        prompt = next((run.prompt for run in before.running if run.run_id == event.run_id), "")
        run = FinishedRun(
            event.run_id, event.session_id, prompt, event.stop_reason, _failed(event), event.usage.cost_usd
        )
        self._put(
            replace(
                before,
                running=tuple(other for other in before.running if other.run_id != run.run_id),
                needs=before.needs if parked else tuple(need for need in before.needs if need.run_id != run.run_id),
                finished=before.finished if parked else (run, *before.finished)[:LAST_RUNS],
                unseen=run if run.failed else before.unseen,
            )
        )

    def _put(self, status: Status) -> None:
        if status != self._status:
            self._status = status
            self.changed.emit()


def _asked(event: ApprovalRequested) -> str:
    from app.viewmodels.runtime_words import effect_words  # nothing of it is needed while nothing waits

    return effect_words(event.effects[0]) if event.effects else event.tool


def _failed(event: RunFinished) -> str:
    if not event.error:
        return ""
    from app.viewmodels.failure_words import error_words

    return error_words(event.error)


def slot_key(slot_id: int) -> str:
    """What names a slot among the things that wait."""
    return f"slot{slot_id}"


def first_line(text: str) -> str:
    """The first line with something on it, bounded, control characters gone."""
    for line in text[: 10 * MAX_CHARS].splitlines():
        shown = "".join(char if char.isprintable() or char in _JOINERS else " " for char in line).strip()
        if shown:
            return shown[:MAX_CHARS]
    return ""
