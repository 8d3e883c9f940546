"""A job that is written and read again is the same job, whatever is in it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent.automation.job_file import read_job
from agent.automation.job_text import job_text
from agent.jobs import (
    Condition,
    Cron,
    Every,
    Job,
    JobLimits,
    Missed,
    Once,
    Permission,
    Policies,
    Quiet,
    Report,
    Trigger,
    Watch,
)

HOME = os.path.expanduser("~")

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1).filter(str.strip)
PROMPTS = TEXTS | st.builds("\n".join, st.lists(st.sampled_from(['"', "\\", '"""', "''", "a", "", "\t", "#", "\r"])))
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/\\~"), min_size=1)
PATHS = st.builds("/".join, st.tuples(st.sampled_from([HOME, "/data"]), NAMES)) | st.just(HOME)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
HOLDS = st.sampled_from(["run", "wait", "skip"])
MONEY = st.none() | st.floats(0.01, 1e6)
TRIGGERS = (
    st.builds(Cron, fields=st.just("30 8 * * 1-5"), zone=st.sampled_from(["", "Europe/Berlin"]))
    | st.builds(Every, seconds=st.integers(10, 10**9), start=st.none() | MOMENTS)
    | st.builds(Once, at=MOMENTS)
    | st.builds(
        Watch,
        folder=PATHS,
        patterns=st.lists(TEXTS, max_size=2).map(tuple),
        recursive=st.booleans(),
        on=st.sampled_from([("created",), ("changed", "moved")]),
        settle_s=st.floats(0.1, 86_400),
        per=st.sampled_from(["file", "batch"]),
    )
)
POLICIES: Any = st.builds(
    Policies,
    missed=st.builds(Missed, do=st.sampled_from(["skip", "once", "all", "ask"]), within_s=MONEY),
    quiet=st.none() | st.builds(Quiet, since=TIMES, until=TIMES),
    overlap=st.sampled_from(["skip", "queue", "beside"]),
    on_battery=HOLDS,
)
JOBS = st.builds(
    Job,
    name=TEXTS.map(lambda text: text[:100]).filter(str.strip),
    prompt=PROMPTS.filter(str.strip),
    folder=PATHS,
    folders=st.lists(PATHS, max_size=2).map(tuple),
    output=PATHS | st.just(""),
    triggers=st.lists(TRIGGERS, max_size=3).map(tuple),
    limits=st.builds(JobLimits, max_usd=MONEY, max_time_s=st.floats(0.5, 1e9)),
    policies=POLICIES,
    condition=st.builds(Condition, exists=PATHS | st.just(""), succeeds=TEXTS),
    report=st.builds(Report, to=st.sampled_from(["file", "chat", "plugin"]), path=PATHS, plugin=TEXTS),
    inputs=st.lists(PATHS, max_size=2).map(tuple),
    allow=st.lists(st.builds(Permission, what=st.just("fs.write"), to=st.lists(PATHS).map(tuple)), max_size=2).map(
        tuple
    ),
)


def words(trigger: Trigger) -> str:
    return f"on\n{trigger!r}"


@given(JOBS)
def test_what_is_written_is_read(job: Job) -> None:
    assert read_job(job_text(job, words=words)) == job
    assert read_job(job_text(job, full=True, words=words)) == job


def test_a_job_as_it_stands_in_its_file() -> None:
    job = Job(
        name="Invoices",
        prompt="Rename {file}.\nBy date.",
        folder=f"{HOME}/Invoices",
        triggers=(Watch(folder=f"{HOME}/Invoices", patterns=("*.pdf",)),),
        limits=JobLimits(usd_per_day=1.5),
        policies=Policies(quiet=Quiet(since=time(22), until=time(7))),
    )
    assert job_text(job, words=lambda _: "when a PDF settles").split("\n", 1)[1] == (
        'format = 1\n\nname = "Invoices"\nprompt = """Rename {file}.\nBy date."""\nfolder = "~/Invoices"\n\n'
        '[[triggers]] # when a PDF settles\nkind = "watch"\nfolder = "~/Invoices"\npatterns = ["*.pdf"]\n\n'
        '[limits]\nusd_per_day = 1.5\n\n[policies]\nquiet = {since = "22:00", until = "07:00"}\n'
    )
