"""What a job may do and what holds for it, as sentences."""

from datetime import time

import pytest
from PySide6.QtCore import QLocale

from agent.jobs import Condition, JobLimits, Missed, Permission, Policies, Quiet, Report, Watch
from app.viewmodels.job_rule_words import permission_sentences, policy_sentences, report_words
from tests.helpers.job_desk import job


@pytest.fixture(autouse=True)
def british() -> None:
    QLocale.setDefault(QLocale("en_GB"))


def test_a_job_that_only_reads_says_so() -> None:
    assert permission_sentences(job(folder="/m", folders=("/n", "/m"))) == [
        "May read files in /m and /n.",
        "It changes nothing: for anything else it asks you first, and waits for your answer.",
    ]


def test_every_permission_is_a_sentence() -> None:
    wanted = job(
        folder="/m",
        triggers=(Watch(folder="/w"),),
        output="/out",
        allow=(
            Permission(what="proc.run", to=("/m",)),
            Permission(what="proc.run", to=("/n",), network=True),
            Permission(what="net.fetch", to=("a.org", "b.org")),
            Permission(what="unheard.of", to=("x",)),
        ),
    )
    assert permission_sentences(wanted) == [
        "May read files in /m and /w.",
        "May write and delete files in /out, where you can undo it.",
        "May run commands in /m. These do not have the network.",
        "May run commands in /n. These have the network.",
        "May fetch from the web: a.org and b.org.",
        "May unheard.of: x.",
        "Anything else it asks you first, and waits for your answer.",
    ]


def test_what_is_usual_is_told_in_few_sentences() -> None:
    assert policy_sentences(job()) == [
        "After a time off it runs once for all it missed.",
        "While it works, what comes due is left out.",
        "It pauses after 3 failure(s) in a row.",
        "A run may take at most 30 minute(s), 200,000 tokens and 100 use(s) of tools.",
        "You are told when it is done.",
    ]


def test_everything_that_can_be_set_is_told() -> None:
    wanted = job(
        policies=Policies(
            missed=Missed(do="all", most=4, within_s=21_600),
            overlap="queue",
            quiet=Quiet(since=time(22), until=time(7), do="skip"),
            on_battery="wait",
            on_metered="skip",
            when_locked="wait",
            pause_after=1,
            unchanged="skip",
        ),
        condition=Condition(exists="/a", has_words="/b", succeeds="make -q"),
        limits=JobLimits(max_usd=0.5, usd_per_day=1, usd_per_month=5, runs_per_day=3),
        report=Report(to="file", path="/out/log.md"),
    )
    assert policy_sentences(wanted) == [
        "It runs only if /a is there.",
        "It runs only if something is written in /b.",
        "It runs only if this command succeeds: make -q",
        "After a time off it runs for the last 4 moment(s) it missed. It runs at most 6 hour(s) late.",
        "While it works, the next one that comes due waits.",
        "It waits while the computer is on battery and the screen is locked.",
        "It is left out while the network is a metered one.",
        "From 22:00 to 07:00 it is left out.",
        "It does not run when nothing has changed since its last run.",
        "It pauses after 1 failure(s) in a row.",
        "A run may take at most $0.50, 30 minute(s), 200,000 tokens and 100 use(s) of tools. "
        "All its runs together: at most $1.00 a day, $5.00 a month and 3 run(s) a day.",
        "Its answer is added to /out/log.md.",
    ]


def test_a_job_without_triggers_misses_nothing() -> None:
    assert not any("time off" in sentence for sentence in policy_sentences(job(triggers=())))


def test_each_place_of_an_answer_has_words_of_its_own() -> None:
    words = {report_words(Report(to=to)) for to in ("notification", "chat", "nothing", "file", "plugin")}
    assert len(words) == 5
    assert report_words(Report(to="plugin", plugin="team:board")) == "Its answer is given to a plugin: team:board."
