"""What becomes of slots whose moment has passed: the policy for missed runs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal

from agent.automation.schedule import Moment
from agent.jobs import Missed, SlotReason

LATE_S = 120.0
"""What is not later than this runs as if it were on time."""
SINGLE = 30
"""So many missed slots in a row have each a row of its own; more of them share one."""

Fate = Literal["run", "ask", "missed"]


@dataclass(frozen=True)
class Passed:
    """A slot whose moment has passed without a run."""

    moment: Moment
    slot_id: int = 0
    """Of the row that it has already; 0: none yet."""


@dataclass(frozen=True)
class Judged:
    """What becomes of it."""

    passed: Passed
    fate: Fate
    reason: SlotReason
    """Why it was missed, or is late; of one that is missed for another reason than that, this one."""


def judge(
    late: Sequence[Passed],
    policy: Missed,
    now: datetime,
    cause: Callable[[datetime], SlotReason],
    *,
    followed: bool,
    handled_to: datetime | None = None,
) -> list[Judged]:
    """Decide about slots, given in order, that were not run in time.

    `cause` says why not. `followed`: a later slot of the job is on time, and runs anyway: it makes up for them where
    one run is enough. `handled_to`: a slot of that moment has had its turn, and made up for all before it.
    """
    fresh = [
        passed
        for passed in late
        if in_time(passed.moment.at, policy, now) and (handled_to is None or passed.moment.at > handled_to)
    ]
    chosen: Sequence[Passed] = ()
    if policy.do == "all":
        chosen = fresh[-policy.most :]
    elif policy.do == "ask" or (policy.do == "once" and not followed):
        chosen = fresh[-1:]
    fate: Fate = "ask" if policy.do == "ask" else "run"
    taken = set(map(id, chosen))
    return [
        Judged(passed, fate, "answer" if fate == "ask" else cause(passed.moment.at))
        if id(passed) in taken
        else Judged(passed, "missed", why_missed(passed.moment.at, policy, now, cause))
        for passed in late
    ]


def in_time(at: datetime, policy: Missed, now: datetime) -> bool:
    """Tell whether a slot is not later than its job allows."""
    return policy.within_s is None or (now - at).total_seconds() <= policy.within_s


def why_missed(at: datetime, policy: Missed, now: datetime, cause: Callable[[datetime], SlotReason]) -> SlotReason:
    """Say why a slot is not run that is not chosen to make up for the missed ones."""
    if policy.do == "skip":
        return cause(at)
    if not in_time(at, policy, now):
        return "too_late"
    return "too_many" if policy.do == "all" else "caught_up"


def in_groups(judged: Sequence[Judged]) -> list[list[Judged]]:
    """Put together those in a row that were missed for the same reason, where they are many."""
    groups: list[list[Judged]] = []
    for (fate, _), together in groupby(judged, key=lambda one: (one.fate, one.reason)):
        several = list(together)
        groups += [several] if fate == "missed" and len(several) > SINGLE else [[one] for one in several]
    return groups
