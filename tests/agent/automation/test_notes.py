from __future__ import annotations

from typing import get_args

import pytest

from agent.automation.notes import late_note, note_for, pause_reason, words_of
from agent.jobs import PauseReason, SlotReason


def test_every_reason_is_a_sentence() -> None:
    for reason in get_args(SlotReason):
        note = note_for(reason)
        assert note.endswith(".") and note[0].isupper() if reason else not note


def test_every_pause_is_a_reason_for_its_slots() -> None:
    assert {paused: pause_reason(paused) for paused in get_args(PauseReason) if paused} == {
        "person": "job_paused",
        "review": "job_paused",
        "failures": "failures",
        "loop": "loop",
        "broken": "job_paused",
    }


def test_what_runs_late_says_why_and_how_late() -> None:
    assert late_note("asleep", 3720) == "The machine was asleep then. It runs 1 h 2 min late."


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (95, "1 min 35 s"),
        (601, "10 min"),
        (3600, "1 h"),
        (7260, "2 h 1 min"),
        (86_400, "1 day"),
        (151_200, "1 day 18 h"),
        (20 * 86_400 + 4000, "20 days"),
    ],
)
def test_a_time_is_told_in_its_largest_units(seconds: float, words: str) -> None:
    assert words_of(seconds) == words
