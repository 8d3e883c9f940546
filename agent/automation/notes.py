"""What each reason means, as a sentence. English; the app has its own words for the same reasons."""

from __future__ import annotations

from agent.jobs import PauseReason, SlotReason

_NOTES: dict[SlotReason, str] = {
    "": "",
    "app_off": "Homard was not running then.",
    "asleep": "The machine was asleep then.",
    "clock_set": "The clock of the machine was set forward past this moment.",
    "zone_changed": "The time zone of the machine changed, and the new one was already past this moment.",
    "busy": "Homard was too busy to look at the clock then.",
    "too_late": "It was later than the job allows when it could have run.",
    "caught_up": "A later moment of the job makes up for it.",
    "too_many": "More were missed than the job makes up for.",
    "battery": "The machine runs on battery.",
    "metered": "The network is a metered one.",
    "locked": "The screen is locked.",
    "quiet_hours": "It was in the quiet hours of the job.",
    "budget": "What the job may spend was spent.",
    "overlap": "An earlier run of the job was still working.",
    "condition": "The condition of the job was not met.",
    "unchanged": "Nothing that the job depends on has changed since its last run.",
    "paused": "Everything was paused.",
    "job_paused": "The job was paused.",
    "failures": "The job was paused after several failures in a row. Look at its last run, then resume it.",
    "approval": "It waits for a person's permission for something outside what the job may do.",
    "answer": "It was missed, and waits for a person to say whether it shall run.",
    "outcome_unknown": "Homard stopped in the midst of an action. See whether it was done, then say whether to go on.",
    "expired": "Nobody answered in time.",
    "cancelled": "A person stopped it.",
    "run_failed": "The run failed.",
    "interrupted": "Homard stopped while it ran.",
    "loop": "The job was paused because it kept setting off itself or another job. Change what it watches, "
    "then resume it.",
    "deleted": "The job was deleted.",
}

_SPECIAL: dict[tuple[SlotReason, str], str] = {
    ("answer", "run"): "It was missed, and a person said that it shall run.",
    ("answer", "go_on"): "Homard stopped in the midst of an action, and a person said that it goes on.",
    ("cancelled", "no"): "A person said that it shall not run.",
    ("caught_up", "asks"): "A later moment of the job asks whether it shall run.",
    ("app_off", "wish"): "Somebody wanted it, and Homard ended before it began. Run the job again if it is still "
    "wanted.",
}

_WHILE_PAUSED: dict[PauseReason, SlotReason] = {"failures": "failures", "loop": "loop"}


def note_for(reason: SlotReason, case: str = "") -> str:
    """Say what a reason means, as a sentence; `case` is one of the special ones: run, go_on, no, asks, wish."""
    return _SPECIAL.get((reason, case)) or _NOTES[reason]


def late_note(reason: SlotReason, late_s: float) -> str:
    """Say of a slot that runs after all why it is late, and by how much."""
    return f"{_NOTES[reason]} It runs {words_of(late_s)} late."


def words_of(seconds: float) -> str:
    """Say a time in its two largest units."""
    whole = max(0, round(seconds))
    for unit, size, below, part in (
        ("day", 86_400, "h", 3_600),
        ("h", 3_600, "min", 60),
        ("min", 60, "s", 1),
    ):
        if whole >= size:
            number, rest = divmod(whole, size)
            named = f"{number} {unit}" + ("s" if unit == "day" and number > 1 else "")
            return named + (f" {rest // part} {below}" if rest // part and number < 10 else "")
    return f"{whole} s"


def pause_reason(paused: PauseReason) -> SlotReason:
    """Name why the slots of a paused job are skipped."""
    return _WHILE_PAUSED.get(paused, "job_paused")
