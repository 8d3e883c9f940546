# ruff: noqa: S608 - only constants of this package are put into the text of a query; values are bound
"""Giving every moment of a schedule its row. Functions over a connection, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from agent.automation.missed import LATE_S, Judged, Passed, in_groups, in_time, judge, why_missed
from agent.automation.notes import late_note, note_for, pause_reason
from agent.automation.schedule import Moment, Schedule, Span
from agent.automation.zone import named
from agent.errors import HomardError
from agent.jobs import Every, JobRow, Slot, SlotReason, Trigger
from agent.storage import slots as slot_table
from agent.storage.connection import Connection
from agent.storage.jobs import PlanRow, set_planned, triggers_since
from agent.storage.records import to_micros
from agent.storage.slots import NewSlot, insert_slot

LATE = timedelta(seconds=LATE_S)
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_MONTH = timedelta(days=30)
_YEAR = timedelta(days=366)
_LONGEST_SPREAD = timedelta(seconds=600)
_LOOKED_AT = 150
"""Of a long gap so many moments are looked at one by one: as many as a job can make up for, and then some."""
_NOT_BEGUN: tuple[SlotReason, ...] = ("", "app_off", "asleep", "clock_set", "zone_changed", "busy")
"""Reasons of slots that are due and held by nothing."""
_PAUSED: tuple[SlotReason, ...] = ("job_paused", "failures", "loop")


@dataclass(frozen=True)
class Tick:
    """What is known when slots are written down."""

    now: datetime
    zone: ZoneInfo
    cause: Callable[[datetime], SlotReason]
    """Why a slot of that moment was not run in time."""
    spread: Callable[[], timedelta] | None = None
    """After a start or wake-up: how long what a job has late, or just in time, waits; None: not at all."""


def schedule_of(row: JobRow, zone: ZoneInfo, now: datetime) -> Schedule:
    """Build the schedule of a stored job. Raises UsageError when a trigger cannot be read (any more).

    An `Every` that counts from when it was saved goes on with its rhythm if the clock is set back before that.
    """
    return Schedule.of([_anchored(trigger, row, now) for trigger in row.job.triggers], zone)


def write_down(connection: Connection, known: PlanRow, now: datetime, zone: ZoneInfo) -> tuple[int, ...]:
    """Plan a job up to now, before it changes. What is late then was missed because nobody planned: Homard was off."""
    try:
        schedule = schedule_of(known.row, zone, now)
    except HomardError:
        return ()
    return plan_job(connection, known, schedule, Tick(now, zone, lambda _: "app_off"))


def plan_job(
    connection: Connection, known: PlanRow, schedule: Schedule, tick: Tick, stale: Sequence[Slot] = ()
) -> tuple[int, ...]:
    """Give each moment of (planned_to, now] its row; returns the ids of the rows made or changed.

    `stale` are rows of earlier moments that are due and were not begun: what is missed now decides about them too.
    """
    ahead = known.planned_to > tick.now
    if not stale and (ahead or (known.planned_to, known.planned_in) == (tick.now, tick.zone.key)):
        return ()
    job_id, since = known.row.job_id, _since(connection, known, tick.now)
    jumped = _jumped_over(schedule, known, tick)
    span = schedule.between(since, tick.now, _LOOKED_AT)
    moments = sorted({moment.key: moment for moment in (*jumped, *span.moments)}.values())
    keys = slot_table.known_keys(connection, job_id, (moment.key for moment in moments))
    fresh = [moment for moment in moments if moment.key not in keys]
    older = _older(connection, job_id, schedule, since, span)
    plan = _Plan(connection, known, tick, jumped)
    plan.handled_to = max((moment.at for moment in moments if moment.key in keys), default=None)
    if known.row.paused:
        plan.skip_paused(fresh, older)
    else:
        plan.write(fresh, older, stale)
    if not ahead:
        set_planned(connection, job_id, tick.now, tick.zone.key)
    return tuple(plan.touched)


def rewind(connection: Connection, known: PlanRow, schedule: Schedule, tick: Tick, since: datetime) -> PlanRow:
    """The clock was set back, at `since` by what it shows now: take back rows about moments that have not come yet.

    What ran, and what was looked at and skipped, stays, and has had its turn. A row for many moments shrinks to those
    that have passed.
    """
    now, zone = tick.now, tick.zone
    job_id = known.row.job_id
    ahead = slot_table.select(
        connection,
        "s.job_id = :job_id AND s.origin = 'schedule' AND s.attempts = 0 AND COALESCE(s.until, s.due_at) > :now"
        " AND (s.state IN ('missed', 'due') OR s.state = 'parked' AND s.reason = 'answer'"
        " OR s.state = 'skipped' AND s.reason IN ('job_paused', 'failures', 'loop'))",
        {"job_id": job_id, "now": to_micros(now)},
        order="s.due_at",
    )
    gone = [slot for slot in ahead if slot.due_at > now]
    slot_table.erase(connection, [slot.slot_id for slot in gone])
    for slot in ahead:
        if slot.due_at <= now:
            _shrink(connection, slot, schedule, now)
    planned_to = min(since, now)
    if any(slot.state in ("due", "parked") for slot in gone):
        planned_to = min(planned_to, _take_back_last(connection, job_id, schedule, now) or now)
    set_planned(connection, job_id, planned_to, zone.key)
    return msgspec.structs.replace(known, planned_to=planned_to, planned_in=zone.key)


def _take_back_last(connection: Connection, job_id: str, schedule: Schedule, now: datetime) -> datetime | None:
    """What should make up for missed slots is gone: the last of these is open again, and decided about anew.

    Returns up to when all slots have rows then; None: nothing was made up for.
    """
    last = slot_table.latest_planned(connection, job_id, now)
    if last is None or (last.state, last.reason) != ("missed", "caught_up"):
        return None
    if last.until is None:
        slot_table.erase(connection, [last.slot_id])
        return last.due_at - _TICK
    until = _last(schedule, last.due_at - _TICK, last.until - _TICK)
    if until is None:
        return None
    values = {"count": last.count - 1, "until": until if last.count > 2 else None}
    slot_table.change(connection, last.slot_id, ("missed",), values)
    return until


def free_from_far_waits(connection: Connection, now: datetime) -> None:
    """The clock was set back: no due slot waits for a moment that is further away than any spread."""
    connection.execute(
        f"UPDATE slots SET not_before = NULL WHERE {slot_table.OPEN} AND state = 'due' AND not_before > ?",
        (to_micros(now + _LONGEST_SPREAD),),
    )


def left_by_pause(connection: Connection, job_id: str) -> list[Slot]:
    """Read the slots of a schedule that are due and that nothing but the pause of their job kept from running."""
    return [
        slot
        for slot in slot_table.open_of_job(connection, job_id)
        if slot.state == "due" and slot.origin == "schedule" and slot.reason in (*_NOT_BEGUN, *_PAUSED)
    ]


def not_begun(connection: Connection, before: datetime) -> list[Slot]:
    """Read the slots that were due before a moment, are held by nothing, and have not been begun."""
    return [
        slot
        for slot in slot_table.select(
            connection,
            f"s.{slot_table.OPEN} AND s.state = 'due' AND s.due_at < :before",
            {"before": to_micros(before)},
            order="s.due_at",
        )
        if slot.reason in _NOT_BEGUN
    ]


@dataclass(frozen=True)
class _Older:
    """Moments before those that are looked at one by one."""

    count: int
    first: Moment
    last: datetime


def _older(connection: Connection, job_id: str, schedule: Schedule, since: datetime, span: Span) -> _Older | None:
    """Those of a long gap that have no row: after the clock was set back and forth, some have."""
    count = span.count - len(span.moments)
    first = schedule.next(since) if count > 0 else None
    if first is None:
        return None
    until = span.moments[0].at - _TICK
    count -= slot_table.count_planned(connection, job_id, since, until)
    return _Older(count, first, _last(schedule, since, until) or first.at) if count > 0 else None


def _last(schedule: Schedule, since: datetime, until: datetime) -> datetime | None:
    """Find the latest moment of a time, which may be decades: near its end first."""
    for near in (_DAY, _YEAR, until - since):
        moments = schedule.between(max(since, until - near), until, 1).moments
        if moments:
            return moments[-1].at
    return None


def _since(connection: Connection, known: PlanRow, now: datetime) -> datetime:
    """From when on moments may have no row.

    After the clock was years behind and is right again, `planned_to` is years back: neither what was before the job
    had its triggers, nor what is so old that its rows are gone, was missed.
    """
    since = known.planned_to
    if now - since <= _DAY:
        return since
    made = triggers_since(connection, known.row)
    oldest = slot_table.first_planned(connection, known.row.job_id)
    mark = oldest if oldest is not None and oldest - made > _MONTH else made
    return mark if mark <= now and mark - since > _DAY else since


def _jumped_over(schedule: Schedule, known: PlanRow, tick: Tick) -> list[Moment]:
    """What the walls of no zone showed, because the machine went from one to another."""
    if known.planned_in == tick.zone.key or known.planned_to > tick.now:
        return []
    try:
        old = named(known.planned_in)
    except HomardError:  # what the system called its zone then is no name of one
        return []
    return schedule.skipped_by_travel(known.planned_to, tick.now, old, tick.zone)


def _shrink(connection: Connection, slot: Slot, schedule: Schedule, now: datetime) -> None:
    span = schedule.between(slot.due_at - _TICK, now, 1)
    until = span.moments[-1].at if span.count > 1 else None
    slot_table.change(connection, slot.slot_id, (slot.state,), {"count": max(1, span.count), "until": until})


def _anchored(trigger: Trigger, row: JobRow, now: datetime) -> Trigger:
    if not isinstance(trigger, Every) or trigger.start is None or not now < trigger.start <= row.updated_at:
        return trigger
    step = timedelta(seconds=trigger.seconds)
    back = trigger.start - now + _YEAR  # so far that no gap since the clock was set back begins before it
    return msgspec.structs.replace(trigger, start=trigger.start - step * (back // step + 1))


def _slot(moment: Moment, **more: Any) -> NewSlot:
    return NewSlot(key=moment.key, origin="schedule", due_at=moment.at, **more)


def _row_for(first: Moment, last: datetime, count: int, **more: Any) -> NewSlot:
    """One row for many slots; its key is that of no moment, unless it is about one."""
    if count == 1:
        return _slot(first, **more)
    key = f"{first.key}/{last.isoformat().removesuffix('+00:00')}Z"
    return NewSlot(key=key, origin="schedule", due_at=first.at, until=last, count=count, **more)


class _Plan:
    """Writes the rows of one job."""

    def __init__(self, connection: Connection, known: PlanRow, tick: Tick, jumped: Sequence[Moment]) -> None:
        self._connection = connection
        self._row = known.row
        self._tick = tick
        self._travelled = known.planned_in != tick.zone.key
        self._jumped = frozenset(moment.key for moment in jumped)
        self._jumped_at = frozenset(moment.at for moment in jumped)
        self._policy = known.row.job.policies.missed
        self.handled_to: datetime | None = None
        """A later moment has had its turn: after the clock was set back and forth, no earlier one gets another."""
        self.touched: list[int] = []
        # One moment for all of the job's slots, or a later one would begin before an earlier one.
        self._start = None if tick.spread is None else tick.now + tick.spread()

    def write(self, fresh: Sequence[Moment], older: _Older | None, stale: Sequence[Slot]) -> None:
        now = self._tick.now
        on_time = [m for m in fresh if self._on_time(m)]
        if self._policy.do == "once" and (len(on_time) < len(fresh) or older is not None):
            on_time = on_time[-1:]  # it makes up for all of them
        punctual = set(on_time)
        passed = [Passed(Moment(slot.due_at, slot.key), slot.slot_id) for slot in stale]
        passed += [Passed(moment) for moment in fresh if moment not in punctual]
        passed.sort(key=lambda one: (one.moment.at, one.slot_id))
        judged = judge(passed, self._policy, now, self._cause, followed=bool(on_time), handled_to=self.handled_to)
        for one in judged:
            if one.passed.slot_id:
                self._change(one)
        new = [one for one in judged if not one.passed.slot_id]
        if older is not None:
            reason = why_missed(older.last, self._policy, now, self._cause)
            new = self._write_older(older, reason, new)
        for group in in_groups(new):
            self._write_group(group)
        start = self._start or (now if len(on_time) < len(fresh) else None)  # behind what is late, whatever keeps that
        for moment in on_time:
            self._insert(_slot(moment, not_before=start))

    def _on_time(self, moment: Moment) -> bool:
        now = self._tick.now
        return moment.key not in self._jumped and now - moment.at <= LATE and in_time(moment.at, self._policy, now)

    def _cause(self, at: datetime) -> SlotReason:
        cause = self._tick.cause(at)
        return "zone_changed" if at in self._jumped_at or (self._travelled and cause == "busy") else cause

    def skip_paused(self, fresh: Sequence[Moment], older: _Older | None) -> None:
        """Put all in one row, and what the same pause skipped before in the same."""
        if not fresh and older is None:
            return
        reason = pause_reason(self._row.paused)
        count = len(fresh) + (older.count if older else 0)
        first = older.first if older else fresh[0]
        last = fresh[-1].at if fresh else first.at
        newest = slot_table.latest_planned(self._connection, self._row.job_id, self._tick.now)
        if newest and (newest.state, newest.reason) == ("skipped", reason) and last > newest.due_at:
            values = {"count": newest.count + count, "until": last, "finished_at": self._tick.now}
            slot_table.change(self._connection, newest.slot_id, ("skipped",), values)
            self.touched.append(newest.slot_id)
            return
        note = self._row.paused_note or note_for(reason)
        self._insert(_row_for(first, last, count, state="skipped", reason=reason, note=note))

    def _write_older(self, older: _Older, reason: SlotReason, judged: list[Judged]) -> list[Judged]:
        """Write the row for the older ones, with those after them that share their reason; returns the others."""
        joined = list(takewhile(lambda one: (one.fate, one.reason) == ("missed", reason), judged))
        last = joined[-1].passed.moment.at if joined else older.last
        count = older.count + len(joined)
        self._insert(_row_for(older.first, last, count, state="missed", reason=reason, note=self._note(reason, last)))
        return judged[len(joined) :]

    def _write_group(self, group: Sequence[Judged]) -> None:
        first, last, reason = group[0].passed.moment, group[-1].passed.moment.at, group[0].reason
        if len(group) > 1:
            self._insert(
                _row_for(first, last, len(group), state="missed", reason=reason, note=self._note(reason, last))
            )
            return
        self._insert(self._judged_slot(group[0]))
        if group[0].fate == "ask":
            self._ask_once_only(first.at)

    def _judged_slot(self, one: Judged) -> NewSlot:
        moment = one.passed.moment
        if one.fate == "missed":
            return _slot(moment, state="missed", reason=one.reason, note=self._note(one.reason, moment.at))
        if one.fate == "ask":
            return _slot(moment, state="parked", reason="answer", note=note_for("answer"))
        note = late_note(one.reason, (self._tick.now - moment.at).total_seconds())
        return _slot(moment, reason=one.reason, note=note, not_before=self._start or self._tick.now)

    def _change(self, one: Judged) -> None:
        """Let a row that was due follow what was decided."""
        new = self._judged_slot(one)
        values = {"state": new.state, "reason": new.reason, "note": new.note, "not_before": new.not_before}
        if one.fate == "missed":
            values["finished_at"] = self._tick.now
        slot_table.change(self._connection, one.passed.slot_id, ("due",), values)
        self.touched.append(one.passed.slot_id)
        if one.fate == "ask":
            self._ask_once_only(one.passed.moment.at)

    def _note(self, reason: SlotReason, at: datetime) -> str:
        """Say why it was missed, and why nothing makes up for it."""
        note = note_for(reason, "asks" if reason == "caught_up" and self._policy.do == "ask" else "")
        return note if reason == self._cause(at) else f"{note_for(self._cause(at))} {note}"

    def _ask_once_only(self, at: datetime) -> None:
        """Take back questions about earlier slots: one at a time is asked."""
        values = {"state": "missed", "reason": "caught_up", "note": note_for("caught_up", "asks")}
        for slot in slot_table.open_of_job(self._connection, self._row.job_id):
            if slot.state == "parked" and slot.reason == "answer" and slot.origin == "schedule" and slot.due_at < at:
                values_now = {**values, "finished_at": self._tick.now}
                slot_table.change(self._connection, slot.slot_id, ("parked",), values_now)
                self.touched.append(slot.slot_id)

    def _insert(self, new: NewSlot) -> None:
        slot_id = insert_slot(self._connection, self._row.job_id, self._row.version, new, self._tick.now)
        if slot_id is not None:
            self.touched.append(slot_id)
