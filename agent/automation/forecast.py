"""What a job is about to cost in a month, before it is saved and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from agent.automation.schedule import Schedule
from agent.context.tokens import text_tokens
from agent.jobs import Job, JobLimits, PluginEvent, Quiet, Watch
from agent.models.usage import priced
from agent.settings import ModelProfile

MONTH: Final = timedelta(days=30)
FIRST_REQUEST: Final = 1_100
"""Tokens of the system prompt and all tools."""
USUAL_TURNS: Final = 6
TOKENS_READ: Final = 1_500
"""What a turn usually adds to the next request: files, results."""
TOKENS_WRITTEN: Final = 250
ENOUGH_RUNS: Final = 3
"""From so many runs on, their mean says more than an estimate."""
COUNTED: Final = 5_000
"""Of more runs a month, those in quiet hours are not counted one by one."""


@dataclass(frozen=True)
class Past:
    """What the runs of a job spent lately."""

    runs: int
    usd: float | None
    """None: unknown."""
    days: float
    """In how many days, at most as many as there was the job in this shape."""


@dataclass(frozen=True)
class Forecast:
    """What is to be expected in 30 days."""

    runs_per_month: float | None
    """None: they come with files or a person's wish, and nobody knows how often."""
    usd_per_month: float | None
    """None: the price, or the number of runs, is unknown."""
    words: str
    """For a person, without a full stop: “about $1.20 a month (22 runs)”."""


def forecast(job: Job, now: datetime, zone: ZoneInfo, model: ModelProfile | None, past: Past | None = None) -> Forecast:
    """Multiply the runs that are due in the next 30 days by the mean cost of the last ones, else by an estimate.

    `model`: None if it is not known. Blocks, for up to 50 ms where a job runs each minute. Raises UsageError where the
    triggers cannot be read, as `schedule.check_triggers`.
    """
    runs = _runs(job, now, zone, past)
    each = _cost_of_run(job, model, past)
    if each == 0:
        where = "nothing: its model runs on this machine"
        return Forecast(runs, 0.0 if runs is not None else None, f"{where}{_in_brackets(runs)}")
    if runs is None:
        return Forecast(None, None, f"{_money(each)} a run, and nobody knows how often it will run")
    if not job.triggers:
        return Forecast(0.0, 0.0, f"{_money(each)} a run, only when you start it")
    if runs == 0:
        return Forecast(0.0, 0.0, "nothing in the next 30 days: no run is due")
    if each is None:
        return Forecast(runs, None, f"of unknown price{_in_brackets(runs)}")
    wanted, most = runs * each, _bound(job.limits)
    if most is not None and wanted > most:
        return Forecast(runs, most, f"at most ${most:,.2f} a month, its limit, and it would take {_money(wanted)}")
    return Forecast(runs, wanted, f"{_money(wanted)} a month{_in_brackets(runs)}")


def _runs(job: Job, now: datetime, zone: ZoneInfo, past: Past | None) -> float | None:
    """How often it is due in 30 days; of files and plugins, as often as lately."""
    schedule = Schedule.of(job.triggers, zone)
    runs = float(schedule.between(now, now + MONTH, 0).count)
    if runs and job.policies.quiet is not None and job.policies.quiet.do == "skip":
        runs -= _skipped(schedule, runs, list(_quiet_spans(job.policies.quiet, now, zone)))
    if any(isinstance(trigger, Watch | PluginEvent) for trigger in job.triggers):
        if past is None or past.runs < ENOUGH_RUNS or past.days < 1:
            return None
        runs = max(runs, past.runs / past.days * MONTH.days)
    if job.limits.runs_per_day is not None:
        runs = min(runs, float(job.limits.runs_per_day * MONTH.days))
    return runs


def _skipped(schedule: Schedule, runs: float, spans: list[tuple[datetime, datetime]]) -> float:
    """How many of the runs fall into quiet hours; of a rhythm of a few minutes, the share of the time."""
    if runs > COUNTED:
        return runs * (sum((until - since for since, until in spans), timedelta()) / MONTH)
    return min(runs, sum(schedule.between(since, until, 0).count for since, until in spans))


def _quiet_spans(quiet: Quiet, now: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """The quiet hours of the month, each from just before its first moment to just before the moment it ends."""
    today, just_before = now.astimezone(zone).date(), timedelta(microseconds=1)
    for day in range(-1, MONTH.days + 1):
        since = datetime.combine(today + timedelta(days=day), quiet.since, zone)
        until = datetime.combine(today + timedelta(days=day + (quiet.until < quiet.since)), quiet.until, zone)
        first, last = max(now, since - just_before), min(now + MONTH, until - just_before)
        if first < last:
            yield first, last


def _cost_of_run(job: Job, model: ModelProfile | None, past: Past | None) -> float | None:
    if past is not None and past.runs >= ENOUGH_RUNS and past.usd is not None:
        return past.usd / past.runs
    if model is None:
        return None
    if model.price is None:
        return None if model.remote else 0.0
    tokens_in, tokens_out = _usual_tokens(job)
    cost = priced(tokens_in, 0, tokens_out, model.price).cost_usd
    return cost if cost is None or job.limits.max_usd is None else min(cost, job.limits.max_usd)


def _usual_tokens(job: Job) -> tuple[int, int]:
    """Input and output of all model calls of one run, as far as its limits let it go."""
    turns = max(1, min(USUAL_TURNS, job.limits.max_turns, job.limits.max_calls + 1))
    first = FIRST_REQUEST + text_tokens(job.prompt)
    tokens_in = sum(first + turn * (TOKENS_READ + TOKENS_WRITTEN) for turn in range(turns))
    tokens_out = turns * TOKENS_WRITTEN
    share = min(1.0, job.limits.max_tokens / (tokens_in + tokens_out))
    return round(tokens_in * share), round(tokens_out * share)


def _bound(limits: JobLimits) -> float | None:
    bounds = (limits.usd_per_month, None if limits.usd_per_day is None else limits.usd_per_day * MONTH.days)
    return min((bound for bound in bounds if bound is not None), default=None)


def _money(usd: float | None) -> str:
    if usd is None:
        return "an unknown price"
    if usd < 0.01:
        return "less than $0.01"
    return f"about ${usd:,.2f}"


def _in_brackets(runs: float | None) -> str:
    if not runs:
        return ""
    count = max(1, round(runs))
    return f" ({count:,} {'run' if count == 1 else 'runs'})"
