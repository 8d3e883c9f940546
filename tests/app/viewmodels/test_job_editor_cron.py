"""Cron fields and the choices that say the same."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.automation.schedule import Schedule
from agent.jobs import Cron
from app.viewmodels.job_editor_cron import RHYTHMS, STEPS, Shape, shape_of

SHAPES = st.builds(
    Shape,
    rhythm=st.sampled_from([rhythm for rhythm in RHYTHMS if rhythm != "fields"]),
    at=st.times().map(lambda at: time(at.hour, at.minute)),
    days=st.sets(st.integers(1, 7), min_size=1, max_size=6).map(lambda days: tuple(sorted(days))),
    day=st.integers(1, 31),
    step=st.sampled_from(STEPS),
)


@given(SHAPES)
def test_a_choice_is_found_again_in_the_fields_that_it_makes(shape: Shape) -> None:
    again = shape_of(shape.cron)
    assert again.cron == shape.cron or (again.rhythm, shape.days) == ("weekdays", (1, 2, 3, 4, 5))
    assert again.rhythm == shape.rhythm or (again.rhythm, shape.rhythm) == ("weekdays", "weekly")


@given(SHAPES)
def test_what_a_choice_makes_is_a_schedule(shape: Shape) -> None:
    moment = Schedule.of([Cron(fields=shape.cron)], ZoneInfo("UTC")).next(datetime(2026, 1, 1, tzinfo=UTC))
    assert moment is not None


@pytest.mark.parametrize(
    ("fields", "rhythm", "days"),
    [
        ("30 8 * * *", "daily", (1,)),
        ("30 8 * * 1-5", "weekdays", (1,)),
        ("0 9 * * 0,6", "weekly", (6, 7)),
        ("0 9 * * 7", "weekly", (7,)),
        ("0 9 1 * *", "monthly", (1,)),
        ("15 * * * *", "hourly", (1,)),
        ("*/20 * * * *", "minutes", (1,)),
        ("*/7 * * * *", "fields", (1,)),
        ("*/20 8-18 * * *", "fields", (1,)),
        ("0 9 1 * 1", "fields", (1,)),
        ("0 9 32 * *", "fields", (1,)),
        ("0 9 * 6 *", "fields", (1,)),
        ("0 9 * * mon", "fields", (1,)),
        ("0 9 * * 5-2", "fields", (1,)),
        ("99 9 * * *", "fields", (1,)),
        ("0 9,17 * * *", "fields", (1,)),
        ("nonsense", "fields", (1,)),
    ],
)
def test_fields_without_a_plain_choice_stay_as_they_are(fields: str, rhythm: str, days: tuple[int, ...]) -> None:
    shape = shape_of(fields)
    assert (shape.rhythm, shape.days, shape.fields) == (rhythm, days, fields)
