"""Slots in a person's words: what came of each, and why those that did not run did not."""

from __future__ import annotations

from agent.jobs import Slot, SlotOrigin, SlotReason, SlotState
from app.translation import translate

NOT_RUN: frozenset[SlotState] = frozenset(("skipped", "missed"))
"""States of which somebody may ask why."""
TOLD_NOTES: frozenset[SlotReason] = frozenset(("run_failed", "outcome_unknown"))
"""Reasons whose note says what the reason itself cannot: an error, an act."""


def state_word(state: SlotState) -> str:
    """What came of a slot, in a word or two."""
    return {
        "scheduled": translate("Jobs", "Coming"),
        "due": translate("Jobs", "Waiting"),
        "running": translate("Jobs", "Working"),
        "done": translate("Jobs", "Done"),
        "failed": translate("Jobs", "Failed"),
        "parked": translate("Jobs", "Needs you"),
        "skipped": translate("Jobs", "Skipped"),
        "missed": translate("Jobs", "Missed"),
    }[state]


def origin_word(origin: SlotOrigin) -> str:
    """What made it due."""
    return {
        "schedule": translate("Jobs", "schedule"),
        "file_watch": translate("Jobs", "watched folder"),
        "manual": translate("Jobs", "started by hand"),
        "plugin": translate("Jobs", "plugin"),
    }[origin]


def why_words(slot: Slot) -> str:
    """Why a slot did not run, waits, or ended as it did: a sentence; empty where there is nothing to explain."""
    if slot.state == "due":
        return _waits().get(slot.reason, "")
    if slot.state == "parked":
        return _parked().get(slot.reason, "")
    if slot.state == "running":
        return ""  # what it gives away then is in its note
    said = _ended().get(slot.reason, "")
    if not said and slot.state in NOT_RUN:
        said = translate("Jobs", "It did not run; nobody noted why.")
    if slot.count > 1 and slot.state in NOT_RUN:
        many = translate("Jobs", "This line stands for %n moment(s) in a row.", slot.count)
        said = f"{said} {many}"
    return said


def note_of(slot: Slot) -> str:
    """What the note adds to the reason, as it was written down; mostly nothing."""
    unsaid = not slot.reason and slot.state in ("failed", "done")
    return slot.note if slot.reason in TOLD_NOTES or unsaid else ""


def _waits() -> dict[SlotReason, str]:
    return {
        "": translate("Jobs", "It starts in a moment, or when another job is done."),
        "busy": translate("Jobs", "It waits until another job is done."),
        "battery": translate("Jobs", "It waits until the computer is on mains power."),
        "metered": translate("Jobs", "It waits until the network is not a metered one."),
        "locked": translate("Jobs", "It waits until the screen is unlocked."),
        "quiet_hours": translate("Jobs", "It waits until the quiet hours are over."),
        "budget": translate("Jobs", "It waits: the money or the runs it may use are used up."),
        "overlap": translate("Jobs", "It waits until its earlier run is done."),
        "approval": translate("Jobs", "It waits until you have answered its earlier run."),
        "paused": translate("Jobs", "It waits until you resume Homard."),
        "job_paused": translate("Jobs", "It waits until you resume the job."),
        "failures": translate("Jobs", "It waits until you resume the job, which paused itself after failures."),
        "loop": translate(
            "Jobs", "It waits until you resume the job, which was stopped because it kept starting itself."
        ),
        "interrupted": translate("Jobs", "It was interrupted, and starts again in a moment."),
        "app_off": translate("Jobs", "It is late because Homard was not running, and starts in a moment."),
        "asleep": translate("Jobs", "It is late because the computer was asleep, and starts in a moment."),
        "clock_set": translate("Jobs", "It is late because the clock was set, and starts in a moment."),
        "zone_changed": translate("Jobs", "It is late because the time zone changed, and starts in a moment."),
    }


def _parked() -> dict[SlotReason, str]:
    return {
        "approval": translate("Jobs", "It waits for your permission, and goes on where it was when you have answered."),
        "answer": translate("Jobs", "It was missed. Say whether it should run now."),
        "outcome_unknown": translate(
            "Jobs",
            "It was interrupted while it did something, and nobody knows whether that happened. "
            "Look at what it did, then say whether it should go on.",
        ),
    }


def _ended() -> dict[SlotReason, str]:
    return {**_missed(), **_held(), **_stopped()}


def _missed() -> dict[SlotReason, str]:
    return {
        "app_off": translate("Jobs", "Homard was not running then."),
        "asleep": translate("Jobs", "The computer was asleep then."),
        "clock_set": translate("Jobs", "The clock was set past this moment."),
        "zone_changed": translate("Jobs", "The time zone changed, so this moment never came here."),
        "busy": translate("Jobs", "Homard was too busy to start it in time."),
        "too_late": translate("Jobs", "By the time it could start, it was later than the job allows."),
        "caught_up": translate("Jobs", "Several were missed, and a later one ran for all of them."),
        "too_many": translate("Jobs", "More were missed than the job catches up with."),
        "answer": translate("Jobs", "It was missed, and you said that it should not run."),
    }


def _held() -> dict[SlotReason, str]:
    return {
        "battery": translate("Jobs", "The computer was on battery, and the job does not start then."),
        "metered": translate("Jobs", "The network was a metered one, and the job does not start then."),
        "locked": translate("Jobs", "The screen was locked, and the job does not start then."),
        "quiet_hours": translate("Jobs", "It fell into the quiet hours of the job."),
        "budget": translate("Jobs", "The money or the runs that the job may use were used up."),
        "overlap": translate("Jobs", "An earlier run of the job was still at work."),
        "condition": translate("Jobs", "Its condition did not hold, so no model was asked."),
        "unchanged": translate("Jobs", "Nothing had changed since the last run, so no model was asked."),
        "paused": translate("Jobs", "You had paused Homard."),
        "job_paused": translate("Jobs", "The job was paused."),
        "failures": translate("Jobs", "The job had paused itself after failures."),
    }


def _stopped() -> dict[SlotReason, str]:
    return {
        "approval": translate("Jobs", "An earlier run waited for your answer; this one would only have asked again."),
        "outcome_unknown": translate(
            "Jobs", "It was interrupted, nobody knows whether its last act happened, and you said it should not go on."
        ),
        "expired": translate("Jobs", "It waited for your answer longer than it may."),
        "cancelled": translate("Jobs", "It was stopped."),
        "run_failed": translate("Jobs", "Its run did not succeed."),
        "interrupted": translate("Jobs", "It was interrupted several times, because Homard ended while it worked."),
        "loop": translate("Jobs", "It kept starting itself, or jobs started each other, so it was stopped."),
        "deleted": translate("Jobs", "The job was deleted before it could run."),
    }
