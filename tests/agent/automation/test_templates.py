"""Each template is a job that could be saved as it is, in both languages, and in any folder."""

from __future__ import annotations

import os

import msgspec
import pytest

from agent.automation.job_file import read_job
from agent.automation.job_paths import folders_of, moved
from agent.automation.job_text import job_text
from agent.automation.templates import Template, template, templates
from agent.automation.variables import check_path, check_prompt
from agent.errors import UsageError
from agent.jobs import Cron, Watch

ENGLISH, GERMAN = templates(), templates("de")


def test_there_are_some_and_each_is_named() -> None:
    assert [one.key for one in ENGLISH] == [one.key for one in GERMAN]
    assert len(ENGLISH) >= 6 and template("Invoices") == template("invoices")
    with pytest.raises(UsageError, match=r"There is no template .x.\. There are build-log, "):
        template("x")


@pytest.mark.parametrize("one", [*ENGLISH, *GERMAN], ids=lambda one: f"{one.key} {one.job.name}")
def test_each_is_a_whole_job(one: Template) -> None:
    job = one.job
    assert job.triggers and read_job(job_text(job)) == job
    assert check_prompt(job) == [], "its variables stand for something"
    check_path(job.report.path)
    assert all(path.startswith(os.path.expanduser("~/")) for _, path in folders_of(job))
    assert all(len(trigger.fields.split()) == 5 for trigger in job.triggers if isinstance(trigger, Cron))


@pytest.mark.parametrize(("english", "german"), [*zip(ENGLISH, GERMAN, strict=True)], ids=lambda one: one.key)
def test_the_languages_differ_in_words_only(english: Template, german: Template) -> None:
    assert (english.title, english.about) != (german.title, german.about)
    words = {"name": english.job.name, "prompt": english.job.prompt}
    assert german.job.prompt != english.job.prompt
    assert msgspec.structs.replace(german.job, **words) == english.job


def test_in_another_folder_all_its_own_paths_come_along() -> None:
    job = template("invoices").job
    other = moved(job, "/data/bills")
    assert {path for _, path in folders_of(other)} == {"/data/bills"}
    assert (other.allow[0].to, other.prompt) == (("/data/bills",), job.prompt)
    watch = msgspec.structs.replace(job, triggers=(Watch(folder="/elsewhere"), Watch(folder=f"{job.folder}/in")))
    assert moved(watch, "/data").triggers == (Watch(folder="/elsewhere"), Watch(folder="/data/in"))
    assert moved(moved(job, "/x"), job.folder) == job
