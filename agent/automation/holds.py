"""What keeps a slot that is due from starting: the rules, as a pure function over facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from agent.automation.notes import note_for, pause_reason
from agent.jobs import Hold, JobRow, Quiet, Slot, SlotOrigin, SlotReason
from agent.machine.state import MachineState
from agent.pause import PauseState
from agent.settings import AutomationSettings

EVENTS: Final[tuple[SlotOrigin, ...]] = ("file_watch", "plugin")
"""What comes once and does not come again by itself: it waits where a schedule would skip."""
MOST_ASKING: Final = 3
"""Runs of a job that wait for a person's leave side by side, each for a file of its own."""


@dataclass(frozen=True)
class Spending:
    """What a job has spent and what is kept back for its runs under way."""

    day_usd: float = 0.0
    month_usd: float = 0.0
    day_runs: int = 0
    reserved_usd: float = 0.0


@dataclass(frozen=True)
class Facts:
    """All that the rules look at."""

    now: datetime
    zone: ZoneInfo
    paused: PauseState
    machine: MachineState
    settings: AutomationSettings
    spending: Spending = Spending()
    working: int = 0
    """Runs of this job that work now."""
    asks: int = 0
    """Earlier runs of this job that are parked: they wait for a person's leave."""
    newer: bool = False
    """A later slot of the job's schedule is due too."""
    capped: tuple[str, datetime | None] | None = None
    """A cap of the settings has nothing left for the job's model: which, as a sentence, and until when."""


@dataclass(frozen=True)
class Go:
    """Nothing keeps it."""


@dataclass(frozen=True)
class Wait:
    """It stays due."""

    reason: SlotReason
    """Empty: it is only spread in time, or others are first."""
    note: str
    until: datetime | None = None
    """When to look again, UTC; None: when something changes."""


@dataclass(frozen=True)
class Skip:
    """It does not run."""

    reason: SlotReason
    note: str
    until: datetime | None = None
    """When that ends, UTC, for what waits instead; None: when something changes."""


Verdict = Go | Wait | Skip


def judge(slot: Slot, row: JobRow, facts: Facts) -> Verdict:
    """Say whether a due slot may start now; the first thing that keeps it counts. Pure.

    What waits of a schedule gives way to the next slot of the same job: nothing piles up while the machine runs on
    battery for a day. Files never give way, and are never skipped for an earlier run: each would be lost. What was
    interrupted waits too, and what a person said shall run after all, which keeps that reason. What a person wants now
    is kept by money and by an earlier run alone.
    """
    for held in _held(slot, row, facts):
        if isinstance(held, Skip):
            if not _must_run(slot):
                return held
            held = Wait(held.reason, held.note, held.until)
        if held.reason and facts.newer and gives_way(slot, row):
            return Skip(held.reason, f"{held.note} The next one was due before it could start.")
        return replace(held, reason="answer") if held.reason and slot.reason == "answer" else held
    return Skip("too_late", note_for("too_late")) if _too_late(slot, row, facts.now) else Go()


def _must_run(slot: Slot) -> bool:
    """Whether it has begun already, or a person said that it shall run."""
    return slot.attempts > 0 or slot.reason == "answer"


def _too_late(slot: Slot, row: JobRow, now: datetime) -> bool:
    """Whether what waited has come past the deadline of its job; what a person or a file wants has none."""
    within_s = row.job.policies.missed.within_s
    if within_s is None or slot.origin != "schedule" or _must_run(slot):
        return False
    return now - slot.due_at > timedelta(seconds=within_s)


def gives_way(slot: Slot, row: JobRow) -> bool:
    """Whether a slot that waits is skipped when the next one of its schedule is due."""
    return slot.origin == "schedule" and not _must_run(slot) and not _caught_up(slot, row)


def turn(slot: Slot, row: JobRow, facts: Facts) -> Wait | Skip:
    """Say what becomes of a slot that could start, but as many runs work as may."""
    most = facts.settings.parallel
    if facts.newer and gives_way(slot, row):
        return Skip("busy", f"{most} runs at a time were under way until the next one was due.")
    return Wait("", "")


def _held(slot: Slot, row: JobRow, facts: Facts) -> Iterator[Wait | Skip]:
    policies, wished = row.job.policies, slot.origin == "manual"
    if facts.paused.paused and not wished:
        yield Wait("paused", "Everything is paused.", facts.paused.until)
    if row.paused and not wished:
        yield _job_paused(slot, row)
    yield from _over_budget(slot, row, facts)
    if wished:
        if facts.working and policies.overlap != "beside":
            yield Wait("overlap", _STILL_WORKING)
        return
    if policies.quiet is not None and (until := quiet_until(policies.quiet, facts.now, facts.zone)) is not None:
        hours = f"Quiet hours from {policies.quiet.since:%H:%M} to {policies.quiet.until:%H:%M}."
        yield Skip("quiet_hours", hours, until) if policies.quiet.do == "skip" else Wait("quiet_hours", hours, until)
    yield from _machine(row, facts)
    if facts.working and policies.overlap != "beside":
        yield _overlap(slot, row)
    elif facts.working and slot.origin in EVENTS:
        yield Wait("overlap", "An earlier run of this job works on what came before.")
    elif facts.asks and slot.origin == "schedule" and policies.overlap != "beside":
        yield _overlap(slot, row, "approval", _STILL_ASKING)
    elif facts.asks >= MOST_ASKING and slot.origin in EVENTS:
        yield Wait(
            "approval", f"{facts.asks} runs of this job wait for your answer; what comes further waits for them."
        )
    if slot.not_before is not None and slot.not_before > facts.now:
        yield Wait("", "", slot.not_before)


def _job_paused(slot: Slot, row: JobRow) -> Wait | Skip:
    """What a schedule misses meanwhile stays missed; files and events that came before are there when it goes on."""
    reason, note = pause_reason(row.paused), row.paused_note or "The job is paused."
    return Wait(reason, note) if slot.origin in EVENTS else Skip(reason, note)


def _over_budget(slot: Slot, row: JobRow, facts: Facts) -> Iterator[Wait | Skip]:
    """A schedule does not spend tomorrow's money on yesterday's work; what comes once waits until there is some."""
    limits, spent = row.job.limits, facts.spending
    day, month = _midnight(facts, months=False), _midnight(facts, months=True)
    found: list[tuple[str, datetime | None]] = [facts.capped] if facts.capped is not None else []
    if limits.runs_per_day is not None and spent.day_runs >= limits.runs_per_day:
        found.append((f"The job has had its {limits.runs_per_day} runs of today.", day))
    if limits.usd_per_month is not None and spent.month_usd + spent.reserved_usd >= limits.usd_per_month:
        found.append((f"The job's ${limits.usd_per_month:.2f} of this month are spent or in use.", month))
    if limits.usd_per_day is not None and spent.day_usd + spent.reserved_usd >= limits.usd_per_day:
        found.append((f"The job's ${limits.usd_per_day:.2f} of today are spent or in use.", day))
    if found:
        note, until = found[0]
        yield Wait("budget", note, until) if slot.origin in EVENTS else Skip("budget", note, until)


def affordable(row: JobRow, spending: Spending, spent: float = 0.0) -> float | None:
    """What a slot may cost in all, so that its own limit and the job's budgets hold; None: there is no bound.

    `spent`: what it has cost already, which is part of `spending`.
    """
    limits = row.job.limits
    gone = spending.reserved_usd - spent
    bounds = [
        limits.max_usd,
        None if limits.usd_per_day is None else max(0.0, limits.usd_per_day - spending.day_usd - gone),
        None if limits.usd_per_month is None else max(0.0, limits.usd_per_month - spending.month_usd - gone),
    ]
    return min((bound for bound in bounds if bound is not None), default=None)


_CONDITIONS: Final[tuple[tuple[str, SlotReason, str], ...]] = (
    ("on_battery", "battery", "The machine runs on battery."),
    ("metered", "metered", "The network is a metered one."),
    ("locked", "locked", "The screen is locked."),
)


def _machine(row: JobRow, facts: Facts) -> Iterator[Wait | Skip]:
    policies, settings = row.job.policies, facts.settings
    wanted: dict[SlotReason, Hold] = {
        "battery": _stricter(policies.on_battery, settings.wait_on_battery),
        "metered": _stricter(policies.on_metered, settings.wait_on_metered),
        "locked": policies.when_locked,
    }
    for field, reason, note in _CONDITIONS:
        if getattr(facts.machine, field) is True and wanted[reason] != "run":
            yield Skip(reason, note) if wanted[reason] == "skip" else Wait(reason, note)


def _stricter(hold: Hold, wait: bool) -> Hold:
    return "wait" if hold == "run" and wait else hold


_STILL_WORKING: Final = "An earlier run of this job is still working."
_STILL_ASKING: Final = "An earlier run of this job waits for your answer; this one would only ask again."


def _overlap(slot: Slot, row: JobRow, reason: SlotReason = "overlap", note: str = _STILL_WORKING) -> Wait | Skip:
    if row.job.policies.overlap == "skip" and slot.origin not in EVENTS and not _caught_up(slot, row):
        return Skip(reason, note)
    return Wait(reason, note)


def _caught_up(slot: Slot, row: JobRow) -> bool:
    """One of several that are late and shall all run: they stand in line whatever the job says of overlap."""
    return slot.not_before is not None and row.job.policies.missed.do == "all"


def quiet_until(quiet: Quiet, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours that hold now end, UTC; None: none hold. Hours of equal ends hold never."""
    local = now.astimezone(zone)
    since, until, wall = quiet.since.replace(tzinfo=None), quiet.until.replace(tzinfo=None), local.time()
    over_midnight = until < since
    inside = wall >= since or wall < until if over_midnight else since <= wall < until
    if not inside:
        return None
    day = local.date() + timedelta(days=over_midnight and wall >= since)
    end = datetime.combine(day, until, zone)
    first = end.astimezone(UTC)
    return first if first > now else end.replace(fold=1).astimezone(UTC)  # in autumn some of it comes twice


def day_start(now: datetime, zone: ZoneInfo) -> datetime:
    """When the day of a moment began, UTC."""
    return datetime.combine(now.astimezone(zone).date(), datetime.min.time(), zone).astimezone(UTC)


def month_start(now: datetime, zone: ZoneInfo) -> datetime:
    """When the month of a moment began, UTC."""
    return datetime.combine(now.astimezone(zone).date().replace(day=1), datetime.min.time(), zone).astimezone(UTC)


def _midnight(facts: Facts, *, months: bool) -> datetime:
    """When the next day, or month, begins."""
    today = facts.now.astimezone(facts.zone).date()
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1) if months else today + timedelta(days=1)
    return datetime.combine(first, datetime.min.time(), facts.zone).astimezone(UTC)
