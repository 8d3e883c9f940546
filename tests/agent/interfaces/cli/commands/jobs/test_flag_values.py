"""What stands behind a flag means what a person would think, and what means nothing is said so."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from agent.errors import UsageError
from agent.interfaces.cli.commands.jobs.flag_values import moment, permission, quiet, seconds, switch, whole_path

HOME = os.path.expanduser("~")


def test_values() -> None:
    assert [seconds(text, "") for text in ("90", "1.5", "0.5s", "20m", "1d")] == [90, 1.5, 0.5, 1200, 86_400]
    assert [whole_path(text, "/w") for text in ("a", "../b", "/c", "~/d")] == ["/w/a", "/b", "/c", f"{HOME}/d"]
    assert (switch("Yes", ""), switch("no", "")) == (True, False)
    assert quiet("22:00-7", "") == quiet("22 - 07:00", "") == {"since": "22:00:00", "until": "07:00:00"}
    assert moment("2030-01-31 15:00", "") == datetime(2030, 1, 31, 15).astimezone()
    assert moment("2030-01-31T15:00Z", "").isoformat() == moment("2030-01-31T16:00+01:00", "").isoformat()


def test_a_time_that_the_clocks_leave_out_comes_after_the_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert moment("2027-03-28 02:30", "") == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_permissions() -> None:
    assert permission("net.fetch=example.org/a=b", "/w") == {"what": "net.fetch", "to": ["example.org/a=b"]}
    assert permission("proc.run=.", "/w") == {"what": "proc.run", "to": ["/w"]}
    assert permission("proc.run+network=~/x", "/w") == {"what": "proc.run", "to": [f"{HOME}/x"], "network": True}


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [
        (seconds, "soon", "'soon' is no length of time"),
        (switch, "maybe", "'maybe' is neither yes nor no"),
        (quiet, "night", "'night' are no hours"),
        (quiet, "22:00-24:00", "'24:00' is no time of day"),
        (quiet, "22:00-7:60", "'7:60' is no time of day"),
        (moment, "tomorrow", "'tomorrow' is no moment"),
        (moment, "2030-02-30 15:00", "is no moment"),
        (permission, "net.fetch", "'net.fetch' is no permission"),
        (permission, "net.fetch=", "is no permission"),
        (permission, "proc.run+web=/x", "is no permission"),
    ],
)
def test_mistakes(read: Callable[[str, str], Any], text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text, "/w")
    assert words in str(caught.value)
