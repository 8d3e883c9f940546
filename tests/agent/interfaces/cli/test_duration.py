from datetime import UTC, datetime, timedelta

import pytest

from agent.errors import UsageError
from agent.interfaces.cli.duration import parse_duration, until_words

LENGTHS = {"90s": 90, "45m": 2_700, "1h": 3_600, "2H 30m": 9_000, " 1d ": 86_400, "1d2h3m4s": 93_784}
WRONG = ["", "1", "h", "-1h", "0m", "1.5h", "30m1h", "tomorrow", "367d", "٣h", "9" * 400 + "d"]


def test_lengths_as_people_write_them() -> None:
    assert {text: parse_duration(text).total_seconds() for text in LENGTHS} == LENGTHS


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_length_is_said_in_words(text: str) -> None:
    with pytest.raises(UsageError, match="Write it as 45m, 1h, 2h30m or 1d"):
        parse_duration(text)


def test_an_end_is_said_with_its_day_unless_that_is_today() -> None:
    here = datetime.now().astimezone().replace(hour=15, minute=5)
    assert until_words(here.astimezone(UTC)) == "until 15:05"
    later = here + timedelta(days=400)
    assert until_words(later) == f"until {later.astimezone():%Y-%m-%d %H:%M}"
    assert until_words(None) == "until you resume it"
