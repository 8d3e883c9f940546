"""Runs and calls in words."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from agent.events import Origin, StopReason
from agent.messages import Usage
from agent.storage.records import CallRow, Run
from app.viewmodels.activity_words import argument_words, call_word, ending_word, figures_of, origin_words

BEGAN = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


SPENT = Usage(300, 200, 34, 0.5)


def run(reason: StopReason | None, usage: Usage = SPENT) -> Run:
    ended = None if reason is None else BEGAN + timedelta(seconds=12.4)
    return Run("r", "s", "user", "p/m", "?", BEGAN, ended, reason, usage=usage)


def call(outcome: Any, ended: bool = True) -> CallRow:
    return CallRow("c", "r", "s", "read", "{}", BEGAN, BEGAN + timedelta(seconds=2) if ended else None, outcome)


def test_each_origin_and_each_ending_has_a_word_of_its_own() -> None:
    assert len({origin_words(origin) for origin in get_args(Origin)}) == len(get_args(Origin))
    words = [ending_word(run(reason)) for reason in (None, *get_args(StopReason))]
    assert len(set(words)) == len(words)
    assert "Ended" not in words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (run("end_turn"), "12.4 s · $0.5000 · 334 tokens"),
        (run("end_turn", Usage(10, 0, 1, None)), "12.4 s · price unknown · 11 tokens"),
        (run("model_error", Usage()), "12.4 s"),
        (run(None), ""),
    ],
)
def test_figures(given: Run, words: str) -> None:
    assert figures_of(given) == words


def test_what_became_of_a_call() -> None:
    words = [call_word(given) for given in (call("done"), call("unknown"), call("not_run"), call(None, ended=False))]
    assert words == ["2.0 s", "Outcome unknown", "Not run", "Running"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('{"path": "a.txt", "lines": 3}', "a.txt, 3"),
        ('{"command": "ls\\n-l"}', "ls -l"),
        ("{}", ""),
        ('["a"]', '["a"]'),
        ("{not json", "{not json"),
        ("", ""),
        ("x" * 1_000_000, "x" * 300),
        ('{"a": "' + "y" * 1_000 + '"}', "y" * 300),
    ],
)
def test_arguments_on_a_line(arguments: str, words: str) -> None:
    assert argument_words(arguments) == words
