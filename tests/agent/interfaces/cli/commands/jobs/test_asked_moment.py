"""The moment that somebody asks about is the one they mean."""

from __future__ import annotations

from datetime import datetime

import pytest

from agent.errors import UsageError
from agent.interfaces.cli.commands.jobs.asked_moment import moment_of

NOW = datetime(2026, 11, 26, 9, 15).astimezone()  # a Thursday


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("8:30", 26, (8, 30)),
        ("08:30", 26, (8, 30)),
        ("9:15", 26, (9, 15)),
        ("9:16", 25, (9, 16)),
        ("today 23:00", 26, (23, 0)),
        ("Yesterday 8:30", 25, (8, 30)),
        ("yesterday  23:00", 25, (23, 0)),
        ("thursday 8:30", 26, (8, 30)),
        ("Thu 9:30", 19, (9, 30)),
        ("Mon 8:30", 23, (8, 30)),
        ("friday 8:30", 20, (8, 30)),
        ("fri 23:00", 20, (23, 0)),
        ("2026-11-03 08:30", 3, (8, 30)),
        ("2026-11-03T08:30", 3, (8, 30)),
    ],
)
def test_moments(text: str, day: int, clock: tuple[int, int]) -> None:
    assert moment_of(text, NOW) == datetime(2026, 11, day, *clock).astimezone()


@pytest.mark.parametrize(
    "text", ["", "8", "25:00", "8:61", "8:", "someday 8:30", "mo 8:30", "2026-11-31 08:30", "last Monday 8:30", ":"]
)
def test_no_moments(text: str) -> None:
    with pytest.raises(UsageError, match="is no moment"):
        moment_of(text, NOW)
