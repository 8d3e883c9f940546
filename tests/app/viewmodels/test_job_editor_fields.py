"""The fields of a job's form, and what an entry makes of the job."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from agent.jobs import Job, Quiet
from app.viewmodels.job_editor_fields import by_path, clock_of, get, group_words, is_shown, specs

JOB = Job(name="Mail", prompt="Read it.", folder="/home/anna")
SPECS = by_path(specs(["scripted/hello"]))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: ".".join(path))
def test_a_field_that_is_entered_as_it_is_shown_changes_nothing(path: tuple[str, ...]) -> None:
    spec = SPECS[path]
    value = spec.field(JOB).value
    raw = "\n".join(value) if spec.kind == "lines" else "" if value is None else str(value) if _typed(spec) else value
    if path[:2] == ("policies", "quiet") and path[-1] != "on":
        return  # entering it makes quiet hours
    assert spec.put(JOB, raw) == JOB


def _typed(spec: Any) -> bool:
    return spec.kind in ("integer", "decimal", "text", "folder")


@pytest.mark.parametrize(
    ("path", "raw", "value"),
    [
        ("limits.max_usd", "1,50", 1.5),
        ("limits.max_usd", "", None),
        ("limits.max_time_s", "45", 2_700.0),
        ("limits.max_tokens", "50,000", 50_000),
        ("limits.runs_per_day", "3", 3),
        ("policies.missed.within_s", "6", 21_600.0),
        ("policies.missed.do", "ask", "ask"),
        ("folders", "/a\n\n  /b ", ("/a", "/b")),
        ("inputs", "*.eml", ("*.eml",)),
        ("condition.succeeds", "test -f x", "test -f x"),
        ("report.to", "file", "file"),
    ],
)
def test_an_entry_is_what_a_person_means_by_it(path: str, raw: Any, value: Any) -> None:
    way = tuple(path.split("."))
    assert get(SPECS[way].put(JOB, raw), way) == value


@pytest.mark.parametrize(
    ("path", "raw", "words"),
    [
        ("limits.max_usd", "0", "more than 0"),
        ("limits.max_usd", "cheap", "a number"),
        ("limits.max_turns", "0", "at least 1"),
        ("policies.missed.most", "1000", "at most 100"),
        ("policies.quiet.since", "25:00", "08:30"),
        ("policies.quiet.until", "", "08:30"),
    ],
)
def test_an_entry_that_means_nothing_is_refused_in_a_sentence(path: str, raw: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        SPECS[tuple(path.split("."))].put(JOB, raw)


def test_quiet_hours_come_go_and_change() -> None:
    quiet = ("policies", "quiet")
    on = SPECS[(*quiet, "on")].put(JOB, True)
    assert on.policies.quiet == Quiet(since=time(22), until=time(7))
    later = SPECS[(*quiet, "since")].put(on, "23.15")
    skipping = SPECS[(*quiet, "do")].put(later, "skip")
    assert skipping.policies.quiet == Quiet(since=time(23, 15), until=time(7), do="skip")
    assert SPECS[(*quiet, "since")].field(skipping).value == "23:15"
    assert SPECS[(*quiet, "on")].put(skipping, False) == JOB


def test_only_what_means_something_is_shown() -> None:
    hidden = {path for path, spec in SPECS.items() if not is_shown(spec, JOB)}
    assert hidden == {
        ("policies", "missed", "most"),
        ("policies", "quiet", "since"),
        ("policies", "quiet", "until"),
        ("policies", "quiet", "do"),
        ("report", "path"),
        ("report", "plugin"),
        ("inputs",),
    }
    every = JOB
    for path, raw in ((("policies", "missed", "do"), "all"), (("policies", "quiet", "on"), True)):
        every = SPECS[path].put(every, raw)
    every = SPECS[("report", "to")].put(every, "file")
    every = SPECS[("policies", "unchanged")].put(every, "skip")
    assert {path for path, spec in SPECS.items() if not is_shown(spec, every)} == {("report", "plugin")}
    assert is_shown(SPECS[("report", "plugin")], SPECS[("report", "to")].put(every, "plugin"))
    left_out = SPECS[("policies", "missed", "do")].put(JOB, "skip")
    assert not is_shown(SPECS[("policies", "missed", "within_s")], left_out)


def test_an_answer_goes_to_one_of_the_plugins_there_are_or_to_the_one_that_was() -> None:
    spec = by_path(specs((), ["team:board"]))[("report", "plugin")]
    assert [choice.title for choice in spec.field(JOB).choices] == ["Choose one", "team:board"]
    chosen = spec.put(JOB, "team:board")
    assert chosen.report.plugin == "team:board"
    gone = SPECS[("report", "plugin")].field(chosen)
    assert [choice.title for choice in gone.choices] == ["None that is on takes answers", "team:board"]
    assert gone.value == "team:board"


def test_every_field_has_words_and_stands_under_a_heading() -> None:
    assert all(spec.title and group_words(spec.group)[0] for spec in SPECS.values())
    assert clock_of(" 7:05 ") == time(7, 5)
