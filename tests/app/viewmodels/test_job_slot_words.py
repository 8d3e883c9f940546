"""Every state and every reason has words; what did not run always says why."""

from typing import get_args

import pytest

from agent.jobs import SlotOrigin, SlotReason, SlotState
from app.viewmodels.job_slot_words import NOT_RUN, note_of, origin_word, state_word, why_words
from tests.helpers.job_desk import slot

REASONS: tuple[SlotReason, ...] = get_args(SlotReason)


def test_each_state_and_each_origin_has_a_word_of_its_own() -> None:
    for words in ([state_word(state) for state in get_args(SlotState)], [origin_word(o) for o in get_args(SlotOrigin)]):
        assert len(set(words)) == len(words)


@pytest.mark.parametrize("state", sorted(NOT_RUN))
def test_whatever_did_not_run_says_why(state: SlotState) -> None:
    """Two reasons never sound alike, and none is left out."""
    words = [why_words(slot(1, state, reason)) for reason in REASONS]
    assert all(words) and len(set(words)) == len(words)


def test_what_waits_says_for_what() -> None:
    held: tuple[SlotReason, ...] = (
        "", "battery", "metered", "locked", "quiet_hours", "budget", "overlap", "paused", "job_paused", "failures",
        "loop", "busy", "app_off", "asleep", "clock_set", "zone_changed", "interrupted",
    )  # fmt: skip
    words = [why_words(slot(1, "due", reason)) for reason in held]
    assert all(words) and len(set(words)) == len(words)
    asked: tuple[SlotReason, ...] = ("approval", "answer", "outcome_unknown")
    assert len({why_words(slot(1, "parked", reason)) for reason in asked} - {""}) == len(asked)


def test_what_went_well_needs_no_explanation() -> None:
    assert why_words(slot(1)) == "" and why_words(slot(1, "running")) == ""


def test_what_is_just_given_to_a_plugin_is_said_as_it_is() -> None:
    giving = slot(1, "running", "outcome_unknown", note="Its answer is given to the plugin team:board.")
    assert (why_words(giving), note_of(giving)) == ("", "Its answer is given to the plugin team:board.")


def test_a_row_for_many_moments_says_so() -> None:
    many = why_words(slot(1, "missed", "app_off", count=14))
    assert many == "Homard was not running then. This line stands for 14 moment(s) in a row."


def test_only_notes_that_say_more_than_the_reason_are_shown() -> None:
    assert note_of(slot(1, "failed", "run_failed", note="The server is away.")) == "The server is away."
    assert note_of(slot(1, "parked", "outcome_unknown", note="It ran make.")) == "It ran make."
    assert note_of(slot(1, "done", note="The report was not written: disk full.")) == (
        "The report was not written: disk full."
    )
    assert note_of(slot(1, "skipped", "battery", note="The machine runs on battery.")) == ""
