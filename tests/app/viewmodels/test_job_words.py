"""Jobs in words: triggers, pauses, moments, money."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from PySide6.QtCore import QDate, QLocale

from agent.jobs import Change, Cron, Every, Once, PauseReason, Watch
from app.viewmodels.job_words import (
    amount_words,
    change_words,
    coming_words,
    every_words,
    forecast_words,
    moment_words,
    pause_words,
    short_path,
    span_words,
    triggers_words,
    watch_words,
)
from tests.helpers.job_desk import NOW, row

HOME = str(Path.home())


@pytest.fixture(autouse=True)
def british() -> None:
    QLocale.setDefault(QLocale("en_GB"))


def local(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute).astimezone().astimezone(UTC)


def test_triggers_stand_side_by_side() -> None:
    several = (
        Cron(fields="30 8 * * 1-5", zone="Asia/Tokyo"),
        Every(seconds=1_200),
        Once(at=local(27, 15)),
        Watch(folder=f"{HOME}/Invoices", patterns=("*.pdf",)),
    )
    day = QLocale().toString(QDate(2026, 11, 27), QLocale.FormatType.LongFormat)
    assert triggers_words(several) == (
        f"each weekday at 08:30 (Asia/Tokyo); every 20 minute(s); once on {day} at 15:00; "
        "when *.pdf settles in ~/Invoices"
    )
    assert triggers_words(()) == "only when you start it"


@pytest.mark.parametrize(
    ("watch", "words"),
    [
        (Watch(folder="/x"), "when a file settles in /x"),
        (Watch(folder="/x", on=("removed",)), "when a file in /x is gone"),
        (Watch(folder="/x", on=("created",), patterns=("a*", "b*", "c*")), "when a*, b* or c* in /x is new"),
        (Watch(folder="/x", on=("moved", "removed", "created")), "when a file in /x was moved, is gone or is new"),
    ],
)
def test_what_of_a_folder_starts_it(watch: Watch, words: str) -> None:
    assert watch_words(watch) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(86_400, "every day"), (3_600, "every hour"), (60, "every minute"), (172_800, "every %n day(s)"),
     (7_200, "every %n hour(s)"), (5_400, "every %n minute(s)"), (90, "every %n second(s)")],
)  # fmt: skip
def test_distances_have_their_largest_whole_unit(seconds: int, words: str) -> None:
    assert every_words(seconds) == words.replace("%n", str({172_800: 2, 7_200: 2, 5_400: 90, 90: 90}.get(seconds, 0)))


def test_spans_have_their_largest_whole_unit() -> None:
    spans = [span_words(seconds) for seconds in (0.4, 45, 1_800, 5_400, 21_600, 172_800)]
    assert spans == ["0 second(s)", "45 second(s)", "30 minute(s)", "90 minute(s)", "6 hour(s)", "2 day(s)"]


def test_each_change_and_each_pause_has_words_of_its_own() -> None:
    assert len({change_words(change) for change in get_args(Change)}) == len(get_args(Change))
    words = [pause_words(row(paused=reason, failures=3)) for reason in get_args(PauseReason)]
    assert words[0] == "" and len(set(words)) == len(words)
    assert "3" in pause_words(row(paused="failures", failures=3))


def test_paths_inside_the_home_folder_are_short() -> None:
    assert [short_path(path) for path in (HOME, f"{HOME}/a", f"{HOME}er/a", "/etc")] == [
        "~", "~/a", f"{HOME}er/a", "/etc",
    ]  # fmt: skip


def test_moments_to_come_and_gone() -> None:
    now = local(26, 10)
    coming = (now, local(26, 12), local(27, 8, 30), local(29, 8), local(9, 8, month=12))
    assert [coming_words(moment, now) for moment in coming] == [
        "now", "today 12:00", "tomorrow 08:30", "Sun 08:00", "9 Dec 08:00",
    ]  # fmt: skip
    gone = (local(26, 8), local(25, 8), local(27, 8), local(20, 8), local(1, 8, month=1, year=2025))
    assert [moment_words(moment, now) for moment in gone] == [
        "today 08:00", "yesterday 08:00", "tomorrow 08:00", "Fri 20 Nov 08:00", "Wed 01/01/2025 08:00",
    ]  # fmt: skip


def test_seconds_are_told_where_there_are_some() -> None:
    now = local(26, 10)
    assert moment_words(now - timedelta(seconds=50), now) == "today 09:59:10"
    QLocale.setDefault(QLocale("en_US"))
    assert moment_words(now - timedelta(seconds=50), now).replace("\u202f", " ") == "today 9:59:10 AM"


def test_money_is_never_more_exact_than_it_helps() -> None:
    assert [amount_words(usd) for usd in (0, 0.001, 0.42, 12.345)] == ["$0.00", "less than $0.01", "$0.42", "$12.35"]
    assert [
        forecast_words(*known) for known in ((None, None), (0, 0), (22, None), (22, 0), (22, 1.2), (0.2, 0.004))
    ] == [
        "runs as files come, so its cost cannot be told",
        "no runs to come",
        "about 22 run(s) a month, of unknown price",
        "free of charge",
        "about $1.20 a month",
        "less than $0.01 a month",
    ]


def test_a_summer_day_is_told_on_the_clock_of_the_wall() -> None:
    assert moment_words(NOW + timedelta(days=400), NOW).endswith(moment_words(NOW, NOW).split()[-1])
