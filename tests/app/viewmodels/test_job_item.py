"""How a job stands, in words."""

from datetime import timedelta
from typing import Any, get_args

import pytest
from PySide6.QtCore import QLocale

from agent.automation.forecast import Forecast
from agent.automation.state import JobState
from agent.jobs import Watch
from app.viewmodels.job_item import JobItem, Standing
from app.viewmodels.job_open import Opened
from tests.helpers.job_desk import NOW, job, row, slot


@pytest.fixture(autouse=True)
def british() -> None:
    QLocale.setDefault(QLocale("en_GB"))


def opened(*states: Any) -> Opened:
    made = Opened()
    for number, state in enumerate(states):
        made.note(slot(number, state))
    return made


ON = JobState(next=NOW + timedelta(hours=22))
FAILED = JobState(next=ON.next, last=slot(1, "failed", "run_failed"))


@pytest.mark.parametrize(
    ("item", "standing"),
    [
        (JobItem(row(), FAILED, opened("parked", "running", "due")), "needs_you"),
        (JobItem(row(paused="person"), FAILED, opened("running", "due")), "working"),
        (JobItem(row(paused="review"), FAILED, opened("due")), "review"),
        (JobItem(row(paused="loop"), FAILED), "stopped"),
        (JobItem(row(paused="failures"), FAILED), "stopped"),
        (JobItem(row(paused="broken"), FAILED), "stopped"),
        (JobItem(row(paused="person"), FAILED), "paused"),
        (JobItem(row(), FAILED, opened("due")), "waiting"),
        (JobItem(row(), FAILED), "failed"),
        (JobItem(row(), ON), "on"),
        (JobItem(row(), JobState()), "over"),
        (JobItem(row(), None), "on"),
        (JobItem(row(wanted=job(triggers=())), JobState()), "on"),
        (JobItem(row(wanted=job(triggers=(Watch(folder="/x"),))), JobState()), "on"),
    ],
)
def test_the_one_thing_that_is_told_first(item: JobItem, standing: Standing) -> None:
    assert item.standing == standing


def test_each_standing_has_a_word_of_its_own() -> None:
    items = [
        *(JobItem(row(), ON, opened(state)) for state in ("parked", "running", "due")),
        *(JobItem(row(paused=reason)) for reason in ("review", "loop", "person")),
        *(JobItem(row(), state) for state in (FAILED, JobState(), ON)),
    ]
    assert len({item.standing_word for item in items}) == len(get_args(Standing))


def test_all_of_it_for_a_screen_reader() -> None:
    state = JobState(spent_month_usd=0.42, last=slot(1, finished_at=NOW - timedelta(minutes=5)), next=ON.next)
    item = JobItem(row(wanted=job("Mail\nsummary")), state, None, Forecast(22.0, 1.2, ""))
    assert item.spoken(NOW) == (
        f"Mail summary, On, each weekday at 08:30, next {item.next_words(NOW)}, "
        "Done 5 min ago · $0.42 this month · about $1.20 a month"
    )


def test_before_anything_is_known_little_is_said() -> None:
    item = JobItem(row())
    assert (item.third_line(NOW), item.next_words(NOW)) == ("has not run yet", "")


def test_what_is_paused_neither_comes_nor_costs() -> None:
    item = JobItem(row(paused="person"), ON, None, Forecast(22.0, 1.2, ""))
    assert (item.next_words(NOW), item.forecast_words()) == ("", "")


def test_what_is_due_and_held_says_why() -> None:
    made = Opened()
    made.note(slot(1, "due", "battery"))
    assert JobItem(row(), ON, made).held_words() == "It waits until the computer is on mains power."
    assert JobItem(row(), ON).held_words() == ""
