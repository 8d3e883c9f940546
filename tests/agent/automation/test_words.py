"""Jobs in words: what a person reads before saving."""

from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from agent.automation.words import (
    IMAGES,
    condition_words,
    duration_words,
    job_words,
    limit_words,
    moment_words,
    policy_words,
    report_words,
    trigger_words,
    triggers_words,
)
from agent.jobs import (
    Condition,
    Cron,
    Every,
    Job,
    JobLimits,
    Missed,
    Once,
    Policies,
    Quiet,
    Report,
    Trigger,
    Watch,
)
from tests.helpers.cron_lines import LINES

BERLIN = ZoneInfo("Europe/Berlin")
HOME = str(Path.home())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("30 8 * * 1-5", "each weekday at 08:30"),
        ("30 8 * * mon-fri", "each weekday at 08:30"),
        ("30 8 * * *", "each day at 08:30"),
        ("0 9,17 * * *", "each day at 09:00 and 17:00"),
        ("0 9 * * 6,0", "each Saturday and Sunday at 09:00"),
        ("0 9 * * 6-7", "each Saturday and Sunday at 09:00"),
        ("0 8 * * 1,3,5", "each Monday, Wednesday and Friday at 08:00"),
        ("*/20 * * * *", "every 20 minutes by the clock"),
        ("*/20 8-18 * * 1-5", "each weekday, every 20 minutes by the clock from 08:00 to 18:40"),
        ("* * * * *", "every minute"),
        ("* 8-17 * * *", "every minute from 08:00 to 17:59"),
        ("0 * * * *", "each hour at :00"),
        ("15,45 9-17 * * 1", "each Monday, each hour at :15 and :45 from 09:15 to 17:45"),
        ("0 */2 * * *", "every 2 hours by the clock, from 00:00"),
        ("30 1-23/2 * * *", "every 2 hours by the clock, from 01:30"),
        ("0 9 1 * *", "on the 1st of each month at 09:00"),
        ("0 9 2,3,11,22 * *", "on the 2nd, 3rd, 11th and 22nd of each month at 09:00"),
        ("0 9 L * *", "on the last day of each month at 09:00"),
        ("0 9 LW * *", "on the last weekday of each month at 09:00"),
        ("0 9 * * 1#1", "on the first Monday of each month at 09:00"),
        ("0 9 * * 5L", "on the last Friday of each month at 09:00"),
        ("0 9 24 12 *", "on the 24th of December at 09:00"),
        ("0 9 13 * 5", "on the 13th of each month and also each Friday at 09:00"),
        ("0 8 * 7,8 2", "each Tuesday in July and August at 08:00"),
        ("0 0 */2 * 1", "by the cron line “0 0 */2 * 1”"),  # joined by “and”: words would promise something else
        ("*/7 * * * *", "by the cron line “*/7 * * * *”"),  # 7 minutes, and 4 at the end of each hour
        ("0 0 1-10 * *", "by the cron line “0 0 1-10 * *”"),
        ("0 25 * * *", "by the cron line “0 25 * * *”, which cannot be read or never comes"),
    ],
)
def test_cron_lines(fields: str, words: str) -> None:
    assert trigger_words(Cron(fields=fields)) == words
    assert trigger_words(Cron(fields=fields, zone="Asia/Tokyo")) == f"{words} (Asia/Tokyo time)"


@settings(deadline=None)
@given(LINES)
def test_any_line_has_words_or_stands_as_it_is(fields: str) -> None:
    words = trigger_words(Cron(fields=fields))
    assert fields in words or words.startswith(("each ", "every ", "on the "))


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        (Every(seconds=1_200), "every 20 minutes"),
        (Every(seconds=60), "every minute"),
        (Every(seconds=3_600), "every hour"),
        (Every(seconds=5_400), "every 1 hour 30 minutes"),
        (Every(seconds=86_400), "every 24 hours"),
        (
            Every(seconds=172_800, start=datetime(2026, 11, 27, 7, tzinfo=UTC)),
            "every 2 days, counted from Fri 27 Nov 2026 at 08:00",
        ),
        (Once(at=datetime(2026, 11, 27, 14, tzinfo=UTC)), "once on Fri 27 Nov 2026 at 15:00"),
        (Watch(folder=f"{HOME}/Invoices", patterns=("*.pdf",)), "when a *.pdf settles in ~/Invoices"),
        (Watch(folder="/x"), "when a file settles in /x"),
        (Watch(folder="/x", patterns=IMAGES, on=("created",)), "when a picture is new in /x"),
        (Watch(folder="/x", patterns=("/build.log",), on=("changed",)), "when build.log is changed in /x"),
        (Watch(folder="/x", on=("created",), recursive=False), "when a file is new in /x (not below it)"),
        (
            Watch(folder="/x", patterns=("*.pdf", "*.jpg"), per="batch", ignore=("*.tmp",)),
            "when *.pdf or *.jpg files settle in /x, but not *.tmp, all in one run",
        ),
        (Watch(folder="/x", on=("removed", "moved")), "when a file is removed from or is moved within /x"),
    ],
)
def test_other_triggers(trigger: Trigger, words: str) -> None:
    assert trigger_words(trigger, BERLIN) == words


def test_a_job_in_one_line() -> None:
    job = Job(
        name="Mail", prompt="Sum up\n the   mail", folder=f"{HOME}/Mail",
        triggers=(Cron(fields="30 8 * * 1-5"), Every(seconds=60)),
    )  # fmt: skip
    assert job_words(job) == "Each weekday at 08:30; every minute: Sum up the mail (in ~/Mail)"
    long = Job(name="x", prompt="x" * 500, folder="/x")
    assert (
        job_words(long) == f"Only when you start it: {'x' * 99}… (in /x)"
        and triggers_words(()) in job_words(long).lower()
    )


def test_policies_as_sentences() -> None:
    assert policy_words(Policies()) == [
        "If it missed runs while Homard was off or the machine slept, the latest of them is made up for.",
        "While a run of it works, what falls due is skipped.",
        "After 3 failures in a row it pauses and tells you.",
    ]
    night = Quiet(since=time(22), until=time(7))
    strict = Policies(
        missed=Missed(do="all", most=5, within_s=21_600), overlap="queue", quiet=night, on_battery="wait",
        on_metered="skip", when_locked="wait", pause_after=1, unchanged="skip",
    )  # fmt: skip
    assert policy_words(strict) == [
        "The latest 5 runs that it missed are made up for, the oldest first, if it is not more than 6 hours late.",
        "While a run of it works, one more waits for its end.",
        "Nothing starts from 22:00 to 07:00; what falls due then waits.",
        "A run waits while the machine runs on battery.",
        "A run is skipped while the network is a metered one.",
        "A run waits while the screen is locked.",
        "It is skipped when its input files and its prompt did not change.",
        "After 1 failure in a row it pauses and tells you.",
    ]


def test_limits_conditions_and_reports() -> None:
    assert limit_words(JobLimits()) == ["One run may take at most 200,000 tokens, 100 tool calls and 30 minutes."]
    assert limit_words(JobLimits(max_usd=0.5, usd_per_day=1, usd_per_month=9.5, runs_per_day=1)) == [
        "One run may take at most $0.50, 200,000 tokens, 100 tool calls and 30 minutes.",
        "All its runs together: at most $1.00 a day, $9.50 a month and 1 run a day.",
    ]
    assert condition_words(Condition()) == ""
    asked = Condition(exists="/x", has_words=f"{HOME}/H.md", succeeds="make -q")
    assert condition_words(asked) == "Only if /x exists, ~/H.md has something in it and `make -q` ends well."
    assert report_words(Report(to="file", path="log.md")) == "Its answer is added to log.md."
    assert report_words(Report(to="plugin", plugin="team:board")) == "Its answer is given to the plugin team:board."


def test_moments_and_durations() -> None:
    assert moment_words(datetime(2026, 3, 1, 23, 30, 5, tzinfo=UTC), BERLIN) == "Mon 2 Mar 2026 at 00:30:05"
    assert [duration_words(s) for s in (1, 90, 3_600, 90_061, 200_000, 0.5)] == [
        "1 second", "1 minute 30 seconds", "1 hour", "25 hours 1 minute 1 second",
        "2 days 7 hours 33 minutes 20 seconds", "0.5 seconds",
    ]  # fmt: skip


def test_policies_are_told_as_far_as_they_can_matter() -> None:
    watch, once = Watch(folder="/in"), Once(at=datetime(2027, 1, 1, tzinfo=UTC))
    failures = "After 3 failures in a row it pauses and tells you."
    files = "Files that changed while Homard was off {}."
    turn = "While a run of it works, further files wait for their turn."
    missed = policy_words(Policies())[0]
    assert policy_words(Policies(), [watch]) == [files.format("are made up for, each of them"), turn, failures]
    assert policy_words(Policies(missed=Missed(do="skip")), [watch])[0] == files.format("are left out")
    assert policy_words(Policies(), [Watch(folder="/in", catch_up=False)])[0] == files.format("are left out")
    assert policy_words(Policies(), [once]) == [missed, failures]
